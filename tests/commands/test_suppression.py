"""`calends suppression`: by hand, and lists without whoever must not be reached."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from calends.evidence.chain import check_chain
from calends.lists.reading import opened_list
from calends.problems import Problem
from calends.register.database import Register
from calends.register.house_chain import HOUSE
from calends.register.ledger import events
from calends.vault.master import load_master_key
from tests.commands.conftest import Calends

CANARY = "canary.ann@example.test"


@pytest.fixture(autouse=True)
def master_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "keys" / "master.key"
    load_master_key(path)
    monkeypatch.setenv("CALENDS_MASTER_KEY_FILE", str(path))


async def put(calends: Calends, *contacts: str) -> None:
    ran = await calends("suppression", "add", *contacts, "--reason", "told us on the phone")
    assert ran.code == 0, ran.err


async def test_an_objection_by_phone_is_on_the_list_and_in_the_chain(
    calends: Calends, register: Register
) -> None:
    await put(calends, "--email", CANARY, "--phone", "06 12 34 56 78")
    counted = json.loads((await calends("suppression", "count", "--json")).out)
    assert counted == {"email": 1, "phone": 1, "sms": 1}
    again = await calends("suppression", "add", "--email", CANARY, "--reason", "again")
    assert again.out.startswith("0 of 1 entries")
    async with register.session() as session:
        told = [event async for event in events(session, HOUSE)]
        tables = ("suppression", "suppression_changes", "ledger", "chains")
        for table in tables:
            kept = (await session.execute(text(f"SELECT t::text FROM {table} t"))).scalars()
            assert not any("canary" in row or "phone on" in row for row in kept), table
    check_chain(told)
    assert told[0].facts["channels"] == ["email", "phone", "sms"]


async def test_one_unreadable_contact_and_nothing_is_changed(
    calends: Calends, register: Register
) -> None:
    ran = await calends(
        "suppression", "add", "--email", CANARY, "--phone", "seven", "--reason", "x"
    )
    assert (ran.code, ran.err) == (
        2,
        "calends: not readable as phone: nothing was changed\n",
    )
    assert (await calends("suppression", "count")).out == "nobody\n"


async def test_an_entry_is_taken_back_with_a_reason(calends: Calends, register: Register) -> None:
    await put(calends, "--email", CANARY)
    nameless = await calends("suppression", "remove", "--email", CANARY, "--reason", " ")
    assert nameless.code == 2
    ran = await calends("suppression", "remove", "--email", CANARY, "--reason", "new consent")
    assert ran.out.startswith("1 of 1 entries taken off")
    assert (await calends("suppression", "count")).out == "nobody\n"
    async with register.session() as session:
        kinds = [event.kind async for event in events(session, HOUSE)]
    assert kinds == ["suppression_added", "suppression_removed"]


LIST = (
    "\ufeffNom;Courriel;Tel\r\n"
    '"Ann ""A""";Canary.Ann@Example.test;\r\n'
    "\r\n"
    '"Bea\r\nand Co";bea@example.test;0612345678\r\n'
    "=1+1;bea2@example.test;06 12 34 56 78\r\n"
    "Cid; ;n/a\r\n"
    "Dan;two@example.test, canary.ann@example.test;\r\n"
)


async def test_a_list_comes_back_without_whoever_objected_and_else_byte_for_byte(
    calends: Calends, register: Register, tmp_path: Path
) -> None:
    await put(calends, "--email", CANARY, "--sms", "+33612345678")
    given_list, out, told = tmp_path / "in.csv", tmp_path / "out.csv", tmp_path / "told.csv"
    given_list.write_bytes(LIST.encode())
    ran = await calends(
        *("suppression", "check", str(given_list), "-o", str(out), "--refused", str(told)),
        *("--email", "Courriel", "--phone", "Tel"),
    )
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"{out}: 3 rows passed, 2 refused\n"
    lines = LIST.removeprefix("\ufeff").split("\r\n")
    assert out.read_bytes().decode() == "\r\n".join([lines[0], *lines[3:7], ""])
    assert out.stat().st_mode & 0o777 == 0o600
    refused = [line.split(",")[:3] for line in told.read_text().splitlines()]
    assert refused[1:] == [["2", "email", "objected"], ["8", "email", "objected"]]
    assert "canary" not in told.read_text()


async def test_channels_are_asked_apart(
    calends: Calends, register: Register, tmp_path: Path
) -> None:
    await put(calends, "--sms", "+33612345678")
    given_list = tmp_path / "in.csv"
    given_list.write_text("Tel\n0612345678\n")
    for option, passed in (("--phone", 1), ("--sms", 0)):
        out = str(tmp_path / f"{passed}.csv")
        ran = await calends(
            "suppression", "check", str(given_list), "-o", out, option, "Tel", "--json"
        )
        assert json.loads(ran.out)["passed"] == passed


async def test_what_cannot_be_looked_for_does_not_pass(
    calends: Calends, register: Register, tmp_path: Path
) -> None:
    given_list, out = tmp_path / "in.csv", tmp_path / "out.csv"
    given_list.write_text("Tel\n99999\n@\n")
    ran = await calends(
        "suppression", "check", str(given_list), "-o", str(out), "--phone", "Tel", "--json"
    )
    assert json.loads(ran.out) == {"passed": 1, "refused": 1}
    given_list.write_text("Mail\n@example.test\n")
    ran = await calends(
        *("suppression", "check", str(given_list), "-o", str(out), "--force", "--email", "Mail"),
        "--json",
    )
    assert json.loads(ran.out) == {"passed": 0, "refused": 1}


FAULTY = [
    (b"", ["--email", "A"], "empty"),
    (b"A\nx\n", ["--email", "B"], "no column `B`; there are `A`"),
    (b"A,A\nx,y\n", ["--email", "A"], "two columns `A`"),
    (b"A\nx\n", [], "say which columns"),
    (b'A\n"x\n', ["--email", "A"], "not a CSV row"),
    (b"A\n\xe9\n", ["--email", "A"], "not utf-8 text; mend: --encoding cp1252"),
    (b"A\n" + b"x" * (1 << 20) + b"\n", ["--email", "A"], "a line of more than"),
    (b"A\nx\n", ["--email", "A", "--encoding", "klingon"], "no encoding"),
    (b"A\nx\n", ["--email", "A", "--delimiter", ";;"], "--delimiter is one"),
]


@pytest.mark.parametrize(("content", "options", "fault"), FAULTY)
async def test_a_list_that_cannot_be_read_is_one_clear_line_and_no_file(
    calends: Calends,
    register: Register,
    tmp_path: Path,
    content: bytes,
    options: list[str],
    fault: str,
) -> None:
    given_list, out = tmp_path / "in.csv", tmp_path / "out.csv"
    given_list.write_bytes(content)
    ran = await calends("suppression", "check", str(given_list), "-o", str(out), *options)
    assert (ran.code, ran.err.count("\n"), ran.out) == (2, 1, "")
    assert fault in ran.err
    assert list(tmp_path.glob("*out.csv*")) == []


async def test_a_file_that_is_there_is_not_written_over(
    calends: Calends, register: Register, tmp_path: Path
) -> None:
    given_list = tmp_path / "in.csv"
    given_list.write_text("A\nbea@example.test\n")
    ran = await calends(
        "suppression", "check", *[str(given_list)], "-o", str(given_list), "--email", "A"
    )
    assert ran.code == 2
    assert given_list.read_text() == "A\nbea@example.test\n"


async def test_an_export_names_nobody_who_was_not_in_the_list(
    calends: Calends, register: Register, tmp_path: Path
) -> None:
    await put(calends, "--email", CANARY, "--email", "other@example.test")
    given_list, out = tmp_path / "in.csv", tmp_path / "out.txt"
    given_list.write_text("A\nbea@example.test\nCANARY.Ann@example.test\ncanary.ann@example.test\n")
    options = ("suppression", "export", "--of", str(given_list), "-o", str(out), "--email", "A")
    assert (await calends(*options)).code == 0
    assert out.read_text() == f"{CANARY}\n"
    assert (await calends(*options, "--form", "sha256", "--force")).code == 0
    assert out.read_text() == hashlib.sha256(CANARY.encode()).hexdigest() + "\n"


ROWS = st.lists(
    st.tuples(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)),
    max_size=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(ROWS)
def test_whatever_a_list_holds_its_rows_are_given_as_they_stand(
    tmp_path: Path, rows: list[tuple[str]]
) -> None:
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(["A"])
    writer.writerows(rows)
    file = tmp_path / "rows.csv"
    file.write_text(made.getvalue(), encoding="utf-8", newline="")
    with opened_list(file, {"email": ["A"]}) as opened:
        read = [next(csv.reader(io.StringIO(row.raw, newline=""))) for row in opened]
    assert read == [list(row) for row in rows if row[0].strip()]


def test_an_endless_line_is_not_taken_into_memory(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    with file.open("wb") as out:
        out.truncate(50_000_000)
    with pytest.raises(Problem, match="a line of more"), opened_list(file, {"email": ["A"]}):
        pass
