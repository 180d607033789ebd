"""Phases of the retention table in a real database: shown, approved, carried out, and proved."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from calends.evidence.chain import check_chain
from calends.register.database import Register
from calends.register.house_chain import HOUSE
from calends.register.keeping_rows import PlanRow
from calends.register.ledger import events
from calends.register.models import BlobRow, KeyRow
from calends.retention import running
from calends.vault.keys import Keyring
from tests.commands.conftest import Calends
from tests.retention.shop import Shop, years_ago


async def planned(calends: Calends, *more: str) -> dict[str, Any]:
    ran = await calends("retention", "plan", "--system", "shop", "--json", *more)
    assert ran.code == 0, ran.err + ran.out
    found: dict[str, Any] = json.loads(ran.out)
    return found


async def run(calends: Calends, plan: str, code: int = 0) -> dict[str, Any]:
    ran = await calends("retention", "run", plan, "--by", "Anne Dupont, DPO", "--json")
    assert ran.code == code, ran.err + ran.out
    found: dict[str, Any] = json.loads(ran.out)
    return found


async def statuses(shop: Shop) -> dict[int, str]:
    return {row[0]: row[1] for row in await shop.ask("SELECT id, status FROM contact")}


async def test_a_plan_shows_what_would_change_and_changes_nothing_until_somebody_approves_it(
    calends: Calends, register: Register, keyring: Keyring, shop: Shop
) -> None:
    await shop.contact(1, "active", years_ago(1))
    await shop.contact(2, "archive", years_ago(4))
    await shop.contact(3, "over", years_ago(6))
    before = await shop.ask("SELECT * FROM contact ORDER BY id")
    plan = await planned(calends)
    assert plan["changes"] == {"shop.contact": {"archive": 1, "erase": 1}}
    assert plan["undecided"] == {"shop.survey": "no duration is set"}
    assert await shop.ask("SELECT * FROM contact ORDER BY id") == before

    ran = await run(calends, plan["plan"])
    assert ran["done"] == {"shop.contact:archive": 1, "shop.contact:erase": 1}
    assert (ran["left_alone"], ran["left"]) == (0, 0)
    assert await statuses(shop) == {1: "open", 2: "archived"}
    assert await shop.ask("SELECT phone FROM contact WHERE id = 2") == [(None,)]
    assert (await planned(calends))["changes"] == {}

    async with register.session() as session:
        told = [event async for event in events(session, HOUSE)]
        key = await session.get_one(KeyRow, plan["plan"])
        blobs = list(await session.scalars(select(BlobRow).where(BlobRow.case_id == plan["plan"])))
    check_chain(told)
    assert [event.kind for event in told] == ["plan_approved", "phases_carried_out"]
    assert "Dupont" not in repr([event.facts for event in told])
    assert (key.wrapped, blobs) == (None, []), "which records they were is told no more"


async def test_what_the_person_does_starts_the_period_again_and_an_opened_mail_does_not(
    calends: Calends, register: Register, keyring: Keyring, shop: Shop
) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    await shop.contact(1, "reader", years_ago(6), opened=yesterday.date())
    await shop.contact(2, "user", years_ago(6), logged_in=yesterday)
    await shop.contact(3, "running", None)
    plan = await planned(calends, "--records")
    assert [one["key"] for one in plan["records"]] == [{"id": 1}]


async def test_who_came_back_after_the_plan_was_shown_is_left_alone(
    calends: Calends, register: Register, keyring: Keyring, shop: Shop
) -> None:
    await shop.contact(1, "gone", years_ago(6))
    await shop.contact(2, "back", years_ago(6))
    plan = await planned(calends)
    await shop.ask("UPDATE contact SET logged_in_at = now() WHERE id = 2")
    ran = await run(calends, plan["plan"])
    assert (ran["done"], ran["left_alone"]) == ({"shop.contact:erase": 1}, 1)
    assert await statuses(shop) == {2: "open"}


async def test_nothing_is_changed_that_was_not_shown(
    calends: Calends, register: Register, keyring: Keyring, shop: Shop
) -> None:
    await shop.contact(1, "shown", years_ago(6))
    plan = await planned(calends)
    await shop.contact(2, "later", years_ago(6))
    await run(calends, plan["plan"])
    assert await statuses(shop) == {2: "open"}


async def test_an_invoice_goes_to_its_archive_and_out_of_it_after_ten_financial_years(
    calends: Calends, register: Register, keyring: Keyring, shop: Shop
) -> None:
    await shop.invoice("new", None, years_ago(0.5))
    await shop.invoice("old", None, years_ago(2))
    await shop.ask(
        "INSERT INTO invoice_archive VALUES ('kept', NULL, 1, NULL, $1),"
        " ('over', NULL, 1, NULL, $2)",
        years_ago(9),
        years_ago(12),
    )
    ran = await run(calends, (await planned(calends))["plan"])
    assert ran["done"] == {"shop.invoice:archive": 1, "shop.invoice_archive:erase": 1}
    assert await shop.ask("SELECT number FROM invoice") == [("new",)]
    assert await shop.ask("SELECT number, note FROM invoice_archive ORDER BY 1") == [
        ("kept", None),
        ("old", None),
    ]


async def test_a_record_to_which_a_kept_one_refers_stays_and_is_told(
    calends: Calends, register: Register, keyring: Keyring, shop: Shop
) -> None:
    await shop.contact(1, "buyer", years_ago(6))
    await shop.quote(1, 1, years_ago(6))
    plan = await planned(calends)
    assert plan["changes"] == {"shop.quote": {"anonymise": 1}}
    [(what, count)] = plan["refused"].items()
    assert what.startswith("shop.contact: public.quote: ")
    assert count == 1
    await run(calends, plan["plan"])
    assert await shop.ask("SELECT title FROM quote") == [(None,)]
    assert (await planned(calends))["changes"] == {}, "what is anonymised is not planned again"


async def test_a_run_that_was_killed_after_the_act_goes_on_and_testifies_once(
    calends: Calends,
    register: Register,
    keyring: Keyring,
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await shop.contact(1, "over", years_ago(6))
    plan = await planned(calends)

    async def killed(*_: object) -> None:
        raise SystemExit(137)

    with monkeypatch.context() as patched:
        patched.setattr(running, "_done", killed)
        await calends("retention", "run", plan["plan"], "--by", "Anne Dupont")
    assert await statuses(shop) == {}, "the act was done"
    ran = await run(calends, plan["plan"])
    assert (ran["done"], ran["planned"], ran["left"]) == ({}, 1, 0)
    again = await calends("retention", "run", plan["plan"], "--by", "Anne Dupont")
    assert (again.code, again.err) == (2, f"calends: {plan['plan']}: already carried out\n")
    async with register.session() as session:
        kinds = [event.kind async for event in events(session, HOUSE)]
    assert kinds == ["plan_approved", "phases_carried_out"]


async def test_a_plan_needs_a_name_and_is_good_for_thirty_days(
    calends: Calends, register: Register, keyring: Keyring, shop: Shop
) -> None:
    await shop.contact(1, "over", years_ago(6))
    plan = (await planned(calends))["plan"]
    assert (await calends("retention", "run", plan, "--by", " ")).code == 2
    assert (await calends("retention", "run", "plan-20260101-00000000", "--by", "A")).code == 2
    async with register.session() as session:
        old = datetime.now(UTC) - timedelta(days=31)
        await session.execute(update(PlanRow).values(drafted_at=old))
        await session.commit()
    late = await calends("retention", "run", plan, "--by", "Anne Dupont")
    assert (late.code, late.err.count("\n")) == (2, 1)
    assert await statuses(shop) == {1: "open"}


async def test_a_system_that_is_searched_by_hand_says_so_and_one_that_is_away_exits_1(
    calends: Calends, register: Register, keyring: Keyring, shop: Shop
) -> None:
    both = await calends("retention", "plan")
    assert both.code == 0, both.out
    assert "paper\n  not run: system paper: its kind is manual" in both.out
    await shop.postgres.execute(f"DROP DATABASE {shop.name} WITH (FORCE)")
    away = await calends("retention", "plan")
    assert away.code == 1
    assert "not run: unreachable" in away.out
