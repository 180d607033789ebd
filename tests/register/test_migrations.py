from __future__ import annotations

import asyncio

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from calends.register.database import Register
from calends.register.migrate import migrate
from calends.register.models import Base
from tests.conftest import Postgres


def _differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


async def test_migrations_from_empty_make_exactly_the_tables_of_the_models(
    register: Register,
) -> None:
    async with register.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []


async def test_migrating_again_changes_nothing(
    postgres: Postgres, database: str, register: Register
) -> None:
    await migrate(postgres.url(database))
    async with register.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []


async def test_two_processes_that_migrate_at_once_do_not_disturb_each_other(
    postgres: Postgres, database: str
) -> None:
    url = postgres.url(database)
    await asyncio.gather(*(migrate(url) for _ in range(3)))
