"""A mail scanner that is a whole browser: it opens the link, runs what it finds, presses it all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.conftest import Postgres
from tests.console.scene import Desk
from tests.console.served import serve
from tests.console.site import Site

Served = tuple[Site, Desk]


@pytest.fixture
async def served(postgres: Postgres, database: str, tmp_path: Path) -> AsyncIterator[Served]:
    async with serve(postgres, database, tmp_path) as opened:
        yield opened


async def test_a_headless_browser_that_presses_every_button_spoils_no_link(
    browser: Browser, served: Served
) -> None:
    site, desk = served
    copy, identity = (
        await site.copy(b"PK"),
        await site.link(await site.case(reference="2026-00043-AB"), "identity"),
    )
    before = await site.snapshot()
    context = await browser.new_context()
    page = await context.new_page()
    for link in (copy, identity):
        for _ in range(4):
            await page.goto(desk.url + link.path, wait_until="networkidle")
            forms = await page.locator("form").count()
            buttons = await page.locator("form button").count()
            assert forms
            assert buttons > 1
            for number in range(buttons):
                await page.goto(desk.url + link.path)
                async with page.expect_navigation():
                    await page.evaluate(
                        "n => { const b = document.querySelectorAll('form button')[n];"
                        " b.form.noValidate = true; b.click(); }",
                        number,
                    )
                assert await page.locator("[role=alert]").count() == 1
    await context.close()
    assert await site.snapshot() == before
    assert (await site.post(copy, copy.code)).content == b"PK"
