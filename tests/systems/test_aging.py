"""Records that may have left a phase are found by their dates, in every kind of database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import date
from pathlib import Path

import pytest

from calends.systems.dataset import load_datasets
from calends.systems.sql import SqlSystem
from tests.systems.stores import Store

TABLES = """
CREATE TABLE visit (id int PRIMARY KEY, day date, at timestamp NULL, written varchar(30));
INSERT INTO visit VALUES
  (1, '2020-01-31', '2020-01-31 23:30:00', '2020-01-31'),
  (2, '2020-02-01', '2020-02-01 00:30:00', '2020-02-01'),
  (3, NULL, NULL, NULL),
  (4, '2024-05-05', '2024-05-05 08:00:00', '2024-05-05')
"""
DATASET = """
dataset:
  - fides_key: s
    collections:
      - name: visit
        fields:
          - {name: id, data_categories: [user.unique_id], fides_meta: {primary_key: true}}
          - {name: day}
          - {name: at}
          - {name: written}
"""


@pytest.fixture
async def system(store: Store, tmp_path: Path) -> AsyncIterator[SqlSystem]:
    await store.script(TABLES)
    (tmp_path / "dataset.yml").write_text(DATASET)
    opened = SqlSystem("s", load_datasets([tmp_path / "dataset.yml"]), store.url)
    yield opened
    await opened.close()


async def found(system: SqlSystem, *fields: str, before: date = date(2020, 1, 31)) -> list[int]:
    async with aclosing(system.aged("s.visit", fields, before)) as records:
        return sorted([record.key["id"] async for record in records])


async def test_a_day_is_compared_in_the_database(system: SqlSystem) -> None:
    assert await found(system, "day") == [1]


async def test_an_instant_is_found_with_a_margin_because_its_day_depends_on_the_zone(
    system: SqlSystem,
) -> None:
    assert await found(system, "at") == [1, 2]


async def test_a_text_is_left_to_the_caller_to_judge(system: SqlSystem) -> None:
    assert await found(system, "written") == [1, 2, 4]


async def test_of_several_dates_all_must_have_passed_and_one_must_be_there(
    system: SqlSystem,
) -> None:
    assert await found(system, "day", "at", before=date(2020, 2, 1)) == [1, 2]


async def test_without_a_field_nothing_is_asked(system: SqlSystem) -> None:
    with pytest.raises(ValueError, match="none is named"):
        await found(system)


async def test_the_end_of_time_is_no_error(system: SqlSystem) -> None:
    assert await found(system, "day", before=date.max) == [1, 2, 4]
    assert await found(system, "at", before=date.max) == [1, 2, 4]
