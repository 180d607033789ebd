"""What an erasure demand does to one record, given its retention rule (rule book §3).

Only a statute keeps a record against the person's will by itself: GDPR 17(3)(b). Durations of a
policy or of soft law are ceilings for the controller, never exceptions to art. 17. Claims,
17(3)(e), are never automatic: a human writes down which one needs which record. Every verdict
that destroys goes to a human all the same, as part of the plan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import MAXYEAR, date, timedelta
from enum import StrEnum
from typing import Literal

from calends.rules.periods import Period
from calends.rules.vocabulary import Verdict

UNSET = "UNSET"
NONE = "none"


class Reason(StrEnum):
    """Why a verdict is what it is; letters and the register spell it out."""

    NO_DURATION = "no_duration"
    NO_LEGAL_BASIS = "no_legal_basis"
    OBLIGATION_WITHOUT_STATUTE = "obligation_without_statute"
    START_UNKNOWN = "start_unknown"
    RELATIONSHIP_RUNS = "relationship_runs"
    CLAIMS_MAY_NEED_IT = "claims_may_need_it"
    LEGAL_OBLIGATION = "legal_obligation"
    OBLIGATION_OVER = "obligation_over"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    NO_LONGER_NECESSARY = "no_longer_necessary"
    DURATION_OVER = "duration_over"
    OBJECTED = "objected"
    UNLAWFUL_TO_HOLD = "unlawful_to_hold"
    LAW_ORDERS_ERASURE = "law_orders_erasure"
    COLLECTED_FROM_MINOR = "collected_from_minor"
    SUPPRESSION_NEEDED = "suppression_needed"
    GROUNDS_TO_WEIGH = "grounds_to_weigh"
    CLAIM_NEEDS_IT = "claim_needs_it"
    LITIGATION_HOLD = "litigation_hold"
    AUTHORITY_HOLD = "authority_hold"
    RESTRICTED = "restriction_holds"
    OTHER_DEMAND_OPEN = "other_demand_open"
    NO_WAY_DECLARED = "no_way_declared"


ARTICLES: dict[Reason, str] = {
    Reason.NO_DURATION: "GDPR 5(1)(e)",
    Reason.NO_LEGAL_BASIS: "GDPR 6(1)",
    Reason.OBLIGATION_WITHOUT_STATUTE: "GDPR 17(3)(b)",
    Reason.START_UNKNOWN: "GDPR 5(1)(e)",
    Reason.RELATIONSHIP_RUNS: "GDPR 17(1)(a)",
    Reason.CLAIMS_MAY_NEED_IT: "GDPR 17(3)(e)",
    Reason.LEGAL_OBLIGATION: "GDPR 17(3)(b)",
    Reason.OBLIGATION_OVER: "GDPR 17(1)(a)",
    Reason.CONSENT_WITHDRAWN: "GDPR 17(1)(b)",
    Reason.NO_LONGER_NECESSARY: "GDPR 17(1)(a)",
    Reason.DURATION_OVER: "GDPR 17(1)(a), 5(1)(e)",
    Reason.OBJECTED: "GDPR 17(1)(c)",
    Reason.UNLAWFUL_TO_HOLD: "GDPR 17(1)(d)",
    Reason.LAW_ORDERS_ERASURE: "GDPR 17(1)(e)",
    Reason.COLLECTED_FROM_MINOR: "GDPR 17(1)(f); loi 78-17 art. 51 II",
    Reason.SUPPRESSION_NEEDED: "GDPR 21(3)",
    Reason.GROUNDS_TO_WEIGH: "GDPR 17(1)(c), 21(1)",
    Reason.CLAIM_NEEDS_IT: "GDPR 17(3)(e)",
    Reason.LITIGATION_HOLD: "GDPR 17(3)(e)",
    Reason.AUTHORITY_HOLD: "GDPR 17(3)(b), 31",
    Reason.RESTRICTED: "GDPR 18(1), 18(3)",
    Reason.OTHER_DEMAND_OPEN: "GDPR 12(2), 15",
    Reason.NO_WAY_DECLARED: "GDPR 17(1)",
}
"""The article on which each reason rests."""


@dataclass(frozen=True)
class RetentionRule:
    """How long records of one kind are kept. Raises ValueError when a period is not readable."""

    id: str
    active: str
    """ISO 8601 period from the start event; `none`; or `UNSET`."""
    archive: str = NONE
    """Period of the intermediate archive; `none`; or `UNSET`."""
    archive_counts_from: Literal["start", "end_of_active"] = "start"
    statutory: bool = False
    """A law obliges to keep."""
    from_financial_year_end: bool = False
    """The start is the end of the financial year of the record."""
    source: str = ""
    title_fr: str = ""
    title_en: str = ""
    financial_year_ends: str = "12-31"
    """Month and day of that end, `MM-DD`."""

    def __post_init__(self) -> None:
        _end_of_year(self.financial_year_ends, 2001)
        for text in (self.active, self.archive):
            if text not in (UNSET, NONE):
                Period.parse(text)

    def unset(self) -> bool:
        return UNSET in (self.active, self.archive)

    def keeps_nothing(self) -> bool:
        return self.active == self.archive == NONE

    def active_until(self, start: date) -> date:
        """The last day of the active phase of a record that starts there."""
        return _after(self.active, self._origin(start))

    def kept_until(self, start: date) -> date:
        """The last day on which the record may be kept in any phase."""
        active_end = self.active_until(start)
        after_active = self.archive_counts_from == "end_of_active"
        archive_start = active_end if after_active else self._origin(start)
        return max(active_end, _after(self.archive, archive_start))

    def _origin(self, start: date) -> date:
        if not self.from_financial_year_end:
            return start
        end = _end_of_year(self.financial_year_ends, start.year)
        if end < start:
            end = _end_of_year(self.financial_year_ends, min(start.year + 1, MAXYEAR))
        return end


def _end_of_year(month_day: str, year: int) -> date:
    """The end of a financial year; 29 February is the last of February where there is none."""
    try:
        if month_day == "02-29":
            return date(year, 3, 1) - timedelta(days=1)
        return date.fromisoformat(f"{year:04}-{month_day}")
    except ValueError as error:
        raise ValueError(f"not a day of a year, MM-DD: {month_day[:10]!r}") from error


def _after(period: str, start: date) -> date:
    return start if period == NONE else Period.parse(period).after(start)


@dataclass(frozen=True)
class RecordVerdict:
    """What becomes of one record, and why."""

    verdict: Verdict
    until: date | None
    """Last day on which it is kept (local day); None where no date follows from the rule."""
    rule: str
    """Id of the retention rule; empty when there is none."""
    source: str
    """The text that gives the duration, as the rule cites it."""
    reason: str
    """A `Reason`; `ARTICLES` has its article."""
    minimise: bool = False
    """Only a legal obligation is left: what it does not ask for is dropped (`erasure`)."""
    told: bool = True
    """False: the person is not told the reason, because telling would prejudice an inquiry."""


def verdict_for_erasure(
    rule: RetentionRule | None, basis: str, start: date | None, today: date
) -> RecordVerdict:
    """The verdict on one record when its person demands erasure (rule book §3.3).

    `basis` is the legal basis of the record's purpose as the company file names it; `start` the
    event from which its period counts (end of the relationship, date of the invoice); `today`
    the local day of the decision.
    """
    if rule is None:
        return RecordVerdict(Verdict.HUMAN, None, "", "", Reason.NO_DURATION)
    if rule.unset():
        return _verdict(rule, Verdict.HUMAN, Reason.NO_DURATION)
    if rule.statutory:
        # Before consent: 17(1)(b) itself gives way where there is "another legal ground".
        return _statutory_verdict(rule, start, today)
    if basis == "consent":
        return _verdict(rule, Verdict.ERASED, Reason.CONSENT_WITHDRAWN)
    if basis == "legal_obligation":
        # The purpose says a law obliges, the rule names none: somebody must say which is wrong.
        return _verdict(rule, Verdict.HUMAN, Reason.OBLIGATION_WITHOUT_STATUTE)
    if basis not in ("contract", "legitimate_interest"):
        return _verdict(rule, Verdict.HUMAN, Reason.NO_LEGAL_BASIS)
    return _policy_verdict(rule, start, today)


def _statutory_verdict(rule: RetentionRule, start: date | None, today: date) -> RecordVerdict:
    """A duration that a law imposes: GDPR 17(3)(b) while it runs, nothing afterwards."""
    if start is None:
        return _verdict(rule, Verdict.HUMAN, Reason.START_UNKNOWN)
    until = rule.kept_until(start)
    if today <= until:
        kept = _verdict(rule, Verdict.ARCHIVED_RESTRICTED, Reason.LEGAL_OBLIGATION, until)
        return replace(kept, minimise=True)
    return _verdict(rule, Verdict.ERASED, Reason.OBLIGATION_OVER)


def _policy_verdict(rule: RetentionRule, start: date | None, today: date) -> RecordVerdict:
    """A duration that the controller set for itself, on contract or legitimate interest.

    Reading: while the relationship runs the data are still necessary, so 17(1)(a) does not open
    and a human looks at the other grounds. Once it has ended, 17(1)(a) opens whatever is left of
    the active phase; only an archive phase that is not over says that claims were expected, and
    17(3)(e) asks that a human names one. For legitimate interest the demand counts as an
    objection too, 21(1) and 17(1)(c): a purpose whose grounds may override it (security, fraud)
    must declare an archive phase or UNSET, so that a human weighs them.
    """
    if rule.keeps_nothing():
        return _verdict(rule, Verdict.ERASED, Reason.DURATION_OVER)
    if start is None:
        return _verdict(rule, Verdict.HUMAN, Reason.START_UNKNOWN)
    until = rule.kept_until(start)
    if start > today:
        return _verdict(rule, Verdict.HUMAN, Reason.RELATIONSHIP_RUNS)
    if today > until:
        return _verdict(rule, Verdict.ERASED, Reason.DURATION_OVER)
    if rule.archive != NONE:
        return _verdict(rule, Verdict.HUMAN, Reason.CLAIMS_MAY_NEED_IT, until)
    return _verdict(rule, Verdict.ERASED, Reason.NO_LONGER_NECESSARY)


def _verdict(
    rule: RetentionRule, kind: Verdict, reason: Reason, until: date | None = None
) -> RecordVerdict:
    return RecordVerdict(kind, until, rule.id, rule.source, reason)
