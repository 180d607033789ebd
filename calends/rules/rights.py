"""What each right asks of a case: assurance, speed, extension, and its place in the order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from calends.rules.vocabulary import Assurance, Right


@dataclass(frozen=True)
class RightRule:
    """One right's rule (rule book §1). The assurance is the default for ordinary data."""

    right: Right
    article: str
    assurance: Assurance
    waits_for_identity: bool
    extension_allowed: bool
    """Two further months, GDPR 12(3). Never for a refusal, GDPR 12(4)."""
    sla_hours: int | None = None
    """Hours from receipt to effect in the controller's own tools; None: the month."""
    provider_sla_hours: int | None = None
    """Hours from receipt to effect at its providers."""


# In the order in which the demands of one case are carried out (rule book §5, 1-2): what stops
# processing first; then the snapshots, before anything changes; erasure last, so that it can
# destroy nothing that another demand still needs.
_RULES = (
    # A letter from the authority is a case of its own; its deadline is the one it states, and
    # the related file is frozen before anything else happens.
    RightRule(Right.AUTHORITY_INQUIRY, "GDPR 31, 58(1)", Assurance.IA0, False, False),
    # 21(3): no reasons, no refusal, no identity; the month is for the confirmation only.
    RightRule(Right.PROSPECTING_OBJECTION, "GDPR 21(2)-(3)", Assurance.IA0, False, False, 24, 72),
    # 7(3) is not among the rights to which 12(3) gives a month: as easy as giving consent.
    RightRule(Right.CONSENT_WITHDRAWAL, "GDPR 7(3)", Assurance.IA0, False, False, 72, 72),
    RightRule(Right.RESTRICTION, "GDPR 18", Assurance.IA1, True, True),
    RightRule(Right.OBJECTION, "GDPR 21(1)", Assurance.IA1, True, True),
    RightRule(Right.ACCESS, "GDPR 15", Assurance.IA1, True, True),
    RightRule(Right.RECIPIENTS, "GDPR 15(1)(c); CJEU C-154/21", Assurance.IA1, True, True),
    RightRule(Right.PORTABILITY, "GDPR 20", Assurance.IA1, True, True),
    # Before rectification: the review looks at the data that the decision was taken on.
    RightRule(Right.HUMAN_REVIEW, "GDPR 22(3)", Assurance.IA1, True, True),
    RightRule(Right.RECTIFICATION, "GDPR 16", Assurance.IA1, True, True),
    RightRule(Right.ERASURE, "GDPR 17", Assurance.IA1, True, True),
)
HANDLED = frozenset({Right.ACCESS, Right.ERASURE, Right.PROSPECTING_OBJECTION})
"""Rights that a case carries out by itself; a message with any other is triaged by a human."""

_BY_RIGHT = {rule.right: rule for rule in _RULES}
_PLACE = {rule.right: place for place, rule in enumerate(_RULES)}


def rule_for(right: Right) -> RightRule:
    """The rule of that right."""
    return _BY_RIGHT[right]


def in_order(rights: Iterable[Right]) -> tuple[Right, ...]:
    """Each right once, in the order in which a case carries them out."""
    return tuple(sorted(set(rights), key=_PLACE.__getitem__))


def may_extend(right: Right, *, minor: bool = False) -> bool:
    """Whether the two further months of GDPR 12(3) are open to this demand.

    Erasure of what was collected from a minor has its own fast lane (loi 78-17 art. 51 II).
    """
    return rule_for(right).extension_allowed and not (minor and right is Right.ERASURE)
