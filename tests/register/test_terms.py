"""Finding a case by its person without a word of them in any column."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from calends.mail.reading import read_message
from calends.register.database import Register
from calends.register.desk_rows import TermRow
from calends.register.terms import (
    MAX_WORDS,
    address_mark,
    forget_case,
    index_case,
    marks_in_message,
    marks_of,
    name_marks,
    unindexed,
    words_of,
)
from calends.vault.keys import Keyring
from calends.vault.master import load_master_key
from tests.commands.sample import put_case

MAIL = (
    b"From: =?utf-8?q?J=2E_Martin?= <jm75@courriel.example>\r\nTo: contact@firm.example\r\n"
    b"Subject: Mes =?utf-8?q?donn=C3=A9es?=\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"Bonjour, je m'appelle H\xc3\xa9l\xc3\xa8ne Dupr\xc3\xa9.\r\n"
    b"Je souhaite une copie de mes donn\xc3\xa9es.\r\n"
)
SAID = read_message(MAIL).identity


def keyring(register: Register, folder: Path) -> Keyring:
    return Keyring(register, load_master_key(folder / "master.key"))


def test_a_name_is_looked_for_by_its_words_without_accents_or_capitals() -> None:
    assert words_of("  Hélène  D'HÉROUVILLE-Le Guen ") == ["helene", "herouville", "le", "guen"]


@given(st.text(max_size=3000))
def test_whatever_a_name_is_its_words_are_few_and_the_same_when_said_again(name: str) -> None:
    words = words_of(name)
    assert len(words) <= MAX_WORDS
    assert words_of(" ".join(words)) == words


async def test_the_writer_is_found_by_the_name_they_say_and_by_their_address(
    register: Register, tmp_path: Path
) -> None:
    keys = keyring(register, tmp_path)
    marks = marks_in_message(keys, SAID, "J. Martin", "jm75@courriel.example")
    assert address_mark(keys, " JM75@courriel.example ") in marks
    assert set(name_marks(keys, "helene DUPRE")) <= marks
    assert not set(name_marks(keys, "Jeanne")) & marks


async def test_two_houses_mark_the_same_name_differently(
    register: Register, tmp_path: Path
) -> None:
    one, other = keyring(register, tmp_path), keyring(register, tmp_path / "other")
    assert name_marks(one, "Martin") != name_marks(other, "Martin")


async def test_indexing_twice_is_indexing_once_and_a_case_without_a_name_is_not_asked_for_again(
    register: Register, tmp_path: Path
) -> None:
    keys, case = keyring(register, tmp_path), await put_case(register, 1)
    nameless = await put_case(register, 2)
    async with register.session() as session:
        assert {row.id for row in await unindexed(session, 10)} == {case.id, nameless.id}
        for _ in range(2):
            await index_case(session, case.id, marks_of(keys, ["Jeanne Martin"], []))
            await index_case(session, nameless.id, marks_of(keys, [""], [""]))
        await session.commit()
        assert await unindexed(session, 10) == []
        rows = await session.scalars(select(TermRow).where(TermRow.case_id == case.id))
        assert len(rows.all()) == 2


async def test_a_forgotten_case_is_found_by_nobody(register: Register, tmp_path: Path) -> None:
    case = await put_case(register, 1)
    async with register.session() as session:
        await index_case(session, case.id, marks_of(keyring(register, tmp_path), ["Martin"], []))
        await forget_case(session, case.id)
        await session.commit()
        assert (await session.scalars(select(TermRow))).all() == []


async def test_no_word_of_the_person_is_in_the_table(register: Register, tmp_path: Path) -> None:
    keys, case = keyring(register, tmp_path), await put_case(register, 1)
    async with register.session() as session:
        marks = marks_in_message(keys, SAID, "J. Martin", "jm75@courriel.example")
        await index_case(session, case.id, marks)
        await session.commit()
        dump = str((await session.execute(text("SELECT * FROM case_terms"))).all()).lower()
    for word in (b"martin", b"helene", b"jm75", b"courriel"):
        assert word.decode() not in dump
        assert word.hex() not in dump
