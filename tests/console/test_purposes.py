"""Every kind of link does what its letter says, and no more."""

from __future__ import annotations

import httpx

from calends.vault.documents import documents_of
from tests.console.site import OURS, Link, Site
from tests.console.visiting import PDF, act, put_letter, status_page, visit_of
from tests.office import Office, mail, until

ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."
FROM = "maelle.leguen@courriel.example"


async def at_work(office: Office) -> str:
    """A case whose person is known and whose copy is being read."""
    case = await office.receive(mail(FROM, ACCESS))
    await office.prove_contact(case)
    await office.nothing_on_paper(case)
    await office.task(case, "review_access")
    return case


async def told(office: Office, case: str, kind: str) -> dict[str, object]:
    async def found() -> dict[str, object] | None:
        facts = [facts for each, facts in await office.ledger(case) if each == kind]
        return facts[-1] if facts else None

    return await until(found)


async def documents(office: Office, case: str) -> list[str]:
    async with office.house.register.session() as session:
        return await documents_of(session, case)


async def test_an_identity_document_is_sealed_apart_seen_once_and_destroyed_at_the_decision(
    office: Office, office_site: Site
) -> None:
    case = await at_work(office)
    await put_letter(office_site, case, "identity_document:1")
    link = await office_site.link(case, "document")
    page = await office_site.post(link, link.code)
    assert page.status_code == 200
    assert f'action="{link.path}/copy"' not in page.text
    for _ in range(2):
        assert (await act(office_site, link, "add", visit_of(page), PDF)).status_code == 200
    assert await documents(office, case) == ["document-1"]
    names = await office_site.rows(
        "SELECT name FROM blobs WHERE case_id = :c AND name LIKE 'raw%'", c=case
    )
    assert len(names) == 1, "the document lies under the key of its case too"
    await office.complete(case, "check_document", "matches")
    assert (await told(office, case, "document_destroyed"))["seen_by"] == "dpo"
    assert await documents(office, case) == []


async def test_the_old_contact_agrees_to_its_change_and_sees_nothing_of_the_case(
    office: Office, office_site: Site
) -> None:
    case = await at_work(office)
    link = await office_site.link(case, "confirm_change")
    for fields in ({}, {"see": "status"}):
        page = await typed(office_site, link, **fields)
        assert page.status_code == 200
        assert "C&#39;est confirmé" in page.text
        assert 'name="visit"' not in page.text
        assert str((await office.row(case)).reference) not in page.text
    assert (await told(office, case, "change_confirmed"))["channel"] == "page"


async def test_a_contact_that_was_on_file_is_proved_as_such(
    office: Office, office_site: Site
) -> None:
    case = await office.receive(mail("maelle.privee@courriel.example", ACCESS))
    await office.letter(case, "identity_request")
    async with office.house.register.session() as session:
        key = await office.house.keyring.get(case)
        await office.house.blobs.write(session, key, "contact_on_file", FROM.encode())
        await session.commit()
    link = await office_site.link(case, "identity:on_file")
    assert (await typed(office_site, link)).status_code == 200
    await told(office, case, "identified")
    async with office.house.register.session() as session:
        assert (await office.house.person(session, case)).proved == [FROM]


async def typed(site: Site, link: Link, **fields: str) -> httpx.Response:
    return await site.browser.post(link.path, data={"code": link.code, **fields}, headers=OURS)


async def test_a_recipient_gets_their_file_and_never_the_persons_page(site: Site) -> None:
    case = await site.case()
    purpose = "notice:erase:ERASURE:mailer"
    async with site.house.register.session() as session:
        key = await site.house.keyring.get(case)
        await site.house.blobs.write(session, key, f"export:{purpose}", b"whom to erase")
        await session.commit()
    link = await site.link(case, purpose)
    for fields in ({}, {"see": "status"}):
        assert (await typed(site, link, **fields)).content == b"whom to erase"


async def test_a_visit_of_the_person_opens_nothing_under_a_recipients_link(site: Site) -> None:
    case = await site.case()
    theirs, persons = await site.link(case, "notice:erase:ERASURE:mailer"), await site.link(case)
    own = await site.link(case, "partial")
    visit = visit_of(await status_page(site, own))
    for link in (theirs, persons):
        for what in ("status", "withdraw", "copy"):
            assert (await act(site, link, what, visit, sure="yes")).status_code == 410
