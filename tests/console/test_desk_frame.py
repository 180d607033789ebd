"""The desk's skeleton: who is let in, what stands around a page, how errors look."""

from __future__ import annotations

import re

import pytest

from console.desk.frame import STATIC
from console.who import Role, User
from tests.console.site import OURS, Site

DPO = User("user-1", "Ada Régnier", frozenset({Role.DPO}))
ADMIN = User("user-2", "Max Ide", frozenset({Role.ADMIN}))


async def test_nobody_gets_in_without_a_session(site: Site) -> None:
    answer = await site.browser.get("/desk")
    assert answer.status_code == 401
    assert 'action="/desk/sign-in"' in answer.text


async def test_a_role_that_sees_no_case_gets_no_queue(site: Site) -> None:
    site.sign_in(ADMIN)
    assert (await site.browser.get("/desk")).status_code == 403


async def test_the_dpo_sees_today_and_their_own_name(site: Site) -> None:
    site.sign_in(DPO)
    page = await site.browser.get("/desk")
    assert page.status_code == 200
    assert "Ada Régnier" in page.text


async def test_the_reader_chooses_the_language_and_it_is_kept(site: Site) -> None:
    site.sign_in(DPO)
    chosen = await site.browser.get("/desk?lang=en", headers={"Accept-Language": "fr"})
    assert '<html lang="en">' in chosen.text
    again = await site.browser.get("/desk", headers={"Accept-Language": "fr"})
    assert '<html lang="en">' in again.text


async def test_the_browser_says_the_language_when_nothing_was_chosen(site: Site) -> None:
    site.sign_in(DPO)
    page = await site.browser.get("/desk", headers={"Accept-Language": "en-GB, fr;q=0.5"})
    assert '<html lang="en">' in page.text


async def test_nothing_but_our_own_files_may_be_loaded(site: Site) -> None:
    site.sign_in(DPO)
    page = await site.browser.get("/desk")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    for address in re.findall(r'(?:src|href)="([^"]*)"', page.text):
        assert address.startswith(("/", "?", "#"))


async def test_a_page_is_never_kept_by_the_browser_and_a_static_file_is(site: Site) -> None:
    site.sign_in(DPO)
    page = await site.browser.get("/desk")
    assert page.headers["Cache-Control"] == "no-store"
    for style in re.findall(r'(?:href|src)="(/desk/static/[^"]+)"', page.text):
        assert "immutable" in (await site.browser.get(style)).headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/desk/nowhere", "/desk/../etc/passwd", "/desk/static/none.js"])
async def test_a_page_that_does_not_exist_is_told_in_the_desks_own_look(
    site: Site, path: str
) -> None:
    answer = await site.browser.get(path)
    assert answer.status_code == 404


async def test_a_form_from_another_site_is_refused_in_the_desks_own_look(site: Site) -> None:
    site.sign_in(DPO)
    answer = await site.browser.post("/desk", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "/desk/static/desk.css" in answer.text


async def test_a_body_that_is_too_large_is_refused(site: Site) -> None:
    site.sign_in(DPO)
    answer = await site.browser.post("/desk/x", headers=OURS, content=b"x" * 3_000_000)
    assert answer.status_code == 413


async def test_an_address_beside_the_desk_is_not_the_desk(site: Site) -> None:
    answer = await site.browser.get("/desks")
    assert "/desk/static" not in answer.text


def test_the_stylesheet_and_the_script_fetch_nothing_from_elsewhere() -> None:
    for file in STATIC.iterdir():
        text = file.read_text(encoding="utf-8")
        text = text.replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"@import|url\(|https?://|\beval\(|innerHTML", text), file.name
