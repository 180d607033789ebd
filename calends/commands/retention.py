"""`calends retention`: what the phases of the retention table would change, and changing it."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from activities.house import House
from activities.retention import keeping_of
from calends.commands.retention_table import table
from calends.company import SystemEntry
from calends.problems import Problem
from calends.register.opening import existing_keyring, opened_register
from calends.retention.files import FileEnd, end, ends_due
from calends.retention.keeping import Keeping, Place, open_place, why_not
from calends.retention.planning import Plan, as_line
from calends.retention.running import Ran, approve, carry_out, draft, new_plan_id
from calends.settings import load_settings
from calends.systems.protocol import ActRefused, SystemFailed

Done = TypeVar("Done")
PART = {
    "findings": "what was found",
    "correspondence": "the correspondence",
    "file": "the whole file, its key destroyed",
}
SAID = {"archive": "to the archive", "erase": "deleted", "anonymise": "anonymised"}


@click.group(name="retention", help="Phases of the retention table: plan, run; files of cases.")
def app() -> None: ...


@app.command()
@click.option("--system", "wanted", default="", help="Only this system.")
@click.option("--records", is_flag=True, help="Each record by its key, not only how many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a system.")
def plan(wanted: str, records: bool, as_json: bool) -> None:
    """The dry run: which records are in the wrong phase today. Changes nothing in any system.

    The plan is kept sealed, so that what is approved is what was shown.
    """

    async def work(keeping: Keeping) -> tuple[str, list[tuple[SystemEntry, Plan | str]]]:
        today, at = _today(keeping), datetime.now(UTC)
        plan_id, found = new_plan_id(today), []
        for entry in _entries(keeping, wanted):
            outcome: Plan | str
            try:
                async with _opened(keeping, entry) as place:
                    outcome = await draft(keeping, place, plan_id, today, at)
            except (Problem, SystemFailed, ActRefused) as failure:
                outcome = str(failure)
            found.append((entry, outcome))
        return plan_id, found

    plan_id, found = _run(work)
    for entry, outcome in found:
        if as_json:
            print(json.dumps({"plan": plan_id, "system": entry.id, **_facts(outcome, records)}))
        else:
            print("\n".join([entry.id, *(f"  {line}" for line in _lines(outcome, records))]))
    due = sum(len(outcome.due) for _, outcome in found if isinstance(outcome, Plan))
    if due and not as_json:
        print(
            f"nothing was changed; {due} records change with: "
            f"calends retention run {plan_id} --by NAME"
        )
    failed = any(isinstance(o, str) and not why_not(e) for e, o in found)
    raise click.exceptions.Exit(1 if failed else 0)


app.add_command(table)


@app.command(name="run")
@click.argument("plan_id", metavar="PLAN")
@click.option("--by", required=True, help="Who approves it, by name; kept sealed.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a system.")
def run_plan(plan_id: str, by: str, as_json: bool) -> None:
    """Carries out a plan as it was shown: what is held or not due any more is left alone.

    Exit 1 when a system failed; the same command goes on.
    """

    async def work(keeping: Keeping) -> list[tuple[str, Ran | str]]:
        today, at, found = _today(keeping), datetime.now(UTC), []
        async with keeping.register.session() as session:
            rows = await approve(session, keeping, plan_id, by=by, actor="dpo", at=at)
            await session.commit()
        for row in rows:
            outcome: Ran | str
            try:
                async with _opened(keeping, keeping.company.system(row.system)) as place:
                    outcome = await carry_out(keeping, place, plan_id, today, at)
            except (Problem, SystemFailed, ActRefused) as failure:
                outcome = str(failure)
            found.append((row.system, outcome))
        return found

    found = _run(work)
    for system, outcome in found:
        facts = {"failure": outcome} if isinstance(outcome, str) else outcome.facts()
        print(json.dumps({"system": system, **facts}) if as_json else _ran(system, outcome))
    wrong = any(isinstance(outcome, str) or outcome.left for _, outcome in found)
    raise click.exceptions.Exit(1 if wrong else 0)


@app.command()
@click.option("--dry-run", is_flag=True, help="Only say what would end.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a part.")
def files(dry_run: bool, as_json: bool) -> None:
    """What of closed cases' files ends now: findings, correspondence, at last the key itself.

    The service does the same every night.
    """

    async def work(keeping: Keeping) -> list[FileEnd]:
        at, found = datetime.now(UTC), []
        async for due in ends_due(keeping, _today(keeping)):
            if dry_run or due.held_by or await end(keeping, due, at):
                found.append(due)
        return found

    found = _run(work)
    for due in found:
        if as_json:
            print(json.dumps(dataclasses.asdict(due), default=str))
        else:
            held = f"; held: {', '.join(due.held_by)}" if due.held_by else ""
            print(f"{due.reference}: {PART[due.part]}, kept until {due.until}{held}")
    ended = sum(not due.held_by for due in found)
    if not as_json:
        print(f"{ended} {'would end; nothing was changed' if dry_run else 'ended'}")


def _run(work: Callable[[Keeping], Awaitable[Done]]) -> Done:
    async def opened() -> Done:
        settings = load_settings()
        async with opened_register(settings) as register:
            existing_keyring(register, settings)
            house = await asyncio.to_thread(House.open, settings)
            try:
                return await work(keeping_of(house))
            finally:
                await house.close()

    return asyncio.run(opened())


@asynccontextmanager
async def _opened(keeping: Keeping, entry: SystemEntry) -> AsyncIterator[Place]:
    place = open_place(entry, keeping.company)
    try:
        yield place
    finally:
        await place.system.close()


def _entries(keeping: Keeping, wanted: str) -> list[SystemEntry]:
    return [keeping.company.system(wanted)] if wanted else list(keeping.company.systems)


def _today(keeping: Keeping) -> date:
    return datetime.now(ZoneInfo(keeping.company.controller.tz)).date()


def _facts(outcome: Plan | str, records: bool) -> dict[str, Any]:
    if isinstance(outcome, str):
        return {"failure": outcome}
    listed = {"records": [as_line(one) for one in outcome.due]} if records else {}
    return outcome.facts() | listed


def _lines(outcome: Plan | str, records: bool) -> Iterator[str]:
    if isinstance(outcome, str):
        yield f"not run: {outcome}"
        return
    for name, acts in outcome.counts().items():
        yield f"{name}: " + ", ".join(f"{n} {SAID[act]}" for act, n in sorted(acts.items()))
    if records:
        for one in outcome.due:
            key = ", ".join(f"{name} {value}" for name, value in one.order.key.items())
            order, why = one.order, f"{one.rule} ({one.source})" if one.source else one.rule
            yield f"- {order.collection} {key}: {SAID[order.act]}; {why}"
    for why, count in sorted(outcome.held.items()):
        yield f"held: {count} ({why.replace('_', ' ')})"
    for what, count in sorted(outcome.refused.items()):
        yield f"left: {count} of {what}"
    for name, why in sorted(outcome.undecided.items()):
        yield f"a human decides: {name}, {why}"
    if outcome.more:
        yield "and more than one plan holds: run it, then plan again"
    if not outcome.due:
        yield "nothing is due"


def _ran(system: str, outcome: Ran | str) -> str:
    if isinstance(outcome, str):
        return f"{system}: failed ({outcome}); the same command goes on"
    by_place: dict[str, list[str]] = {}
    for place, count in sorted(outcome.done.items()):
        name, _, act = place.rpartition(":")
        by_place.setdefault(name, []).extend([f"{count} {SAID[act]}"] if count else [])
    done = "; ".join(f"{name} {', '.join(acts)}" for name, acts in by_place.items() if acts)
    alone = f"; {outcome.left_alone} left alone" if outcome.left_alone else ""
    left = f"; {outcome.left} NOT AS ORDERED" if outcome.left else ""
    return f"{system}: {done or 'nothing was left to do'}{alone}{left}"
