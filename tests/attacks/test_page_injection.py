"""Hostile text in what the page shows, and in what it is asked with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.requests import Request

from console.pages import wished
from tests.conftest import Postgres
from tests.console.site import OURS, WRONG, Site, open_site
from tests.console.visiting import status_page

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
async def site(postgres: Postgres, database: str, tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(postgres, database, tmp_path) as opened:
        yield opened


def asked(**headers: str) -> Request:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": raw, "query_string": b"", "path": "/"})


async def test_markup_in_a_reference_is_shown_as_text(site: Site) -> None:
    for hostile in (SCRIPT, '" onload="x', "{{ 7 * 7 }}", "{% raw %}", "'><b>"):
        case_id = await site.case(reference=hostile)
        shown = (await status_page(site, await site.link(case_id, "partial"))).text
        assert "2 novembre 2026" in shown
        assert "<script" not in shown
        assert "<b>" not in shown
        assert ">49<" not in shown
        assert '" onload' not in shown


async def test_a_hostile_reference_cannot_leave_the_name_of_the_file(site: Site) -> None:
    link = await site.copy(b"PK", reference='x"; filename="evil.exe"\r\nSet-Cookie: a=b/../..')
    answer = await site.post(link, link.code)
    named = answer.headers["content-disposition"]
    assert named == 'attachment; filename="calends-xfilenameevilexeSet-Cookieab.zip"'
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "lang", [SCRIPT, "fr'\"", "xx", "../../etc/passwd", "FR", "%00", "fr&lang=" + SCRIPT]
)
async def test_a_hostile_language_changes_nothing_but_the_language(site: Site, lang: str) -> None:
    page = await site.browser.get("/p/x", params={"lang": lang})
    plain = await site.browser.get("/p/x", params={"lang": "fr"})
    assert page.content == plain.content


@pytest.mark.parametrize(
    "header",
    [SCRIPT, "en;q=x", "en;q=2", "," * 5000, "en" * 5000, "en;q=0", ";;;", "fr-" + "x" * 400],
)
def test_an_odd_accept_language_asks_for_nothing(header: str) -> None:
    assert wished(header) is None


async def test_nothing_that_was_typed_comes_back_in_a_page(site: Site) -> None:
    typed = f"{SCRIPT}MARK"
    for answer in (
        await site.post(f"/p/{SCRIPT}MARK", typed),
        await site.browser.get(f"/p/MARK{SCRIPT}"),
        await site.browser.get(f"/MARK{SCRIPT}"),
        await site.browser.get("/p/x", headers={"Host": f"MARK{SCRIPT}".replace("/", "")}),
    ):
        assert "MARK" not in answer.text
        assert "<script" not in answer.text


TRAVERSALS = ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2f..%2fpyproject.toml"]


@pytest.mark.parametrize("path", TRAVERSALS)
async def test_only_the_stylesheet_is_served(site: Site, path: str) -> None:
    answer = await site.browser.get(path)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "code", ["' OR 1=1--", "%", "_" * 8, "\x00", "９" * 8, "é" * 300, "AAAA-AAAA\r\nX: y"]
)
async def test_a_hostile_code_opens_nothing_and_is_no_try_at_the_code(
    site: Site, code: str
) -> None:
    link = await site.copy(b"PK")
    assert (await site.post(link, code)).status_code == 410
    assert await site.rows("SELECT tries, uses FROM tokens") == [{"tries": 0, "uses": 0}]


@pytest.mark.parametrize("token", ["%00", "%ff%fe", "%F0%9F%98%80", "a" * 5000, "%2e%2e"])
async def test_a_hostile_link_is_an_unknown_link(site: Site, token: str) -> None:
    answer = await site.browser.post(f"/p/{token}", data={"code": WRONG}, headers=OURS)
    assert answer.status_code in (404, 410)  # a client may fold `..` into another address
