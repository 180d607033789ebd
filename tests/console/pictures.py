"""`make pictures`: the desk as it is, from a real office and a real browser."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Page, async_playwright

from tests.console.browser import ARGS, CHROMIUM, Reader, tab
from tests.console.scene import Desk, a_morning, open_desk
from tests.office import open_office

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
HEIGHT = 860
WIDE = Reader("en", 1200, script=True)
SMALL = Reader("fr", 360, script=True)


async def refuse(page: Page) -> None:
    """The letter of a refusal, while it is written."""
    await page.locator("input[value=refuse]").check()
    await page.locator("select[name=ground]").select_option("claims")
    await page.locator("textarea[name=reason]").fill(
        "Un litige est en cours sur votre facture F-2021-0060."
    )
    await page.locator(".letter-preview .paper").wait_for()


async def draw(desk: Desk, folder: Path) -> None:
    case = {story: f"/desk/case/{await desk.reference(story)}" for story in desk.cases}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        for name, path in (
            ("desk-today", "/desk"),
            ("desk-case", case["review"]),
            ("desk-review", f"{case['review']}/review?system=crm&set=crm.interaction"),
            ("desk-decide", f"{case['erasure']}/decide"),
            ("desk-reply", f"{case['review']}/reply"),
        ):
            async with tab(browser, desk, WIDE) as opened:
                await opened.go(path)
                if name == "desk-decide":
                    await refuse(opened.page)
                await shot(opened.page, folder / f"{name}.png", HEIGHT)
        async with tab(browser, desk, SMALL, dark=True) as opened:
            await opened.go("/desk")
            await shot(opened.page, folder / "desk-today-small.png", 760)
        await browser.close()


async def shot(page: Page, file: Path, height: int) -> None:
    size = page.viewport_size
    assert size is not None
    await page.set_viewport_size({"width": size["width"], "height": height})
    await page.screenshot(path=file)
    print(f"{file.name}: {file.stat().st_size // 1000} kB")


async def main() -> None:
    with tempfile.TemporaryDirectory(prefix="calends-pictures-") as folder:
        async with open_office(Path(folder) / "var") as office, open_desk(office) as desk:
            await a_morning(desk)
            await draw(desk, PICTURES)


if __name__ == "__main__":
    asyncio.run(main())
