"""Done means: a person who never saw the desk answers an access request in the browser, from the
sample's mail to the sent reply."""

from __future__ import annotations

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from tests.console.browser import NARROW, WIDE, Reader
from tests.console.first_request import WRITER, Walk, no_picture
from tests.console.scene import Desk

READERS = [
    Reader("fr", WIDE, script=True),
    Reader("en", NARROW, script=True),
    Reader("fr", NARROW, script=False),
    Reader("en", WIDE, script=False),
]


async def by_axe(page: Page, name: str) -> None:
    """Every station of the walk, as the program that looks for barriers sees it."""
    result = await Axe().run(page)
    found = [f"{each['id']}: {each['help']}" for each in result.response["violations"]]
    assert found == [], name


@pytest.mark.parametrize("reader", READERS, ids=str)
async def test_an_access_request_is_answered_by_the_words_on_the_pages_alone(
    browser: Browser, desk: Desk, reader: Reader
) -> None:
    case = await Walk(browser, desk, reader, by_axe if reader.script else no_picture).whole()
    office = desk.office
    closing = await office.closing(case)
    assert closing.outcome == "answered"
    letter = await office.letter(case, "reply:ACCESS")
    assert letter.recipients == [WRITER]
    told = [kind for kind, _ in await office.ledger(case)]
    for kind in ("case_opened", "identified", "review_decided", "letter_sent", "copy_fetched"):
        assert kind in told
