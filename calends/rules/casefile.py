"""How long the file of a request itself is kept, and what a demand about it gets.

No law sets a duration; the EDPB warns against copying accounting periods (CEF 2024). The house's
assessment is rule book §4; the DPO signs it. Rule book §5 rows 71-72.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from calends.rules.decision import Decision, Outcome, decide
from calends.rules.periods import Period
from calends.rules.trace import Step
from calends.rules.vocabulary import Right


class FileItem(StrEnum):
    """The parts of a request's file. Identity documents: `documents.delete_document_by`."""

    EXPORT = "export"  # from delivery; then its digest only
    CORRESPONDENCE = "correspondence"
    DECISION_RECORD = "decision_record"
    PROSPECTING_OBJECTION = "prospecting_objection"


_KEPT: dict[FileItem, tuple[str, str]] = {
    FileItem.EXPORT: ("P30D", "GDPR 5(1)(e)"),
    FileItem.CORRESPONDENCE: ("P12M", "house rule: the window for a complaint"),
    FileItem.DECISION_RECORD: ("P5Y", "C. civ. 2224: evidence"),
    FileItem.PROSPECTING_OBJECTION: ("P6Y", "CPP art. 8; C. pén. 226-18-1"),
}
# The shorter readings that a DPO may choose instead (rule book §4, "option").
_SHORTER: dict[FileItem, str] = {
    FileItem.DECISION_RECORD: "P3Y",
    FileItem.PROSPECTING_OBJECTION: "P5Y",
}


def keep_until(item: FileItem, day: date, *, shorter: bool = False) -> Step:
    """The last local day of one part of the file.

    `day`: the closure of the case, for an export its confirmed delivery; `shorter`: the DPO chose
    the shorter of the two readings, where there are two.
    """
    period, source = _KEPT[item]
    if shorter:
        period = _SHORTER.get(item, period)
    until = Period.parse(period).after(day)
    return Step(str(item), f"{until}", source, f"{period} from {day}")


SECURITY_INTERNALS = ("logs", "keys", "codes", "detection_rules")
"""Never handed out with the file: they protect others (GDPR 15(4), 32)."""


@dataclass(frozen=True)
class AboutTheFile:
    """What a demand about the request file gets."""

    decision: Decision
    withheld: tuple[str, ...]
    purge_on: date | None
    """Refused erasure: the day on which the evidence goes, to be told to the person."""


def demand_about_file(right: Right, today: date, evidence_until: date) -> AboutTheFile:
    """Access to, or erasure of, the file of an earlier request (§5 row 72).

    `evidence_until`: the last day on which the file is needed as evidence.
    """
    if right is Right.ERASURE:
        source = "GDPR 17(3)(b), 17(3)(e), 5(2)"
        if today <= evidence_until:
            words = f"needed as evidence until {evidence_until}"
            refused = decide(Outcome.REFUSE, words, source, about="file")
            return AboutTheFile(refused, (), evidence_until)
        gone = decide(Outcome.ACCEPT, "no longer needed", "GDPR 17(1)(a)", about="file")
        return AboutTheFile(gone, (), None)
    if right in (Right.ACCESS, Right.RECIPIENTS):
        words = "data like any other, without what protects others"
        given = decide(Outcome.ACCEPT, words, "GDPR 15(1), 15(4)", about="file")
        return AboutTheFile(given, SECURITY_INTERNALS, None)
    return AboutTheFile(
        decide(Outcome.HUMAN, "a human looks", "GDPR 12(2)", about="file"), (), None
    )
