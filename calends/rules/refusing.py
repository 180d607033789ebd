"""What may be a reason to refuse, what needs a demonstration, and what never is one.

GDPR 11(2), 12(2), 12(4)-(5), 15(4); CJEU C-526/24, C-307/22. Rule book §0.4, §1.0, §5 rows 10, 12,
33, 35-36, 66-68. The burden is the controller's, and a human decides every refusal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from calends.rules.decision import Decision, Outcome, decide
from calends.rules.periods import add_months


class Reason(StrEnum):
    """What somebody might want to refuse for."""

    NOT_IDENTIFIED = "not_identified"
    RIGHTS_OF_OTHERS = "rights_of_others"
    LEGAL_OBLIGATION = "legal_obligation"
    LEGAL_CLAIMS = "legal_claims"
    INDIRECT_ACCESS = "indirect_access"
    RIGHT_DOES_NOT_APPLY = "right_does_not_apply"
    UNFOUNDED = "unfounded"
    EXCESSIVE = "excessive"
    NO_FORM = "no_form"
    NO_MOTIVE = "no_motive"
    NO_ARTICLE = "no_article"
    MISSING_DETAILS = "missing_details"
    INSULTING = "insulting"
    MUCH_WORK = "much_work"
    LITIGATION_AIM = "litigation_aim"
    MANY_BY_ONE_AGENT = "many_by_one_agent"
    OTHER_LANGUAGE = "other_language"
    LIVES_ABROAD = "lives_abroad"
    NO_PAYMENT = "no_payment"
    HOLIDAYS = "holidays"
    WRONG_MAILBOX = "wrong_mailbox"


_LAWFUL: dict[Reason, str] = {
    Reason.NOT_IDENTIFIED: "GDPR 11(2), 12(2), 12(6)",
    Reason.RIGHTS_OF_OTHERS: "GDPR 15(4), 20(4)",
    Reason.LEGAL_OBLIGATION: "GDPR 17(3)(b)",
    Reason.LEGAL_CLAIMS: "GDPR 17(3)(e), 21(1)",
    Reason.INDIRECT_ACCESS: "CMF L561-45",
    Reason.RIGHT_DOES_NOT_APPLY: "GDPR 20(1), 21(1)",
}
_NEVER: dict[Reason, str] = {
    Reason.NO_FORM: "EDPB 01/2022 §52-57",
    Reason.NO_MOTIVE: "CJEU C-307/22",
    Reason.NO_ARTICLE: "EDPB 01/2022 §52-57",
    Reason.MISSING_DETAILS: "GDPR 12(2)",
    Reason.INSULTING: "EDPB 01/2022 §185-190",
    Reason.MUCH_WORK: "EDPB 01/2022 §185-190",
    Reason.LITIGATION_AIM: "EDPB 01/2022 §185-190; CJEU C-307/22",
    Reason.MANY_BY_ONE_AGENT: "EDPB 01/2022 §185-190",
    Reason.OTHER_LANGUAGE: "GDPR 12(2)",
    Reason.LIVES_ABROAD: "GDPR 3(1), recital 14",
    Reason.NO_PAYMENT: "GDPR 12(5)",
    Reason.HOLIDAYS: "GDPR 12(3); Reg. 1182/71 art. 3(3)",
    Reason.WRONG_MAILBOX: "EDPB 01/2022 §52-56",
}
_ABUSE = "GDPR 12(5); CJEU C-526/24"


@dataclass(frozen=True)
class Demonstration:
    """What the controller can show for "manifestly unfounded or excessive"."""

    objective: str = ""
    """The circumstances: what the requests look like, since when, how often."""
    subjective: str = ""
    """The intent that they demonstrate: C-526/24 asks for both, strictly, even for a first one."""
    by_dpo: bool = False
    counsel_heard: bool = False


_NOTHING_SHOWN = Demonstration()


def may_refuse(
    reason: Reason,
    *,
    decided_by_human: bool,
    shown: Demonstration = _NOTHING_SHOWN,
    last_answered: date | None = None,
    received: date | None = None,
) -> Decision:
    """Whether a demand may be refused for this reason. ACCEPT: the refusal is, with GDPR 12(4).

    `last_answered`, `received`: of the same demand before, and of this one (local days); a year
    between them is never excessive by repetition.
    """
    if reason in _NEVER:
        return decide(Outcome.REFUSE, f"{reason} is no reason", _NEVER[reason], about="refusal")
    if not decided_by_human:
        return decide(Outcome.HUMAN, "a human decides", "GDPR 12(4)", about="refusal")
    if reason in _LAWFUL:
        return decide(Outcome.ACCEPT, f"refused: {reason}", _LAWFUL[reason], about="refusal")
    if reason is Reason.EXCESSIVE and spaced_enough(last_answered, received):
        words = "a year has passed since the last answer"
        return decide(Outcome.REFUSE, words, "EDPB 01/2022 §185-190", about="refusal")
    return _abuse(shown)


def spaced_enough(last_answered: date | None, received: date | None) -> bool:
    """Whether a year lies between the last answer and this demand."""
    if last_answered is None or received is None:
        return False
    return received >= add_months(last_answered, 12)


def _abuse(shown: Demonstration) -> Decision:
    lacks = {
        "objective": bool(shown.objective.strip()),
        "subjective": bool(shown.subjective.strip()),
        "dpo": shown.by_dpo,
        "counsel": shown.counsel_heard,
    }
    missing = tuple(name for name, there in lacks.items() if not there)
    if missing:
        words = f"not demonstrated: {', '.join(missing)}"
        return decide(Outcome.ASK, words, _ABUSE, about="refusal", ask=missing)
    return decide(Outcome.ACCEPT, "demonstrated, in writing", _ABUSE, about="refusal")


def may_charge(*, excessive_demonstrated: bool, amount_announced: bool) -> Decision:
    """A fee: only instead of a justified refusal, announced first, so that the person may give
    the demand up (GDPR 12(5); EDPB 01/2022 §194). Everything else is free."""
    if not excessive_demonstrated:
        return decide(Outcome.REFUSE, "free of charge", "GDPR 12(5)", about="fee")
    if not amount_announced:
        words = "announce the amount, let the person withdraw"
        source = "EDPB 01/2022 §194"
        return decide(Outcome.ASK, words, source, about="fee", ask=("announcement",))
    return decide(Outcome.ACCEPT, "a reasonable fee", "GDPR 12(5)", about="fee")
