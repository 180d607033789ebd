"""Guessing links and codes of the person's page, and watching it for differences."""

from __future__ import annotations

import asyncio
import logging
import statistics
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from console.links import MOST_TRIES
from console.refusing import REFUSED_SECONDS, TRIES_AT_ONCE
from tests.conftest import Postgres
from tests.console.site import WRONG, Site, open_site

UNKNOWN = "/p/" + "a" * 32


@pytest.fixture
async def site(postgres: Postgres, database: str, tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(postgres, database, tmp_path) as opened:
        yield opened


async def test_guessing_links_from_one_address_ends_in_429(site: Site) -> None:
    guesses = (site.post(f"/p/{number:032}", WRONG) for number in range(TRIES_AT_ONCE + 5))
    statuses = [answer.status_code for answer in await asyncio.gather(*guesses)]
    assert statuses.count(410) == TRIES_AT_ONCE
    assert statuses.count(429) == 5


async def test_too_many_tries_hide_the_right_code_and_leave_the_link_as_it_is(site: Site) -> None:
    link = await site.copy(b"PK")
    await asyncio.gather(*(site.post(UNKNOWN, WRONG) for _ in range(TRIES_AT_ONCE)))
    before = await site.snapshot()
    answer = await site.post(link, link.code)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert await site.snapshot() == before


async def test_wrong_codes_sent_at_once_are_each_counted(site: Site) -> None:
    """A burst must not slip through between the reading and the counting of tries."""
    link = await site.copy(b"PK")
    wrong = [site.post(link, WRONG) for _ in range(MOST_TRIES * 3)]
    await asyncio.gather(*wrong)
    assert await site.rows("SELECT tries FROM tokens") == [{"tries": MOST_TRIES}]
    assert (await site.post(link, link.code)).status_code == 410


async def test_a_refusal_takes_as_long_for_a_known_link_as_for_an_unknown_one(site: Site) -> None:
    link = await site.copy(b"PK")
    known = await seconds(site, [link.path] * MOST_TRIES)
    unknown = await seconds(site, [UNKNOWN] * MOST_TRIES)
    assert min(*known, *unknown) >= REFUSED_SECONDS
    assert abs(statistics.median(known) - statistics.median(unknown)) < REFUSED_SECONDS / 4


async def seconds(site: Site, paths: list[str]) -> list[float]:
    taken = []
    for path in paths:
        began = time.monotonic()
        await site.post(path, WRONG)
        taken.append(time.monotonic() - began)
    return taken


async def test_the_log_tells_of_guessing_without_link_code_or_address(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    link = await site.copy(b"PK")
    with caplog.at_level(logging.INFO, logger="calends"):
        await site.post(link, WRONG)
        await site.post(UNKNOWN, WRONG)
    told = [record.getMessage() for record in caplog.records if record.name == "calends.page"]
    assert told == [
        "page refused: wrong code (1 since start, 1 in all)",
        "page refused: unknown link (1 since start, 2 in all)",
    ]


async def test_the_register_keeps_neither_the_link_nor_the_code(site: Site) -> None:
    link = await site.copy(b"PK")
    await site.post(link, link.code)
    kept = str(await site.snapshot())
    assert link.token not in kept
    assert link.code not in kept
    assert link.code.replace("-", "") not in kept
