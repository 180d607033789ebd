"""The links of a case at the desk: revoked at once, opened again, every change in the ledger."""

from __future__ import annotations

import httpx
import pytest

from activities.letterbox import is_code
from console.links import MOST_TRIES
from console.who import Role, User
from tests.console.site import OURS, WRONG, Link, Site

DPO = User("user-1", "Ada Régnier", frozenset({Role.DPO}))
AUDITOR = User("user-4", "Irène Vidal", frozenset({Role.AUDITOR}))
PAGE = "/desk/case/2026-00042-K7/links"


async def change(site: Site, act: str, purpose: str = "reply:ACCESS") -> httpx.Response:
    return await site.browser.post(PAGE, data={"act": act, "purpose": purpose}, headers=OURS)


async def locked(site: Site) -> Link:
    link = await site.copy(b"PK")
    for _ in range(MOST_TRIES):
        await site.post(link, WRONG)
    return link


async def told(site: Site) -> list[object]:
    rows = await site.rows("SELECT kind FROM ledger ORDER BY seq")
    return [row["kind"] for row in rows][1:]


async def test_a_revoked_link_is_closed_at_once_and_its_use_afterwards_is_told(site: Site) -> None:
    link = await site.copy(b"PK")
    site.sign_in(DPO)
    assert (await change(site, "revoke")).status_code == 303
    assert (await site.post(link, link.code)).status_code == 410
    assert (await site.post(link, link.code)).status_code == 410
    assert await told(site) == ["link_revoked", "page_refused"]
    assert "Révoqué" in (await site.browser.get(PAGE)).text


async def test_a_link_closed_by_wrong_codes_is_opened_again_and_can_be_closed_again(
    site: Site,
) -> None:
    link = await locked(site)
    site.sign_in(DPO)
    assert "trop de codes erronés" in (await site.browser.get(PAGE)).text
    assert (await change(site, "open")).status_code == 303
    assert (await site.post(link, link.code)).content == b"PK"
    for _ in range(MOST_TRIES):
        await site.post(link, WRONG)
    assert (await site.post(link, link.code)).status_code == 410
    closes = ["page_locked", "link_opened_again", "copy_fetched", "page_locked"]
    assert await told(site) == closes


async def test_an_auditor_sees_the_links_and_changes_none(site: Site) -> None:
    link = await site.copy(b"PK")
    site.sign_in(AUDITOR)
    page = await site.browser.get(PAGE)
    assert "0 téléchargement" in page.text
    assert 'name="act"' not in page.text
    assert (await change(site, "revoke")).status_code == 403
    assert (await site.post(link, link.code)).status_code == 200


@pytest.mark.parametrize(("act", "purpose"), [("revoke", "identity"), ("destroy", "reply:ACCESS")])
async def test_another_cases_link_or_an_odd_act_is_a_page_that_does_not_exist(
    site: Site, act: str, purpose: str
) -> None:
    await site.copy(b"PK")
    other = await site.case(reference="2026-00043-AB")
    await site.link(other, "identity")
    site.sign_in(DPO)
    assert (await change(site, act, purpose)).status_code == 404
    assert {row["state"] for row in await site.rows("SELECT state FROM tokens")} == {"open"}


@pytest.mark.parametrize("typed", ["", " ", "code", "WRNG-WRN", "WRNG-WRNGW", "０" * 8, "x" * 3000])
async def test_what_cannot_be_a_code_closes_no_link(site: Site, typed: str) -> None:
    """A scanner presses the button as often as it likes: the person still gets in."""
    assert not is_code(typed)
    link = await site.copy(b"PK")
    for _ in range(MOST_TRIES + 1):
        assert (await site.post(link, typed)).status_code == 410
    assert await site.rows("SELECT tries FROM tokens") == [{"tries": 0}]
    assert (await site.post(link, link.code)).content == b"PK"
