"""A new register says how its first account is made, until there is one."""

from __future__ import annotations

from calends.accounts.first import HINT, first_account_hint
from tests.accounts.conftest import House
from tests.conftest import Postgres


async def test_a_register_without_accounts_says_how_to_make_one(
    house: House, postgres: Postgres, database: str
) -> None:
    url = postgres.url(database)
    assert await first_account_hint(url) == HINT
    await house.invited()
    assert await first_account_hint(url) == ""


async def test_a_register_that_cannot_be_asked_says_nothing(postgres: Postgres) -> None:
    assert await first_account_hint(postgres.url("no_such_database")) == ""
