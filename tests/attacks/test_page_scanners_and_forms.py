"""What mail scanners and other sites do with a link of the person's page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import Postgres
from tests.console.site import Site, open_site


@pytest.fixture
async def site(postgres: Postgres, database: str, tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(postgres, database, tmp_path) as opened:
        yield opened


SCANNERS = ["HEAD", "GET", "GET", "OPTIONS", "GET"]


async def test_a_scanner_that_opens_a_link_before_the_person_spoils_nothing(site: Site) -> None:
    link = await site.copy(b"PK")
    before = await site.snapshot()
    for method in SCANNERS:
        await site.browser.request(method, link.path)
        await site.browser.request(method, f"{link.path}?code={link.code}")
    assert await site.snapshot() == before
    assert (await site.post(link, link.code)).content == b"PK"


async def test_a_scanner_that_presses_the_button_has_no_code(site: Site) -> None:
    link = await site.copy(b"PK")
    assert (await site.post(link, "")).status_code == 410
    assert await site.rows("SELECT uses FROM tokens") == [{"uses": 0}]


CROSS_SITE = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://page.test"},
    {"Origin": "https://evil.test"},
    {"Origin": "https://sub.page.test"},
    {"Origin": "null"},
    {"Referer": "https://page.test/"},
]


@pytest.mark.parametrize("headers", CROSS_SITE)
async def test_a_form_of_another_site_is_refused_even_with_the_right_code(
    site: Site, headers: dict[str, str]
) -> None:
    link = await site.copy(b"PK")
    before = await site.snapshot()
    assert (await site.post(link, link.code, headers)).status_code == 403
    assert await site.snapshot() == before


async def test_an_old_browser_that_only_says_its_origin_is_served(site: Site) -> None:
    link = await site.copy(b"PK")
    answer = await site.post(link, link.code, {"Origin": "https://page.test"})
    assert answer.status_code == 200
