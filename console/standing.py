"""Where a case stands, as its person may know it: steps, dates, what is asked of them.

Read from the register alone, from columns that name nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.register.models import CaseRow, DemandRow, OutboxRow
from calends.rules.rights import in_order
from calends.rules.vocabulary import Right

IDENTITY_DOCUMENT = "identity_document"
ASK_A_DOCUMENT = (IDENTITY_DOCUMENT, "mandate_request", "heirship_request", "minor_request")
"""Letters that ask for a document. Otherwise none is taken: an unasked copy of an identity card is
one more thing to protect and delete (GDPR 5(1)(c); rule book §1, IA3)."""
ASK_SOMETHING = ("identity_second_factor", *ASK_A_DOCUMENT)
EXTENDS = ("extension", "partial")


class NextStep(StrEnum):
    ASKED = "asked"
    """Something is asked of the person."""
    SEARCHING = "searching"
    EXTENDED = "extended"
    NEW_MONTH = "new_month"
    """They proved themselves after the answer that they were not known (GDPR 12(6))."""
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True)
class Sent:
    """A letter of ours: its kind, as a key of the texts, and its day."""

    kind: str
    day: date


@dataclass(frozen=True)
class Standing:
    reference: str
    received: date
    rights: tuple[tuple[Right, str], ...]
    """Each right demanded, and `open`, `answered`, `refused` or another outcome's code."""
    step: NextStep
    answer_by: date | None
    letters: tuple[Sent, ...]
    wants_document: bool
    wants_identity: bool
    """It is an identity document that is asked for (rule book §1, IA3)."""
    open: bool


async def standing_of(session: AsyncSession, case: CaseRow) -> Standing:
    rows = await session.scalars(select(DemandRow).where(DemandRow.case_id == case.id))
    state = {Right(row.right): row.state for row in rows}
    letters = await _letters(session, case)
    asked = _asked_last(letters)
    step = _step(case, list(state.values()), letters, asked)
    ends = step in (NextStep.ANSWERED, NextStep.CLOSED, NextStep.NEW_MONTH)
    return Standing(
        reference=case.reference or "",
        received=date.fromisoformat(case.clock["received_local"]),
        rights=tuple((right, state[right]) for right in in_order(state)),
        step=step,
        answer_by=None if ends else case.answer_by,
        letters=letters,
        wants_document=asked in ASK_A_DOCUMENT,
        wants_identity=asked == IDENTITY_DOCUMENT,
        open=case.closed_at is None,
    )


def _step(case: CaseRow, states: list[str], letters: tuple[Sent, ...], asked: str) -> NextStep:
    if case.closed_at is not None:
        answered = any(state == "answered" for state in states)
        return NextStep.ANSWERED if answered else NextStep.CLOSED
    if "not_identified" in states:
        return NextStep.NEW_MONTH
    if states and "open" not in states:
        return NextStep.ANSWERED
    if asked:
        return NextStep.ASKED
    extended = any(letter.kind in EXTENDS for letter in letters)
    return NextStep.EXTENDED if extended else NextStep.SEARCHING


async def _letters(session: AsyncSession, case: CaseRow) -> tuple[Sent, ...]:
    """What went to the person; what went to the DPO or to recipients is not theirs to see."""
    zone = ZoneInfo(case.clock.get("tz", "Europe/Paris"))
    rows = await session.scalars(
        select(OutboxRow)
        .where(OutboxRow.case_id == case.id, OutboxRow.state == "sent")
        .order_by(OutboxRow.sent_at, OutboxRow.purpose)
    )
    found = []
    for row in rows:
        kind = kind_of(row.purpose)
        if kind and row.sent_at is not None:
            found.append(Sent(kind, _day(row.sent_at, zone)))
    return tuple(found)


KINDS = ("acknowledgment", "identity_request", "identity_reminder", "identity_document",
         "identity_second_factor", "extension", "partial", "reply", "refusal", "not_identified",
         "forced", "mandate_request", "minor_request", "heirship_request",
         "withdrawal_confirmed")  # fmt: skip


def kind_of(purpose: str) -> str:
    """`reply:ACCESS` -> `reply`, `identity_reminder_2` -> `identity_reminder`; else empty."""
    plain = purpose.partition(":")[0].rstrip("_0123456789")
    return plain if plain in KINDS else ""


def _asked_last(letters: tuple[Sent, ...]) -> str:
    """The kind of the newest letter that asks for something; empty when an answer came since."""
    for letter in reversed(letters):
        if letter.kind in ASK_SOMETHING:
            return letter.kind
        if letter.kind in ("reply", "refusal", "not_identified"):
            return ""
    return ""


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
