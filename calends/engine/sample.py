"""The sample company's two databases, loaded into a PostgreSQL server of ours.

python -m calends.engine.sample      loads them, from CALENDS_DATABASE_URL, unless they are there
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import asyncpg
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from calends.problems import Problem

SAMPLE_DATABASES = {"crm": "sample_crm", "billing": "sample_billing"}
"""Declared system -> its database; the seed is `seed/<system>.sql` of the example."""

LOCATE_ROLE, ACT_ROLE = "calends_locate", "calends_act"


async def seed_sample(admin_url: str, folder: Path, *, fresh: bool = False) -> dict[str, str]:
    """Creates and loads the databases of the example in `folder`; returns their URLs.

    `admin_url` is a superuser's (`postgresql+asyncpg://…`); the server must let the two roles of
    `seed/roles.sql` in without a password, as the embedded one does. A database that is already
    loaded stays as it is; with `fresh` it is dropped and loaded anew. The keys of the answer are
    the environment variables that the example's company file names. Raises Problem.
    """
    admin = _admin(admin_url)
    roles = _read(folder / "seed" / "roles.sql")
    seeds = {system: _read(folder / "seed" / f"{system}.sql") for system in SAMPLE_DATABASES}
    try:
        for system, database in SAMPLE_DATABASES.items():
            await _create(admin, database, fresh=fresh)
            await _load(admin.set(database=database), seeds[system] + roles)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Problem(f"sample databases: {type(error).__name__} from PostgreSQL") from error
    return sample_urls(admin_url)


def sample_urls(admin_url: str) -> dict[str, str]:
    """The variables that the example's company file names, for databases on that server."""
    admin = _admin(admin_url)
    urls: dict[str, str] = {}
    for system, database in SAMPLE_DATABASES.items():
        name = f"CALENDS_{system.upper()}"
        urls[f"{name}_URL"] = _url_of(admin, database, LOCATE_ROLE)
        urls[f"{name}_ACT_URL"] = _url_of(admin, database, ACT_ROLE)
    return urls


def is_sample(company_file: Path) -> bool:
    """Whether this company file is the example with its seed beside it."""
    return all((company_file.parent / "seed" / f"{name}.sql").exists() for name in SAMPLE_DATABASES)


def _admin(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError) as error:
        raise Problem("sample databases: not a database URL") from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"sample databases: cannot read {path}") from error


async def _create(admin: URL, database: str, *, fresh: bool) -> None:
    connection = await _connect(admin)
    try:
        if fresh:
            await connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
            await connection.execute(
                f"CREATE DATABASE {database} ENCODING 'UTF8' TEMPLATE template0"
            )
    finally:
        await connection.close()


async def _load(url: URL, script: str) -> None:
    """All of the seed or nothing: a start that was cut off leaves an empty database to load."""
    connection = await _connect(url)
    try:
        async with connection.transaction():
            loaded = await connection.fetchval(
                "SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')"
            )
            if not loaded:
                await connection.execute(script)
    finally:
        await connection.close()


async def _connect(url: URL) -> asyncpg.Connection:
    return await asyncpg.connect(
        host=url.query.get("host", url.host),
        port=int(str(url.query.get("port", url.port or 5432))),
        user=url.username,
        password=url.password,
        database=url.database,
    )


def _url_of(admin: URL, database: str, role: str) -> str:
    url = admin.set(drivername="postgresql+asyncpg", database=database, username=role)
    return url._replace(password=None).render_as_string()


def main() -> None:
    company_file = Path(os.environ["CALENDS_COMPANY_FILE"])
    try:
        asyncio.run(seed_sample(os.environ["CALENDS_DATABASE_URL"], company_file.parent))
    except Problem as problem:
        print(f"sample: {problem}", file=sys.stderr)  # noqa: T201
        sys.exit(2)


if __name__ == "__main__":
    main()
