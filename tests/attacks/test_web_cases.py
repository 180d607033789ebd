"""Guessing at scale, formulas in figures, transport: what the other files of attacks leave."""

from __future__ import annotations

import asyncio
import csv
import io
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from calends.accounts.roles import Role
from console.alarm import MANY
from console.refusing import TRIES_AT_ONCE, TRIES_REFILL_SECONDS
from console.who import User
from tests.conftest import Postgres
from tests.console.site import OURS, WRONG, Site, open_site

AUDITOR = User("user-1", "Irène Vidal", frozenset({Role.AUDITOR}))
GUESSES = 10_000


@pytest.fixture
async def site(postgres: Postgres, database: str, tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(postgres, database, tmp_path) as opened:
        yield opened


async def test_ten_thousand_guesses_from_one_address_reach_the_register_thirty_times(
    site: Site,
) -> None:
    link = await site.copy(b"PK")
    before, began = await site.snapshot(), time.monotonic()
    statuses: list[int] = []
    for first in range(0, GUESSES, 100):
        tries = (site.post(f"/p/{number:032}", WRONG) for number in range(first, first + 100))
        statuses += [answer.status_code for answer in await asyncio.gather(*tries)]
    allowed = TRIES_AT_ONCE + int((time.monotonic() - began) / TRIES_REFILL_SECONDS) + 1
    assert set(statuses) == {410, 429}
    assert statuses.count(410) <= allowed
    assert await site.snapshot() == before
    stranger = httpx.ASGITransport(site.app, client=("198.51.100.7", 4321))
    async with httpx.AsyncClient(transport=stranger, base_url="https://page.test") as person:
        assert (await person.post(link.path, data={"code": link.code}, headers=OURS)).content


async def test_guesses_from_many_addresses_give_one_alarm_that_names_none(site: Site) -> None:
    async def guess(number: int) -> int:
        transport = httpx.ASGITransport(site.app, client=(f"198.51.100.{number}", 4321))
        async with httpx.AsyncClient(transport=transport, base_url="https://page.test") as one:
            answer = await one.post(f"/p/{number:032}", data={"code": WRONG}, headers=OURS)
            return answer.status_code

    assert set(await asyncio.gather(*map(guess, range(MANY + 10)))) == {410}
    [event] = await site.rows("SELECT * FROM account_events WHERE kind = 'page_guessed_at'")
    assert "198.51" not in str(event)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("whom", ["management", "inspection"])
async def test_no_cell_of_the_figures_begins_a_formula(
    site: Site, language: str, whom: str
) -> None:
    site.sign_in(AUDITOR)
    for number, hostile in enumerate(("=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", " =1")):
        await site.case(reference=f"{hostile}{number}", demand=hostile)
    answer = await site.browser.get(f"/desk/figures/report.csv?for={whom}&lang={language}")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    cells = [cell for row in rows for each in row for cell in each.split(";")]
    assert len(cells) > 20
    assert [cell for cell in cells if cell.lstrip("\t\r\n ").startswith(tuple("=+-@"))] == []


async def test_a_browser_that_came_by_https_is_told_to_stay_there(site: Site) -> None:
    for path in ("/", "/p/" + "a" * 32, "/desk/sign-in", "/nowhere"):
        sent = (await site.browser.get(path)).headers["Strict-Transport-Security"]
        assert sent == "max-age=31536000"


async def test_a_page_on_this_machine_alone_asks_for_no_https(
    postgres: Postgres, database: str, tmp_path: Path
) -> None:
    async with open_site(postgres, database, tmp_path, public_url="http://127.0.0.1:8080") as site:
        assert "Strict-Transport-Security" not in (await site.browser.get("/")).headers
