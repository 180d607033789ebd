"""Signing in as a browser does it: set-up link, password, second factor, account page."""

from __future__ import annotations

import pytest

from calends.accounts.roles import Role
from console.cookie import LOOPBACK_NAME, NAME
from tests.console.door import PASSWORD, colleague, events, invited
from tests.console.site import OURS, Site


async def test_from_the_set_up_link_to_todays_page(site: Site) -> None:
    claire, token = await invited(site, "Claire Dupont", Role.DPO)
    done = await claire.set_up(token)
    assert len(claire.recovery) == 10
    assert done.headers["cache-control"] == "no-store"
    page = await claire.get("/desk")
    assert page.status_code == 200
    assert "Claire Dupont" in page.text


async def test_signing_in_needs_password_and_code_and_leads_where_one_wanted_to_go(
    site: Site,
) -> None:
    claire = await colleague(site)
    await claire.post("/desk/sign-out")
    door = await claire.get("/desk/users")
    assert door.status_code == 401
    assert 'value="/desk/users"' in door.text
    form = {"name": "Claire Dupont", "password": PASSWORD, "next": "/desk/users"}
    half = await claire.post("/desk/sign-in", form)
    assert half.headers["location"] == "/desk/sign-in/code?next=/desk/users"
    assert (await claire.get("/desk")).status_code == 401
    full = await claire.post(
        "/desk/sign-in/code", {"code": await claire.code(), "next": "/desk/users"}
    )
    assert full.headers["location"] == "/desk/users"
    assert (await claire.get("/desk/users")).status_code == 200


async def test_who_has_no_queue_goes_to_their_first_page(site: Site) -> None:
    admin = await colleague(site, "Otto Bern", Role.ADMIN)
    await admin.post("/desk/sign-out")
    answer = await admin.sign_in()
    assert answer.status_code == 303
    assert (await admin.get(answer.headers["location"])).status_code == 200


async def test_a_recovery_code_works_in_the_same_field(site: Site) -> None:
    claire = await colleague(site)
    await claire.post("/desk/sign-out")
    await claire.post("/desk/sign-in", {"name": "Claire Dupont", "password": PASSWORD})
    full = await claire.post("/desk/sign-in/code", {"code": claire.recovery[0]})
    assert full.status_code == 303
    assert "9 codes de secours" in (await claire.get("/desk/account")).text


async def test_the_cookie_is_of_the_strictest_kind(site: Site) -> None:
    claire, token = await invited(site, "Claire Dupont", Role.DPO)
    form = {"password": PASSWORD, "again": PASSWORD}
    cookie = (await claire.post(f"/desk/set-up/{token}", form)).headers["set-cookie"]
    assert cookie.startswith(f"{NAME}=")
    for part in ("HttpOnly", "Secure", "Path=/", "SameSite=lax"):
        assert part in cookie
    assert "Domain" not in cookie


async def test_signing_out_ends_the_session_and_clears_the_cookie(site: Site) -> None:
    claire = await colleague(site)
    kept = claire.browser.cookies[NAME]
    out = await claire.post("/desk/sign-out")
    assert "Max-Age=0" in out.headers["set-cookie"]
    claire.browser.cookies.set(NAME, kept, domain="page.test", path="/")
    assert (await claire.get("/desk")).status_code == 401


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.test", "//evil.test", "/\\evil.test", "/desk/../x", "/p/x", "javascript:1"],
)
async def test_nobody_is_led_off_the_desk(site: Site, wanted: str) -> None:
    claire = await colleague(site)
    await claire.post("/desk/sign-out")
    await claire.post("/desk/sign-in", {"name": "Claire Dupont", "password": PASSWORD})
    full = await claire.post("/desk/sign-in/code", {"code": await claire.code(), "next": wanted})
    assert full.headers["location"] == "/desk"


async def test_changing_factors_asks_for_a_proof_when_the_last_one_is_old(site: Site) -> None:
    claire = await colleague(site)
    await claire.stale()
    asked = await claire.post("/desk/account/recovery-codes")
    assert asked.headers["location"] == "/desk/account/confirm?next=/desk/account"
    form = {"code": await claire.code(), "next": "/desk/account"}
    proved = await claire.post("/desk/account/confirm", form)
    assert proved.headers["location"] == "/desk/account"
    assert (await claire.post("/desk/account/recovery-codes")).status_code == 200


async def test_the_last_second_factor_cannot_be_removed_and_one_of_two_can(site: Site) -> None:
    claire = await colleague(site)
    [first] = await site.rows("SELECT id FROM user_factors")
    refused = await claire.post("/desk/account/factor/remove", {"factor": str(first["id"])})
    assert refused.status_code == 422
    page = await claire.get("/desk/enrol")
    claire.secret = page.text.split('class="ref wrap">')[1].split("<")[0].replace(" ", "")
    added = await claire.post("/desk/enrol", {"code": await claire.code()})
    assert added.status_code == 303
    removed = await claire.post("/desk/account/factor/remove", {"factor": str(first["id"])})
    assert removed.status_code == 200
    assert len(await site.rows("SELECT id FROM user_factors")) == 1


async def test_a_new_password_signs_the_other_browsers_out(site: Site) -> None:
    claire = await colleague(site)
    other = await colleague(site, "Otto Bern", Role.ADMIN)
    first = claire.browser.cookies[NAME]
    await claire.sign_in()
    changed = await claire.post(
        "/desk/account/password", {"password": "cinq lapins verts", "again": "cinq lapins verts"}
    )
    assert changed.status_code == 200
    assert (await claire.get("/desk/account")).status_code == 200
    assert (await other.get("/desk/account")).status_code == 200
    claire.browser.cookies.set(NAME, first, domain="page.test", path="/")
    assert (await claire.get("/desk/account")).status_code == 401


async def test_everything_at_the_door_is_noted_and_names_nobody(site: Site) -> None:
    claire = await colleague(site)
    await claire.sign_in()
    assert await events(site) == [
        "account_made", "invited", "password_set", "factor_added", "recovery_codes_made",
        "signed_in", "signed_in",
    ]  # fmt: skip
    assert "Claire" not in str(await site.rows("SELECT * FROM account_events"))


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_every_page_of_the_door_is_in_both_languages(site: Site, language: str) -> None:
    claire, token = await invited(site, "Claire Dupont", Role.DPO)
    headers = {"Accept-Language": language}
    for path in ("/desk/sign-in", f"/desk/set-up/{token}"):
        assert f'<html lang="{language}">' in (await claire.get(path, headers=headers)).text
    await claire.set_up(token)
    for path in ("/desk/account", "/desk/users", "/desk/enrol", "/desk/account/confirm"):
        page = await claire.get(path, headers=headers)
        assert page.status_code == 200
        assert f'<html lang="{language}">' in page.text


async def test_without_https_off_this_machine_nobody_can_sign_in(site: Site) -> None:
    """The cookie is `__Host-` and Secure: over plain http browsers drop it."""
    from console.cookie import SessionCookie

    cookie = SessionCookie("http://desk.example")
    assert not cookie.works
    assert cookie.name == NAME
    site.app.state.entry.cookie = cookie
    page = await site.browser.get("/desk/sign-in?lang=en")
    assert "Signing in needs https" in page.text


@pytest.mark.parametrize(
    ("host", "trusted"),
    [("127.0.0.1:8080", True), ("localhost:8080", True), ("[::1]:8080", True),
     ("desk.example", False), ("127.0.0.1.evil.test", False), ("localhost.evil.test", False),
     ("", False), ("[::1", False)],
)  # fmt: skip
def test_the_loopback_exception_holds_for_this_machine_only(host: str, trusted: bool) -> None:
    from starlette.requests import Request

    from console.cookie import SessionCookie

    cookie = SessionCookie("http://127.0.0.1:8080")
    assert cookie.name == LOOPBACK_NAME
    headers = [(b"host", host.encode()), (b"cookie", f"{LOOPBACK_NAME}=abc".encode())]
    scope = {"type": "http", "headers": headers, "client": ("127.0.0.1", 4000)}
    assert cookie.read(Request(scope)) == ("abc" if trusted else "")
    assert cookie.read(Request(scope | {"client": ("203.0.113.9", 4000)})) == ""


async def test_a_guess_at_the_door_from_one_place_ends_in_429(site: Site) -> None:
    statuses = set()
    for _ in range(31):
        answer = await site.browser.post(
            "/desk/set-up/x", data={"password": "a", "again": "b"}, headers=OURS
        )
        statuses.add(answer.status_code)
    assert statuses == {422, 429}
