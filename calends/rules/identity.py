"""How surely the requester must be known: as lightly as the stake allows (GDPR 12(2), 12(6)).

The ladder is the rule book's (§1, "Identity assurance levels"): proportionate to the harm that a
wrong disclosure or a wrong act would do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from calends.rules.rights import Act, rule_for
from calends.rules.trace import Step
from calends.rules.vocabulary import Assurance, Right

_LEVELS = tuple(Assurance)  # declared from the lightest to the surest


class Stake(StrEnum):
    """What the demand is about, by the harm of a mistake."""

    ORDINARY = "ordinary"
    SENSITIVE = "sensitive"  # GDPR 9(1), 10
    BANK = "bank"
    ACCOUNT_OR_CONTRACT = "account_or_contract"
    CCTV = "cctv"
    CONTACT_DETAIL = "contact_detail"  # an address that identity itself hangs on


class Contact(StrEnum):
    """The contact point through which the requester is reached."""

    ON_FILE = "on_file"
    UNKNOWN = "unknown"
    SHARED = "shared"  # info@, contact@: whoever reads it (rule book §5 row 17)
    POSTAL = "postal"


@dataclass(frozen=True)
class Required:
    """The assurance needed, and why."""

    assurance: Assurance
    why: tuple[Step, ...]


_DISCLOSES = frozenset({Act.EXPORT, Act.EXPORT_STRUCTURED, Act.NAME_RECIPIENTS})
_HARD_TO_UNDO = frozenset({Act.CHANGE, Act.ERASE})
_LADDER = "house rule: assurance proportionate to the harm of a mistake (EDPB 01/2022 §58-79)"

# Stake -> the acts for which it asks for IA2, with the reason.
_RAISES: dict[Stake, tuple[frozenset[Act], str]] = {
    Stake.SENSITIVE: (_DISCLOSES, "sensitive data (GDPR 9, 10) would be disclosed"),
    Stake.BANK: (_DISCLOSES | _HARD_TO_UNDO, "bank data: the risk is an account taken over"),
    Stake.ACCOUNT_OR_CONTRACT: (
        frozenset({Act.ERASE}),
        "the erasure of an account or a contract cannot be undone",
    ),
    Stake.CCTV: (_DISCLOSES | {Act.ERASE}, "images show others too"),
    Stake.CONTACT_DETAIL: (
        frozenset({Act.CHANGE}),
        "who changes the contact takes over the account: the old contact must confirm",
    ),
}
_CONTACTS: dict[Contact, str] = {
    Contact.UNKNOWN: "the contact is not on file: control of it proves nothing about the person",
    Contact.SHARED: "several people read a shared mailbox",
    Contact.POSTAL: "a letter is no control of a contact: the answer goes to the address on file",
}


def enough(have: Assurance, need: Assurance) -> bool:
    """Whether the assurance reached covers the one needed."""
    return _LEVELS.index(have) >= _LEVELS.index(need)


def highest(levels: Iterable[Assurance]) -> Assurance:
    """The surest of these; IA0 when there is none."""
    return max(levels, key=_LEVELS.index, default=Assurance.IA0)


def required_assurance(
    right: Right,
    stakes: Iterable[Stake] = (),
    contact: Contact = Contact.ON_FILE,
    *,
    homonyms: bool = False,
    for_other_contact: bool = False,
) -> Required:
    """The assurance that one demand needs: never IA3, which only a reasoned doubt opens
    (`documents.may_ask_document`; CNIL SAN-2020-008).

    `homonyms`: several people on file bear the name. `for_other_contact`: a consent is withdrawn
    for another contact than the one written from.
    """
    rule = rule_for(right)
    if not rule.waits_for_identity:
        return _at_once(right, for_other_contact)
    steps = [_step(rule.assurance, "the default of this right", rule.article)]
    for stake in Stake:
        acts, words = _RAISES.get(stake, (frozenset(), ""))
        if stake in set(stakes) and rule.act in acts:
            steps.append(_step(Assurance.IA2, words))
    if contact in _CONTACTS:
        steps.append(_step(Assurance.IA2, _CONTACTS[contact]))
    if homonyms:
        steps.append(_step(Assurance.IA2, "several people bear the name: two identifiers needed"))
    return Required(highest(Assurance(step.value) for step in steps), tuple(steps))


def required_for_case(demands: Iterable[Required]) -> Required:
    """The surest assurance that any of these demands needs, with the steps that ask for it."""
    each = tuple(demands)
    level = highest(required.assurance for required in each)
    steps = dict.fromkeys(step for required in each for step in required.why)
    return Required(level, tuple(step for step in steps if step.value == level))


def _at_once(right: Right, for_other_contact: bool) -> Required:
    rule = rule_for(right)
    if right is Right.CONSENT_WITHDRAWAL and for_other_contact:
        words = "the consent was given through another contact than the one written from"
        return Required(Assurance.IA1, (_step(Assurance.IA1, words),))
    words = "nobody is harmed by it, and it must be as easy as it was to say yes"
    return Required(Assurance.IA0, (_step(Assurance.IA0, words, rule.article),))


def _step(level: Assurance, words: str, source: str = _LADDER) -> Step:
    return Step("assurance", str(level), source, words)
