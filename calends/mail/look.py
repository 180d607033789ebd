"""All that is read from a message's bytes at once, in a form that crosses a process border."""

from __future__ import annotations

import re

from pydantic import BaseModel

from calends.mail.bounces import Failure, read_failure
from calends.mail.message import Mail, Unparseable, parse
from calends.mail.ourselves import NOBODY, Ourselves
from calends.mail.reading import Reading, no_message, read_mail
from calends.rules.vocabulary import MessageKind

MAX_HEAD_ONLY = 64 * 1024  # bytes
_BLANK_LINE = re.compile(rb"\r?\n\r?\n|\r\r")


class Look(BaseModel, frozen=True):
    """`unreadable` is empty, or a code for why nothing (or only the header) could be read."""

    reading: Reading
    mail: Mail | None = None
    unreadable: str = ""
    failure: Failure | None = None
    """It reports that a letter of ours did not arrive."""


def look(raw: bytes, ours: Ourselves = NOBODY) -> Look:
    """What is in these bytes. Not bounded in time and memory: that is the guard's part."""
    try:
        mail = parse(raw)
    except Unparseable as error:
        return Look(reading=no_message(error), unreadable=error.reason)
    reading = read_mail(mail, raw, ours)
    failure = read_failure(raw, mail, reading.kind)
    if failure is not None:
        reading = reading.model_copy(
            update={
                "kind": MessageKind.BOUNCE,
                "demands": [],
                "needs_triage": False,
                "triage_reasons": [],
            }
        )
    return Look(reading=reading, mail=mail, failure=failure)


def quarantined(why: str, mail: Mail | None = None) -> Look:
    """The look at a message that the guard had to give up on: a human reads it."""
    reading = Reading(
        kind=MessageKind.QUARANTINE,
        needs_triage=True,
        triage_reasons=[why],
        sender_ambiguous=mail is None or mail.sender.ambiguous,
    )
    return Look(reading=reading, mail=mail, unreadable=why)


def head_of(raw: bytes) -> bytes:
    """The header alone, cut short: enough to know whom to answer when the rest is a bomb."""
    blank = _BLANK_LINE.search(raw, 0, MAX_HEAD_ONLY)
    return raw[: blank.start() if blank else MAX_HEAD_ONLY] + b"\n\n"
