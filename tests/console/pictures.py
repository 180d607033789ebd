"""`make pictures`: the desk as it is, from a real office and a real browser."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from tests.console.browser import ARGS, CHROMIUM, Reader, tab
from tests.console.first_request import Walk
from tests.console.scene import Desk, a_morning, open_desk
from tests.office import mail, open_office

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
HEIGHT, SMALL_HEIGHT = 860, 760
WIDE = Reader("en", 1200, script=True)
SMALL = Reader("fr", 360, script=True)

UNCLEAR = mail(
    "Paul Kerjean <paul.kerjean@courriel.example>",
    "Bonjour,\n\nma femme et moi recevons depuis deux ans vos propositions. Que savez-vous au "
    "juste de nous, et d'où le tenez-vous ?\n\nCordialement,\nPaul Kerjean\n",
    subject="Une question",
)


async def refuse(page: Page) -> None:
    """The letter of a refusal, while it is written."""
    await page.locator("input[value=refuse]").check()
    await page.locator("select[name=ground]").select_option("claims")
    await page.locator("textarea[name=reason]").fill(
        "Un litige est en cours sur votre facture F-2021-0060."
    )
    await page.locator(".letter-preview .paper").wait_for()


async def draw(desk: Desk, folder: Path) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        await draw_pages(browser, desk, folder)
        for reader, beginning in ((WIDE, "walk"), (SMALL, "walk-small")):
            await draw_walk(browser, desk, reader, folder, beginning)
        await browser.close()


async def draw_pages(browser: Browser, desk: Desk, folder: Path) -> None:
    case = {story: f"/desk/case/{await desk.reference(story)}" for story in desk.cases}
    pages = {
        "desk-today": "/desk",
        "desk-triage": case["unclear"],
        "desk-case": case["review"],
        "desk-identity": f"{case['review']}/identity",
        "desk-data": f"{case['paper']}/data",
        "desk-review": f"{case['review']}/review?system=crm&set=crm.interaction",
        "desk-decide": f"{case['erasure']}/decide",
        "desk-plan": f"{case['erasure']}/decide?set=billing.invoice#set-billing.invoice",
        "desk-reply": f"{case['review']}/reply",
        "desk-timeline": f"{case['review']}/timeline",
    }
    for name, path in pages.items():
        async with tab(browser, desk, WIDE) as opened:
            await opened.go(path)
            if name == "desk-decide":
                await refuse(opened.page)
            await shot(opened.page, folder / f"{name}.png", HEIGHT)
    async with tab(browser, desk, SMALL, dark=True) as opened:
        await opened.go("/desk")
        await shot(opened.page, folder / "desk-today-small.png", SMALL_HEIGHT)


async def draw_walk(
    browser: Browser, desk: Desk, reader: Reader, folder: Path, beginning: str
) -> None:
    """The stations of one request, from the mail to the copy in the person's hands."""
    number = 0

    async def picture(page: Page, name: str) -> None:
        nonlocal number
        number += 1
        height = SMALL_HEIGHT if reader is SMALL else HEIGHT
        await shot(page, folder / f"{beginning}-{number}-{name}.png", height)

    await Walk(browser, desk, reader, picture).whole()


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
            desk.cases["unclear"] = await office.receive(UNCLEAR)
            await office.task(desk.cases["unclear"], "triage")
            await draw(desk, PICTURES)


if __name__ == "__main__":
    asyncio.run(main())
