"""Identity on the desk: claimed beside known, how the mail came, what is enough."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from calends.desk.known import _same
from calends.vault.documents import keep_document
from console.desk.courier import courier
from console.who import Role, User
from tests.commands.sample import put_task
from tests.console.site import OURS, Site
from tests.office import Office, mail
from workflows.messages import InformationAdded
from workflows.rights_request import RightsRequest

DPO = User("user-1", "Ada Régnier", frozenset({Role.DPO}))
ACCESS = (
    "Bonjour, je m'appelle Maëlle Le Goff. Je souhaite une copie de mes données.\n"
    "Mon téléphone : 06 11 22 33 44.\n"
)
ALIKE = "Bonjour, je m'appelle Maëlle Le Guen. Je souhaite une copie de mes données.\n"
AUDITOR = User("user-4", "Irène Vidal", frozenset({Role.AUDITOR}))


@pytest.fixture
async def site(office_site: Site) -> AsyncIterator[Site]:
    object.__setattr__(office_site.app.state.deciding, "undo", timedelta())
    office_site.sign_in(DPO)
    yield office_site
    office_site.sign_in(None)


async def rows(site: Site, reference: str | None) -> dict[str, str]:
    """Element -> how claimed and known agree."""
    page = await site.browser.get(f"/desk/case/{reference}/identity?lang=en")
    assert page.status_code == 200
    found = re.findall(r'<tr class="(\w+)"><th scope="row">([^<]+)</th>', page.text)
    return {name: agreement for agreement, name in found}


async def test_what_is_claimed_stands_beside_what_is_known_and_differences_are_marked(
    office: Office, site: Site
) -> None:
    case = await office.receive(mail("maelle.leguen@courriel.example", ACCESS))
    await office.prove_contact(case)
    await office.nothing_on_paper(case)
    await office.task(case, "review_access")
    found = await rows(site, (await office.row(case)).reference)
    assert found["Mail addresses"] == "same"
    assert found["Name"] == "differs"
    assert found["Phones"] == "differs"


async def test_before_the_person_has_proved_anything_nothing_known_is_shown(
    office: Office, site: Site
) -> None:
    case = await office.receive(mail("maelle.leguen@courriel.example", ACCESS))
    await office.letter(case, "identity_request")
    reference = (await office.row(case)).reference
    assert set((await rows(site, reference)).values()) == {"only_claimed"}
    page = await site.browser.get(f"/desk/case/{reference}/identity?lang=en")
    assert "No document is asked for before you have written why" in page.text


async def test_records_that_look_alike_stand_side_by_side_and_one_is_chosen_by_name(
    office: Office, site: Site
) -> None:
    """The number that the answer needs is never typed; what names nobody is not shown."""
    case = await office.receive(mail("m.leguen@autre.example", ALIKE))
    await office.prove_contact(case)
    await office.nothing_on_paper(case)
    task = await office.task(case, "resolve_homonym")
    reference = (await office.row(case)).reference
    page = await site.browser.get(f"/desk/case/{reference}/identity?lang=en")
    shown = page.text.partition('<ol class="alike">')[2].partition("</ol>")[0]
    assert "Le Guen" in shown
    assert '<span class="agrees">' in shown
    assert 'type="text" name="detail-same_person-candidate"' not in page.text
    offered = re.findall(r'<option value="([\w-]+)">\d\. ([^<]+)</option>', page.text)
    number, words = offered[0]
    assert "Le Guen" in words
    assert len(offered) < shown.count("<li>")
    given = {"outcome": "same_person", "detail-same_person-candidate": number}
    answer = await site.browser.post(f"/desk/task/{task.id}/answer", data=given, headers=OURS)
    assert answer.status_code == 303
    async with courier(site.app.state.deciding):
        asked = await office.letter(case, "identity_request:on_file")
    assert asked.recipients == ["maelle.leguen@courriel.example"]
    page = await site.browser.get(f"/desk/case/{reference}/identity?lang=en")
    assert '<ol class="alike">' not in page.text


async def test_a_document_is_opened_by_who_decides_and_is_gone_once_they_have(
    office: Office, site: Site
) -> None:
    case = await office.receive(mail("maelle.leguen@courriel.example", ACCESS))
    await office.letter(case, "identity_request")
    async with office.house.register.session() as session:
        name = await keep_document(
            session, office.house.keyring, office.house.blobs, case, b"%PDF-1.7 a card"
        )
        await session.commit()
    added = InformationAdded(blob=name, document=True)
    await office.case(case).execute_update(RightsRequest.add_information, added)
    await office.task(case, "check_document")
    reference = (await office.row(case)).reference
    page = await site.browser.get(f"/desk/case/{reference}/identity?lang=en")
    (path,) = re.findall(r'href="(/desk/case/[^"]+/documents/[^"]+)"', page.text)
    opened = await site.browser.get(path)
    assert opened.content == b"%PDF-1.7 a card"
    assert opened.headers["Content-Type"] == "application/pdf"
    assert opened.headers["Content-Disposition"].startswith("attachment;")
    looks = [facts["what"] for kind, facts in await office.ledger(case) if kind == "looked_at"]
    assert "document" in looks
    site.sign_in(AUDITOR)
    assert (await site.browser.get(path)).status_code == 403
    site.sign_in(DPO)
    await office.complete(case, "check_document", "matches")
    await office.letter(case, f"document_deleted:{name}")
    assert (await site.browser.get(path)).status_code == 404
    page = await site.browser.get(f"/desk/case/{reference}/identity")
    assert "/documents/" not in page.text


async def test_no_document_of_another_case_or_by_another_name_is_opened(
    office: Office, site: Site
) -> None:
    case = await office.receive(mail("maelle.leguen@courriel.example", ACCESS))
    await office.letter(case, "identity_request")
    reference = (await office.row(case)).reference
    for name in ("document-1", "raw", "document-%25", "..%2Fdocument-1"):
        answer = await site.browser.get(f"/desk/case/{reference}/documents/{name}")
        assert answer.status_code == 404


@pytest.mark.parametrize(
    ("known", "claimed", "same"),
    [
        ("guen le maelle", "guen le maelle", True),
        ("guen le maelle mme", "guen le maelle", True),
        ("maelle", "guen le maelle", False),
        ("maelle", "maelle", True),
        ("goff le maelle", "guen le maelle", False),
        ("", "guen", False),
    ],
)
def test_a_name_agrees_when_the_words_of_one_are_all_words_of_the_other(
    known: str, claimed: str, same: bool
) -> None:
    assert _same("name", known, {claimed}) is same


@pytest.mark.parametrize("outcome", ["ask_document", "not_identified"])
async def test_no_document_is_asked_for_and_nobody_turned_away_without_a_reason_typed(
    office: Office, site: Site, outcome: str
) -> None:
    case = await office.receive(mail("maelle.leguen@courriel.example", ACCESS))
    await office.letter(case, "identity_request")
    row = await office.row(case)
    facts = {"right": "ACCESS", "needed": "IA2", "why": "bank data"}
    task = await put_task(office.house.register, row, kind="verify_identity", facts=facts)
    page = await site.browser.get(f"/desk/case/{row.reference}/identity?lang=en")
    assert "write the reasonable doubt" in page.text
    given = {"outcome": outcome, "reason": " "}
    answer = await site.browser.post(f"/desk/task/{task.id}/answer", data=given, headers=OURS)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert await site.rows("SELECT 1 FROM decisions WHERE task_id = :t", t=task.id) == []
