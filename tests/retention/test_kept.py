"""What an erasure left until a date is deleted after it; the case's ledger says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from calends.company import load_company
from calends.evidence.chain import check_chain
from calends.register.database import Register
from calends.register.holds import Held, add_hold, lift_hold
from calends.register.keeping_rows import KeptRow
from calends.register.ledger import events
from calends.register.models import CaseRow, KeyRow
from calends.retention import kept as kept_module
from calends.retention.keeping import Keeping, open_place
from calends.retention.kept import KeptRecord, Purged, purge, remember_kept
from calends.systems.protocol import Seeds
from calends.vault.blobs import BlobStore
from calends.vault.keys import Keyring
from tests.commands.sample import put_case
from tests.retention.shop import TODAY, Shop, years_ago

TOMORROW = TODAY + timedelta(days=1)


async def no_seeds(case_id: str, sealed: bytes) -> Seeds:
    return {}


@pytest.fixture
def keeping(register: Register, keyring: Keyring, shop: Shop) -> Keeping:
    company = load_company(shop.folder / "company.yml")
    return Keeping(register, keyring, BlobStore(register, keyring), company, no_seeds)


@pytest.fixture
async def case(register: Register) -> CaseRow:
    return await put_case(register, 1, closed=True)


async def remember(keeping: Keeping, case: CaseRow, *kept: KeptRecord) -> None:
    async def each() -> AsyncIterator[KeptRecord]:
        for one in kept:
            yield one

    async with keeping.register.session() as session:
        await remember_kept(session, keeping.keyring, case_id=case.id, system="shop", kept=each())
        await session.commit()


async def night(keeping: Keeping, today: date) -> dict[str, Purged]:
    place = open_place(keeping.company.system("shop"), keeping.company)
    try:
        return await purge(keeping, place, today, datetime.now(UTC))
    finally:
        await place.system.close()


async def told(keeping: Keeping, case: CaseRow) -> list[dict[str, Any]]:
    async with keeping.register.session() as session:
        each = [event async for event in events(session, case.id)]
    check_chain(each)
    return [dict(event.facts) for event in each if event.kind == "kept_purged"]


async def test_on_its_last_day_it_stays_and_the_day_after_it_goes_and_the_ledger_says_so(
    keeping: Keeping, case: CaseRow, shop: Shop
) -> None:
    await shop.invoice("old", None, years_ago(12))
    await shop.invoice("other", None, years_ago(12))
    await remember(keeping, case, KeptRecord("shop.invoice", {"number": "old"}, TODAY))
    await remember(keeping, case, KeptRecord("shop.invoice", {"number": "old"}, TODAY))
    assert await night(keeping, TODAY) == {}
    assert (await night(keeping, TOMORROW))[case.id] == Purged(done=1, until=TODAY)
    assert await shop.ask("SELECT number FROM invoice") == [("other",)]
    assert await told(keeping, case) == [
        {"system": "shop", "until": TODAY.isoformat(), "done": 1, "already": 0, "left": 0}
    ]
    assert await night(keeping, TOMORROW) == {}
    async with keeping.register.session() as session:
        assert list(await session.scalars(select(KeptRow))) == []


async def test_what_was_moved_to_an_archive_goes_from_the_archive(
    keeping: Keeping, case: CaseRow, shop: Shop
) -> None:
    await shop.ask("INSERT INTO invoice_archive VALUES ('old', NULL, 1, NULL, $1)", years_ago(12))
    await remember(keeping, case, KeptRecord("shop.invoice_archive", {"number": "old"}, TODAY))
    assert (await night(keeping, TOMORROW))[case.id].done == 1
    assert await shop.ask("SELECT number FROM invoice_archive") == []


async def test_which_records_they_are_cannot_be_read_without_the_key_nor_after_its_month(
    keeping: Keeping, case: CaseRow, shop: Shop
) -> None:
    last = years_ago(0.5)
    await remember(keeping, case, KeptRecord("shop.invoice", {"number": "canary-4711"}, last))
    async with keeping.register.session() as session:
        dump = repr((await session.execute(text("SELECT * FROM kept_records"))).all())
    assert "canary" not in dump
    assert (await night(keeping, TODAY))[case.id].already == 1
    async with keeping.register.session() as session:
        key = await session.get_one(KeyRow, f"kept-{last:%Y-%m}")
        assert key.wrapped is None


async def test_a_claim_keeps_it_beyond_its_date_until_it_is_lifted(
    keeping: Keeping, case: CaseRow, shop: Shop
) -> None:
    await shop.invoice("old", None, years_ago(12))
    await remember(keeping, case, KeptRecord("shop.invoice", {"number": "old"}, TODAY))
    async with keeping.register.session() as session:
        hold = await add_hold(
            session,
            keeping.keyring,
            Held(system="shop"),
            kind="litigation",
            reason="claim",
            at=datetime.now(UTC),
        )
        await session.commit()
    assert await night(keeping, TOMORROW) == {}
    assert await shop.ask("SELECT number FROM invoice") == [("old",)]
    async with keeping.register.session() as session:
        assert await session.scalar(select(KeptRow.held_by)) == "litigation"
        await lift_hold(session, keeping.keyring, hold.id, datetime.now(UTC))
        await session.commit()
    assert (await night(keeping, TOMORROW + timedelta(days=1)))[case.id].done == 1


async def test_a_record_to_which_a_kept_one_refers_waits_for_it(
    keeping: Keeping, case: CaseRow, shop: Shop
) -> None:
    await shop.contact(1, "over", years_ago(12))
    await shop.invoice("young", 1, years_ago(2))
    await shop.invoice("over", None, years_ago(12))
    await remember(
        keeping,
        case,
        KeptRecord("shop.contact", {"id": 1}, TODAY),
        KeptRecord("shop.invoice", {"number": "young"}, TODAY),
        KeptRecord("shop.invoice", {"number": "over"}, TODAY),
    )
    assert (await night(keeping, TOMORROW))[case.id] == Purged(done=1, until=TODAY)
    async with keeping.register.session() as session:
        held = {row.held_by for row in await session.scalars(select(KeptRow))}
    assert held == {"referred_to", None}, "the young invoice got its own new date"


async def test_a_record_whose_period_started_again_gets_its_new_date(
    keeping: Keeping, case: CaseRow, shop: Shop
) -> None:
    await shop.contact(1, "back", years_ago(1))
    await remember(keeping, case, KeptRecord("shop.contact", {"id": 1}, TODAY))
    assert await night(keeping, TOMORROW) == {}
    async with keeping.register.session() as session:
        until = await session.scalar(select(KeptRow.until))
    assert until is not None
    assert until > TODAY + timedelta(days=700)
    assert len(await shop.ask("SELECT 1 FROM contact")) == 1


async def test_a_night_killed_after_the_act_testifies_the_next_time(
    keeping: Keeping, case: CaseRow, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shop.invoice("old", None, years_ago(12))
    await remember(keeping, case, KeptRecord("shop.invoice", {"number": "old"}, TODAY))

    async def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(kept_module, "_testify", killed)
        with pytest.raises(KeyboardInterrupt):
            await night(keeping, TOMORROW)
    assert await shop.ask("SELECT number FROM invoice") == []
    assert await told(keeping, case) == []
    assert (await night(keeping, TOMORROW))[case.id] == Purged(already=1, until=TODAY)
    assert [facts["already"] for facts in await told(keeping, case)] == [1]
