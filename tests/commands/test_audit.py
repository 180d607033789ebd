from __future__ import annotations

import json
import secrets
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import delete, update

from calends.register.auditing import findings
from calends.register.case_rows import MonthRow
from calends.register.database import Register
from calends.register.holds import Held, add_hold
from calends.register.keeping_rows import KeptRow
from calends.register.models import CaseRow, DemandRow, InboxRow, LedgerRow
from calends.vault.keys import Keyring
from tests.commands.conftest import Calends
from tests.commands.sample import note, put_case, put_letter
from tests.keys import some_master

LONG_AGO = timedelta(days=45)


async def kinds(register: Register) -> list[str]:
    async with register.session() as session:
        return [finding.kind for finding in await findings(session, datetime.now(UTC))]


async def test_an_open_demand_past_its_safe_date_is_late(register: Register) -> None:
    await put_case(register, 1, age=timedelta(days=3))
    assert await kinds(register) == []
    await put_case(register, 2, age=LONG_AGO, demands={"ACCESS": "answered", "ERASURE": "open"})
    assert await kinds(register) == ["late"]


async def test_a_case_is_not_late_on_its_safe_date_and_is_the_day_after(
    register: Register,
) -> None:
    case = await put_case(register, 1)
    evening = datetime(case.safe_due.year, case.safe_due.month, case.safe_due.day, 22, tzinfo=UTC)
    async with register.session() as session:
        on_the_day = evening - timedelta(hours=2)
        assert await findings(session, on_the_day) == []
        [late] = await findings(session, evening + timedelta(hours=3))
    assert late.what == f"ACCESS not answered, 1 day past {case.safe_due}"


async def extend(register: Register, case: CaseRow, number: int = 0) -> None:
    """The month of that number says that it was extended."""
    async with register.session() as session:
        month = await session.get_one(MonthRow, (case.id, number))
        month.answer_by = date.fromisoformat(month.clock["extended_safe_due"])
        await session.commit()


async def test_an_extension_counts_by_its_month_and_only_when_its_notice_left_in_time(
    register: Register,
) -> None:
    case = await put_case(register, 1, age=LONG_AGO)
    await extend(register, case)
    in_time = case.received_at + timedelta(days=20)
    await put_letter(register, case, "extension", state="sent", sent_at=in_time)
    assert await kinds(register) == []
    other = await put_case(register, 2, age=LONG_AGO)
    await extend(register, other)
    too_late = case.received_at + timedelta(days=40)
    await put_letter(register, other, "partial", state="sent", sent_at=too_late)
    async with register.session() as session:
        [late] = await findings(session, datetime.now(UTC))
    assert "said to be extended and no notice left in time" in late.what


async def test_a_later_demand_is_judged_by_its_own_month(register: Register) -> None:
    case = await put_case(register, 1, age=LONG_AGO, demands={"ACCESS": "open", "ERASURE": "open"})
    received = datetime.now(UTC) - timedelta(days=3)
    async with register.session() as session:
        first = await session.get_one(MonthRow, (case.id, 0))
        later = (received + timedelta(days=28)).date()
        second = MonthRow(
            case_id=case.id,
            number=1,
            received_at=received,
            clock=first.clock,
            milestones={},
            safe_due=later,
            legal_due=later,
            answer_by=later,
        )
        session.add(second)
        (await session.get_one(DemandRow, (case.id, "ERASURE"))).month = 1
        await session.commit()
    async with register.session() as session:
        said = [finding.what.split()[0] for finding in await findings(session, datetime.now(UTC))]
    assert said == ["ACCESS"]


async def test_an_extension_that_was_only_written_moves_nothing(register: Register) -> None:
    case = await put_case(register, 1, age=LONG_AGO)
    await put_letter(register, case, "extension", written_at=datetime.now(UTC))
    assert await kinds(register) == ["late"]


async def test_a_closed_case_with_an_unanswered_demand_is_found(register: Register) -> None:
    await put_case(register, 1, age=LONG_AGO, demands={"ACCESS": "answered"}, closed=True)
    assert await kinds(register) == []
    await put_case(register, 2, age=LONG_AGO, closed=True)
    assert await kinds(register) == ["closed_unanswered"]


async def test_a_message_that_waits_over_a_quarter_of_an_hour_is_found(register: Register) -> None:
    for minutes, state in ((10, "received"), (20, "received"), (20, "dispatched")):
        async with register.session() as session:
            session.add(
                InboxRow(
                    id=secrets.token_hex(8),
                    delivery=secrets.token_bytes(8),
                    case_id=f"case-{minutes}-{state}",
                    received_at=datetime.now(UTC) - timedelta(minutes=minutes),
                    channel="smtp",
                    state=state,
                )
            )
            await session.commit()
    async with register.session() as session:
        found = await findings(session, datetime.now(UTC))
    assert [finding.about for finding in found] == ["case-20-received"]


async def test_letters_refused_doubtful_or_a_day_unsent_are_found_in_open_cases(
    register: Register,
) -> None:
    case = await put_case(register, 1)
    now = datetime.now(UTC)
    await put_letter(register, case, "a", state="refused", written_at=now)
    await put_letter(register, case, "b", state="doubtful", written_at=now)
    await put_letter(register, case, "c", state="sending")
    await put_letter(register, case, "d", state="written", written_at=now)
    await put_letter(register, case, "e", state="sent")
    closed = await put_case(register, 2, demands={"ACCESS": "answered"}, closed=True)
    await put_letter(register, closed, "a", state="refused")
    async with register.session() as session:
        found = await findings(session, now)
    assert sorted(finding.what.split()[1] for finding in found) == ["a", "b", "c"]


async def test_a_changed_a_missing_and_a_cut_off_ledger_are_each_found(
    register: Register,
) -> None:
    cases = [await put_case(register, number) for number in (1, 2, 3, 4)]
    for case in cases:
        async with register.session() as session:
            for kind in ("searched", "case_closed"):
                await note(session, case.id, kind, datetime.now(UTC), {})
            await session.commit()
    assert await kinds(register) == []
    changed, missing, cut, forged = (case.id for case in cases)
    async with register.session() as session:
        one = LedgerRow.seq == 2
        await session.execute(
            update(LedgerRow).where(LedgerRow.case_id == changed, one).values(actor="dpo")
        )
        await session.execute(delete(LedgerRow).where(LedgerRow.case_id == missing, one))
        await session.execute(delete(LedgerRow).where(LedgerRow.case_id == cut, LedgerRow.seq == 3))
        await session.execute(
            update(LedgerRow).where(LedgerRow.case_id == forged, one).values(kind="No Word")
        )
        await session.commit()
    async with register.session() as session:
        found = {f.about: f.what for f in await findings(session, datetime.now(UTC))}
    said = [found[str(case.reference)] for case in cases]
    assert "event 2 was changed" in said[0]
    assert "event 2 is missing" in said[1]
    assert "ends at event 2, and 3 were written" in said[2]
    assert "event 2 is not a ledger event" in said[3]


async def test_without_an_engine_nothing_is_said_to_be_right(
    register: Register, calends: Calends
) -> None:
    ran = await calends("audit")
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.startswith("engine: workflows could not be looked at")
    found = await calends("audit", "--json")
    assert json.loads(found.out)["kind"] == "engine"


async def test_holds_to_look_at_and_records_kept_beyond_their_date_are_found(
    register: Register,
) -> None:
    case, now = await put_case(register, 1), datetime.now(UTC)
    keyring = Keyring(register, some_master())
    async with register.session() as session:
        for review in (now.date(), now.date() + timedelta(days=9)):
            await add_hold(
                session,
                keyring,
                Held(system="crm"),
                kind="litigation",
                reason="claim",
                at=now,
                review_on=review,
            )
        for days, looked in ((1, None), (5, None), (5, now.date())):
            key = await keyring.make(session, "kept-2026-01")
            session.add(
                KeptRow(
                    key_id=key.id,
                    mark=secrets.token_bytes(8),
                    system="crm",
                    case_id=case.id,
                    until=now.date() - timedelta(days=days),
                    sealed_record=b"",
                    held_by=None,
                    looked_on=looked,
                )
            )
        await session.commit()
    assert await kinds(register) == ["hold_review", "kept_too_long"]
