"""More of what people do on the desk, in a real browser: hand over, mend, compare, explain."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.console.browser import NARROW, WIDE, Reader, tab
from tests.console.scene import Desk
from tests.office import mail, until
from tests.workflows.ends import rows

ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."
VAGUE = "Bonjour, une question sur le RGPD. Merci."
ALIKE = "Bonjour, je m'appelle Maëlle Le Guen. Je souhaite une copie de mes données.\n"

READERS = [Reader("en", WIDE, script=True), Reader("en", NARROW, script=False)]


async def to_triage(desk: Desk, sender: str) -> tuple[str, str]:
    case = await desk.office.receive(mail(sender, VAGUE, subject="RGPD"))
    await desk.office.task(case, "triage")
    return case, f"/desk/case/{(await desk.office.row(case)).reference}"


@pytest.mark.parametrize("reader", READERS, ids=str)
async def test_a_task_is_taken_handed_to_a_colleague_and_given_back(
    browser: Browser, desk: Desk, reader: Reader
) -> None:
    _, path = await to_triage(desk, "prise@courriel.example")
    reference = path.rpartition("/")[2]
    async with tab(browser, desk, reader) as dpo:
        page = dpo.page
        await dpo.go("/desk?group=needs_me")
        line = page.get_by_role("listitem").filter(has_text=reference)
        await line.get_by_role("button", name="I take it").click()
        await expect(line).to_contain_text("Yours")
        await dpo.go(path)
        await page.locator(".hand-over summary").first.click()
        await page.get_by_label("Give to somebody").select_option(label="Nour Haddad")
        await page.get_by_role("button", name="Give", exact=True).click()
        await expect(page.locator(".task-head")).to_contain_text("Nour Haddad")
        assert dpo.faults == []
    async with tab(browser, desk, reader, "deputy") as deputy:
        page = deputy.page
        await deputy.go("/desk?group=needs_me")
        line = page.get_by_role("listitem").filter(has_text=reference)
        await expect(line).to_contain_text("Yours")
        await deputy.go(path)
        await page.locator(".hand-over summary").first.click()
        await page.get_by_role("button", name="Give back to all").click()
        await expect(page.locator(".holder")).to_have_count(0)
        assert deputy.faults == []


@pytest.mark.parametrize("reader", READERS, ids=str)
async def test_who_is_away_names_a_deputy_who_then_sees_their_tasks(
    browser: Browser, desk: Desk, reader: Reader
) -> None:
    _, path = await to_triage(desk, "absence@courriel.example")
    reference = path.rpartition("/")[2]
    today = date.today()  # noqa: DTZ011 - a day's difference does not matter here
    async with tab(browser, desk, reader) as dpo:
        page = dpo.page
        await dpo.go("/desk?group=needs_me")
        line = page.get_by_role("listitem").filter(has_text=reference)
        await line.get_by_role("button", name="I take it").click()
        async with tab(browser, desk, reader, "deputy") as deputy:
            await deputy.go("/desk?group=needs_me")
            await expect(deputy.page.get_by_text(reference)).to_have_count(0)
        await dpo.go("/desk/mine")
        await page.locator("#first").fill(today.isoformat())
        await page.locator("#last").fill((today + timedelta(days=5)).isoformat())
        await page.locator("#deputy").select_option(label="Nour Haddad")
        await page.locator("form[action='/desk/mine/away'] button").click()
        async with tab(browser, desk, reader, "deputy") as deputy:
            await deputy.go("/desk")
            await expect(deputy.page.locator(".page-head")).to_contain_text("Camille Aubry")
            await deputy.go("/desk?group=needs_me")
            await expect(deputy.page.get_by_text(reference)).to_have_count(1)
        await dpo.go("/desk/mine")
        await page.locator("form[action='/desk/mine/back'] button").first.click()
        assert dpo.faults == []


async def test_filters_leave_what_is_asked_for_and_are_cleared(
    browser: Browser, desk: Desk
) -> None:
    _, path = await to_triage(desk, "filtre@courriel.example")
    erasure = await desk.reference("erasure")
    for reader in READERS:
        async with tab(browser, desk, reader) as dpo:
            page = dpo.page
            await dpo.go("/desk?group=needs_me")
            await page.get_by_text("Filter and sort").click()
            await page.locator("select[name=right]").select_option("ERASURE")
            if not reader.script:
                await page.locator("form[action='/desk'] button").click()
            await expect(page.locator(".line").filter(has_text=erasure)).to_have_count(1)
            await expect(page.get_by_text(path.rpartition("/")[2])).to_have_count(0)
            await page.locator(".filters a").click()
            await expect(
                page.locator(".line").filter(has_text=path.rpartition("/")[2])
            ).to_have_count(1)
            assert dpo.faults == []


@pytest.mark.parametrize("reader", READERS, ids=str)
async def test_a_double_joins_the_case_that_is_named(
    browser: Browser, desk: Desk, reader: Reader
) -> None:
    first, _ = await to_triage(desk, "double@courriel.example")
    wanted = (await desk.office.row(first)).reference
    case, path = await to_triage(desk, "double.bis@courriel.example")
    async with tab(browser, desk, reader) as dpo:
        page = dpo.page
        await dpo.go(path)
        await page.get_by_label("It is the double of another case").check()
        await page.get_by_label("Reference of the case").fill(str(wanted))
        await page.get_by_role("button", name="Confirm").click()
        await expect(page.get_by_role("button", name="Undo")).to_be_visible()
        assert dpo.faults == []
    assert (await desk.office.closing(case)).outcome == "duplicate"


async def test_a_message_of_several_people_is_split_with_their_number(
    browser: Browser, desk: Desk
) -> None:
    case, path = await to_triage(desk, "deux@courriel.example")
    async with tab(browser, desk, READERS[0]) as dpo:
        page = dpo.page
        await dpo.go(path)
        await page.get_by_label("Several people ask").check()
        await page.get_by_label("Number of people").fill("2")
        await page.get_by_role("button", name="Confirm").click()
        await expect(page.get_by_role("button", name="Undo")).to_be_visible()
        assert dpo.faults == []

    async def told() -> list[dict[str, Any]]:
        return [facts for kind, facts in await desk.office.ledger(case) if kind == "split"]

    assert [facts["people"] for facts in await until(told)] == [2]


@pytest.mark.parametrize("reader", READERS, ids=str)
async def test_why_a_date_is_what_it_is_is_told_with_its_law(
    browser: Browser, desk: Desk, reader: Reader
) -> None:
    async with tab(browser, desk, reader) as dpo:
        await dpo.go(f"/desk/case/{await desk.reference('review')}")
        trace = dpo.page.locator(".trace")
        await expect(trace).not_to_be_visible()
        await dpo.page.get_by_text("Why these dates?").click()
        await expect(trace).to_contain_text("1182/71")
        await expect(trace).to_contain_text("Legal date")
        assert dpo.faults == []


async def test_a_system_that_fails_is_mended_and_searched_again_on_the_spot(
    browser: Browser, desk: Desk
) -> None:
    office = desk.office
    broken = "ALTER TABLE customer RENAME TO customer_moved"
    mended = "ALTER TABLE customer_moved RENAME TO customer"
    case = await office.receive(mail("lucas.abadie@courriel.example", ACCESS))
    await rows(office, "sample_billing", broken)
    try:
        await office.prove_contact(case)
        await office.task(case, "mend_system")
        path = f"/desk/case/{(await office.row(case)).reference}/data"
        async with tab(browser, desk, READERS[1]) as plain:
            await plain.go(path)
            await expect(plain.page.locator(".system.failed")).to_contain_text("Facturation")
            await expect(plain.page.get_by_text("Give to somebody").first).to_be_visible()
    finally:
        await rows(office, "sample_billing", mended)
    async with tab(browser, desk, READERS[0]) as dpo:
        page = dpo.page
        await dpo.go(path)
        card = page.get_by_role("region").filter(has=page.locator("input[value=retry]"))
        await card.locator("input[value=retry]").check()
        await card.get_by_role("button", name="Confirm").click()
        await expect(page.locator(".system.failed")).to_have_count(0, timeout=60_000)
        assert dpo.faults == []


@pytest.mark.parametrize("reader", READERS, ids=str)
async def test_a_record_that_looks_alike_is_chosen_from_a_list(
    browser: Browser, desk: Desk, reader: Reader
) -> None:
    office = desk.office
    case = await office.receive(mail(f"autre.{reader.width}@autre.example", ALIKE))
    await office.prove_contact(case)
    await office.nothing_on_paper(case)
    await office.task(case, "resolve_homonym")
    async with tab(browser, desk, reader) as dpo:
        page = dpo.page
        await dpo.go(f"/desk/case/{(await office.row(case)).reference}/identity")
        await expect(page.locator(".alike li").first).to_contain_text("Le Guen")
        await page.locator("input[value=same_person]").check()
        await page.get_by_label("Which one").select_option(index=1)
        await page.get_by_role("button", name="Confirm").click()
        await expect(page.get_by_role("button", name="Undo")).to_be_visible()
        assert dpo.faults == []
    asked = await office.letter(case, "identity_request:on_file")
    assert asked.recipients == ["maelle.leguen@courriel.example"]


async def test_own_words_are_written_and_seen_in_the_letter(browser: Browser, desk: Desk) -> None:
    office = desk.office
    case = await office.receive(mail("maelle.leguen@courriel.example", ACCESS))
    await office.prove_contact(case)
    await office.nothing_on_paper(case)
    await office.task(case, "review_access")
    path = f"/desk/case/{(await office.row(case)).reference}/reply"
    for number, reader in enumerate(READERS):
        async with tab(browser, desk, reader) as dpo:
            page, words = dpo.page, f"Merci de votre patience, {number}."
            await dpo.go(path)
            field = page.get_by_label("Add your own words to this letter")
            if not await field.is_visible():
                await page.locator(".own-words summary").click()
            await field.fill(words)
            await page.get_by_role("button", name="Keep this text").click()
            await expect(page.locator(".paper")).to_contain_text(words)
            assert dpo.faults == []


async def test_the_evidence_of_a_case_is_downloaded_from_its_timeline(
    browser: Browser, desk: Desk
) -> None:
    async with tab(browser, desk, READERS[1], "auditor") as auditor:
        page, reference = auditor.page, await desk.reference("review")
        await auditor.go(f"/desk/case/{reference}/timeline")
        async with page.expect_download() as coming:
            await page.get_by_role("link", name="Download the evidence file").click()
        assert (await coming.value).suggested_filename == f"{reference}.calends"
