"""What each right asks of a case: inputs, assurance, search, act, human, speed, and its place.

Rule book §1. What a person should say is never a condition of validity: GDPR 12(2) obliges to
facilitate, so a missing input is looked for, or asked once, while the clock runs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from calends.rules.vocabulary import Assurance, Right


class Input(StrEnum):
    """What helps to carry out a demand. Never required."""

    CONTACT = "contact"
    SCOPE = "scope"
    TARGET = "target"  # GDPR 20(2): the person, or another controller
    FORMAT = "format"
    FIELD = "field"
    OLD_VALUE = "old_value"
    NEW_VALUE = "new_value"
    EVIDENCE = "evidence"  # only if relevant and proportionate, CJEU C-247/23
    GROUND = "ground"  # GDPR 18(1)(a)-(d)
    SITUATION = "situation"  # GDPR 21(1)
    CHANNELS = "channels"
    CONSENT = "consent"
    DECISION = "decision"  # GDPR 22
    PERIOD = "period"
    LETTER = "letter"
    STATED_DEADLINE = "stated_deadline"


class Search(StrEnum):
    """Where to look."""

    EVERYWHERE = "everywhere"  # archives, paper and processors too (CNIL SAN-2021-021)
    PROVIDED = "provided"  # what the person provided, on consent or contract
    EVERY_COPY = "every_copy"
    PURPOSES_OBJECTED = "purposes_objected"
    PROSPECTING = "prospecting"
    CONSENT = "consent"
    DECISIONS = "decisions"
    RECIPIENTS = "recipients"
    RELATED_FILE = "related_file"


class Act(StrEnum):
    """What is done in each system where something was found."""

    EXPORT = "export"
    EXPORT_STRUCTURED = "export_structured"  # JSON or CSV with its schema; PDF is not enough
    CHANGE = "change"
    ERASE = "erase"
    RESTRICT = "restrict"
    SUPPRESS = "suppress"
    STOP_ON_CONSENT = "stop_on_consent"
    NAME_RECIPIENTS = "name_recipients"
    EXPLAIN_DECISION = "explain_decision"
    FREEZE_FILE = "freeze_file"


class Human(StrEnum):
    """Whether a human decides."""

    NEVER = "never"  # nothing to weigh: carried out at once
    WHEN_NEEDED = "when_needed"  # what speaks of others, or is not sure
    ALWAYS = "always"
    ALONE = "alone"  # the machine answers nothing


@dataclass(frozen=True)
class RightRule:
    """One right's rule (rule book §1). The assurance is the default for ordinary data."""

    right: Right
    article: str
    assurance: Assurance
    inputs: tuple[Input, ...]
    search: Search
    act: Act
    human: Human
    human_decides: tuple[str, ...]
    extension_allowed: bool = True
    """Two further months, GDPR 12(3). Never for a refusal, GDPR 12(4)."""
    sla_hours: int | None = None
    """Hours from receipt to effect in the controller's own tools; None: the month."""
    provider_sla_hours: int | None = None
    """Hours from receipt to effect at its providers."""

    @property
    def waits_for_identity(self) -> bool:
        """IA0: nothing beyond the message is asked, and no pause is ever possible."""
        return self.assurance is not Assurance.IA0


# In the order in which the demands of one case are carried out (rule book §5, 1-2): what stops
# processing first; then the snapshots, before anything changes; erasure last, so that it can
# destroy nothing that another demand still needs.
_RULES = (
    # A letter from the authority is a case of its own; its deadline is the one it states, and
    # the related file is frozen before anything else happens (rule book §1.10).
    RightRule(
        Right.AUTHORITY_INQUIRY,
        "GDPR 31, 58(1)",
        Assurance.IA0,
        (Input.LETTER, Input.STATED_DEADLINE),
        Search.RELATED_FILE,
        Act.FREEZE_FILE,
        Human.ALONE,
        ("answer",),
        extension_allowed=False,
    ),
    # 21(3): no reasons, no refusal, no identity; the month is for the confirmation only.
    RightRule(
        Right.PROSPECTING_OBJECTION,
        "GDPR 21(2)-(3)",
        Assurance.IA0,
        (Input.CHANNELS,),
        Search.PROSPECTING,
        Act.SUPPRESS,
        Human.NEVER,
        (),
        extension_allowed=False,
        sla_hours=24,
        provider_sla_hours=72,
    ),
    # 7(3) is not among the rights to which 12(3) gives a month: as easy as giving consent.
    RightRule(
        Right.CONSENT_WITHDRAWAL,
        "GDPR 7(3)",
        Assurance.IA0,
        (Input.CONSENT,),
        Search.CONSENT,
        Act.STOP_ON_CONSENT,
        Human.NEVER,
        (),
        extension_allowed=False,
        sla_hours=72,
        provider_sla_hours=72,
    ),
    RightRule(
        Right.RESTRICTION,
        "GDPR 18",
        Assurance.IA1,
        (Input.CONTACT, Input.SCOPE, Input.GROUND),
        Search.EVERYWHERE,
        Act.RESTRICT,
        Human.ALWAYS,
        ("ground", "lifting"),
    ),
    # Restricted by itself while a human weighs: 18(1)(d).
    RightRule(
        Right.OBJECTION,
        "GDPR 21(1)",
        Assurance.IA1,
        (Input.CONTACT, Input.SITUATION, Input.SCOPE),
        Search.PURPOSES_OBJECTED,
        Act.RESTRICT,
        Human.ALWAYS,
        ("balancing",),
    ),
    RightRule(
        Right.ACCESS,
        "GDPR 15",
        Assurance.IA1,
        (Input.CONTACT, Input.SCOPE),
        Search.EVERYWHERE,
        Act.EXPORT,
        Human.WHEN_NEEDED,
        ("redaction", "privilege", "excessive", "cctv", "completeness"),
    ),
    RightRule(
        Right.RECIPIENTS,
        "GDPR 15(1)(c); CJEU C-154/21",
        Assurance.IA1,
        (Input.CONTACT, Input.PERIOD),
        Search.RECIPIENTS,
        Act.NAME_RECIPIENTS,
        Human.WHEN_NEEDED,
        ("naming",),
    ),
    RightRule(
        Right.PORTABILITY,
        "GDPR 20",
        Assurance.IA1,
        (Input.CONTACT, Input.TARGET, Input.FORMAT),
        Search.PROVIDED,
        Act.EXPORT_STRUCTURED,
        Human.WHEN_NEEDED,
        ("third_parties", "transmission"),
    ),
    # Before rectification: the review looks at the data that the decision was taken on.
    RightRule(
        Right.HUMAN_REVIEW,
        "GDPR 22(3)",
        Assurance.IA1,
        (Input.CONTACT, Input.DECISION),
        Search.DECISIONS,
        Act.EXPLAIN_DECISION,
        Human.ALWAYS,
        ("review",),
    ),
    RightRule(
        Right.RECTIFICATION,
        "GDPR 16",
        Assurance.IA1,
        (Input.CONTACT, Input.FIELD, Input.OLD_VALUE, Input.NEW_VALUE, Input.EVIDENCE),
        Search.EVERY_COPY,
        Act.CHANGE,
        Human.ALWAYS,
        ("contested_fact", "opinion_of_others"),
    ),
    RightRule(
        Right.ERASURE,
        "GDPR 17",
        Assurance.IA1,
        (Input.CONTACT, Input.SCOPE),
        Search.EVERYWHERE,
        Act.ERASE,
        Human.ALWAYS,
        ("destructive_plan", "legal_claims", "unset_retention"),
    ),
)
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
