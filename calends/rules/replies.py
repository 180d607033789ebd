"""What a reply must contain, right by right (the checklists of rule book §1).

An item counts as present when the reply speaks of it, be it to say "none".
"""

from __future__ import annotations

from collections.abc import Iterable

from calends.rules.vocabulary import Right

REFUSAL = ("reasons", "authority", "judicial_remedy")
"""GDPR 12(4): owed with every refusal, total or partial."""

SUPPRESSION = "suppression"
"""Owed when an entry stays on the suppression list: what is kept and why (GDPR 13, 17(3))."""

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
    right: Right, *, refused: bool = False, suppressed: bool = False
) -> tuple[str, ...]:
    """The items that a reply to this right owes.

    `refused`: something was refused or withheld, so GDPR 12(4) is owed too; `suppressed`: an
    entry stays on the suppression list.
    """
    items = _ITEMS[right]
    if suppressed:
        items += (SUPPRESSION,)
    if refused:
        items += tuple(item for item in REFUSAL if item not in items)
    return items


def missing_items(
    right: Right, present: Iterable[str], *, refused: bool = False, suppressed: bool = False
) -> tuple[str, ...]:
    """The owed items that the reply does not contain, in the order of the checklist."""
    there = frozenset(present)
    owed = required_items(right, refused=refused, suppressed=suppressed)
    return tuple(item for item in owed if item not in there)
