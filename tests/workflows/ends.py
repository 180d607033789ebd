"""What is looked at when a case has ended: systems, the copy, the reply, the evidence."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import select

from calends.evidence.exporting import gather
from calends.evidence.package import write_evidence_file
from calends.evidence.signing import load_signing_key
from calends.evidence.verify import verify_file
from calends.letters.check import owed_by
from calends.register.case_rows import MonthRow
from calends.register.models import DemandRow
from calends.rules.replies import missing, required_items
from calends.rules.vocabulary import Right
from tests.office import SAMPLE, Letter, Office


def sample(name: str) -> bytes:
    (file,) = (SAMPLE / "mailbox").glob(f"{name}-*.eml")
    return file.read_bytes()


async def rows(office: Office, database: str, sql: str) -> list[Any]:
    """What a sample database really holds."""
    url = office.engine.env["CALENDS_DATABASE_URL"].replace("+asyncpg", "")
    connection = await asyncpg.connect(url.replace("/calends?", f"/{database}?"))
    try:
        return list(await connection.fetch(sql))
    finally:
        await connection.close()


async def value(office: Office, database: str, sql: str) -> Any:
    (row,) = await rows(office, database, sql)
    return row[0]


async def copy_of(office: Office, case_id: str, purpose: str) -> dict[str, Any]:
    """The collections in the archive of a reply."""
    raw = await office.house.blobs.read(case_id, f"export:{purpose}")
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {
            name: json.loads(archive.read(name))
            for name in archive.namelist()
            if name.startswith("data/") and name.endswith(".json")
        }


async def lawful_reply(office: Office, case_id: str, right: Right) -> Letter:
    """The reply to that right: complete by its checklist, and sent by the safe day of its month."""
    letter = await office.letter(case_id, f"reply:{right}")
    said = await items_of(office, case_id, f"reply:{right}")
    assert not missing(required_items(right), said)
    assert await sent_in_time(office, case_id, f"reply:{right}", right)
    return letter


async def lawful_turn(office: Office, case_id: str, purpose: str, template: str) -> Letter:
    """A letter of a turn of its own (partial, not identified, …): complete, and in time."""
    letter = await office.letter(case_id, purpose)
    assert not missing(owed_by(template), await items_of(office, case_id, purpose))
    assert await sent_in_time(office, case_id, purpose)
    return letter


async def items_of(office: Office, case_id: str, purpose: str) -> list[str]:
    """The items that the letter was composed with, as the ledger testifies."""
    (composed,) = [
        facts
        for kind, facts in await office.ledger(case_id)
        if kind == "reply_composed" and facts["purpose"] == purpose
    ]
    return list(composed["items"])


async def sent_in_time(
    office: Office, case_id: str, purpose: str, right: Right | None = None
) -> bool:
    """Sent by the safe day: of the right's own month, else of the first."""
    sent = (await office.sent(case_id))[purpose]
    async with office.house.register.session() as session:
        number = 0
        if right is not None:
            number = (await session.get_one(DemandRow, (case_id, right))).month
        month = await session.scalar(
            select(MonthRow).where(MonthRow.case_id == case_id, MonthRow.number == number)
        )
    assert month is not None
    return sent.date() <= month.safe_due


async def evidence_holds(office: Office, case_id: str) -> None:
    """The evidence file is written and verifies: ledger, history and letters agree."""
    settings = office.house.settings
    contents = await gather(settings, case_id)
    key = load_signing_key(settings.signing_key_file)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "case.calends"
        write_evidence_file(file, contents, key)
        verify_file(file, key.public.text)
