"""`calends token`: programs that may ask the registers."""

from __future__ import annotations

import json

from sqlalchemy import select

from calends.evidence.chain import check_chain
from calends.register.api_tokens import bearer
from calends.register.database import Register
from calends.register.house_chain import HOUSE
from calends.register.ledger import events
from calends.register.models import LedgerRow
from tests.commands.conftest import Calends


async def test_a_token_is_told_once_and_listed_without_itself(
    calends: Calends, register: Register
) -> None:
    assert "the API is off" in (await calends("token", "list")).out
    ran = await calends("token", "create", "newsletter", "--scope", "suppression")
    token = ran.out.splitlines()[0]
    assert ran.code == 0
    async with register.session() as session:
        found = await bearer(session, token)
    assert found is not None
    assert found.scopes == ["suppression"]
    listed = await calends("token", "list", "--json")
    assert token not in listed.out
    assert json.loads(listed.out)["name"] == "newsletter"


async def test_revoking_ends_a_token_and_leaves_its_line(
    calends: Calends, register: Register
) -> None:
    ran = await calends("token", "create", "crm", "--scope", "restriction")
    assert (await calends("token", "revoke", "crm")).out == "crm: revoked\n"
    async with register.session() as session:
        assert await bearer(session, ran.out.splitlines()[0]) is None
    assert "revoked" in (await calends("token", "list")).out
    again = await calends("token", "revoke", "crm")
    assert (again.code, again.err.count("\n")) == (2, 1)


async def test_two_living_tokens_have_two_names(calends: Calends, register: Register) -> None:
    assert (await calends("token", "create", "crm", "--scope", "restriction")).code == 0
    assert (await calends("token", "create", "crm", "--scope", "restriction")).code == 2
    assert (await calends("token", "create", "a\nb", "--scope", "restriction")).code == 2
    assert (await calends("token", "create", "shop", "--scope", "everything")).code == 2


async def test_the_houses_own_chain_tells_of_tokens_and_holds(
    calends: Calends, register: Register
) -> None:
    await calends("token", "create", "crm", "--scope", "restriction")
    await calends("token", "revoke", "crm")
    async with register.session() as session:
        told = [event async for event in events(session, HOUSE)]
        assert "crm" not in str(await session.scalar(select(LedgerRow.facts)))
    check_chain(told)
    assert [event.kind for event in told] == ["token_made", "token_revoked"]
