"""The Fides sample shop and our own small one, each in a database of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import asyncpg
import pytest

from calends.systems.dataset import Datasets, load_datasets
from tests.conftest import Postgres
from tests.systems.stores import mariadb, store

__all__ = ["mariadb", "store"]


@pytest.fixture
async def fides_shop(postgres: Postgres, database: str, shared: Path) -> str:
    """The name of a database that holds the sample of Fides."""
    await postgres.execute((shared / "fides/postgres_sample.sql").read_text(), database)
    return database


@pytest.fixture
def fides_dataset(shared: Path) -> Path:
    return shared / "fides/postgres_example_test_dataset.yml"


@pytest.fixture
async def fides_sql(postgres: Postgres, fides_shop: str) -> AsyncIterator[asyncpg.Connection]:
    """A superuser's own connection, for questions asked independently of the project."""
    connection = await connect(postgres, fides_shop)
    yield connection
    await connection.close()


@pytest.fixture
async def sql(postgres: Postgres, database: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await connect(postgres, database)
    yield connection
    await connection.close()


async def connect(postgres: Postgres, database: str) -> asyncpg.Connection:
    return await asyncpg.connect(
        host=postgres.socket_dir, port=postgres.port, user="postgres", database=database
    )


@pytest.fixture
def declared(tmp_path: Path) -> Callable[[str], Datasets]:
    """Makes datasets of YAML text."""

    def load(text: str) -> Datasets:
        path = tmp_path / "dataset.yml"
        path.write_text(text, encoding="utf-8")
        return load_datasets([path])

    return load
