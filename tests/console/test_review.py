"""Reviewing what was found: what speaks of others is shown, masked or given, by version."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape
from io import BytesIO
from zipfile import ZipFile

import pytest

from calends.redaction.review import Review
from calends.redaction.store import read_review
from console.who import Role, User
from tests.console.site import OURS, Site
from tests.office import Office, mail

DPO = User("user-1", "Ada Régnier", frozenset({Role.DPO}))
AUDITOR = User("user-4", "Irène Vidal", frozenset({Role.AUDITOR}))
ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."
NOTES = "?system=crm&set=crm.interaction"


@pytest.fixture
async def site(office_site: Site) -> AsyncIterator[Site]:
    office_site.sign_in(DPO)
    yield office_site
    office_site.sign_in(None)


@pytest.fixture
async def case(office: Office) -> str:
    case = await office.receive(mail("maelle.leguen@courriel.example", ACCESS))
    await office.prove_contact(case)
    await office.nothing_on_paper(case)
    await office.task(case, "review_access")
    return case


async def path(office: Office, case: str) -> str:
    return f"/desk/case/{(await office.row(case)).reference}/review"


def shown(html: str) -> list[str]:
    """Ids of the texts that the page asks to be read."""
    return re.findall(r'name="shown" value="(\w+)"', html)


def text_of(html: str, item: str) -> str:
    found = re.search(rf'data-text="{item}">(.*?)</p>', html, re.DOTALL)
    assert found is not None
    return unescape(re.sub(r"<[^>]+>", "", found[1]))


async def kept(office: Office, case: str) -> Review:
    return await read_review(office.house.blobs, case)


async def test_what_may_speak_of_others_comes_first_and_is_masked_until_somebody_reads_it(
    office: Office, site: Site, case: str
) -> None:
    page = await site.browser.get(await path(office, case))
    titles = re.findall(r'<li><a href="\?system=[^"]+"[^>]*>[^<]+</a>.*?</li>', page.text)
    assert "tag soon" in titles[0]
    notes = await site.browser.get(await path(office, case) + NOTES)
    assert shown(notes.text)
    assert 'class="masked"' in notes.text


async def test_a_text_is_given_but_for_what_is_ticked_and_the_words_that_were_typed(
    office: Office, site: Site, case: str
) -> None:
    here = await path(office, case) + NOTES
    page = await site.browser.get(here)
    item = shown(page.text)[0]
    word = max(text_of(page.text, item).split(), key=len)
    form = {"seen": "0", "shown": item, f"give-{item}": "1", f"words-{item}": word}
    answer = await site.browser.post(here, data={**form, f"reason-{item}": "name"}, headers=OURS)
    assert answer.status_code == 303
    decisions = (await kept(office, case)).by_item()[item]
    assert {(d.verdict, str(d.reason)) for d in decisions} >= {
        ("give", "declared"),
        ("mask", "name"),
    }
    again = await site.browser.get(here)
    assert re.search(rf'<del class="masked"[^>]*>{re.escape(word)}</del>', again.text)
    # The words are taken out again: they are given.
    seen = (await kept(office, case)).version
    form = {"seen": str(seen), "shown": item, f"give-{item}": "1"}
    await site.browser.post(here, data=form, headers=OURS)
    assert not any(d.verdict == "mask" for d in (await kept(office, case)).by_item()[item])


async def test_who_decides_on_an_outdated_page_is_told_and_nothing_of_theirs_is_kept(
    office: Office, site: Site, case: str
) -> None:
    here = await path(office, case) + NOTES
    item = shown((await site.browser.get(here)).text)[0]
    await site.browser.post(
        here, data={"seen": "0", "shown": item, f"give-{item}": "1"}, headers=OURS
    )
    before = await kept(office, case)
    late = await site.browser.post(here, data={"seen": "0", "shown": item}, headers=OURS)
    assert late.status_code == 409
    assert await kept(office, case) == before


async def test_texts_of_another_page_or_case_are_not_decided_by_naming_them(
    office: Office, site: Site, case: str
) -> None:
    here = await path(office, case) + NOTES
    form = {"seen": "0", "shown": "f" * 32, f"give-{'f' * 32}": "1"}
    await site.browser.post(here, data=form, headers=OURS)
    assert (await kept(office, case)).decisions == ()


async def test_what_is_read_leaves_the_list_of_what_is_left_to_read(
    office: Office, site: Site, case: str
) -> None:
    here = f"{await path(office, case)}{NOTES}&page=1&left=1"
    page = await site.browser.get(here)
    first, *others = shown(page.text)
    form = {"seen": "0", "shown": first, f"give-{first}": "1"}
    answer = await site.browser.post(here, data=form, headers=OURS)
    after = answer.headers["Location"]
    assert "left=1" in after
    assert shown((await site.browser.get(after)).text) == others
    everything = await site.browser.get(await path(office, case) + NOTES)
    assert first in shown(everything.text)
    # The same form again would speak of other texts than it shows.
    assert (await site.browser.post(here, data=form, headers=OURS)).status_code == 409


async def test_a_copy_of_which_nobody_has_read_anything_keeps_masked_what_may_speak_of_others(
    office: Office, site: Site, case: str
) -> None:
    page = await site.browser.get(await path(office, case) + NOTES)
    words = text_of(page.text, shown(page.text)[0])
    task = await office.task(case, "review_access")
    given = {"outcome": "release", "recipient": "1"}
    await site.browser.post(f"/desk/task/{task.id}/answer", data=given, headers=OURS)
    review = await kept(office, case)
    assert (review.version, review.rest, review.decisions) == (1, "mask", ())
    assert dict(await office.ledger(case))["review_decided"]["parts"] == 0
    await office.complete(case, "review_access", "release")
    await office.letter(case, "reply:ACCESS")
    archive = await office.house.blobs.read(case, "export:reply:ACCESS")
    with ZipFile(BytesIO(archive)) as copy:
        held = b"".join(copy.read(name) for name in copy.namelist() if name.endswith(".json"))
    assert words[:40].encode() not in held
    assert b"masked" in held


async def test_an_auditor_reads_and_masks_nothing(office: Office, site: Site, case: str) -> None:
    here = await path(office, case) + NOTES
    site.sign_in(AUDITOR)
    page = await site.browser.get(here)
    assert page.status_code == 200
    assert 'name="mask"' not in page.text
    assert (await site.browser.post(here, data={"seen": "0"}, headers=OURS)).status_code == 403


async def test_what_was_masked_is_in_the_ledger_as_a_number_without_a_word_of_it(
    office: Office, site: Site, case: str
) -> None:
    here = await path(office, case) + NOTES
    page = await site.browser.get(here)
    item = shown(page.text)[0]
    await site.browser.post(here, data={"seen": "0", "shown": item}, headers=OURS)
    told = dict(await office.ledger(case))["review_decided"]
    assert set(told) == {"version", "parts", "by"}
    assert text_of(page.text, item) not in str(await office.ledger(case))
