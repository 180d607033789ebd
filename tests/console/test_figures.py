"""The page of figures and its downloads."""

from __future__ import annotations

import re

import pytest

from calends.accounts.roles import Role
from console.who import User
from tests.console.site import Site

DPO = User("user-1", "Ada Régnier", frozenset({Role.DPO}))
SEES = (Role.DPO, Role.DEPUTY, Role.AUDITOR)


async def test_every_chart_stands_beside_a_table_of_the_same_numbers(site: Site) -> None:
    site.sign_in(DPO)
    await site.case()
    page = await site.browser.get("/desk/figures?lang=en")
    assert page.status_code == 200
    assert page.text.count('<svg xmlns="http://www.w3.org/2000/svg"') == 2
    assert page.text.count("<table") == 2
    assert page.text.count('role="img" aria-label="') == 2


async def test_the_page_and_its_charts_carry_neither_style_nor_script(site: Site) -> None:
    site.sign_in(DPO)
    await site.case()
    body = (await site.browser.get("/desk/figures")).text.split("<main")[1]
    assert not re.search(r"\sstyle=|<script|<style|\son\w+=", body)


@pytest.mark.parametrize("form", ["pdf", "csv"])
@pytest.mark.parametrize("whom", ["management", "inspection"])
async def test_the_report_is_a_download(site: Site, form: str, whom: str) -> None:
    site.sign_in(DPO)
    await site.case()
    answer = await site.browser.get(f"/desk/figures/report.{form}?year=2026&for={whom}")
    assert answer.status_code == 200
    name = f"calends-2026-{whom}.{form}"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["content-security-policy"].startswith("sandbox;")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("role", list(Role))
async def test_figures_are_for_those_who_may_see_them(site: Site, role: Role) -> None:
    site.sign_in(User("user-2", "X", frozenset({role}), frozenset({"crm"})))
    expected = 200 if role in SEES else 403
    assert (await site.browser.get("/desk/figures")).status_code == expected
    assert (await site.browser.get("/desk/figures/report.csv")).status_code == expected


@pytest.mark.parametrize(
    "path",
    [
        "?year=0",
        "?year=99999",
        "?year=2026' OR 1=1",
        "?year=２０２６",
        "/report.exe",
        "/report.pdf?year=-1",
    ],
)
async def test_an_odd_wish_is_a_page_that_does_not_exist(site: Site, path: str) -> None:
    site.sign_in(DPO)
    assert (await site.browser.get(f"/desk/figures{path}")).status_code == 404
