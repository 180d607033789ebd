"""Values written otherwise and still the same, by each way of comparing, in Python and in SQL."""

from __future__ import annotations

from pathlib import Path

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.systems.dataset import load_datasets
from calends.systems.matching import Match, forms, normal
from calends.systems.sql import SqlSystem
from tests.conftest import Postgres

SAME: list[tuple[Match, str, str]] = [
    ("email", "Jeanne@Exemple.fr ", "jeanne@EXEMPLE.FR"),
    ("email", "RENÉ@exemple.fr", "René@exemple.fr"),
    ("email", "a@xn--exmple-cua.fr", "a@exämple.fr"),
    ("ignore_case", "AB-12", "ab-12"),
    ("fold", "Hélène Œuvrard", "HELENE OEUVRARD"),
    ("fold", "Zoe", "Zo\u0065\u0308"),
    ("fold", "straße", "STRASSE"),
    ("phone", "+33 6 12 34 56 78", "06.12.34.56.78"),
    ("phone", "06 12 34 56 78", "0033612345678"),
    ("phone", "0612345678", "+33 (0)6-12-34-56-78"),
    ("phone", "0612345678", "612345678"),
    ("phone", "+49 30 123456", "0049 30 123456"),
    ("exact", "AB-12", "AB-12"),
]
OTHER: list[tuple[Match, str, str]] = [
    ("email", "rene@exemple.fr", "rené@exemple.fr"),
    ("email", "a@exemple.fr", "a@exemple.fr.example"),
    ("ignore_case", "AB-12", "AB-13"),
    ("fold", "Hélène", "Helen"),
    ("phone", "+49 612345678", "0612345678"),
    ("phone", "-", ""),
    ("phone", "()", ""),
    ("phone", "+", "+"),
    ("phone", "0612345678", "061234567"),
    ("exact", "AB-12", "ab-12"),
    ("exact", "é", "e"),
]


@pytest.mark.parametrize(("match", "known", "stored"), SAME)
def test_the_same_value_written_otherwise_matches(match: Match, known: str, stored: str) -> None:
    assert normal(match, stored) in forms(match, known, "FR")


@pytest.mark.parametrize(("match", "known", "stored"), OTHER)
def test_another_value_does_not_match(match: Match, known: str, stored: str) -> None:
    assert normal(match, stored) not in forms(match, known, "FR")


@given(st.sampled_from(["email", "ignore_case", "fold", "exact"]), st.text())
def test_a_value_always_matches_itself(match: Match, value: str) -> None:
    stored = value.strip() if match == "email" else value
    assert normal(match, stored) in forms(match, value, "FR")


@given(st.text(max_size=80))
def test_any_text_as_a_number_raises_nothing_and_never_matches_an_empty_field(text: str) -> None:
    assert not {"", "0", "+"} & set(forms("phone", text, "FR"))


async def test_a_database_compares_as_python_does(
    postgres: Postgres, database: str, sql: asyncpg.Connection, tmp_path: Path
) -> None:
    await sql.execute("CREATE TABLE person (id int primary key, value text)")
    cases = [*SAME, *OTHER]
    await sql.executemany(
        "INSERT INTO person VALUES ($1, $2)",
        [(n, stored) for n, (_, _, stored) in enumerate(cases)],
    )
    await check_cases(cases, postgres.url(database), tmp_path)


async def check_cases(cases: list[tuple[Match, str, str]], url: str, folder: Path) -> None:
    for number, (match, known, _) in enumerate(cases):
        path = folder / f"{match}.yml"
        path.write_text(
            "dataset: [{fides_key: d, collections: [{name: person, fields: [{name: id},"
            f" {{name: value, fides_meta: {{identity: x}}, meta: {{match: {match}}}}}]}}]}}]"
        )
        system = SqlSystem("s", load_datasets([path]), url)
        found = {record.key["id"] async for record in system.locate({"x": [known]})}
        await system.close()
        wanted = {
            n
            for n, (_, _, other) in enumerate(cases)
            if normal(match, other) in forms(match, known, "FR")
        }
        assert found == wanted, (number, match, known)
