"""Done means: a person who never saw the desk answers an access request in the browser, from the
sample's mail to the sent reply."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from tests.console.browser import NARROW, WIDE, Reader
from tests.console.first_request import WRITER, Walk
from tests.console.scene import Desk

READERS = [
    Reader("fr", WIDE, script=True),
    Reader("en", NARROW, script=True),
    Reader("fr", NARROW, script=False),
    Reader("en", WIDE, script=False),
]


@pytest.mark.parametrize("reader", READERS, ids=str)
async def test_an_access_request_is_answered_by_the_words_on_the_pages_alone(
    browser: Browser, desk: Desk, reader: Reader
) -> None:
    case = await Walk(browser, desk, reader).whole()
    office = desk.office
    closing = await office.closing(case)
    assert closing.outcome == "answered"
    letter = await office.letter(case, "reply:ACCESS")
    assert letter.recipients == [WRITER]
    told = [kind for kind, _ in await office.ledger(case)]
    for kind in ("case_opened", "identified", "review_decided", "letter_sent", "copy_fetched"):
        assert kind in told
