"""What may speak of others: asked of a human with its passages and reasons, masked as they say, and
told in the letter and in the copy. Nothing is masked silently."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from calends.redaction.masking import LABELS
from calends.redaction.review import Decision, Item
from calends.redaction.spans import Reason
from calends.redaction.store import decide, read_items
from calends.rules.vocabulary import Language
from tests.office import Office, mail
from tests.workflows.ends import rows
from tests.workflows.test_answering import ACCESS
from tests.workflows.test_every_right import PORTABILITY

WRITER = "maelle.leguen@courriel.example"


@pytest.fixture(scope="module")
async def case(office: Office) -> str:
    case_id = await office.receive(mail(WRITER, ACCESS))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    await office.task(case_id, "review_access")
    return case_id


async def items(office: Office, case_id: str, *systems: str) -> list[Item]:
    blobs = office.house.blobs
    return [item for name in systems async for item in read_items(blobs, case_id, name)]


async def test_the_task_says_how_many_texts_and_passages_there_are_and_none_of_their_words(
    office: Office, case: str
) -> None:
    task = await office.task(case, "review_access")
    to_read = await items(office, case, "billing", "crm")
    assert to_read
    assert task.facts["texts"] == str(len(to_read))
    suspects = [str(suspect.reason) for item in to_read for suspect in item.suspects]
    assert suspects
    told = {name: n for name, n in task.facts.items() if name.startswith("suspect_")}
    assert told == {f"suspect_{reason}": str(suspects.count(reason)) for reason in set(suspects)}


async def test_what_was_masked_is_told_in_the_letter_and_in_the_copy_with_its_reason(
    office: Office, case: str
) -> None:
    chosen = max(await items(office, case, "crm"), key=lambda item: item.length)
    masked = Decision(
        item=chosen.id,
        start=0,
        end=chosen.length,
        verdict="mask",
        reason=Reason.SOURCE,
        by="dpo",
        at=datetime.now(UTC),
    )
    async with office.house.register.session() as session:
        key = await office.house.keyring.get(case)
        await decide(session, office.house.blobs, key, [masked], seen_version=0, rest="give")
        await session.commit()
    await office.complete(case, "review_access", "release")
    await office.closing(case)
    letter = " ".join((await office.letter(case, "reply:ACCESS")).text.split())
    assert "1 mention d'une personne qui a donné une information" in letter
    assert "article 15, paragraphe 4" in letter
    raw = await office.house.blobs.read(case, "export:reply:ACCESS")
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        (counted,) = json.loads(archive.read("masked.json"))
        tables = [archive.read(n) for n in archive.namelist() if n.startswith("data/")]
    assert (counted["reason"], counted["count"]) == ("source", 1)
    field = str(chosen.place.path[0])
    given = [row.get(field) for table in tables for row in json.loads(table)]
    assert given.count(LABELS[Language.FR]) == 1


@pytest.fixture
async def unreleased(office: Office) -> AsyncIterator[None]:
    """Nothing of the customers' system leaves unreviewed, so every text in it is looked through."""
    house, before = office.house, office.house.company
    systems = [
        entry.model_copy(update={"auto_release": False}) if entry.id == "crm" else entry
        for entry in before.systems
    ]
    house.company = before.model_copy(update={"systems": systems})
    yield
    house.company = before


@pytest.mark.usefixtures("unreleased")
async def test_what_is_masked_in_the_portable_file_is_told_and_only_what_is_in_it(
    office: Office,
) -> None:
    street = "chez ma soeur Léa Durand, 12 quai de la Fosse"
    update = "UPDATE contact SET address_line = '{}' WHERE id = 1"
    await rows(office, "sample_crm", update.format(street))
    try:
        case_id = await office.receive(mail("jeanne.martin@courriel.example", PORTABILITY))
        await office.prove_contact(case_id)
        await office.nothing_on_paper(case_id)
        await office.task(case_id, "review_portability")
    finally:
        await rows(office, "sample_crm", update.format("12 quai de la Fosse"))
    found = await items(office, case_id, "crm")
    masked = [
        Decision(item=item.id, start=0, end=item.length, verdict="mask", reason=Reason.NAME)
        for item in found
    ]
    assert {item.place.collection for item in found} > {"crm.contact"}
    async with office.house.register.session() as session:
        key = await office.house.keyring.get(case_id)
        await decide(session, office.house.blobs, key, masked, seen_version=0, rest="give")
        await session.commit()
    await office.complete(case_id, "review_portability", "release")
    await office.closing(case_id)
    letter = " ".join((await office.letter(case_id, "reply:PORTABILITY")).text.split())
    assert letter.count("nom d'une autre personne") == 1  # not the notes, which are not in it
    assert "article 20, paragraphe 4" in letter
    raw = await office.house.blobs.read(case_id, "export:reply:PORTABILITY")
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert not any(b"Durand" in archive.read(name) for name in archive.namelist())
