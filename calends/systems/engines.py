"""Connections to a declared database, made so that they cannot do more than they are meant to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import URL, event, make_url, text
from sqlalchemy.exc import ArgumentError, InterfaceError, InvalidRequestError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from calends.problems import Problem
from calends.systems.matching import folded
from calends.systems.protocol import Failure, SystemFailed

CONNECT_SECONDS = 15
_SQLALCHEMYS_OWN = ("prepared_statement_cache_size", "prepared_statement_name_func")


def engine_for(url: str) -> AsyncEngine:
    """An engine that keeps no connection open between uses. Raises Problem, without the URL."""
    target, arguments = _target(url)
    try:
        engine = create_async_engine(
            target, poolclass=NullPool, hide_parameters=True, connect_args=arguments
        )
    except (NoSuchModuleError, ModuleNotFoundError):
        raise Problem(f"database URL: no driver for {target.drivername!r:.60} installed") from None
    except InvalidRequestError:
        raise Problem(f"database URL: {target.drivername!r:.60} is not asynchronous") from None
    except (ArgumentError, TypeError, ValueError):
        raise Problem("database URL: not readable") from None
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _with_folding)
    return engine


def _with_folding(connection: Any, _: object) -> None:
    """SQLite knows no accents, and lends itself Python's functions."""
    connection.create_function("calends_folded", 1, _folded_or_null, deterministic=True)


def _folded_or_null(value: object) -> str | None:
    return None if value is None else folded(str(value))


def postgres_dsn(url: str) -> str:
    """The address as PostgreSQL's driver reads it; empty for other databases. Raises Problem."""
    target = _url(url)
    if target.drivername not in ("postgresql", "postgres", "postgresql+asyncpg"):
        return ""
    if "ssl" in target.query:  # as SQLAlchemy's dialect spells it
        target = target.update_query_dict({"sslmode": target.query["ssl"]})
    target = target.difference_update_query(["ssl", *_SQLALCHEMYS_OWN])
    return target.set(drivername="postgresql").render_as_string(hide_password=False)


def _target(url: str) -> tuple[URL, dict[str, Any]]:
    target = _url(url)
    if target.drivername in ("postgresql", "postgres"):
        # asyncpg reads such a URL itself, with all that libpq allows in it (sslmode, host lists).
        arguments = {"dsn": postgres_dsn(url), "timeout": CONNECT_SECONDS}
        return make_url("postgresql+asyncpg://"), arguments
    if target.drivername == "postgresql+asyncpg":
        return target, {"timeout": CONNECT_SECONDS}
    if target.drivername == "mysql+asyncmy":
        return target, {"connect_timeout": CONNECT_SECONDS, "charset": "utf8mb4"}
    if target.drivername.startswith("sqlite"):
        return _existing_file(target), {}
    return target, {}


def _existing_file(target: URL) -> URL:
    """A file that is not there must be an error; SQLite would make an empty one."""
    if not target.database or target.database == ":memory:" or "uri" in target.query:
        return target
    file = Path(target.database).absolute().as_uri().replace("file://", "file:")
    return target.set(database=file).update_query_dict({"mode": "rw", "uri": "true"})


def _url(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        raise Problem("database URL: not readable; expected dialect://user@host/database") from None


@asynccontextmanager
async def reading(engine: AsyncEngine, timeout_seconds: int) -> AsyncIterator[AsyncConnection]:
    """One read-only transaction that sees one moment of the database throughout."""
    async with _connected(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection = await connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        await _limit(connection, timeout_seconds)
        if connection.dialect.name in ("mysql", "mariadb"):
            await connection.exec_driver_sql("START TRANSACTION READ ONLY")
        elif connection.dialect.name == "sqlite":
            await connection.exec_driver_sql("PRAGMA query_only = ON")
            await connection.exec_driver_sql("BEGIN")
        yield connection


@asynccontextmanager
async def acting(engine: AsyncEngine, timeout_seconds: int) -> AsyncIterator[AsyncConnection]:
    """One transaction, committed at the end or undone whole."""
    async with _connected(engine) as connection, connection.begin():
        if connection.dialect.name == "sqlite":  # which leaves orphans unless told not to
            await connection.execute(text("PRAGMA foreign_keys=ON"))
        await _limit(connection, timeout_seconds)
        if connection.dialect.name == "sqlite":
            await connection.exec_driver_sql("PRAGMA foreign_keys = ON")
            await connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection


@asynccontextmanager
async def _connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection. Raises SystemFailed when the driver refuses a part of the URL, which only
    shows now."""
    try:
        connection = await engine.connect()
    except (TypeError, ValueError, OverflowError, InterfaceError, asyncpg.InterfaceError):
        raise SystemFailed(Failure.SETTINGS, "a part of the database URL") from None
    try:
        yield connection
    except BaseException:
        if connection.dialect.name in ("mysql", "mariadb"):
            # Its driver would first read what is left of a result, however long.
            await connection.invalidate()
        raise
    finally:
        await connection.close()


async def _limit(connection: AsyncConnection, seconds: int) -> None:
    """The time limit of each statement; connections are not used again, so nothing lingers."""
    name, dialect = connection.dialect.name, connection.dialect
    if name == "postgresql":
        await connection.execute(
            text("SELECT set_config('statement_timeout', :ms, true)"), {"ms": str(seconds * 1000)}
        )
    elif name in ("mysql", "mariadb"):
        limit = (
            f"max_statement_time = {int(seconds)}"
            if getattr(dialect, "is_mariadb", False)
            else f"max_execution_time = {int(seconds) * 1000}"
        )
        # Without it MySQL would cut a text that is too long instead of refusing it.
        strict = "sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')"
        await connection.exec_driver_sql(f"SET SESSION {limit}, {strict}")
    elif name == "sqlite":
        await connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(seconds) * 1000}")
