"""Why a human must look at a message before anything is done with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from calends.mail.as_read import Doubt
from calends.mail.language import UNKNOWN
from calends.mail.persons_meant import PersonMeant, Role
from calends.mail.rights import THRESHOLD, Demand
from calends.mail.seen import MAX_READ, Seen
from calends.rules.vocabulary import MessageKind, Right

_NOT_ALL_READ = frozenset({"too_many_parts", "too_deep", "text_cut", "headers_cut"})
_SAY_NOTHING = (MessageKind.BOUNCE, MessageKind.AUTO_REPLY, MessageKind.BULK)
_ENOUGH_WORDS = 12  # of an unknown language: nobody can say that nothing was asked

MAY_BE_REQUEST = frozenset({Doubt.DEMAND_IN_QUOTED})
"""Doubts that make a request, with a running clock, of a message that seems to be none."""


def doubts(
    seen: Seen, kind: MessageKind, demands: Sequence[Demand], person: PersonMeant
) -> Iterator[Doubt]:
    """All of them, some maybe twice."""
    if kind in _SAY_NOTHING:
        return
    if len(seen.references) > 1:
        yield Doubt.SEVERAL_REFERENCES
    if kind is MessageKind.AUTHORITY:
        yield Doubt.AUTHORITY
        return
    yield from _of_demands(kind, demands)
    if kind in (MessageKind.REQUEST, MessageKind.REPLY):
        yield from _of_claims(seen, demands)
        yield from _of_person(person)
    yield from _of_text(seen, kind, demands)


def _of_demands(kind: MessageKind, demands: Sequence[Demand]) -> Iterator[Doubt]:
    if any(demand.confidence < THRESHOLD for demand in demands):
        yield Doubt.LOW_CONFIDENCE
    if kind is MessageKind.REQUEST and not demands:
        yield Doubt.NO_CLEAR_DEMAND


def _of_claims(seen: Seen, demands: Sequence[Demand]) -> Iterator[Doubt]:
    claims = seen.claims
    if claims.has("complains"):
        yield Doubt.COMPLAINT
    if chases(seen, demands):
        yield Doubt.CHASING
    if claims.has("withdraws"):
        yield Doubt.CANCELLED
    if claims.has("changes"):
        yield Doubt.CHANGED


def chases(seen: Seen, demands: Sequence[Demand]) -> bool:
    """Reminds of an earlier request. An objection to prospecting said twice is only urgent."""
    urgent = {demand.right for demand in demands} == {Right.PROSPECTING_OBJECTION}
    return not urgent and (seen.claims.has("chases") or bool(seen.claims.told))


def _of_person(person: PersonMeant) -> Iterator[Doubt]:
    if person.several_persons:
        yield Doubt.SEVERAL_PERSONS
    if person.role is Role.COMPANY:
        yield Doubt.LEGAL_PERSON
    elif person.role is not Role.SELF:
        yield Doubt.FOR_ANOTHER


def _of_text(seen: Seen, kind: MessageKind, demands: Sequence[Demand]) -> Iterator[Doubt]:
    reply = kind is MessageKind.REPLY
    if not reply and (seen.foreign or _unknown_language(seen, demands)):
        yield Doubt.LANGUAGE
    if len(seen.own) > MAX_READ or set(seen.mail.defects) & _NOT_ALL_READ:
        yield Doubt.NOT_ALL_READ
    if reply:
        if not seen.own and not seen.codes and not seen.mail.attachments:
            yield Doubt.ONLY_QUOTED
        return
    if demands:
        return
    quoted = seen.layers.quoted.strip()
    if quoted and seen.claims_when_quoted:
        yield Doubt.DEMAND_IN_QUOTED
    if not seen.own and quoted:
        yield Doubt.ONLY_QUOTED
    elif not seen.own and seen.mail.attachments:
        yield Doubt.ONLY_ATTACHMENTS


def _unknown_language(seen: Seen, demands: Sequence[Demand]) -> bool:
    if seen.said_language != UNKNOWN or demands:
        return False
    return len(seen.own.split()) >= _ENOUGH_WORDS or _other_script(seen.own[:400])


def _other_script(text: str) -> bool:
    """Most letters are none of the Latin alphabet."""
    letters = [c for c in text if c.isalpha()]
    return sum(c > "\u024f" for c in letters) > len(letters) / 2
