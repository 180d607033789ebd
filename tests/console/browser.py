"""A real browser: Debian's Chromium, driven by Playwright, on the desk of a real office."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Request, async_playwright

from tests.console.scene import WHO, Desk

CHROMIUM = Path("/usr/bin/chromium")
ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NARROW, WIDE = 360, 1440


@dataclass(frozen=True)
class Reader:
    """How somebody looks at the desk."""

    language: str
    width: int
    script: bool

    def __str__(self) -> str:
        return f"{self.language}-{self.width}-{'script' if self.script else 'no_script'}"


READERS = [
    Reader(language, width, script)
    for language in ("fr", "en")
    for width in (NARROW, WIDE)
    for script in (True, False)
]


@dataclass
class Tab:
    """A page of the browser, and what went wrong on it."""

    page: Page
    desk: Desk
    faults: list[str] = field(default_factory=list)

    async def go(self, path: str) -> int:
        answer = await self.page.goto(self.desk.url + path)
        assert answer is not None
        return answer.status

    async def overflow(self) -> int:
        """CSS pixels by which the page is wider than its window."""
        wide: int = await self.page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
        return wide


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not here (tests/debian-packages installs it)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def tab(
    browser: Browser,
    desk: Desk,
    reader: Reader,
    who: str = "dpo",
    *,
    dark: bool = False,
) -> AsyncIterator[Tab]:
    """A window of that reader, signed in as that colleague. What the page writes to its console
    as an error, what it fails to load and what it pops up are faults."""
    context: BrowserContext = await browser.new_context(
        viewport={"width": reader.width, "height": 900},
        java_script_enabled=reader.script,
        color_scheme="dark" if dark else "light",
        locale=reader.language,
        reduced_motion="reduce",
    )
    cookies = {WHO: who, "calends_lang": reader.language}
    await context.add_cookies(
        [{"name": name, "value": value, "url": desk.url} for name, value in cookies.items()]
    )
    opened = Tab(await context.new_page(), desk)
    page, faults = opened.page, opened.faults
    page.on("pageerror", lambda error: faults.append(f"error: {error}"))
    page.on("dialog", lambda dialog: faults.append(f"dialog: {dialog.message}"))
    page.on("requestfailed", lambda request: _not_loaded(request, faults))
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith(desk.url) else faults.append(f"foreign: {request.url}")
        ),
    )
    page.on(
        "console",
        lambda said: faults.append(f"console: {said.text}") if said.type == "error" else None,
    )
    try:
        yield opened
    finally:
        await context.close()


def _not_loaded(request: Request, faults: list[str]) -> None:
    if "ERR_ABORTED" not in (request.failure or ""):  # the reader went on before it came
        faults.append(f"not loaded: {request.url}")
