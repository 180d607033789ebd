"""What a reply must contain, right by right and turn by turn (the checklists of rule book §1).

An item counts as present when the reply speaks of it, be it to say "none".
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from calends.rules.vocabulary import Right

REFUSAL = ("reasons", "authority", "judicial_remedy")
"""GDPR 12(4): owed with every refusal, total or partial."""

SUPPRESSION = "suppression"
"""Owed when an entry stays on the suppression list: what is kept and why (GDPR 13, 17(3))."""

CUT_OFF = "cut_off"
"""Owed when data arrived after the snapshot: the day up to which the copy goes (§5 row 62)."""


class Turn(StrEnum):
    """What a letter is in the course of its case."""

    FINAL = "final"
    REFUSAL = "refusal"
    PARTIAL = "partial"  # what is ready, and the extension for the rest
    EXTENSION = "extension"
    FORCED = "forced"  # the second last call: no further delay exists
    NOT_IDENTIFIED = "not_identified"
    DECEASED_REFUSAL = "deceased_refusal"
    LIFT_NOTICE = "lift_notice"
    WITHDRAWAL_CONFIRMED = "withdrawal_confirmed"
    ACKNOWLEDGMENT = "acknowledgment"
    HOLDING = "holding"


_REMEDIES = ("authority", "judicial_remedy")
# What each turn owes beside, or instead of, the checklist of its right.
_TURNS: dict[Turn, tuple[str, ...]] = {
    Turn.FINAL: (),
    Turn.REFUSAL: REFUSAL,
    # GDPR 12(3): "of any such extension ..., together with the reasons for the delay". The
    # remedies are the house's: a person who waits longer should know what they can do.
    Turn.PARTIAL: ("extension", "reasons", *_REMEDIES),
    Turn.EXTENSION: ("extension", "reasons", *_REMEDIES),
    # GDPR 12(4): what is not done by then is refused in fact, and is said so.
    Turn.FORCED: REFUSAL,
    # GDPR 11(2): that it cannot identify; 12(4), because it does not act.
    Turn.NOT_IDENTIFIED: REFUSAL,
    # Loi 78-17 art. 85: outside the GDPR, in the same form.
    Turn.DECEASED_REFUSAL: REFUSAL,
    # GDPR 18(3): before the restriction is lifted.
    Turn.LIFT_NOTICE: ("notice", "reasons", "afterwards", "complaint"),
    # Rule book §5 row 37: confirmed, and the trace kept.
    Turn.WITHDRAWAL_CONFIRMED: ("withdrawn", "complaint"),
    # EDPB 01/2022 §57: states the computed dates.
    Turn.ACKNOWLEDGMENT: ("dates",),
    Turn.HOLDING: (),
}
ANSWERS = frozenset(Turn) - {
    Turn.LIFT_NOTICE,
    Turn.WITHDRAWAL_CONFIRMED,
    Turn.ACKNOWLEDGMENT,
    Turn.HOLDING,
}
"""Turns that are information on action taken, an extension or a refusal (GDPR 12(3)-(4)). A
holding letter is none of them (rule book §5 row 58)."""

_ITEMS: dict[Right, tuple[str, ...]] = {
    # GDPR 15(1)(a)-(h), 15(2), 15(3), 15(4)
    Right.ACCESS: (
        "confirmation",
        "purposes",
        "categories",
        "recipients",
        "retention",
        "rights",
        "complaint",
        "source",
        "automated_decisions",
        "transfers",
        "copy",
        "withheld",
    ),
    # GDPR 15(1)(c); CJEU C-154/21: named
    Right.RECIPIENTS: ("confirmation", "recipients", "complaint"),
    # GDPR 20(1), 20(3)
    Right.PORTABILITY: ("data_file", "excluded", "no_erasure", "complaint", "remedy"),
    # GDPR 16, 19
    Right.RECTIFICATION: ("before_after", "systems", "recipients", "not_changed"),
    # GDPR 17(1), 17(3), 19, 12(4)
    Right.ERASURE: ("erased", "kept", "backups", "recipients", "remedy"),
    # GDPR 18(1)-(3), 19
    Right.RESTRICTION: ("scope", "ground", "effects", "end_condition", "notice", "recipients"),
    # GDPR 21(1)
    Right.OBJECTION: ("stopped", "since", "balancing", "remedy"),
    # GDPR 21(3)
    Right.PROSPECTING_OBJECTION: ("stopped", "since", "channels"),
    # GDPR 7(3)
    Right.CONSENT_WITHDRAWAL: ("consent", "since", "remains"),
    # GDPR 22(3), 15(1)(h)
    Right.HUMAN_REVIEW: ("automated_decision", "criteria", "decision", "reasons"),
    # Only a person answers the authority: no template holds this item.
    Right.AUTHORITY_INQUIRY: ("answered_by_person",),
}


def required_items(
    right: Right, *, refused: bool = False, suppressed: bool = False, cut_off: bool = False
) -> tuple[str, ...]:
    """The items that a reply to this right owes.

    `refused`: something was refused or withheld, so GDPR 12(4) is owed too; `suppressed`: an
    entry stays on the suppression list; `cut_off`: data arrived after the snapshot.
    """
    items = _ITEMS[right]
    if suppressed:
        items += (SUPPRESSION,)
    if cut_off:
        items += (CUT_OFF,)
    if refused:
        items += tuple(item for item in REFUSAL if item not in items)
    return items


def items_of_turn(
    turn: Turn,
    rights: Iterable[Right] = (),
    *,
    refused: bool = False,
    suppressed: bool = False,
    cut_off: bool = False,
) -> tuple[str, ...]:
    """The items that a letter of this turn owes for all the demands it speaks of, each once."""
    items = list(_TURNS[turn])
    if turn is Turn.FINAL:
        for right in rights:
            items += required_items(right, refused=refused, suppressed=suppressed, cut_off=cut_off)
    return tuple(dict.fromkeys(items))


def missing_items(
    right: Right,
    present: Iterable[str],
    *,
    refused: bool = False,
    suppressed: bool = False,
    cut_off: bool = False,
) -> tuple[str, ...]:
    """The owed items that the reply does not contain, in the order of the checklist."""
    owed = required_items(right, refused=refused, suppressed=suppressed, cut_off=cut_off)
    return missing(owed, present)


def missing(owed: Iterable[str], present: Iterable[str]) -> tuple[str, ...]:
    """What is owed and not there, in order: a letter for which this is not empty is not sent."""
    there = frozenset(present)
    return tuple(item for item in owed if item not in there)
