"""Every page of the desk in a real browser: languages, widths, with and without script."""

from __future__ import annotations

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser

from tests.console.browser import NARROW, READERS, WIDE, Reader, tab
from tests.console.scene import Desk

STORIES = ("review", "erasure", "asked", "paper", "triage", "late")
PLACES = (
    "", "/identity", "/data", "/review", "/decide", "/reply", "/timeline", "/letters/1", "/links",
)  # fmt: skip
UNFOLD = "document.querySelectorAll('details').forEach(each => each.open = true)"
ALONE = ("/desk", "/desk?group=needs_me", "/desk/search", "/desk/mine", "/desk/nowhere")


async def paths(desk: Desk, stories: tuple[str, ...] = STORIES) -> list[str]:
    cases = [f"/desk/case/{await desk.reference(story)}" for story in stories]
    return [*ALONE, *(f"{case}{place}" for case in cases for place in PLACES)]


@pytest.mark.parametrize("reader", READERS, ids=str)
async def test_no_page_is_wider_than_its_window_fails_or_loads_anything_from_elsewhere(
    browser: Browser, desk: Desk, reader: Reader
) -> None:
    async with tab(browser, desk, reader) as opened:
        for path in await paths(desk, ("review", "erasure", "triage")):
            status = await opened.go(path)
            assert status == (404 if "nowhere" in path else 200), path
            language = await opened.page.locator("html").get_attribute("lang")
            assert language == reader.language
            if reader.script:
                assert await opened.overflow() <= 0, path
        faults = [fault for fault in opened.faults if "404" not in fault]
        assert faults == []


@pytest.mark.parametrize(("width", "dark"), [(WIDE, False), (NARROW, True)])
async def test_axe_finds_nothing_on_any_page(
    browser: Browser, desk: Desk, width: int, dark: bool
) -> None:
    async with tab(browser, desk, Reader("fr", width, script=True), dark=dark) as opened:
        found = []
        for path in await paths(desk):
            await opened.go(path)
            await opened.page.evaluate(
                "document.querySelectorAll('details').forEach(d => d.open = true)"
            )
            result = await Axe().run(opened.page)
            found += [
                f"{path}: {each['id']}: {each['help']}" for each in result.response["violations"]
            ]
        assert found == []


async def test_a_page_at_twice_its_size_needs_no_sideways_scrolling(
    browser: Browser, desk: Desk
) -> None:
    """WCAG 1.4.10: 1440 px at 400 % are 360 px; at 200 % they are 720."""
    async with tab(browser, desk, Reader("fr", WIDE // 2, script=True)) as opened:
        for path in await paths(desk):
            await opened.go(path)
            assert await opened.overflow() <= 0, path


async def test_on_paper_and_in_forced_colours_a_page_keeps_its_words(
    browser: Browser, desk: Desk
) -> None:
    async with tab(browser, desk, Reader("fr", WIDE, script=True)) as opened:
        case = f"/desk/case/{await desk.reference('review')}"
        await opened.go(f"{case}/reply")
        words = await opened.page.locator(".paper").inner_text()
        await opened.page.emulate_media(media="print")
        assert await opened.page.locator(".paper").inner_text() == words
        assert not await opened.page.locator("button").first.is_visible()
        await opened.page.emulate_media(media="screen", forced_colors="active")
        assert await opened.page.locator(".paper").inner_text() == words


async def test_nothing_that_a_mail_says_runs_or_becomes_part_of_the_page(
    browser: Browser, desk: Desk
) -> None:
    """The subject, the name and the words of this mail are all markup (ecosystem: case 13)."""
    case = f"/desk/case/{await desk.reference('triage')}"
    async with tab(browser, desk, Reader("fr", WIDE, script=True)) as opened:
        for place in PLACES:
            await opened.go(f"{case}{place}")
            made = opened.page.locator("main script, main img, main b, [onload], [onerror]")
            assert await made.count() == 0, place
        await opened.go(case)
        text = await opened.page.locator("main").inner_text()
        assert "<svg onload=alert(4)>" in text
        assert "<script>alert(1)</script> Zoé" in text
        assert '"{{7*7}}" </mark></p><script>alert(3)</script>' in text
        assert opened.faults == []
