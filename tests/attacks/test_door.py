"""Attacks on the console's door: guessing, enumeration, fixation, forged forms, stolen cookies."""

from __future__ import annotations

import asyncio
import logging
import statistics
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from calends.accounts.roles import Role
from console.cookie import NAME
from console.desk.sign_in import REFUSED_SECONDS
from tests.conftest import Postgres
from tests.console.door import PASSWORD, Colleague, colleague, events, invited
from tests.console.site import OURS, Site, open_site

SCRIPT = "<script>alert(1)</script>"
PAGES = ["/desk", "/desk/account", "/desk/users", "/desk/account/confirm", "/desk/enrol"]


@pytest.fixture
async def site(postgres: Postgres, database: str, tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(postgres, database, tmp_path) as opened:
        yield opened


async def wrong(site: Site, name: str) -> tuple[int, str, float]:
    began = time.monotonic()
    answer = await site.browser.post(
        "/desk/sign-in", data={"name": name, "password": "x" * 20}, headers=OURS
    )
    return answer.status_code, answer.text, time.monotonic() - began


async def test_known_unknown_invited_and_closed_accounts_look_alike(site: Site) -> None:
    """Same status, same bytes, same time: nothing at the door tells who works here."""
    await colleague(site)
    await invited(site, "Neu Ling", Role.DEPUTY)
    names = ["Claire Dupont", "Nobody", "Neu Ling", "", "é" * 90]
    tried = {name: await wrong(site, name) for name in names}
    assert {status for status, _, _ in tried.values()} == {401}
    assert len({text for _, text, _ in tried.values()}) == 1
    took = [seconds for _, _, seconds in tried.values()]
    assert min(took) >= REFUSED_SECONDS
    assert max(took) - min(took) < REFUSED_SECONDS


async def test_a_name_that_is_slowed_down_looks_like_any_other(site: Site) -> None:
    await colleague(site)
    for _ in range(6):
        blocked = await wrong(site, "Claire Dupont")
    other = await wrong(site, "Nobody")
    assert blocked[:2] == other[:2]
    assert abs(blocked[2] - other[2]) < REFUSED_SECONDS / 2


async def test_the_pages_of_set_up_links_are_the_same_bytes_known_or_not(site: Site) -> None:
    _, token = await invited(site, "Neu Ling", Role.DEPUTY)
    known = await site.browser.get(f"/desk/set-up/{token}")
    unknown = await site.browser.get(f"/desk/set-up/{'a' * 43}")
    assert known.content == unknown.content
    used = {"password": PASSWORD, "again": PASSWORD}
    await site.browser.post(f"/desk/set-up/{token}", data=used, headers=OURS)
    answers = [
        await site.browser.post(f"/desk/set-up/{link}", data=used, headers=OURS)
        for link in (token, "a" * 43, "x")
    ]
    assert {answer.status_code for answer in answers} == {410}
    assert len({answer.content for answer in answers}) == 1


async def test_scanners_that_open_a_set_up_link_use_nothing_up(site: Site) -> None:
    neu, token = await invited(site, "Neu Ling", Role.DEPUTY)
    for method in ("HEAD", "GET", "OPTIONS", "GET"):
        await site.browser.request(method, f"/desk/set-up/{token}")
    assert (await neu.set_up(token)).status_code == 200


async def test_a_cookie_planted_before_signing_in_opens_nothing_afterwards(site: Site) -> None:
    """Session fixation: each step of the door gives a new token and voids the one before."""
    victim = await colleague(site)
    await victim.post("/desk/sign-out")
    attacker = Colleague(site, await _browser(site), "x", "x")
    await attacker.post("/desk/sign-in", {"name": "Claire Dupont", "password": PASSWORD})
    planted = attacker.browser.cookies[NAME]
    victim.browser.cookies.set(NAME, planted, domain="page.test", path="/")
    await victim.sign_in()
    assert victim.browser.cookies[NAME] != planted
    assert (await victim.get("/desk")).status_code == 200
    assert (await attacker.get("/desk")).status_code == 401


async def _browser(site: Site):  # type: ignore[no-untyped-def]
    made, _ = await invited(site, f"Browser {time.monotonic_ns()}", Role.AUDITOR)
    return made.browser


async def test_the_first_factor_alone_opens_no_page(site: Site) -> None:
    claire = await colleague(site)
    await claire.post("/desk/sign-out")
    await claire.post("/desk/sign-in", {"name": "Claire Dupont", "password": PASSWORD})
    for path in PAGES:
        assert (await claire.get(path)).status_code == 401, path


async def test_who_has_the_password_cannot_enrol_a_factor_of_their_own(site: Site) -> None:
    claire = await colleague(site)
    await claire.post("/desk/sign-out")
    await claire.post("/desk/sign-in", {"name": "Claire Dupont", "password": PASSWORD})
    assert (await claire.get("/desk/enrol")).status_code == 401
    assert (await claire.post("/desk/enrol", {"code": "000000"})).status_code == 401
    assert len(await site.rows("SELECT id FROM user_factors")) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.test"},
        {"Origin": "https://sub.page.test"},
        {"Origin": "http://page.test.evil.test"},
        {"Origin": "null"},
        {"Referer": "https://page.test/desk"},
    ],
)
async def test_a_form_of_another_site_or_sub_domain_changes_nothing(
    site: Site, headers: dict[str, str]
) -> None:
    claire = await colleague(site)
    before = await _accounts(site)
    for path, form in (
        ("/desk/users", {"name": "Eve", "role": "dpo"}),
        (f"/desk/users/{claire.user_id}/disable", {}),
        ("/desk/account/recovery-codes", {}),
        ("/desk/account/password", {"password": "a new password 1", "again": "a new password 1"}),
        ("/desk/account/sign-out-everywhere", {}),
        ("/desk/sign-out", {}),
        ("/desk/sign-in", {"name": "Claire Dupont", "password": PASSWORD}),
    ):
        assert (await claire.post(path, form, **headers)).status_code == 403, path
    assert await _accounts(site) == before


async def _accounts(site: Site) -> list[list[dict[str, object]]]:
    tables = ("users", "user_factors", "user_recovery_codes", "user_sessions", "sign_in_tries")
    return [await site.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]


async def test_a_get_changes_no_account(site: Site) -> None:
    claire = await colleague(site)
    before = await _accounts(site)
    for path in (
        "/desk/users", f"/desk/users/{claire.user_id}/disable", "/desk/account/recovery-codes",
        "/desk/account/password?password=aaaa", "/desk/sign-out", "/desk/account/factor/remove",
    ):  # fmt: skip
        await claire.get(path)
    assert await _accounts(site) == before


async def test_a_stolen_cookie_changes_neither_factors_nor_accounts_nor_password(
    site: Site,
) -> None:
    """Without a second factor of the last quarter of an hour it only reads what the role reads."""
    claire = await colleague(site)
    await claire.stale()
    before = (await _accounts(site))[:3]
    for path, form in (
        ("/desk/users", {"name": "Eve", "role": "dpo"}),
        ("/desk/account/recovery-codes", {}),
        ("/desk/account/password", {"password": "a new password 1", "again": "a new password 1"}),
        ("/desk/account/profile", {"email": "eve@evil.test", "language": "fr"}),
        ("/desk/enrol", {"code": "000000"}),
    ):
        answer = await claire.post(path, form)
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/desk/account/confirm")
    assert (await _accounts(site))[:3] == before


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.DPO, Role.ADMIN)])
async def test_other_roles_have_no_way_to_accounts(site: Site, role: Role) -> None:
    systems = ("crm",) if role is Role.SYSTEM_OWNER else ()
    eve = await colleague(site, "Eve", role, systems=systems)
    other = await colleague(site)
    before = (await _accounts(site))[:1]
    assert (await eve.get("/desk/users")).status_code == 403
    for path in ("", f"/{other.user_id}/roles", f"/{other.user_id}/reset",
                 f"/{other.user_id}/disable"):  # fmt: skip
        answer = await eve.post(f"/desk/users{path}", {"name": "X", "role": "dpo"})
        assert answer.status_code == 403, path
    assert (await _accounts(site))[:1] == before
    assert (await events(site)).count("refused") == 5


async def test_nobody_gives_themselves_a_role(site: Site) -> None:
    for name, role, wanted in (("Ada", Role.ADMIN, "engineer"), ("Dora", Role.DPO, "approver")):
        eve = await colleague(site, name, role)
        answer = await eve.post(f"/desk/users/{eve.user_id}/roles", {"role": [wanted]})
        assert answer.status_code == 403
        [row] = await site.rows("SELECT roles FROM users WHERE id = :id", id=eve.user_id)
        assert row["roles"] == [role]


async def test_an_admin_reaches_no_account_that_sees_cases(site: Site) -> None:
    """Resetting a DPO's factors would be a way into the cases."""
    admin, dpo = await colleague(site, "Ada", Role.ADMIN), await colleague(site)
    for act, form in (("reset", {}), ("disable", {}), ("roles", {"role": "engineer"})):
        answer = await admin.post(f"/desk/users/{dpo.user_id}/{act}", form)
        assert answer.status_code == 403, act
    made = await admin.post("/desk/users", {"name": "Eve", "role": "dpo"})
    assert made.status_code == 403
    engineer = await colleague(site, "Ines", Role.ENGINEER)
    promoted = await admin.post(f"/desk/users/{engineer.user_id}/roles", {"role": "dpo"})
    assert promoted.status_code == 403


async def test_an_account_that_does_not_exist_is_404_and_odd_ids_too(site: Site) -> None:
    claire = await colleague(site)
    for user_id in ("user-none", "%00", "' OR 1=1--", "..%2f..%2f"):
        answer = await claire.post(f"/desk/users/{user_id}/disable")
        assert answer.status_code in (404, 405), user_id


HOSTILE = [SCRIPT, "'\"><img src=x onerror=alert(1)>", "{{ 7 * 7 }}", "{% raw %}", "${7*7}", "=1+1"]


@pytest.mark.parametrize("name", HOSTILE)
async def test_markup_in_a_colleagues_name_is_text(site: Site, name: str) -> None:
    claire = await colleague(site)
    made = await claire.post("/desk/users", {"name": name, "role": "auditor"})
    assert made.status_code == 200
    for page in (made, await claire.get("/desk/users")):
        assert "<script>alert" not in page.text
        assert "<img" not in page.text
        assert ">49<" not in page.text
    eve, token = await invited(site, f"{name} 2", Role.AUDITOR)
    await eve.set_up(token)
    for path in ("/desk/account", "/desk/enrol"):
        page = await eve.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img" not in page.text


@pytest.mark.parametrize("field", ["name", "password", "next"])
@pytest.mark.parametrize("value", [SCRIPT, '" autofocus onfocus="x', "\x00", "é" * 2000])
async def test_nothing_typed_at_the_door_comes_back_as_markup(
    site: Site, field: str, value: str
) -> None:
    form = {"name": "x", "password": "y", field: value}
    answer = await site.browser.post("/desk/sign-in", data=form, headers=OURS)
    assert answer.status_code == 401
    assert "<script>alert" not in answer.text
    assert "onfocus" not in answer.text


async def test_sign_ins_tried_at_once_do_not_slip_through_the_count(site: Site) -> None:
    await colleague(site)
    await asyncio.gather(*(wrong(site, "Claire Dupont") for _ in range(12)))
    [here, everywhere] = await site.rows("SELECT failures FROM sign_in_tries ORDER BY failures")
    assert everywhere == {"failures": 12}
    assert here["failures"] in (5, 6)  # five at once; a sixth when the hashes took long


async def test_the_log_knows_neither_names_nor_passwords_nor_links(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        claire, token = await invited(site, "Claire Dupont", Role.DPO)
        await claire.set_up(token)
        await wrong(site, "Claire Dupont")
        await claire.sign_in()
    ours = [record for record in caplog.records if not record.name.startswith("httpx")]
    told = " ".join(record.getMessage() for record in ours).lower()
    for hidden in ("dupont", PASSWORD, token.lower(), claire.secret.lower()):
        assert hidden not in told


async def test_every_page_of_the_desk_forbids_keeping_framing_and_foreign_scripts(
    site: Site,
) -> None:
    claire = await colleague(site)
    for path in ("/desk/sign-in", *PAGES):
        page = await claire.get(path, follow_redirects=True)
        assert page.headers["cache-control"] == "no-store", path
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


async def test_refusals_and_acceptances_of_set_up_links_differ_in_nothing_but_the_outcome(
    site: Site,
) -> None:
    took = []
    for link in ("a" * 43, "b" * 43, "c" * 43):
        began = time.monotonic()
        form = {"password": PASSWORD, "again": PASSWORD}
        await site.browser.post(f"/desk/set-up/{link}", data=form, headers=OURS)
        took.append(time.monotonic() - began)
    assert statistics.median(took) >= REFUSED_SECONDS
