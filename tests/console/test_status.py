"""Where a request stands, as its person sees it, and what they do there."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

import pytest

from calends.mail.inbox import RAW
from console.correspondence import LARGEST_FILE
from tests.console.site import Link, Site
from tests.console.visiting import PDF, act, put_letter, put_person, status_page, visit_of


async def a_link(site: Site, *letters: str, closed: bool = False, demand: str = "open") -> Link:
    case_id = await site.case(closed=closed, demand=demand)
    await put_person(site, case_id)
    for purpose in letters:
        await put_letter(site, case_id, purpose)
    return await site.link(case_id, "partial")


async def messages(site: Site) -> list[tuple[dict[str, object], EmailMessage]]:
    rows = await site.rows("SELECT * FROM inbox ORDER BY received_at")
    found = []
    for row in rows:
        raw = await site.house.blobs.read(str(row["case_id"]), RAW)
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        found.append((row, mail))
    return found


async def test_the_page_says_reference_rights_dates_and_what_comes_next(site: Site) -> None:
    page = await status_page(site, await a_link(site, "identity_request"))
    assert page.status_code == 200
    said = (
        "2026-00042-K7",
        "Nous y travaillons",
        "2 novembre 2026",
        "1er décembre 2026",
        "le droit d&#39;accès à vos données",
        "Confirmation demandée",
        "CNIL",
    )
    assert [words for words in said if words not in page.text] == []


@pytest.mark.parametrize(
    ("letters", "closed", "demand", "said"),
    [
        ((), False, "open", "We are working on it"),
        (("identity_request", "extension"), False, "open", "We need more time"),
        (("identity_document",), False, "open", "We wait for something from you"),
        ((), False, "not_identified", "Your request goes on"),
        (("reply:ACCESS",), True, "answered", "We have answered you"),
        (("refusal:ACCESS",), True, "refused", "Your request is closed"),
    ],
)
async def test_the_next_step_is_the_one_of_the_case(
    site: Site, letters: tuple[str, ...], closed: bool, demand: str, said: str
) -> None:
    link = await a_link(site, *letters, closed=closed, demand=demand)
    visit = visit_of(await status_page(site, link))
    page = await site.browser.post(
        f"{link.path}/status?lang=en", data={"visit": visit},
        headers={"Sec-Fetch-Site": "same-origin"},
    )  # fmt: skip
    assert said in page.text


async def test_letters_to_others_are_not_the_persons_to_see(site: Site) -> None:
    link = await a_link(site, "alert_dpo:late", "recipient_notice:mailer", "identity_reminder_1")
    page = await status_page(site, link)
    assert page.text.count('<span class="quiet">· ') == 3  # received, one right, the reminder
    assert "Rappel envoyé" in page.text


async def test_information_goes_to_the_case_as_a_message_that_answers_ours(site: Site) -> None:
    link = await a_link(site)
    ours = await put_letter(site, link.case_id, "identity_request")
    visit = visit_of(await status_page(site, link))
    page = await act(site, link, "add", visit, text="Mon n° de client : 4711")
    assert page.status_code == 200
    assert "Merci, c&#39;est bien arrivé" in page.text
    [(row, mail)] = await messages(site)
    assert row["channel"] == "page"
    assert mail["In-Reply-To"] == ours
    assert mail["From"] == "jeanne@courriel.example"
    assert "2026-00042-K7" in mail["Subject"]
    assert "4711" in mail.get_content()


async def test_the_same_thing_sent_twice_is_one_message(site: Site) -> None:
    link = await a_link(site, "mandate_request")
    visit = visit_of(await status_page(site, link))
    for _ in range(2):
        await act(site, link, "add", visit, PDF, text="voici")
    await act(site, link, "add", visit, PDF, text="autre chose")
    assert len(await messages(site)) == 2


async def test_a_document_is_taken_when_one_was_asked_for_under_a_name_of_ours(
    site: Site,
) -> None:
    link = await a_link(site, "mandate_request")
    visit = visit_of(await status_page(site, link))
    page = await act(site, link, "add", visit, PDF)
    assert page.status_code == 200
    [(_, mail)] = await messages(site)
    [part] = mail.iter_attachments()
    assert (part.get_filename(), part.get_content_type()) == ("document.pdf", "application/pdf")
    assert part.get_content() == PDF


async def test_a_document_that_nobody_asked_for_is_not_taken(site: Site) -> None:
    link = await a_link(site, "identity_request")
    page = await status_page(site, link)
    assert 'type="file"' not in page.text
    refused = await act(site, link, "add", visit_of(page), PDF, text="ma carte d'identité")
    assert refused.status_code == 422
    assert await messages(site) == []


@pytest.mark.parametrize(
    "content", [b"<svg onload=alert(1)>", b"PK\x03\x04", b"MZ", b"#!/bin/sh", b"GIF89a", b"\0" * 9]
)
async def test_a_file_that_is_no_document_by_its_bytes_is_refused(
    site: Site, content: bytes
) -> None:
    link = await a_link(site, "mandate_request")
    visit = visit_of(await status_page(site, link))
    assert (await act(site, link, "add", visit, content)).status_code == 422
    assert await messages(site) == []


async def test_a_file_over_ten_megabytes_is_refused_and_nothing_is_kept(site: Site) -> None:
    link = await a_link(site, "mandate_request")
    visit = visit_of(await status_page(site, link))
    page = await act(site, link, "add", visit, PDF + b"x" * LARGEST_FILE)
    assert page.status_code == 413
    assert await messages(site) == []


@pytest.mark.parametrize("text", ["", "   ", "x" * 10_001])
async def test_no_words_or_too_many_are_told_so(site: Site, text: str) -> None:
    link = await a_link(site)
    visit = visit_of(await status_page(site, link))
    page = await act(site, link, "add", visit, text=text)
    assert page.status_code == 422
    assert await messages(site) == []


async def test_withdrawing_needs_the_box_and_then_reaches_the_case(site: Site) -> None:
    link = await a_link(site)
    visit = visit_of(await status_page(site, link))
    unsure = await act(site, link, "withdraw", visit)
    assert unsure.status_code == 422
    assert await messages(site) == []
    sure = await act(site, link, "withdraw", visit, sure="yes")
    assert "Votre retrait est bien arrivé" in sure.text
    [(_, mail)] = await messages(site)
    assert "retire sa demande" in mail.get_content()


async def test_a_closed_case_offers_neither(site: Site) -> None:
    link = await a_link(site, "reply:ACCESS", closed=True, demand="answered")
    page = await status_page(site, link)
    assert f"{link.path}/withdraw" not in page.text
    assert f"{link.path}/add" not in page.text
    visit = visit_of(page)
    assert (await act(site, link, "withdraw", visit, sure="yes")).status_code == 410
    assert (await act(site, link, "add", visit, text="encore")).status_code == 410


async def test_the_copy_can_be_fetched_from_the_page_and_is_counted(site: Site) -> None:
    link = await site.copy(b"PK-content")
    visit = visit_of(await status_page(site, link))
    copy = await act(site, link, "copy", visit)
    assert copy.content == b"PK-content"
    assert await site.rows("SELECT uses FROM tokens") == [{"uses": 1}]


async def test_seeing_the_status_fetches_nothing(site: Site) -> None:
    link = await site.copy(b"PK")
    await status_page(site, link)
    assert await site.rows("SELECT uses FROM tokens") == [{"uses": 0}]


async def test_no_cookie_is_ever_set_for_a_person(site: Site) -> None:
    link = await a_link(site)
    page = await status_page(site, link)
    added = await act(site, link, "add", visit_of(page), text="x")
    assert "set-cookie" not in page.headers
    assert "set-cookie" not in added.headers


async def test_coming_back_by_address_begins_with_the_code(site: Site) -> None:
    link = await a_link(site)
    for what in ("status", "add", "withdraw", "copy"):
        answer = await site.browser.get(f"{link.path}/{what}")
        assert answer.headers["location"] == link.path
