"""People who look alike are candidates for a human, never findings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.systems.connector import Opening
from calends.systems.dataset import Datasets, load_datasets
from calends.systems.files import FilesSystem
from calends.systems.likeness import LEAST, likeness, matches, pattern, words_of
from calends.systems.protocol import Candidate, Seeds, System
from calends.systems.sql import SqlSystem
from calends.systems.testkit import HOSTILE
from tests.systems.databases import KINDS, Place, empty, mariadb

__all__ = ["mariadb"]

PEOPLE = [
    (1, "ann@b.example", "Anne-Hélène", "Lefèvre"),
    (2, "x@b.example", "Lefevre", "Anne Helene"),
    (3, "y@b.example", "Anne-Helene", "Lefebvre"),
    (4, "z@b.example", "Robert", "Dupont"),
    (5, "", "Hélène", ""),
    (6, "w@b.example", "ANNE HÉLÈNE", "LEFÈVRE"),
]
ANN: Seeds = {"name": ["Anne-Hélène Lefèvre"], "email": ["ann@b.example"]}


@pytest.fixture
def datasets(tmp_path: Path) -> Datasets:
    path = tmp_path / "s.yml"
    path.write_text(
        "dataset: [{fides_key: s, collections: [{name: person, fields: ["
        "{name: id, fides_meta: {primary_key: true}},"
        "{name: email, fides_meta: {identity: email}},"
        "{name: first, data_categories: [user.name.first]},"
        "{name: last, data_categories: [user.name.last]}]}]}]"
    )
    return load_datasets([path])


@pytest.fixture(params=[*KINDS, "files"])
async def system(
    request: pytest.FixtureRequest, tmp_path: Path, datasets: Datasets
) -> AsyncIterator[System]:
    if request.param == "files":
        rows = ["id;email;first;last", *(";".join(map(str, row)) for row in PEOPLE)]
        (tmp_path / "person.csv").write_text("\n".join(rows) + "\n")
        yield FilesSystem(Opening("s", datasets, {"folder": str(tmp_path)}))
        return
    async for place in empty(request.param, request, tmp_path):
        await filled(place)
        made = SqlSystem("s", datasets, place.url)
        yield made
        await made.close()


async def filled(place: Place) -> None:
    await place.run(
        "CREATE TABLE person (id int primary key, email varchar(80), first varchar(80),"
        " last varchar(80))",
        *(f"INSERT INTO person VALUES {row!r}" for row in PEOPLE),
    )


async def found(system: System, seeds: Seeds) -> list[Candidate]:
    return [candidate async for candidate in system.candidates(seeds)]


async def test_those_who_look_alike_are_candidates_and_the_person_found_is_none(
    system: System,
) -> None:
    candidates = await found(system, ANN)
    assert [int(c.record.key["id"]) for c in candidates] in ([2, 6, 3], [6, 2, 3])
    assert [c.score for c in candidates][:2] == [100, 100]
    assert all(set(c.fields) == {"first", "last"} for c in candidates)
    located = [int(r.key["id"]) async for r in system.locate({"email": ["ann@b.example"]})]
    assert located == [1]


async def test_a_name_alone_locates_nobody(system: System) -> None:
    assert [r async for r in system.locate({"name": ["Anne-Hélène Lefèvre"]})] == []


async def test_a_hostile_name_is_nobodys(system: System) -> None:
    for value in [*HOSTILE, "% %", "_____ _____", "' OR 1=1 --"]:
        assert await found(system, {"name": [value]}) == []


@given(st.text(max_size=60), st.text(max_size=60))
def test_what_is_alike_enough_was_not_kept_out_by_the_pattern_of_the_search(
    name: str, other: str
) -> None:
    """Equal names always pass the rough search, whatever their accents."""
    words = words_of(name)
    patterns = [p for word in words if (p := pattern(word))]
    if patterns:
        assert matches(name, patterns) or "œ" in name.lower() or len(name) > 200
    score, _ = likeness([words], {"n": other}, ["n"])
    assert 0 <= score <= 100
    assert LEAST > 80
