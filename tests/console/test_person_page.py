"""Opening the page, and what a refused code looks like."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from activities.letterbox import PAGE_DAYS
from console.links import MOST_TRIES, Links
from console.standing import NextStep
from tests.console.site import WRONG, Link, Site

UNKNOWN = "/p/" + "a" * 32


async def links_in_every_state(site: Site) -> dict[str, str]:
    case_id, long_ago = await site.case(), datetime.now(UTC) - timedelta(days=PAGE_DAYS + 2)
    used, revoked = await site.link(case_id, "reply:ACCESS"), await site.link(case_id, "partial")
    await site.set_state(used, "used")
    await site.set_state(revoked, "revoked")
    return {
        "unknown": UNKNOWN,
        "open": (await site.link(case_id)).path,
        "used": used.path,
        "revoked": revoked.path,
        "expired": (await site.link(case_id, "forced", made_at=long_ago)).path,
        "odd": "/p/%3Cb%3E%00%C3%A9",
    }


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_opening_a_link_changes_nothing_in_the_register(site: Site, method: str) -> None:
    paths = (await links_in_every_state(site)).values()
    before = await site.snapshot()
    for path in paths:
        answer = await site.browser.request(method, path, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 200
    assert await site.snapshot() == before


async def test_the_page_is_the_same_bytes_for_every_link(site: Site) -> None:
    pages = {
        (await site.browser.get(path)).content
        for path in (await links_in_every_state(site)).values()
    }
    assert len(pages) == 1


async def test_every_refused_code_gets_the_same_bytes_and_the_same_status(site: Site) -> None:
    states = await links_in_every_state(site)
    refused = {name: await site.post(path, WRONG) for name, path in states.items()}
    locked = await locked_link(site)
    refused["locked, right code"] = await site.post(locked, locked.code)
    assert {answer.status_code for answer in refused.values()} == {410}
    assert len({answer.content for answer in refused.values()}) == 1


async def locked_link(site: Site) -> Link:
    link = await site.copy(b"PK", reference="2026-00043-AB")
    for _ in range(MOST_TRIES):
        await site.post(link, WRONG)
    return link


async def test_five_wrong_codes_lock_a_link_for_the_right_one(site: Site) -> None:
    link = await locked_link(site)
    assert (await site.post(link, link.code)).status_code == 410
    [row] = await site.rows("SELECT tries, uses FROM tokens")
    assert row == {"tries": MOST_TRIES, "uses": 0}


async def test_a_locked_link_is_one_event_in_the_ledger(site: Site) -> None:
    link = await locked_link(site)
    await site.post(link, WRONG)
    events = await site.rows("SELECT actor, facts FROM ledger WHERE kind = 'page_locked'")
    assert events == [{"actor": "person", "facts": {"purpose": "reply:ACCESS", "count": 5}}]


async def test_four_wrong_codes_are_forgiven_by_the_right_one(site: Site) -> None:
    link = await site.copy(b"PK")
    for _ in range(MOST_TRIES - 1):
        await site.post(link, WRONG)
    assert (await site.post(link, link.code)).status_code == 200
    assert await site.rows("SELECT tries FROM tokens") == [{"tries": 0}]


@pytest.mark.parametrize("state", ["revoked", "expired", "shredded", "copy gone"])
async def test_the_right_code_of_a_link_that_is_over_is_refused(site: Site, state: str) -> None:
    link = await site.copy(b"PK")
    if state == "revoked":
        await site.set_state(link, "revoked")
    elif state == "expired":
        long_ago = datetime.now(UTC) - timedelta(days=PAGE_DAYS + 2)
        await site.execute("UPDATE tokens SET made_at = :at", at=long_ago)
    elif state == "shredded":
        await site.execute("UPDATE keys SET wrapped = NULL WHERE id = :id", id=link.case_id)
        site.house.keyring.forget(link.case_id)
    else:
        await site.execute("DELETE FROM blobs")
    assert (await site.post(link, link.code)).status_code == 410
    assert await site.rows("SELECT uses FROM tokens") == [{"uses": 0}]


async def test_a_link_lives_until_the_end_of_the_day_that_the_letter_names(site: Site) -> None:
    link = await site.copy(b"PK")
    # Made at midnight: the thirty days are over by the hour, the day itself is not.
    zone = ZoneInfo(site.house.company.controller.tz)
    midnight = datetime.now(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    made_at = midnight.astimezone(UTC) - timedelta(days=PAGE_DAYS)
    await site.execute("UPDATE tokens SET made_at = :at", at=made_at)
    assert (await site.post(link, link.code)).status_code == 200


async def test_a_link_made_in_skipped_time_is_not_expired(site: Site) -> None:
    link = await site.copy(b"PK")
    await site.execute(
        "UPDATE tokens SET made_at = :at", at=datetime.now(UTC) + timedelta(days=400)
    )
    assert (await site.post(link, link.code)).status_code == 200


async def test_an_identity_link_of_a_closed_case_is_refused(site: Site) -> None:
    link = await site.link(await site.case(closed=True))
    assert (await site.post(link, link.code)).status_code == 410


@pytest.mark.parametrize("path", ["/", "/p/", "/nowhere", "/static/", "/docs", "/openapi.json"])
async def test_every_other_address_has_a_page_with_the_contact(site: Site, path: str) -> None:
    answer = await site.browser.get(path)
    assert answer.status_code == (200 if path == "/" else 404)
    assert "contact@impro-solutions.fr" in answer.text


async def test_the_register_away_is_a_page_that_says_to_come_back(site: Site) -> None:
    link = await site.copy(b"PK")
    await site.execute("ALTER TABLE tokens RENAME TO elsewhere")
    answer = await site.post(link, link.code)
    assert answer.status_code == 503
    assert "Revenez dans quelques minutes" in answer.text


async def test_the_page_says_who_asks_and_whom_to_turn_to(site: Site) -> None:
    page = await site.browser.get(UNKNOWN)
    for words in ("Impro Solutions", "mailto:contact@impro-solutions.fr", "CNIL", "75334 Paris"):
        assert words in page.text


async def test_the_page_holds_no_script_and_no_address_of_another_site(site: Site) -> None:
    page = await site.browser.get(UNKNOWN)
    assert "<script" not in page.text
    assert " on" not in page.text.split("<main")[0].split("<body")[1]
    assert page.text.count('href="https://') == 1  # the authority's


async def test_a_page_is_in_the_language_that_the_browser_asks_for(site: Site) -> None:
    assert await title(site, {"Accept-Language": "en-GB,en;q=0.9,fr;q=0.5"}) == "en"
    assert await title(site, {"Accept-Language": "de,fr;q=0.5,en;q=0.4"}) == "fr"
    assert await title(site, {"Accept-Language": "de"}) == "fr"
    assert await title(site, {"Accept-Language": "de"}, "?lang=en") == "en"


async def title(site: Site, headers: dict[str, str], query: str = "") -> str:
    page: httpx.Response = await site.browser.get(UNKNOWN + query, headers=headers)
    return page.text.partition('<html lang="')[2][:2]


async def test_health_names_the_server_that_does_not_answer(site: Site) -> None:
    answer = await site.browser.get("/health")
    assert (answer.status_code, answer.json()) == (503, {"register": "ok", "temporal": "away"})


async def test_a_person_who_proves_late_is_told_of_a_new_month_not_of_a_day_gone_by(
    site: Site,
) -> None:
    links = Links(site.house)
    in_time = await links.standing(await site.case())
    late = await links.standing(await site.case(reference="2026-00043-AB", demand="not_identified"))
    assert in_time.answer_by == date(2026, 12, 1)
    assert late.answer_by is None
    assert late.step is NextStep.NEW_MONTH
