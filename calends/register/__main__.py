"""`python -m calends.register migrate`: brings the register to this version."""

import asyncio
import sys

from sqlalchemy.exc import SQLAlchemyError

from calends.accounts.first import first_account_hint
from calends.problems import Problem
from calends.register.migrate import migrate
from calends.settings import load_settings


async def _migrate(url: str) -> None:
    await migrate(url)
    hint = await first_account_hint(url)
    if hint:
        print(f"register: {hint}")  # noqa: T201


def main() -> None:
    if sys.argv[1:] != ["migrate"]:
        print("usage: python -m calends.register migrate", file=sys.stderr)  # noqa: T201
        sys.exit(2)
    try:
        asyncio.run(_migrate(load_settings().database_url.get_secret_value()))
    except Problem as problem:
        print(f"register: {problem}", file=sys.stderr)  # noqa: T201
        sys.exit(2)
    except (OSError, SQLAlchemyError) as error:
        print(f"register: cannot migrate ({type(error).__name__})", file=sys.stderr)  # noqa: T201
        sys.exit(1)


main()
