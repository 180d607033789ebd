"""Several demands in one case: one clock each, and what a further message means for them.

Rule book §5 rows 1-2, 34-38. The first receipt of a demand rules its clock; nothing that the
person writes later starts it again, and a right added later has its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from calends.rules.identity import enough
from calends.rules.rights import Act, in_order, rule_for
from calends.rules.trace import Step
from calends.rules.vocabulary import Assurance, Right


class DemandState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Demand:
    """One right exercised in a case."""

    right: Right
    received: datetime
    """UTC instant from which this demand's own clock counts."""
    state: DemandState = DemandState.OPEN


@dataclass(frozen=True)
class FurtherMessage:
    """What was read in a message that belongs to a case."""

    received: datetime
    rights: tuple[Right, ...] = ()
    withdraws: tuple[Right, ...] = ()
    withdraws_all: bool = False
    same_content: bool = False
    """The same message again: same Message-ID, or the same words from the same writer."""
    changes_scope: bool = False
    """It asks for more, less or other data under a right already demanded."""
    chases: bool = False
    """It asks where the answer is."""


class Meaning(StrEnum):
    DUPLICATE = "duplicate"
    REMINDER = "reminder"
    ADDED_RIGHT = "added_right"
    SCOPE_CHANGED = "scope_changed"
    WITHDRAWAL = "withdrawal"
    NEW_CASE = "new_case"
    TO_READ = "to_read"


@dataclass(frozen=True)
class Place:
    """What a message means for one demand, or for the case when `right` is None."""

    meaning: Meaning
    right: Right | None
    counts_from: datetime | None
    """Receipt from which the demand's clock counts; None when no clock is concerned."""
    why: Step


_EDPB_29 = "EDPB 01/2022 §29"
_OWN_RECEIPT = "GDPR 12(3): the month runs from receipt of the request"
# Meaning -> (source, words): rule book §5 rows 34, 35, 37, 38.
_WHY: dict[Meaning, tuple[str, str]] = {
    Meaning.DUPLICATE: (_EDPB_29, "the same message again: the first receipt rules"),
    Meaning.REMINDER: (_EDPB_29, "a reminder of what was already demanded: the clock goes on"),
    Meaning.ADDED_RIGHT: (_OWN_RECEIPT, "a right added later has a month of its own"),
    Meaning.SCOPE_CHANGED: (_OWN_RECEIPT, "another scope of the same demand: the same clock"),
    Meaning.WITHDRAWAL: ("house rule: to be confirmed in writing", "the person gives it up"),
    Meaning.NEW_CASE: ("GDPR 15(1), 12(5)", "demanded again after the answer: a case of its own"),
    Meaning.TO_READ: ("house rule: nothing unread", "nothing a machine can place"),
}


def in_order_of_law(demands: Iterable[Demand]) -> tuple[Demand, ...]:
    """The demands in the order in which they are carried out, whatever order they came in."""
    each = tuple(demands)
    order = {right: place for place, right in enumerate(in_order(d.right for d in each))}
    return tuple(sorted(each, key=lambda demand: (order[demand.right], demand.received)))


def place_of_message(demands: Sequence[Demand], message: FurtherMessage) -> tuple[Place, ...]:
    """What a further message in a case means, one place per demand that it touches.

    A right that the same message both demands and gives up counts as demanded: no demand is lost
    to an unclear sentence.
    """
    if message.same_content:
        return (_place(Meaning.DUPLICATE, None, None),)
    latest = {demand.right: demand for demand in sorted(demands, key=lambda d: d.received)}
    places = [_demanded(latest.get(right), right, message) for right in in_order(message.rights)]
    places += [
        _place(Meaning.WITHDRAWAL, right, latest[right].received)
        for right in in_order(latest)
        if _gives_up(latest[right], message)
    ]
    if places:
        return tuple(places)
    still_open = any(demand.state is DemandState.OPEN for demand in demands)
    chased = message.chases and still_open
    return (_place(Meaning.REMINDER if chased else Meaning.TO_READ, None, None),)


def _demanded(known: Demand | None, right: Right, message: FurtherMessage) -> Place:
    if known is None or known.state is DemandState.WITHDRAWN:
        return _place(Meaning.ADDED_RIGHT, right, message.received)
    if known.state is DemandState.ANSWERED:
        return _place(Meaning.NEW_CASE, right, message.received)
    meaning = Meaning.SCOPE_CHANGED if message.changes_scope else Meaning.REMINDER
    return _place(meaning, right, known.received)


def _gives_up(demand: Demand, message: FurtherMessage) -> bool:
    named = message.withdraws_all or demand.right in message.withdraws
    return named and demand.right not in message.rights and demand.state is DemandState.OPEN


def _place(meaning: Meaning, right: Right | None, counts_from: datetime | None) -> Place:
    source, words = _WHY[meaning]
    return Place(meaning, right, counts_from, Step("message", str(meaning), source, words))


_STOPS = frozenset({Act.RESTRICT, Act.SUPPRESS, Act.STOP_ON_CONSENT})


@dataclass(frozen=True)
class WithdrawalOfDemand:
    """Whether a demand may be given up now (rule book §5 row 37)."""

    accepted: bool
    effect_stays: bool
    """What already stopped (restriction, objection) stays until the person asks otherwise."""
    why: Step


def withdrawal_of(
    right: Right, *, have: Assurance, need: Assurance, written: bool
) -> WithdrawalOfDemand:
    """A demand is given up in writing, by somebody as surely known as the demand itself needs.

    Otherwise a stranger could silence a request. It is confirmed to the person and its trace kept.
    """
    stays = rule_for(right).act in _STOPS
    source = "house rule: given up as surely as it was demanded"
    if not written:
        step = Step("withdrawal", "ask", source, "ask the person to write it")
    elif not enough(have, need):
        step = Step("withdrawal", "ask", source, f"known at {have} only, {need} is needed")
    else:
        step = Step("withdrawal", "accept", source, "confirm it to the person, keep the trace")
    return WithdrawalOfDemand(step.value == "accept", stays, step)
