"""`calends letter`: a posted letter is in the inbox, sealed, and a case opens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text

from calends.register.database import Register
from calends.register.models import CaseRow, InboxRow
from calends.vault.master import load_master_key
from tests.commands.conftest import Calends
from tests.office import Office

PDF = b"%PDF-1.7 a letter of Zebulon"


@pytest.fixture
def scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "keys" / "master.key"
    load_master_key(path)
    monkeypatch.setenv("CALENDS_MASTER_KEY_FILE", str(path))
    file = tmp_path / "scan.pdf"
    file.write_bytes(PDF)
    return file


def days_ago(days: int) -> str:
    return str((datetime.now(ZoneInfo("Europe/Paris")) - timedelta(days=days)).date())


async def test_a_letter_is_sealed_in_the_inbox_from_the_day_of_delivery(
    calends: Calends, register: Register, scan: Path
) -> None:
    ran = await calends("letter", str(scan), "--delivered", "2026-11-20")
    assert ran.code == 0
    assert "received 2026-11-20" in ran.out
    assert "to be answered by 2026-12-18" in ran.out
    async with register.session() as session:
        row = (await session.scalars(select(InboxRow))).one()
        sealed = await session.scalar(text("SELECT string_agg(sealed, '') FROM blob_chunks"))
    assert (row.channel, row.state) == ("post", "received")
    assert row.received_at == datetime(2026, 11, 19, 23, tzinfo=UTC)
    assert sealed is not None
    assert b"Zebulon" not in bytes(sealed)


async def test_a_letter_registered_twice_is_one(
    calends: Calends, register: Register, scan: Path
) -> None:
    for said in ("the starter opens the case", "was registered already"):
        assert said in (await calends("letter", str(scan), "--delivered", "2026-11-20")).out
    async with register.session() as session:
        assert len((await session.scalars(select(InboxRow))).all()) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["SCAN"], "the day of delivery"),
        (["SCAN", "--delivered", "20/11/2026"], "such as 2026-11-20"),
        (["SCAN", "--delivered", "2999-01-01"], "has not come yet"),
        (["--delivered", "2026-11-20"], "a scan, or what was said"),
        (["/nowhere.pdf", "--delivered", "2026-11-20"], "/nowhere.pdf: No such file"),
        (["NOTE", "--delivered", "2026-11-20"], "note.txt: a scan is a PDF"),
        (["SCAN", "--delivered", "2026-11-20", "--right", "NONE"], "'NONE' is not one of"),
        (["SCAN", "--delivered", "2026-11-20", "--email", "x"], "not a mail address"),
    ],
)
async def test_a_wrong_letter_is_one_line_and_nothing_is_kept(
    calends: Calends, register: Register, scan: Path, arguments: list[str], said: str
) -> None:
    note = scan.with_name("note.txt")
    note.write_text("hello")
    places = {"SCAN": str(scan), "NOTE": str(note)}
    ran = await calends("letter", *(places.get(a, a) for a in arguments))
    assert ran.code == 2
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1
    async with register.session() as session:
        assert (await session.scalars(select(InboxRow))).all() == []


async def test_a_registered_letter_becomes_a_case_to_triage_with_its_own_clock(
    calends: Calends, office: Office, tmp_path: Path
) -> None:
    file = tmp_path / "scan.pdf"
    file.write_bytes(PDF)
    ran = await calends("letter", str(file), "--delivered", days_ago(2), "--presented", days_ago(9))
    case_id = ran.out.partition(":")[0]
    await office.starter.dispatch_waiting()
    task = await office.task(case_id, "triage")
    async with office.house.register.session() as session:
        case = await session.get_one(CaseRow, case_id)
    assert case.clock["received_local"] == days_ago(9)
    assert task.state == "open"


async def test_a_call_without_a_scan_becomes_a_case_of_what_was_said(
    calends: Calends, office: Office
) -> None:
    said = "Monsieur X demande une copie de toutes ses données personnelles."
    ran = await calends("letter", "--channel", "phone", "--delivered", days_ago(1), "--says", said)
    assert ran.code == 0, ran.err
    case_id = ran.out.partition(":")[0]
    await office.starter.dispatch_waiting()
    assert await office.task(case_id, "triage")
