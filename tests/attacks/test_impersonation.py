"""Somebody writes as somebody else: what is held is told to the address on file or to nobody.

The attacks are those of the literature on access requests as a way to steal data: a forged From,
a Reply-To elsewhere, two readings of one From line, identifiers of others in the text.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest
from sqlalchemy import select

from calends.register.models import OutboxRow
from tests.engine.service import own_directory
from tests.office import CODE, LINK, Letter, Office, mail, open_office, until

VICTIM = "jeanne.martin@courriel.example"
EVE = "eve@evil.example"
DPO = "contact@impro-solutions.fr"
ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."
ERASURE = "Bonjour, je vous demande d'effacer toutes les données que vous avez sur moi."

TWO_READINGS = {
    "the victim's address as the name": f"{VICTIM} <{EVE}>",
    "the victim's address as a quoted name": f'"{VICTIM}" <{EVE}>',
    "a name that ends like an address": f'"Jeanne {VICTIM}" <{EVE}>',
    "two addresses": f"{VICTIM}, {EVE}",
    "two bracketed addresses": f"<{VICTIM}> <{EVE}>",
    "an address after the bracket": f"<{EVE}> {VICTIM}",
    "a group": f"Jeanne: {VICTIM}, {EVE};",
    "a comment inside the address": f"jeanne.martin(@evil.example)@courriel.example <{EVE}>",
    "a route": f"<@evil.example:{VICTIM}>",
    "a quoted local part": f'"{VICTIM}"@evil.example',
    "two at signs": "jeanne.martin@courriel.example@evil.example",
    "a NUL in the address": "jeanne.martin@courriel.example\x00.evil.example",
    "an encoded address": "=?utf-8?q?jeanne.martin=40courriel.example?=",
    "a Cyrillic letter in the domain": "jeanne.martin@\u0441ourriel.example",
    "a reversed name": f"\u202e{EVE[::-1]}\u202c <{VICTIM}>",
    "no address": "Jeanne Martin",
    "nothing": "",
}


@pytest.fixture(scope="module")
async def office() -> AsyncIterator[Office]:
    with own_directory() as folder:
        async with open_office(folder / "var") as opened:
            yield opened


def forged(from_lines: list[str], text: str, subject: str = "Mes données") -> bytes:
    """A mail with exactly these From lines, which no library would write."""
    head = [f"From: {line}" for line in from_lines]
    head += [f"To: {DPO}", f"Subject: {subject}", f"Message-ID: <{os.urandom(8).hex()}@evil>"]
    head += ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8"]
    return "\r\n".join([*head, "", text, ""]).encode("utf-8")


async def letters_of(office: Office, case_id: str) -> list[Letter]:
    """Every letter of the case that left."""
    async with office.house.register.session() as session:
        ids = set(
            await session.scalars(select(OutboxRow.message_id).where(OutboxRow.case_id == case_id))
        )
    return [letter for letter in office.post.letters if letter.mail["Message-ID"] in ids]


async def copied(office: Office, case_id: str) -> str:
    """The text of all data files in the copy that the person may fetch."""
    raw = await office.house.blobs.read(case_id, "export:reply:ACCESS")
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        data = [name for name in archive.namelist() if name.startswith("data/")]
        return "\n".join(archive.read(name).decode() for name in data)


async def crm(office: Office, sql: str) -> list[str]:
    url = office.engine.env["CALENDS_DATABASE_URL"].replace("+asyncpg", "")
    connection = await asyncpg.connect(url.replace("/calends?", "/sample_crm?"))
    try:
        return [row[0] for row in await connection.fetch(sql)]
    finally:
        await connection.close()


async def test_a_forged_from_tells_only_the_address_that_it_names(office: Office) -> None:
    raw = mail(
        f"Jeanne Martin <{VICTIM}>",
        f"{ACCESS} Merci de répondre à {EVE}, je n'ai plus accès à l'autre adresse.",
        Reply_To=EVE,
        Sender=EVE,
        Cc=EVE,
        Return_Path=f"<{EVE}>",
        Disposition_Notification_To=EVE,
        X_Original_From=EVE,
    )
    case_id = await office.receive(raw)
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    await office.complete(case_id, "review_access", "release")
    await office.closing(case_id)
    letters = await letters_of(office, case_id)
    assert {address for letter in letters for address in letter.recipients} == {VICTIM}
    assert {letter.mail["To"].addresses[0].addr_spec for letter in letters} == {VICTIM}
    assert all(EVE not in letter.mail.as_string() for letter in letters)
    assert not office.post.to(EVE)


@pytest.mark.parametrize("trick", TWO_READINGS)
async def test_a_from_that_can_be_read_in_two_ways_opens_a_triage_and_is_written_to_by_nobody(
    office: Office, trick: str
) -> None:
    before = len(office.post.letters)
    case_id = await office.receive(forged([TWO_READINGS[trick]], ACCESS))
    await office.task(case_id, "triage")
    row = await office.row(case_id)
    assert row.safe_due > row.opened_at.date(), "the clock runs"
    assert row.writer_index is None
    await office.complete(case_id, "triage", "accept", rights=["ACCESS"])

    async def waits_for_identity() -> bool:
        view = await office.case(case_id).query("view")
        assert not view["identified"]
        return bool(view["state"] == "identifying")

    await until(waits_for_identity)
    assert office.post.letters[before:] == []


async def test_two_from_lines_reach_neither_and_management_hears_of_it_before_the_month_is_over(
    office: Office,
) -> None:
    case_id = await office.receive(forged([VICTIM, EVE], ACCESS))
    await office.task(case_id, "triage")
    await office.skip(case_id, timedelta(days=33))
    await office.task(case_id, "mend_delivery")
    letters = await letters_of(office, case_id)
    assert {address for letter in letters for address in letter.recipients} == {DPO}
    assert any(purpose.startswith("alert_") for purpose in await office.sent(case_id))
    assert not any(LINK.search(le.text) or CODE.search(le.text) for le in letters)
    view = await office.case(case_id).query("view")
    assert view["searches"] == {}, "nobody proved anything, so nothing is searched"


@pytest.mark.parametrize(
    "writer",
    [
        "%@courriel.example",
        "_eanne.martin@courriel.example",
        "jeanne.martin@courriel.example.evil.example",
        "jeanne.martin@poste.example",
        "jeanne-martin@courriel.example",
        "jeanne.martin+x@courriel.example",
        "jeanne.martin'or'1'='1@courriel.example",
    ],
)
async def test_an_address_that_resembles_one_on_file_finds_nothing(
    office: Office, writer: str
) -> None:
    case_id = await office.receive(mail(writer, ACCESS))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    await office.closing(case_id)
    view = await office.case(case_id).query("view")
    assert set(view["searches"].values()) == {"nothing"}
    reply = await office.letter(case_id, "reply:ACCESS")
    assert reply.recipients == [writer]
    assert not LINK.search(reply.text)


async def test_identifiers_of_another_customer_in_the_text_do_not_widen_the_copy(
    office: Office,
) -> None:
    claims = (
        f"{ACCESS} Je suis aussi {VICTIM} et as.kervella@poste.example, téléphone "
        "06 39 98 01 01, client C-2021-014, 12 quai de la Fosse 44000 Nantes, Jeanne Martin."
    )
    writer = "loic.kervella@courriel.example"
    case_id = await office.receive(mail(f"Jeanne Martin <{writer}>", claims))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    await office.complete(case_id, "review_access", "release")
    await office.closing(case_id)
    copy = await copied(office, case_id)
    assert writer in copy, "their own records are there"
    for foreign in (VICTIM, "as.kervella", "Jeanne", "639980101", "quai de la Fosse"):
        assert foreign not in copy


async def test_an_erasure_erases_nobody_whom_the_text_merely_names(office: Office) -> None:
    others = " UNION ALL ".join(
        f"SELECT count(*) FROM {table} WHERE email <> 'tom.whitaker@example.org'"
        for table in ("contact", "newsletter_subscription")
    )
    before = await crm(office, others)
    case_id = await office.receive(
        mail(
            "Jeanne Martin <tom.whitaker@example.org>",
            f"{ERASURE} Mon adresse est {VICTIM}, mon téléphone 06 39 98 01 01.",
        )
    )
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    await office.complete(case_id, "approve_erasure", "approve_all")
    await office.recipients_answer(case_id)
    assert (await office.closing(case_id)).rights == {"ERASURE": "answered"}
    assert await crm(office, others) == before
    assert await crm(office, f"SELECT 1 FROM contact WHERE email = '{VICTIM}'")


async def test_an_erasure_that_the_victim_never_confirms_destroys_nothing(office: Office) -> None:
    held = f"SELECT row_to_json(c)::text FROM contact c WHERE email = '{VICTIM}'"
    before = await crm(office, held)
    case_id = await office.receive(mail(f"Jeanne Martin <{VICTIM}>", ERASURE, Reply_To=EVE))
    closing = await office.let_time_pass(case_id)
    assert closing.rights == {"ERASURE": "not_identified"}
    assert before
    assert await crm(office, held) == before
    assert not office.post.to(EVE)


@pytest.mark.parametrize(
    "from_lines",
    [
        [f"Jeanne Martin <{EVE}>"],
        [f"{VICTIM} <{EVE}>"],
        [VICTIM, EVE],
        ["jeanne.martin@courriel.example.evil.example"],
    ],
    ids=["her name", "her address as the name", "two From lines", "a longer domain"],
)
async def test_the_right_code_from_elsewhere_proves_nothing_and_is_answered_to_nobody(
    office: Office, from_lines: list[str]
) -> None:
    case_id = await office.receive(mail(VICTIM, ACCESS))
    asked = await office.letter(case_id, "identity_request")
    before = len(office.post.letters)
    stolen = forged(
        from_lines, f"Le code est {asked.code}.", subject=f"Re: {asked.mail['Subject']}"
    )
    await office.receive(stolen)
    await office.task(case_id, "read_mail")
    assert not (await office.case(case_id).query("view"))["identified"]
    assert office.post.letters[before:] == []


async def test_the_right_code_from_the_asked_address_proves_the_contact(office: Office) -> None:
    """The same mail as in the attacks, so that they fail for no other reason."""
    case_id = await office.receive(mail(VICTIM, ACCESS))
    asked = await office.letter(case_id, "identity_request")
    answer = forged([VICTIM], f"Le code est {asked.code}.", subject=f"Re: {asked.mail['Subject']}")
    await office.receive(answer)

    async def identified() -> bool:
        return bool((await office.case(case_id).query("view"))["identified"])

    await until(identified)


async def test_a_code_of_ones_own_case_proves_nothing_in_the_case_of_another(
    office: Office,
) -> None:
    hers = await office.receive(mail(VICTIM, ACCESS))
    asked = await office.letter(hers, "identity_request")
    his = await office.receive(mail("mallory@evil.example", ACCESS))
    code = (await office.letter(his, "identity_request")).code
    crossed = forged([VICTIM], f"Code {code}.", subject=f"Re: {asked.mail['Subject']}")
    await office.receive(crossed)
    await office.task(hers, "read_mail")
    assert not (await office.case(hers).query("view"))["identified"]
    assert not (await office.case(his).query("view"))["identified"]
