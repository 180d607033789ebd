"""Objection: prospecting is absolute, 6(1)(e)-(f) are weighed, the rest has another way.

GDPR 21. Rule book §1.3. A list of purposes in a policy narrows nothing (§0.6).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from calends.rules.decision import Decision, Outcome, decide
from calends.rules.trace import Step
from calends.rules.vocabulary import Basis, Right


class ObjectionPath(StrEnum):
    """What becomes of an objection, for one purpose."""

    STOP = "stop"  # 21(2)-(3)
    BALANCE = "balance"  # 21(1)
    WITHDRAW_CONSENT = "withdraw_consent"  # 7(3)
    EXPLAIN = "explain"  # 21(1) does not apply: 12(4), and other rights are offered
    HUMAN = "human"


@dataclass(frozen=True)
class ObjectionRule:
    path: ObjectionPath
    restrict_meanwhile: bool
    """GDPR 18(1)(d), without being asked: the processing stands still while it is weighed."""
    offer: tuple[Right, ...]
    why: Step


_STEPS: dict[ObjectionPath, tuple[str, str]] = {
    ObjectionPath.STOP: ("GDPR 21(2)-(3)", "prospecting stops: no reasons, no refusal"),
    ObjectionPath.BALANCE: ("GDPR 21(1), 18(1)(d)", "stops unless compelling grounds are shown"),
    ObjectionPath.WITHDRAW_CONSENT: ("GDPR 7(3)", "on consent, an objection withdraws it"),
    ObjectionPath.EXPLAIN: ("GDPR 21(1), 12(4)", "21(1) covers only 6(1)(e) and (f)"),
    ObjectionPath.HUMAN: ("GDPR 6(1)", "nobody has said on which basis it rests"),
}
_BY_BASIS: dict[str, ObjectionPath] = {
    Basis.CONSENT: ObjectionPath.WITHDRAW_CONSENT,
    Basis.CONTRACT: ObjectionPath.EXPLAIN,
    Basis.LEGAL_OBLIGATION: ObjectionPath.EXPLAIN,
    Basis.VITAL_INTEREST: ObjectionPath.EXPLAIN,
    Basis.PUBLIC_TASK: ObjectionPath.BALANCE,
    Basis.LEGITIMATE_INTEREST: ObjectionPath.BALANCE,
}


def objection_path(basis: str, *, prospecting: bool) -> ObjectionRule:
    """The way of an objection to one purpose, given its legal basis as the company file names it.

    `prospecting`: the purpose is direct marketing or the profiling related to it.
    """
    path = ObjectionPath.STOP
    if not prospecting:
        path = _BY_BASIS.get(basis, ObjectionPath.HUMAN)
    source, words = _STEPS[path]
    weighed = path in (ObjectionPath.BALANCE, ObjectionPath.HUMAN)
    offer = (
        (Right.ACCESS, Right.RESTRICTION, Right.ERASURE) if path is ObjectionPath.EXPLAIN else ()
    )
    return ObjectionRule(path, weighed, offer, Step("objection", str(path), source, words))


def balance(*, compelling: str, claims: str, decided_by_human: bool) -> Decision:
    """The end of a balancing. ACCEPT: the processing stops.

    `compelling`, `claims`: the demonstration in writing, for this purpose; without one the
    objection succeeds, because the burden is the controller's.
    """
    if not decided_by_human:
        return decide(Outcome.HUMAN, "a human weighs it", "GDPR 21(1)", about="objection")
    if compelling.strip():
        words = "compelling legitimate grounds are demonstrated"
    elif claims.strip():
        words = "needed for legal claims"
    else:
        words = "nothing demonstrated: it stops"
        return decide(Outcome.ACCEPT, words, "GDPR 21(1)", about="objection")
    return decide(Outcome.REFUSE, words, "GDPR 21(1), 12(4)", about="objection")
