"""Signing in, setting up, one's account, letters, figures and the person's page in Chromium."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pyotp
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from calends.accounts.roles import Role
from tests.conftest import Postgres
from tests.console.browser import NARROW, READERS, WIDE, Reader, Tab, tab
from tests.console.door import invited
from tests.console.scene import WHO, Desk
from tests.console.served import serve, set_up, sign_in
from tests.console.site import Site
from tests.console.visiting import PDF, put_letter, put_person

NAME = "Claire Dupont"
Served = tuple[Site, Desk]


@pytest.fixture
async def served(postgres: Postgres, database: str, tmp_path: Path) -> AsyncIterator[Served]:
    async with serve(postgres, database, tmp_path) as opened:
        yield opened


async def newcomer(site: Site, *roles: Role) -> str:
    _, token = await invited(site, NAME, *(roles or (Role.DPO,)))
    return token


async def inside(opened: Tab, site: Site, *roles: Role) -> str:
    """Signed in by the real door; returns the app's secret."""
    secret = await set_up(opened.page, opened.desk.url, await newcomer(site, *roles))
    await expect(opened.page.locator(".codes li")).to_have_count(10)
    return secret


@pytest.mark.parametrize("reader", READERS, ids=str)
async def test_from_the_set_up_link_to_signing_in_again(
    browser: Browser, served: Served, reader: Reader
) -> None:
    site, desk = served
    async with tab(browser, desk, reader) as opened:
        page, secret = opened.page, await inside(opened, site)
        await page.goto(f"{desk.url}/desk/account")
        await page.locator("form[action='/desk/sign-out'] button").click()
        await site.execute("UPDATE user_factors SET last_step = NULL")
        await sign_in(page, desk.url, NAME)
        assert await opened.overflow() <= 0 if reader.script else True
        await page.locator("#code").fill(pyotp.TOTP(secret).now())
        await page.locator("form:has(#code) button").click()
        await expect(page.locator(".user")).to_have_text(NAME)
        assert await page.locator("html").get_attribute("lang") == reader.language
        assert opened.faults == []


async def virtual_key(page: Page) -> None:
    """A security key that is touched at once."""
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    await session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "usb",
                "hasResidentKey": False,
                "hasUserVerification": False,
                "automaticPresenceSimulation": True,
            }
        },
    )


async def test_a_passkey_is_made_at_set_up_and_lets_in_afterwards(
    browser: Browser, served: Served
) -> None:
    site, desk = served
    async with tab(browser, desk, Reader("en", WIDE, script=True)) as opened:
        page = opened.page
        await virtual_key(page)
        await page.goto(f"{desk.url}/desk/set-up/{await newcomer(site)}")
        await page.locator("#password").fill("quatre chevaux bleus")
        await page.locator("#again").fill("quatre chevaux bleus")
        await page.locator("form:has(#password) button").click()
        await page.locator("form[data-passkey=create] button").click()
        await expect(page.locator(".codes li")).to_have_count(10)
        [factor] = await site.rows("SELECT kind, sign_count FROM user_factors")
        assert factor["kind"] == "webauthn"
        await page.goto(f"{desk.url}/desk/account")
        await page.locator("form[action='/desk/sign-out'] button").click()
        await sign_in(page, desk.url, NAME)
        await page.locator("form[data-passkey=get] button").click()
        await expect(page.locator(".user")).to_have_text(NAME)
        await site.execute("UPDATE user_sessions SET proved_at = proved_at - interval '1 hour'")
        await page.goto(f"{desk.url}/desk/enrol")
        await page.locator("form[data-passkey=get] button").click()
        await expect(page.locator("#code")).to_be_visible()
        assert opened.faults == []


async def test_a_key_that_nobody_enrolled_is_told_so_and_the_code_still_works(
    browser: Browser, served: Served
) -> None:
    site, desk = served
    async with tab(browser, desk, Reader("en", WIDE, script=True)) as opened:
        page = opened.page
        await virtual_key(page)
        secret = await inside(opened, site)
        await page.goto(f"{desk.url}/desk/enrol")
        await page.locator("form[data-passkey=create] button").click()
        await page.wait_for_url("**/desk/account")
        await page.locator("form[action='/desk/sign-out'] button").click()
        await page.context.clear_cookies()
        other = await page.context.new_page()
        await virtual_key(other)  # another key, which nobody enrolled
        await site.execute("UPDATE user_factors SET last_step = NULL")
        await sign_in(other, desk.url, NAME)
        await other.locator("form[data-passkey=get] button").click()
        await expect(other.locator("form[data-passkey=get] [role=alert]")).to_be_visible()
        await other.locator("#code").fill(pyotp.TOTP(secret).now())
        await other.locator("form:has(#code) button").click()
        await expect(other.locator(".user")).to_have_text(NAME)


@pytest.mark.parametrize("reader", READERS, ids=str)
async def test_a_letter_is_registered_and_counted(
    browser: Browser, served: Served, reader: Reader, tmp_path: Path
) -> None:
    site, desk = served
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(PDF)
    async with tab(browser, desk, reader) as opened:
        page = opened.page
        await inside(opened, site)
        await page.goto(f"{desk.url}/desk/letters")
        await page.locator("#delivered").fill("2026-11-20")
        await page.locator("#scans").set_input_files(scan)
        await page.locator("input[value=ACCESS]").check()
        await page.locator("form:has(#scans) button").click()
        await expect(page.locator("main dl dd").last).to_contain_text("2026")
        assert len(await site.rows("SELECT id FROM inbox")) == 1
        assert opened.faults == []


@pytest.mark.parametrize("reader", READERS, ids=str)
async def test_a_person_sees_where_it_stands_adds_a_word_and_withdraws(
    browser: Browser, served: Served, reader: Reader
) -> None:
    site, desk = served
    case_id = await site.case()
    await put_person(site, case_id)
    await put_letter(site, case_id, "identity_document")
    link = await site.link(case_id, "partial")
    async with tab(browser, desk, reader) as opened:
        page = opened.page
        await page.goto(f"{desk.url}{link.path}?lang={reader.language}")
        await page.locator("#code").fill(link.code.lower())
        await page.locator("button[name=see]").click()
        await expect(page.locator("main dl dd").first).to_have_text("2026-00042-K7")
        if reader.script:
            assert await opened.overflow() <= 0
        await page.locator("#text").fill("Mon numéro de client est 4711.")
        await page.locator("form[enctype] button").click()
        await expect(page.get_by_role("status")).to_be_visible()
        await page.locator("details:has(input[name=sure]) summary").click()
        await page.locator("input[name=sure]").check()
        await page.locator("button.grave").click()
        await expect(page.get_by_role("status")).to_be_visible()
        assert len(await site.rows("SELECT id FROM inbox")) == 2
        assert opened.faults == []
        names = {str(cookie["name"]) for cookie in await page.context.cookies()}
        assert names <= {"calends_lang", WHO}  # both set by the test itself


async def test_a_person_changes_the_language_without_typing_the_code_again(
    browser: Browser, served: Served
) -> None:
    site, desk = served
    link = await site.link(await site.case(), "partial")
    async with tab(browser, desk, Reader("fr", NARROW, script=False)) as opened:
        page = opened.page
        await page.goto(f"{desk.url}{link.path}?lang=fr")
        await page.locator("#code").fill(link.code)
        await page.locator("button[name=see]").click()
        await page.locator("nav button[lang=en]").click()
        await expect(page.locator("h1")).to_have_text("Where your request stands")


async def pages_of(opened: Tab, site: Site) -> list[str]:
    """Pages that a signed-in DPO opens by their address."""
    await inside(opened, site)
    case_id = await site.case()
    assert case_id
    return [
        "/desk/sign-in", "/desk/set-up/x", "/desk/enrol", "/desk/account", "/desk/account/confirm",
        "/desk/users", "/desk/letters", "/desk/figures", "/desk/setup", "/desk/setup/letters",
        "/desk/setup/letters/acknowledgment", "/desk/setup/keys", "/desk/setup/events", "/p/x", "/",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(("width", "dark"), [(WIDE, False), (NARROW, True), (WIDE // 2, False)])
async def test_axe_finds_nothing_and_no_page_is_too_wide(
    browser: Browser, served: Served, language: str, width: int, dark: bool
) -> None:
    site, desk = served
    async with tab(browser, desk, Reader(language, width, script=True), dark=dark) as opened:
        found = []
        for path in await pages_of(opened, site):
            await opened.go(path)
            found += await faults_of(opened, path)
        await opened.page.context.clear_cookies()
        for path in ("/desk/sign-in", "/desk/users"):
            await opened.go(path)
            found += await faults_of(opened, f"signed out {path}")
        link = await site.link(await site.case(reference="2026-00043-AB"), "partial")
        await opened.go(f"{link.path}?lang={language}")
        await opened.page.locator("#code").fill(link.code)
        await opened.page.locator("button[name=see]").click()
        found += await faults_of(opened, "status")
        assert found == [], "\n".join(found)


async def faults_of(opened: Tab, path: str) -> list[str]:
    await opened.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    result = await Axe().run(opened.page)
    found = [f"{path}: {each['id']}: {each['help']}" for each in result.response["violations"]]
    wide = await opened.overflow()
    return [*found, f"{path}: {wide} px too wide"] if wide > 0 else found


async def test_figures_keep_their_words_on_paper_and_in_forced_colours(
    browser: Browser, served: Served
) -> None:
    site, desk = served
    async with tab(browser, desk, Reader("fr", WIDE, script=True)) as opened:
        await inside(opened, site)
        await site.case()
        await opened.go("/desk/figures")
        table = opened.page.locator("table").first
        words = await table.inner_text()
        await opened.page.emulate_media(media="print")
        assert await table.inner_text() == words
        await opened.page.emulate_media(media="screen", forced_colors="active")
        assert await table.inner_text() == words
