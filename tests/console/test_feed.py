"""The calendar feed over the web: its secret address, and what ends it."""

from __future__ import annotations

import re

import pytest
from icalendar import Calendar

from calends.accounts.roles import Role
from console.feed import TRIES_AT_ONCE
from tests.console.door import Colleague, colleague
from tests.console.site import OURS, Site

_LINK = re.compile(r"https://page\.test(/calendar/[\w-]{43}\.ics)")


async def address(someone: Colleague) -> str:
    page = await someone.post("/desk/account/calendar")
    found = _LINK.search(page.text)
    assert found is not None, page.text
    return found[1]


async def test_the_feed_needs_no_session_and_names_nobody(site: Site) -> None:
    claire = await colleague(site)
    await site.case()
    path = await address(claire)
    answer = await site.browser.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.headers["cache-control"] == "no-store"
    events = Calendar.from_ical(answer.text).walk("VEVENT")
    assert any("2026-00042-K7" in str(event["summary"]) for event in events)
    assert "Claire" not in answer.text


async def test_a_new_address_or_none_voids_the_old_one(site: Site) -> None:
    claire = await colleague(site)
    first = await address(claire)
    second = await address(claire)
    assert (await site.browser.get(first)).status_code == 404
    assert (await site.browser.get(second)).status_code == 200
    await claire.post("/desk/account/calendar/revoke")
    assert (await site.browser.get(second)).status_code == 404


async def test_closing_an_account_ends_its_feed(site: Site) -> None:
    deputy, dpo = await colleague(site, "Dora", Role.DEPUTY), await colleague(site)
    path = await address(deputy)
    await dpo.post(f"/desk/users/{deputy.user_id}/disable")
    assert (await site.browser.get(path)).status_code == 404


async def test_who_has_no_queue_has_no_feed(site: Site) -> None:
    admin = await colleague(site, "Otto", Role.ADMIN)
    assert (await admin.post("/desk/account/calendar")).status_code == 403
    assert "Échéances dans mon agenda" not in (await admin.get("/desk/account")).text


async def test_a_stale_session_makes_no_address(site: Site) -> None:
    claire = await colleague(site)
    await claire.stale()
    assert (await claire.post("/desk/account/calendar")).status_code == 303
    assert await site.rows("SELECT * FROM user_feeds") == []


@pytest.mark.parametrize("token", ["a" * 43, "x", "%00", "..%2f", "é", "' OR 1=1--"])
async def test_an_unknown_address_is_a_page_that_does_not_exist(site: Site, token: str) -> None:
    await address(await colleague(site))
    answer = await site.browser.get(f"/calendar/{token}.ics")
    lost = await site.browser.get("/calendar/nowhere")
    assert (answer.status_code, answer.content) == (404, lost.content)


async def test_guessing_addresses_ends_in_429(site: Site) -> None:
    statuses = [
        (await site.browser.get(f"/calendar/{number:043}.ics")).status_code
        for number in range(TRIES_AT_ONCE + 3)
    ]
    assert statuses.count(404) == TRIES_AT_ONCE
    assert statuses[-1] == 429


async def test_the_register_keeps_no_address(site: Site) -> None:
    path = await address(await colleague(site))
    token = path.split("/")[2].removesuffix(".ics")
    assert token not in str(await site.rows("SELECT * FROM user_feeds"))
    assert (await site.browser.post(path, headers=OURS)).status_code == 405
