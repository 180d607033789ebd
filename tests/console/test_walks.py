"""What people do on the desk, in a real browser: with script and without, in both languages."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Browser, expect

from tests.console.browser import NARROW, WIDE, Reader, Tab, tab
from tests.console.scene import Desk
from tests.office import Office, mail

ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."
ERASE = "Bonjour, merci d'effacer toutes mes données personnelles de vos fichiers."
VAGUE = "Bonjour, une question sur le RGPD. Merci."

WALKERS = [
    Reader("fr", WIDE, script=True),
    Reader("en", NARROW, script=True),
    Reader("fr", NARROW, script=False),
    Reader("en", WIDE, script=False),
]
SCRIPT = Reader("en", WIDE, script=True)
PLAIN = Reader("en", WIDE, script=False)


async def received(office: Office, text: str, sender: str, subject: str = "Mes données") -> str:
    return await office.receive(mail(sender, text, subject=subject))


async def to_review(office: Office) -> str:
    case = await received(office, ACCESS, "maelle.leguen@courriel.example")
    await office.prove_contact(case)
    await office.nothing_on_paper(case)
    await office.task(case, "review_access")
    return case


async def reference(office: Office, case: str) -> str:
    return str((await office.row(case)).reference)


@pytest.mark.parametrize("reader", [WALKERS[1], WALKERS[2]], ids=str)
async def test_an_access_request_is_answered_from_the_queue_to_the_sent_reply(
    browser: Browser, desk: Desk, reader: Reader
) -> None:
    office = desk.office
    case = await received(office, ACCESS, "maelle.leguen@courriel.example")
    await office.prove_contact(case)
    await office.task(case, "search_by_hand")
    ref = await reference(office, case)
    async with tab(browser, desk, reader, "owner") as owner:
        await search_on_paper(owner, ref)
    await office.task(case, "review_access")
    async with tab(browser, desk, reader, "dpo") as dpo:
        await propose_the_copy(dpo, ref)
    async with tab(browser, desk, reader, "approver") as approver:
        await confirm(approver, ref)
    letter = await office.letter(case, "reply:ACCESS")
    assert letter.recipients == ["maelle.leguen@courriel.example"]


async def search_on_paper(owner: Tab, ref: str) -> None:
    """The archive's owner finds the task in their queue, and nothing in the archive."""
    await owner.go("/desk")
    line = owner.page.locator("[data-line]").filter(has_text=ref)
    await line.locator("[data-open]").click()
    await owner.page.locator("input[value=nothing]").check()
    await owner.page.locator("form[data-answer] button").first.click()
    await expect(owner.page).to_have_url(f"{owner.desk.url}/desk")
    assert owner.faults == []


async def propose_the_copy(dpo: Tab, ref: str) -> None:
    """Opens the review from the queue, reads the notes, looks at the reply, and proposes it."""
    page = dpo.page
    await dpo.go("/desk?group=needs_me")
    await page.locator("[data-line]").filter(has_text=ref).locator("[data-open]").click()
    await page.locator(".sets-list a").first.click()
    for box in await page.locator("[data-give]").all():
        await box.check()
    await page.locator(".sticky button").click()
    await expect(page.locator(".notice.good")).to_be_visible()
    await page.locator(".task a.button").click()
    await expect(page.locator(".paper")).to_contain_text(ref)
    release = page.locator("form[data-answer]").filter(has=page.locator("input[value=release]"))
    await release.locator("input[name=recipient]").check()
    await release.locator("button").first.click()
    await expect(page.locator(".task .notice.soon")).to_be_visible()
    assert dpo.faults == []


async def confirm(approver: Tab, ref: str) -> None:
    """The second pair of eyes finds the proposal in their queue and confirms it."""
    page = approver.page
    await approver.go("/desk?group=needs_me")
    await page.locator("[data-line]").filter(has_text=ref).locator("[data-open]").click()
    await page.locator("form[action*=confirm] button").click()
    await expect(page.locator(".task").first).to_be_visible()
    assert approver.faults == []


@pytest.mark.parametrize("reader", [WALKERS[0], WALKERS[3]], ids=str)
async def test_what_was_decided_is_taken_back_in_time_and_nothing_has_happened(
    browser: Browser, desk: Desk, reader: Reader
) -> None:
    office = desk.office
    case = await received(office, VAGUE, "quelquun@courriel.example", "RGPD")
    await office.task(case, "triage")
    async with tab(browser, desk, reader) as opened:
        await opened.go(f"/desk/case/{await reference(office, case)}")
        form = opened.page.locator("form[data-answer]")
        await form.locator("input[value=not_a_request]").check()
        await form.locator("textarea[name=reason]").fill("une erreur")
        await form.locator("button").first.click()
        await opened.page.locator("form[action*=take-back] button").click()
        await expect(form.locator("input[value=not_a_request]")).to_be_visible()
    assert (await office.row(case)).closed_at is None


async def test_two_who_decide_at_once_the_second_is_told_by_whom_and_what(
    browser: Browser, desk: Desk
) -> None:
    office = desk.office
    case = await received(office, VAGUE, "quelquun@courriel.example", "RGPD")
    await office.task(case, "triage")
    path = f"/desk/case/{await reference(office, case)}"
    async with (
        tab(browser, desk, SCRIPT, "dpo") as one,
        tab(browser, desk, SCRIPT, "deputy") as other,
    ):
        await asyncio.gather(one.go(path), other.go(path))
        for opened in (one, other):
            form = opened.page.locator("form[data-answer]")
            await form.locator("input[value=not_a_request]").check()
            await form.locator("textarea[name=reason]").fill("une question")
        await one.page.locator("form[data-answer] button").first.click()
        await expect(one.page.locator(".notice.good")).to_contain_text("Camille Aubry has decided")
        await other.page.locator("form[data-answer] button").first.click()
        await expect(other.page.locator("[role=alert]")).to_contain_text(
            "Camille Aubry has just decided: not a request."
        )
    assert (await office.closing(case)).outcome == "not_a_request"


async def test_a_refusal_writes_itself_while_it_is_typed(browser: Browser, desk: Desk) -> None:
    path = f"/desk/case/{await desk.reference('erasure')}/decide"
    async with tab(browser, desk, SCRIPT) as opened:
        await opened.go(path)
        await opened.page.locator("input[value=refuse]").check()
        await opened.page.locator("select[name=ground]").select_option("claims")
        await opened.page.locator("textarea[name=reason]").fill("La facture est contestée.")
        letter = opened.page.locator(".letter-preview .paper")
        await expect(letter).to_contain_text("La facture est contestée.")
        await expect(letter).to_contain_text("article 17, paragraphe 3, point e")
        assert opened.faults == []


async def test_without_script_a_button_shows_the_letter_and_keeps_what_was_typed(
    browser: Browser, desk: Desk
) -> None:
    path = f"/desk/case/{await desk.reference('erasure')}/decide"
    async with tab(browser, desk, PLAIN) as opened:
        await opened.go(path)
        await opened.page.locator("input[value=refuse]").check()
        await opened.page.locator("textarea[name=reason]").fill("La facture est contestée.")
        await opened.page.get_by_role("button", name="See the letter").click()
        letter = opened.page.locator(".letter-preview .paper")
        await expect(letter).to_contain_text("La facture est contestée.")
        typed = opened.page.locator("textarea[name=reason]")
        await expect(typed).to_have_value("La facture est contestée.")


async def test_words_are_masked_by_mouse_and_by_keyboard(browser: Browser, desk: Desk) -> None:
    office = desk.office
    ref = await reference(office, await to_review(office))
    async with tab(browser, desk, SCRIPT) as opened:
        page = opened.page
        await opened.go(f"/desk/case/{ref}/review?system=crm&set=crm.interaction")
        text = page.locator("[data-text]").first
        words = page.locator("textarea[data-words]").first
        await text.dblclick(position={"x": 12, "y": 14})
        by_mouse = (await page.evaluate("getSelection().toString()")).strip()
        await page.keyboard.press("Enter")
        await expect(words).to_have_value(by_mouse)
        await text.focus()
        await page.evaluate("getSelection().removeAllRanges()")
        await page.keyboard.press("Shift+ArrowRight")
        await page.keyboard.press("Shift+ArrowRight")
        by_keyboard = (await page.evaluate("getSelection().toString()")).strip()
        assert by_keyboard
        await page.keyboard.press("Enter")
        assert by_keyboard in (await words.input_value()).split("\n")
        assert opened.faults == []


async def test_systems_are_seen_to_answer_without_loading_the_page_again(
    browser: Browser, desk: Desk
) -> None:
    office = desk.office
    case = await received(office, ACCESS, "jeanne.martin@courriel.example")
    await office.prove_contact(case)
    await office.task(case, "search_by_hand")
    async with tab(browser, desk, SCRIPT) as opened:
        await opened.go(f"/desk/case/{await reference(office, case)}/data")
        await opened.page.evaluate("document.body.dataset.same = 'page'")
        paper = opened.page.locator(".system").filter(has_text="Archives papier")
        await expect(paper).to_contain_text("waits for")
        await office.nothing_on_paper(case)
        await expect(paper).to_contain_text("nothing", timeout=30_000)
        await expect(opened.page.locator(".notice.soon")).to_contain_text("This page has changed")
        assert await opened.page.evaluate("document.body.dataset.same") == "page"
        assert opened.faults == []


async def test_the_keyboard_walks_the_queue_opens_searches_and_goes_back(
    browser: Browser, desk: Desk
) -> None:
    async with tab(browser, desk, SCRIPT) as opened:
        page = opened.page
        await opened.go("/desk")
        lines = page.locator("[data-line]")
        await page.keyboard.press("j")
        await page.keyboard.press("j")
        assert "here" in (await lines.nth(1).get_attribute("class") or "")
        await page.keyboard.press("k")
        assert "here" in (await lines.nth(0).get_attribute("class") or "")
        await page.keyboard.press("Enter")
        await expect(page.locator(".steps")).to_be_visible()
        await page.keyboard.press("g")
        await page.keyboard.press("q")
        await expect(page).to_have_url(f"{desk.url}/desk")
        await page.keyboard.press("/")
        await expect(page.locator("[data-search]")).to_be_focused()
        await page.keyboard.type("jk?")
        await expect(page.locator("[data-search]")).to_have_value("jk?")
        await page.locator("h1").click()
        await page.keyboard.press("?")
        await expect(page.locator("dialog")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.locator("dialog")).not_to_be_visible()


async def test_no_single_key_sends_or_destroys_anything(browser: Browser, desk: Desk) -> None:
    path = f"/desk/case/{await desk.reference('erasure')}/decide"
    async with tab(browser, desk, SCRIPT) as opened:
        sent: list[str] = []
        opened.page.on(
            "request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None
        )
        await opened.go(path)
        for key in "abcdefhiklmnoprstuvwxyz0123456789,.;!":
            await opened.page.keyboard.press(key)
        assert sent == []


async def test_single_keys_that_are_switched_off_do_nothing(browser: Browser, desk: Desk) -> None:
    async with tab(browser, desk, SCRIPT) as opened:
        page = opened.page
        await opened.go("/desk/mine")
        await page.get_by_role("button", name="Switch single keys off").click()
        await opened.go("/desk")
        await page.keyboard.press("j")
        assert await page.locator(".line.here").count() == 0
        await page.keyboard.press("?")
        await expect(page.locator("dialog")).not_to_be_visible()


async def test_ctrl_enter_confirms_the_form(browser: Browser, desk: Desk) -> None:
    office = desk.office
    case = await received(office, VAGUE, "quelquun@courriel.example", "RGPD")
    await office.task(case, "triage")
    async with tab(browser, desk, SCRIPT) as opened:
        await opened.go(f"/desk/case/{await reference(office, case)}")
        form = opened.page.locator("form[data-answer]")
        await form.locator("input[value=accept]").check()
        await form.locator("input[name=rights-accept][value=ACCESS]").check()
        await opened.page.keyboard.press("Control+Enter")
        await expect(form).not_to_be_visible()
    await office.letter(case, "identity_request")


async def test_a_search_finds_the_case_of_a_person_by_name_from_any_page(
    browser: Browser, desk: Desk
) -> None:
    async with tab(browser, desk, PLAIN) as opened:
        await opened.go("/desk")
        await opened.page.locator("[data-search]").fill("le guen maelle")
        await opened.page.keyboard.press("Enter")
        await expect(opened.page.locator(".lines")).to_contain_text(await desk.reference("review"))
        assert "guen" not in opened.page.url
