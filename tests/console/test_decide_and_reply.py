"""Deciding and replying in the browser: what is shown is what goes, and only to whom it should."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from html import unescape
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from console.desk.courier import courier
from console.desk.preview import SAMPLE_CODE, SAMPLE_TOKEN
from console.who import Role, User
from tests.console.site import OURS, Site
from tests.office import Office, mail, until

DPO = User("user-1", "Ada Régnier", frozenset({Role.DPO}))
APPROVER = User("user-3", "Louis Ferrand", frozenset({Role.APPROVER}))
OWNER = User(
    "user-4", "Odile Marchand", frozenset({Role.SYSTEM_OWNER}), frozenset({"archive_papier"})
)

PORTABLE = (
    "Bonjour, au titre de l'article 20 du RGPD, je demande la portabilité de mes données, dans un "
    "format structuré et lisible par machine. Merci."
)
ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."
ERASE = "Bonjour, merci d'effacer toutes mes données personnelles de vos fichiers."


@pytest.fixture
async def site(office_site: Site) -> AsyncIterator[Site]:
    object.__setattr__(office_site.app.state.deciding, "undo", timedelta())
    office_site.sign_in(DPO)
    yield office_site
    office_site.sign_in(None)


async def reviewed(
    office: Office, sender: str = "maelle.leguen@courriel.example"
) -> tuple[str, str, Any]:
    """Case, reference and open review of an access request."""
    case = await office.receive(mail(sender, ACCESS))
    await office.prove_contact(case)
    await office.nothing_on_paper(case)
    task = await office.task(case, "review_access")
    return case, str((await office.row(case)).reference), task


def words(html: str) -> str:
    """The text of a page, blanks as one."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def said(text: str) -> str:
    """The words of a letter: what a list puts before its entries is not among them."""
    lines = (line.strip() for line in text.splitlines())
    plain = (re.sub(r"^(?:- |\d+\. )", "", line) for line in lines if line != "---")
    return " ".join(" ".join(plain).split())


async def test_the_reply_that_is_shown_is_the_reply_that_goes(office: Office, site: Site) -> None:
    case, reference, task = await reviewed(office)
    page = await site.browser.get(f"/desk/case/{reference}/reply")
    (article,) = re.findall(r'<article class="paper".*?</article>', page.text, re.DOTALL)
    assert "maelle.leguen@courriel.example" in page.text
    given = {"outcome": "release", "recipient": "1"}
    await site.browser.post(f"/desk/task/{task.id}/answer", data=given, headers=OURS)
    (decision,) = await site.rows("SELECT id FROM decisions WHERE task_id = :t", t=task.id)
    site.sign_in(APPROVER)
    await site.browser.post(f"/desk/decision/{decision['id']}/confirm", headers=OURS)
    letter = await office.letter(case, "reply:ACCESS")
    sent = letter.text.replace(letter.token, SAMPLE_TOKEN).replace(letter.code, SAMPLE_CODE)
    shown = words(re.sub(r"</?span[^>]*>", "", article)).partition(str(letter.mail["Subject"]))[2]
    assert shown.strip() == said(sent)


WRITTEN = {"manifest.json", "digests.sha256", "data.xlsx"}
"""Files that hold the second at which their archive was written."""


def files_of(archive: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(archive)) as copy:
        return {name: copy.read(name) for name in copy.namelist() if name not in WRITTEN}


async def test_the_copy_that_is_opened_beforehand_is_the_copy_that_is_given(
    office: Office, site: Site
) -> None:
    case, reference, task = await reviewed(office)
    shown = await site.browser.get(f"/desk/case/{reference}/copy.zip")
    assert shown.headers["Content-Type"] == "application/zip"
    assert shown.headers["Content-Disposition"].startswith("attachment;")
    looks = [facts["what"] for kind, facts in await office.ledger(case) if kind == "looked_at"]
    assert looks == ["copy"]
    given = {"outcome": "release", "recipient": "1"}
    await site.browser.post(f"/desk/task/{task.id}/answer", data=given, headers=OURS)
    await office.complete(case, "review_access", "release")
    await office.letter(case, "reply:ACCESS")
    sent = files_of(await office.house.blobs.read(case, "export:reply:ACCESS"))
    assert files_of(shown.content) == sent


async def test_a_portable_file_is_released_under_its_reply_too(office: Office, site: Site) -> None:
    case = await office.receive(mail("maelle.leguen@courriel.example", PORTABLE))
    await office.prove_contact(case)
    await office.nothing_on_paper(case)
    task = await office.task(case, "review_portability")
    reference = (await office.row(case)).reference
    page = await site.browser.get(f"/desk/case/{reference}/reply?lang=en")
    assert f'action="/desk/task/{task.id}/answer"' in page.text
    assert 'name="recipient"' in page.text
    assert 'id="draft-PORTABILITY"' in page.text


async def test_nobody_on_the_desk_reads_the_key_by_which_a_person_proves_themselves(
    office: Office, site: Site
) -> None:
    case = await office.receive(mail("maelle.leguen@courriel.example", ACCESS))
    letter = await office.letter(case, "identity_request")
    path = f"/desk/case/{(await office.row(case)).reference}/letters/1"
    pages = [(await site.browser.get(f"{path}{form}")).content for form in ("", "?as=html")]
    file = message_from_bytes((await site.browser.get(f"{path}?as=eml")).content, policy=default)
    pages += [part.get_content().encode() for part in file.walk() if not part.is_multipart()]
    assert len(pages) == 4
    for page in pages:
        assert "•".encode() in page or b"&bull;" in page
        assert letter.code.encode() not in page
        assert letter.token.encode() not in page
    assert file["Message-ID"] == letter.mail["Message-ID"]


async def test_looking_at_a_reply_writes_no_letter_no_link_and_no_copy(
    office: Office, site: Site
) -> None:
    case, reference, _ = await reviewed(office)
    names = ("outbox", "tokens", "blobs")
    before = [await site.rows(f"SELECT * FROM {name} WHERE case_id = :c", c=case) for name in names]
    for path in ("reply", "reply/ACCESS.html", "reply/ACCESS.pdf"):
        answer = await site.browser.get(f"/desk/case/{reference}/{path}")
        assert answer.status_code == 200
    after = [await site.rows(f"SELECT * FROM {name} WHERE case_id = :c", c=case) for name in names]
    assert after == before


async def test_a_reply_as_html_runs_nothing_and_as_pdf_is_a_pdf(office: Office, site: Site) -> None:
    _, reference, _ = await reviewed(office)
    html = await site.browser.get(f"/desk/case/{reference}/reply/ACCESS.html")
    assert html.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    pdf = await site.browser.get(f"/desk/case/{reference}/reply/ACCESS.pdf")
    assert pdf.content.startswith(b"%PDF-")
    assert pdf.headers["Content-Disposition"] == f'attachment; filename="{reference}.pdf"'


async def test_no_copy_is_given_before_the_recipient_is_confirmed(
    office: Office, site: Site
) -> None:
    _, _, task = await reviewed(office)
    answer = await site.browser.post(
        f"/desk/task/{task.id}/answer", data={"outcome": "release"}, headers=OURS
    )
    assert answer.status_code == 422
    assert "Confirmez le destinataire" in answer.text
    assert await site.rows("SELECT 1 FROM decisions WHERE task_id = :t", t=task.id) == []


async def test_a_refusal_writes_itself_with_the_law_and_the_dpos_words_and_keeps_nothing(
    office: Office, site: Site
) -> None:
    case, reference, task = await reviewed(office)
    typed = {
        "task": task.id,
        "outcome": "refuse",
        "ground": "others",
        "reason": "Un <b>témoin</b> {{7*7}} y parle de vous.",
    }
    part = await site.browser.post(
        f"/desk/case/{reference}/letter?part=letter", data=typed, headers=OURS
    )
    assert "article 15, paragraphe 4" in words(part.text)
    assert "&lt;b&gt;témoin&lt;/b&gt; {{7*7}}" in part.text
    assert "<b>témoin" not in part.text
    assert (
        await site.rows(
            "SELECT 1 FROM outbox WHERE case_id = :c AND purpose LIKE 'refusal%'", c=case
        )
        == []
    )


async def test_an_extension_writes_itself_on_one_of_the_two_grounds_of_the_law(
    office: Office, site: Site
) -> None:
    case = await office.receive(mail("extended@courriel.example", ACCESS))
    await office.prove_contact(case)
    await office.skip(case, timedelta(days=24))
    task = await office.task(case, "extension")
    path = f"/desk/case/{(await office.row(case)).reference}"
    page = await site.browser.get(f"{path}/decide?lang=en")
    offered = re.findall(r'<option value="(\w*)"', page.text.partition('name="ground"')[2])
    assert offered[:2] == ["complexity", "number"]
    typed = {"task": task.id, "outcome": "extend", "ground": "number", "reason": "Trois demandes."}
    part = await site.browser.post(f"{path}/letter?part=letter", data=typed, headers=OURS)
    assert "article 12, paragraphe 3" in words(part.text)
    assert "Trois demandes." in words(part.text)
    answer = await site.browser.post(f"/desk/task/{task.id}/answer", data=typed, headers=OURS)
    assert answer.status_code == 303
    async with courier(site.app.state.deciding):
        await until(lambda: done(office, case))
    (told,) = [f for kind, f in await office.ledger(case) if kind == "task_done"]
    assert told["outcome"] == "extend"
    await office.skip(case, timedelta(days=8))
    letter = await office.letter(case, "extension")
    sent = " ".join(letter.text.split())
    assert "plusieurs demandes" in sent
    assert "Trois demandes." in sent
    (decided,) = [f for kind, f in await office.ledger(case) if kind == "extension_decided"]
    assert decided["rights"] == ["ACCESS"]


async def done(office: Office, case: str) -> bool:
    return any(kind == "task_done" for kind, _ in await office.ledger(case))


async def test_the_plan_shows_every_record_with_its_fate_its_date_and_its_text(
    office: Office, site: Site
) -> None:
    case = await office.receive(mail("gerard.dherouville@courriel.example", ERASE))
    await office.prove_contact(case)
    await office.nothing_on_paper(case)
    await office.task(case, "approve_erasure")
    reference = (await office.row(case)).reference
    page = await site.browser.get(f"/desk/case/{reference}/decide?set=billing.invoice&lang=fr")
    rows = re.findall(r'<tr class="(\w+)">(.*?)</tr>', page.text, re.DOTALL)
    assert {fate for fate, _ in rows} == {"ERASED", "ARCHIVED_RESTRICTED"}
    kept = [words(row) for fate, row in rows if fate == "ARCHIVED_RESTRICTED"]
    assert all("jusqu'au 31 décembre" in row and "C. com. L123-22" in row for row in kept)
    looks = [facts["what"] for kind, facts in await office.ledger(case) if kind == "looked_at"]
    assert "plan" in looks


async def test_a_letter_that_went_can_be_read_and_another_cases_cannot(
    office: Office, site: Site
) -> None:
    case, reference, _ = await reviewed(office)
    letter = await office.letter(case, "identity_request")
    page = await site.browser.get(f"/desk/case/{reference}/letters/1")
    assert str(letter.mail["Subject"]) in unescape(page.text)
    raw = await site.browser.get(f"/desk/case/{reference}/letters/1?as=eml")
    assert raw.headers["Content-Type"] == "message/rfc822"
    assert (await site.browser.get(f"/desk/case/{reference}/letters/99")).status_code == 404
    assert (await site.browser.get(f"/desk/case/{reference}/letters/0")).status_code == 404


async def test_a_systems_owner_sees_whom_to_look_for_and_nothing_of_the_case(
    office: Office, site: Site
) -> None:
    case = await office.receive(mail("Jeanne Martin <jeanne.martin@courriel.example>", ACCESS))
    await office.prove_contact(case)
    task = await office.task(case, "search_by_hand")
    reference = (await office.row(case)).reference
    site.sign_in(OWNER)
    page = await site.browser.get(f"/desk/task/{task.id}")
    assert page.status_code == 200
    assert "Jeanne Martin" in page.text
    assert "copie de toutes mes données" not in page.text
    for path in ("", "/data", "/reply", "/decide", "/letters/1"):
        assert (await site.browser.get(f"/desk/case/{reference}{path}")).status_code == 403
    other = User("user-5", "X", frozenset({Role.SYSTEM_OWNER}), frozenset({"crm"}))
    site.sign_in(other)
    assert (await site.browser.get(f"/desk/task/{task.id}")).status_code == 403
    answer = await site.browser.post(
        f"/desk/task/{task.id}/answer", data={"outcome": "nothing"}, headers=OURS
    )
    assert answer.status_code == 403


async def test_a_file_found_by_hand_is_sealed_and_goes_into_the_copy(
    office: Office, site: Site
) -> None:
    case = await office.receive(mail("maelle.leguen@courriel.example", ACCESS))
    await office.prove_contact(case)
    task = await office.task(case, "search_by_hand")
    site.sign_in(OWNER)
    missing = await site.browser.post(
        f"/desk/task/{task.id}/answer", data={"outcome": "found"}, headers=OURS
    )
    assert missing.status_code == 422
    scan = {"file": ("scan.pdf", b"%PDF-1.4 a page", "application/pdf")}
    done = await site.browser.post(
        f"/desk/task/{task.id}/answer", data={"outcome": "found"}, files=scan, headers=OURS
    )
    assert done.headers["Location"] == "/desk"
    await office.task(case, "review_access")
    assert await office.house.blobs.read(case, f"upload:{task.id}") == b"%PDF-1.4 a page"


async def test_a_file_without_end_is_refused_before_it_is_read(office: Office, site: Site) -> None:
    case = await office.receive(mail("maelle.leguen@courriel.example", ACCESS))
    await office.prove_contact(case)
    task = await office.task(case, "search_by_hand")

    async def endless() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        for _ in range(60):
            yield b"x" * 1_000_000

    answer = await site.browser.post(
        f"/desk/task/{task.id}/answer",
        content=endless(),
        headers=OURS | {"Content-Type": "multipart/form-data; boundary=x"},
    )
    assert answer.status_code == 413
