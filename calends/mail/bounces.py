"""Letters that come back: what a delivery report says of one of ours.

Our own rules first (RFC 3464), then flufl.bounce for the many servers that write prose. A report
counts only when it names a letter of ours, by its Message-ID or by the case's plus-address; that
the letter is in the outbox is for the register to say. Runs behind the guard.
"""

from __future__ import annotations

import email
import logging
import re

from flufl.bounce import all_failures
from pydantic import BaseModel

from calends.mail.message import Mail
from calends.mail.plus_address import tokens_in
from calends.mail.screen import OUR_MESSAGE_ID, from_daemon, ours
from calends.mail.sentences import fold
from calends.rules.vocabulary import MessageKind

MAX_LOOKED_AT = 256 * 1024
"""Bytes of a report. The returned header comes before the returned body."""

MAX_PROSE = 8_000
"""Characters of a report's own words."""

_ACTION = re.compile(r"^Action:[ \t]*([a-z]{1,20})", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"^Status:[ \t]*([245]\.\d{1,3}\.\d{1,3})", re.IGNORECASE | re.MULTILINE)
# What we gave the letter as its envelope's name (RFC 3464 2.2.1); some servers return nothing else.
_ENVELOPE = re.compile(
    r"^Original-Envelope-Id:[ \t]*(calends\.[^<>\s@]{1,200}@[^<>\s@]{1,250})[ \t]*\r?$",
    re.IGNORECASE | re.MULTILINE,
)

_NOT_YET = re.compile(
    r"still being retried|delayed|(?:will|to) (?:be retried|try again|keep trying|continue to try)"
    r"|warning|sera retente|nouvelle tentative|remise differee"
)
_IN_TEXT = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b")
_NEVER = re.compile(
    r"\b55\d\b|unable to deliver|(?:could|can)(?:not| not|n't)(?: be)? (?:deliver|sen[dt])"
    r"|undeliver|error (?:occurred|delivering)|(?:delivery|mail) (?:failed|failure)"
    r"|failure (?:notice|delivery)|not (?:a known|listed)|unknown (?:user|recipient|address)"
    r"|(?:user|recipient) unknown|no such (?:user|recipient|address|mailbox)|does not exist"
    r"|n'a pas pu etre (?:remis|distribu)|echec|non (?:remis|distribu)|unzustellbar"
    r"|mancata consegna|no se (?:pudo|puede) entregar"
)

# The library logs whole messages when one of its detectors fails.
logging.getLogger("flufl.bounce").disabled = True


class Failure(BaseModel, frozen=True):
    """What a report says of a letter of ours. `status` as in RFC 3463, such as 5.1.1."""

    message_ids: list[str]
    tokens: list[str]
    permanent: bool
    status: str | None = None


def read_failure(raw: bytes, mail: Mail, kind: MessageKind) -> Failure | None:
    """None for what no server sent, names no letter of ours or reports no failure."""
    if kind is not MessageKind.BOUNCE and not _from_a_server(mail):
        return None
    seen = raw[:MAX_LOOKED_AT]
    named = [
        *ours((*mail.in_reply_to, *mail.references)),
        *OUR_MESSAGE_ID.findall(mail.returned),
        *(f"<{envelope}>" for envelope in _ENVELOPE.findall(mail.returned)),
        *OUR_MESSAGE_ID.findall(seen.decode("ascii", "replace")),
    ]
    tokens = tokens_in(mail.to)
    if not (named or tokens):
        return None
    verdict = _verdict(seen, mail, kind)
    if verdict is None:
        return None
    permanent, status = verdict
    return Failure(
        message_ids=list(dict.fromkeys(named))[:20],
        tokens=tokens,
        permanent=permanent,
        status=status,
    )


def _from_a_server(mail: Mail) -> bool:
    """A person who quotes a report is no server."""
    null_path = (mail.header("return-path") or "").replace(" ", "") == "<>"
    return null_path or from_daemon(mail)


def _verdict(seen: bytes, mail: Mail, kind: MessageKind) -> tuple[bool, str | None] | None:
    """(permanent, status); None for what reports success, or says nothing that can be told."""
    for told in (mail.returned, mail.text[:MAX_PROSE]):
        if _ACTION.search(told):
            return _reported(told)
    found = _guessed(seen)
    if found is None and kind is MessageKind.BOUNCE:
        return _in_prose(mail)
    return found


def _reported(told: str) -> tuple[bool, str | None] | None:
    """By RFC 3464; some servers write its lines into their prose."""
    actions = {action.lower() for action in _ACTION.findall(told)}
    statuses = _STATUS.findall(told)
    if "failed" in actions:  # whatever its status: 4.4.7 is a server that gave up
        failed = [status for status in statuses if not status.startswith("2")]
        return True, max(failed, default=None)
    if "delayed" in actions:
        return False, next(iter(statuses), None)
    return None


def _guessed(seen: bytes) -> tuple[bool, str | None] | None:
    try:
        temporary, permanent = all_failures(email.message_from_bytes(seen))
    except Exception:  # noqa: BLE001 - detectors raise what they like on hostile bytes
        return None
    if permanent:
        return True, None
    return (False, None) if temporary else None


def _in_prose(mail: Mail) -> tuple[bool, str | None] | None:
    """What a server says in its own words, none of which the library knows. Better a letter too
    many looked at by a human than one that is believed to have arrived."""
    if "feedback-type:" in mail.returned.lower():  # RFC 5965: a complaint, not a failure
        return None
    told = fold(f"{mail.subject}\n{mail.text[:MAX_PROSE]}")
    if _NOT_YET.search(told):
        return False, None
    status = _IN_TEXT.search(told)
    return (True, status[0] if status else None) if status or _NEVER.search(told) else None
