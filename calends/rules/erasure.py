"""The algorithm of an erasure: what becomes of one record that serves several purposes.

Rule book §3.3: take away each purpose that fell; what a law still obliges to keep is archived and
minimised; claims are for a human with a written need; holds retain; the rest goes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from calends.rules.retention import Reason, RecordVerdict, RetentionRule, verdict_for_erasure
from calends.rules.statutes import Statute, verdict_under
from calends.rules.vocabulary import Basis, Verdict


class Fallen(StrEnum):
    """Why a purpose no longer carries a record: GDPR 17(1)."""

    NO_LONGER_NECESSARY = Reason.NO_LONGER_NECESSARY.value  # (a)
    CONSENT_WITHDRAWN = Reason.CONSENT_WITHDRAWN.value  # (b)
    OBJECTED = Reason.OBJECTED.value  # (c)
    UNLAWFUL_TO_HOLD = Reason.UNLAWFUL_TO_HOLD.value  # (d)
    LAW_ORDERS_ERASURE = Reason.LAW_ORDERS_ERASURE.value  # (e)
    COLLECTED_FROM_MINOR = Reason.COLLECTED_FROM_MINOR.value  # (f)


@dataclass(frozen=True)
class Purpose:
    """One purpose that a record serves."""

    basis: str
    """As the company file names it."""
    rule: RetentionRule | None
    start: date | None
    """The event from which its period counts, as local day."""
    fallen: Fallen | None = None


class ClaimNeed(StrEnum):
    """What a human wrote about legal claims, GDPR 17(3)(e)."""

    UNDECIDED = "undecided"
    NEEDED = "needed"  # with the claim named in writing
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True)
class Holds:
    """What keeps a record where it is, whatever its purposes say."""

    litigation: bool = False
    authority: bool = False
    """An inquiry of an authority, or a request of the police (rule book §5 rows 53, 73)."""
    restricted: bool = False
    """GDPR 18: lifted with notice before anything is destroyed."""
    other_demand_open: bool = False
    """Located for a demand whose reply is not sent (rule book §1.1, §5 row 61)."""
    may_be_told: bool = True
    """False when telling the person would prejudice the inquiry: no tipping-off."""


NO_HOLDS = Holds()


def verdict_for_record(
    purposes: Sequence[Purpose],
    today: date,
    *,
    statutes: Sequence[tuple[Statute, date | None]] = (),
    holds: Holds = NO_HOLDS,
    claims: ClaimNeed = ClaimNeed.UNDECIDED,
) -> RecordVerdict:
    """The verdict on one record when its person demands erasure.

    `statutes`: texts that speak of it, each with the day from which it counts. `today`: local day
    of the decision. A record of which nobody says why it is kept goes to a human.
    """
    each = [_of_purpose(purpose, today) for purpose in purposes]
    each += [verdict_under(text, start, today) for text, start in statutes]
    each = [_claimed(verdict, claims) for verdict in each]
    if not each:
        each = [verdict_for_erasure(None, Basis.UNSET, None, today)]
    return _held(_strongest(each), holds)


def _of_purpose(purpose: Purpose, today: date) -> RecordVerdict:
    rule = purpose.rule
    if purpose.fallen is None or (rule is not None and rule.statutory):
        # A statute stands even when its purpose fell: 17(3)(b), and 17(1)(b) itself gives way.
        return verdict_for_erasure(rule, purpose.basis, purpose.start, today)
    name, source = (rule.id, rule.source) if rule else ("", "")
    return RecordVerdict(Verdict.ERASED, None, name, source, Reason(purpose.fallen.value))


def _claimed(verdict: RecordVerdict, claims: ClaimNeed) -> RecordVerdict:
    """What a human wrote about claims decides what the rules had to leave open."""
    if verdict.reason != Reason.CLAIMS_MAY_NEED_IT or claims is ClaimNeed.UNDECIDED:
        return verdict
    if claims is ClaimNeed.NEEDED:
        return replace(verdict, verdict=Verdict.RETAINED, reason=Reason.CLAIM_NEEDS_IT)
    return replace(verdict, verdict=Verdict.ERASED, until=None, reason=Reason.NO_LONGER_NECESSARY)


# From what lets go to what holds fast. HUMAN holds fastest: it may mean more than a statute.
_RANK = (
    Verdict.ERASED,
    Verdict.SUPPRESSION_ENTRY,
    Verdict.ARCHIVED_RESTRICTED,
    Verdict.RETAINED,
    Verdict.HUMAN,
)


def _strongest(verdicts: Sequence[RecordVerdict]) -> RecordVerdict:
    """The verdict that prevails; of several that keep, the one that keeps longest.

    A possible claim that a statute outlasts anyway leaves nothing for a human to decide.
    """
    kept = [verdict for verdict in verdicts if verdict.verdict is Verdict.ARCHIVED_RESTRICTED]
    longest = max((verdict.until or date.max for verdict in kept), default=None)
    standing = [v for v in verdicts if not _outlasted(v, longest)]
    return max(standing, key=lambda v: (_RANK.index(v.verdict), v.until or date.min))


def _outlasted(verdict: RecordVerdict, longest: date | None) -> bool:
    if longest is None or verdict.reason != Reason.CLAIMS_MAY_NEED_IT or verdict.until is None:
        return False
    return verdict.until <= longest


def _held(verdict: RecordVerdict, holds: Holds) -> RecordVerdict:
    """A hold retains what would go or change; the machine itself never lifts one."""
    if holds.litigation or holds.authority:
        reason = Reason.LITIGATION_HOLD if holds.litigation else Reason.AUTHORITY_HOLD
        return RecordVerdict(
            Verdict.RETAINED, None, verdict.rule, verdict.source, reason, told=holds.may_be_told
        )
    if holds.restricted or holds.other_demand_open:
        reason = Reason.RESTRICTED if holds.restricted else Reason.OTHER_DEMAND_OPEN
        return RecordVerdict(Verdict.HUMAN, verdict.until, verdict.rule, verdict.source, reason)
    return verdict


def fields_to_drop(
    serves: Mapping[str, Collection[str]], remaining: Collection[str]
) -> tuple[str, ...]:
    """The fields that no remaining purpose needs (GDPR 5(1)(c)): the invoice stays, the phone,
    the notes and the preferences go.

    `serves`: field -> ids of the purposes that it serves; a field of which nobody said it stays.
    """
    left = set(remaining)
    return tuple(field for field, purposes in serves.items() if purposes and not left & {*purposes})
