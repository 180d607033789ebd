"""Whether anybody can sign in yet, and what to do when nobody can."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.exc import SQLAlchemyError

from calends.register.account_rows import UserRow
from calends.register.database import Register

HINT = "no account yet; the first one: calends user add --role dpo NAME (prints its set-up link)"


async def first_account_hint(database_url: str) -> str:
    """The hint while there is no account; empty otherwise, and when the register cannot say."""
    register = Register(database_url, pool_size=1)
    try:
        async with register.session() as session:
            there_is_one = await session.scalar(select(exists(select(UserRow.id))))
    except (SQLAlchemyError, OSError):
        return ""
    finally:
        await register.close()
    return "" if there_is_one else HINT
