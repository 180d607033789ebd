"""The copy holds what the review gave, masks the rest, and says so."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from activities.archiving import Archivist
from activities.house import House
from calends.letters.inputs import CaseFacts, SystemOutcome
from calends.redaction.masking import LABELS
from calends.redaction.redactor import items
from calends.redaction.review import Decision
from calends.redaction.store import decide
from calends.redaction.subject import subject_of
from calends.redaction.texts import looked_at
from calends.register.migrate import migrate
from calends.register.models import SearchRow
from calends.rules.vocabulary import Language, SearchState
from calends.settings import Settings
from tests.commands.sample import put_case
from tests.conftest import Postgres
from tests.office import SAMPLE

AT = datetime(2026, 12, 15, 9, 30, tzinfo=UTC)
NOTE = "Mme Martin a appelé. Sa voisine, Mme Paule Durand, se plaint du bruit."
RECORDS: list[dict[str, Any]] = [
    {
        "collection": "crm.contact",
        "key": {"id": 7},
        "values": {"id": 7, "first_name": "Jeanne", "last_name": "Martin", "city": "Nantes"},
    },
    {
        "collection": "crm.interaction",
        "key": {"id": 9},
        "values": {"id": 9, "contact_id": 7, "channel": "phone", "notes": NOTE},
    },
]
LABEL = LABELS[Language.FR]


class Copy:
    """One case whose CRM was searched."""

    def __init__(self, house: House, case_id: str) -> None:
        self.house, self.case_id = house, case_id

    async def decide(self, *parts: tuple[str, str], rest: str | None = None) -> None:
        """(words, verdict): the suspect part with these words, or the whole note."""
        data_set = self.house.declared("crm").collection("crm.interaction")
        (item,) = items(
            "crm",
            data_set.name,
            RECORDS[1]["key"],
            RECORDS[1]["values"],
            looked_at(data_set, released=False),
            subject_of(names=["Jeanne Martin"]),
        )
        taken = [
            Decision.model_validate(
                {
                    "item": item.id,
                    "start": NOTE.index(words),
                    "end": NOTE.index(words) + len(words),
                    "verdict": verdict,
                    "reason": "name",
                }
            )
            for words, verdict in parts
        ]
        key = await self.house.keyring.get(self.case_id)
        async with self.house.register.session() as session:
            await decide(session, self.house.blobs, key, taken, seen_version=0, rest=rest)  # type: ignore[arg-type]
            await session.commit()

    async def archive(self, *, without_others: bool) -> zipfile.ZipFile:
        return zipfile.ZipFile(io.BytesIO(await self.raw(without_others=without_others)))

    async def raw(self, *, without_others: bool) -> bytes:
        case = CaseFacts(
            reference="2026-00042-K7",
            language=Language.FR,
            received=date(2026, 11, 24),
            safe_due=date(2026, 12, 22),
            legal_due=date(2026, 12, 24),
            extended_safe_due=date(2027, 2, 22),
        )
        search = SearchRow(case_id=self.case_id, system="crm", state="found", collections={})
        outcome = SystemOutcome(name="CRM", state=SearchState.FOUND, count=2)
        pieces = Archivist(self.house, self.case_id).archive(
            case, [search], [outcome], AT, without_others=without_others
        )
        return b"".join([piece async for piece in pieces])

    async def note(self, *, without_others: bool) -> str:
        archive = await self.archive(without_others=without_others)
        path = next(n for n in archive.namelist() if n.startswith("data/") and "interaction" in n)
        (row,) = json.loads(archive.read(path))
        return str(row["notes"])


@pytest.fixture
async def copy(postgres: Postgres, database: str, tmp_path: Path) -> AsyncIterator[Copy]:
    url = postgres.url(database)
    await migrate(url)
    given: dict[str, Any] = {
        "database_url": url,
        "company_file": SAMPLE / "company.yml",
        "master_key_file": tmp_path / "master.key",
    }
    house = House.open(Settings(_env_file=None, **given))
    case = await put_case(house.register, 1)
    async with house.register.session() as session:
        key = await house.keyring.make(session, case.id)
        lines = b"".join(json.dumps(record).encode() + b"\n" for record in RECORDS)
        await house.blobs.write(session, key, "finding:crm", lines)
        await session.commit()
    yield Copy(house, case.id)
    await house.close()


async def test_what_the_clock_gives_by_itself_holds_no_unread_note(copy: Copy) -> None:
    assert await copy.note(without_others=True) == LABEL


async def test_what_nobody_read_stays_masked_even_in_a_copy_that_a_human_released(
    copy: Copy,
) -> None:
    assert await copy.note(without_others=False) == LABEL


async def test_a_marked_part_is_masked_and_what_was_left_undecided_too(copy: Copy) -> None:
    await copy.decide(("Mme Paule Durand", "mask"))
    note = await copy.note(without_others=False)
    assert note == f"Mme Martin a appelé. {LABEL}, {LABEL}, se plaint du bruit."


async def test_what_the_reviewer_gives_is_given(copy: Copy) -> None:
    await copy.decide(("Mme Paule Durand", "mask"), ("Sa voisine", "give"))
    assert "Sa voisine, [" in await copy.note(without_others=False)


async def test_the_rest_is_given_when_the_reviewer_says_so(copy: Copy) -> None:
    await copy.decide(("Mme Paule Durand", "mask"), rest="give")
    note = await copy.note(without_others=False)
    assert note == NOTE.replace("Mme Paule Durand", LABEL)


async def test_no_format_of_the_copy_holds_what_was_masked_and_the_copy_says_what_was(
    copy: Copy,
) -> None:
    await copy.decide(("Mme Paule Durand", "mask"), ("Sa voisine", "give"))
    archive = await copy.archive(without_others=False)
    for name in archive.namelist():
        content = archive.read(name)
        if name.endswith(".xlsx"):
            inner = zipfile.ZipFile(io.BytesIO(content))
            content = b"".join(map(inner.read, inner.namelist()))
        assert b"Durand" not in content, name
    told = json.loads(archive.read("masked.json"))
    assert told == [
        {"system": "crm", "collection": "crm.interaction", "reason": "name", "count": 1}
    ]
    page = archive.read("index.html").decode()
    assert "Ce qui a été occulté" in page
    assert "1 nom d&#x27;une autre personne" in page


async def test_the_same_decisions_give_the_same_bytes(copy: Copy) -> None:
    await copy.decide(("Mme Paule Durand", "mask"))
    assert await copy.raw(without_others=False) == await copy.raw(without_others=False)
