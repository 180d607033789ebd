"""kill -9 in the middle of a retention run: everything is as before, and the next try finishes."""

from __future__ import annotations

import signal
import subprocess
import sys

from calends.register.database import Register
from calends.register.house_chain import HOUSE
from calends.register.ledger import events
from calends.vault.keys import Keyring
from tests.commands.conftest import Calends
from tests.office import until
from tests.retention.shop import Shop, years_ago
from tests.retention.test_phases import planned, run

SLOW = """
CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN PERFORM pg_sleep(60); RETURN NULL; END';
CREATE TRIGGER slow AFTER DELETE ON contact FOR EACH STATEMENT EXECUTE FUNCTION slow()
"""
AT_WORK = "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND query LIKE 'DELETE FROM%'"


async def test_a_run_killed_inside_its_transaction_changed_nothing_and_goes_on(
    calends: Calends, register: Register, keyring: Keyring, shop: Shop
) -> None:
    for number in range(20):
        await shop.contact(number, f"over{number}", years_ago(6))
    plan = await planned(calends)
    await shop.postgres.execute(SLOW, shop.name)
    start = "from calends.cli import main; main()"
    command = [sys.executable, "-c", start, "retention", "run", plan["plan"], "--by", "Anne"]
    with subprocess.Popen(command) as child:

        async def deleting() -> list[tuple[int]] | None:
            return await shop.ask(AT_WORK, shop.name) or None

        [(backend,)] = await until(deleting, 60)
        child.send_signal(signal.SIGKILL)
        child.wait(30)
    await shop.ask("SELECT pg_terminate_backend($1)", backend)

    async def gone() -> bool:
        return not await shop.ask(AT_WORK, shop.name)

    await until(gone, 60)
    await shop.ask("DROP TRIGGER slow ON contact")
    assert len(await shop.ask("SELECT 1 FROM contact")) == 20

    ran = await run(calends, plan["plan"])
    assert (ran["done"], ran["left_alone"], ran["left"]) == ({"shop.contact:erase": 20}, 0, 0)
    assert await shop.ask("SELECT 1 FROM contact") == []
    async with register.session() as session:
        kinds = [event.kind async for event in events(session, HOUSE)]
    assert kinds == ["plan_approved", "phases_carried_out"]
