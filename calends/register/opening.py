"""Opening the register, and the vault's keys, for one command: a failure is one clear line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import make_url, select
from sqlalchemy.exc import DBAPIError, ProgrammingError, SQLAlchemyError

from calends.problems import Problem
from calends.register.database import Register
from calends.register.models import KeyRow
from calends.settings import Settings
from calends.vault.keys import KeyDestroyed, Keyring
from calends.vault.master import load_master_key

DRIVER = "postgresql+asyncpg"


@asynccontextmanager
async def opened_register(settings: Settings) -> AsyncIterator[Register]:
    """The register, closed afterwards. Raises Problem when it cannot be asked.

    Only the class of a database's complaint is told: its text may quote values.
    """
    try:
        url = make_url(settings.database_url.get_secret_value())
        if url.drivername != DRIVER:
            raise ValueError(url.drivername)
        register = Register(settings.database_url.get_secret_value(), pool_size=2)
    except (SQLAlchemyError, ValueError) as error:
        raise Problem(f"CALENDS_DATABASE_URL is not of the form {DRIVER}://…") from error
    try:
        yield register
    except ProgrammingError as error:
        raise Problem(
            "the register has not this version's tables; mend: python -m calends.register migrate"
        ) from error
    except DBAPIError as error:
        raise Problem(f"the register refused ({type(error.orig).__name__})") from error
    except (OSError, SQLAlchemyError) as error:
        raise Problem(
            f"the register does not answer ({type(error).__name__}); "
            "mend: `make up`, or set CALENDS_DATABASE_URL"
        ) from error
    finally:
        await register.close()


def existing_master_key(settings: Settings) -> Path:
    """Its file. Raises Problem when there is none: one made here and now would open nothing."""
    path = settings.master_key_file
    if not path.exists():
        raise Problem(f"no master key at {path}; mend: set CALENDS_MASTER_KEY_FILE")
    return path


def existing_keyring(register: Register, settings: Settings) -> Keyring:
    """The keys of cases that exist. Raises Problem when there is no master key."""
    return Keyring(register, load_master_key(existing_master_key(settings)))


async def require_own_keys(database_url: str, master_key_file: Path) -> None:
    """Raises Problem when the master key did not wrap the keys of this register."""
    register = Register(database_url, pool_size=1)
    keyring = Keyring(register, load_master_key(master_key_file))
    try:
        async with register.reader() as reader:
            some = await reader.scalar(
                select(KeyRow.id).where(KeyRow.wrapped.is_not(None)).limit(1)
            )
        if some is not None:
            await keyring.get(some)
    except KeyDestroyed as error:
        raise Problem(f"{master_key_file} is not the master key of this register") from error
    finally:
        await register.close()
