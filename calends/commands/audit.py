"""`calends audit`: every case late, stuck or without a workflow, asked of register and engine.

The auditor shares no code with the workflows, so that a defect there cannot hide itself here.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.commands.office import run
from calends.desk.words import shown
from calends.problems import Problem
from calends.register.auditing import Finding, findings, name_of
from calends.register.database import Register
from calends.register.models import CaseRow, LedgerRow
from calends.settings import Settings

if TYPE_CHECKING:
    from temporalio.client import Client

    from calends.engine.observing import Seen

SETTLING = timedelta(minutes=5)
"""A case opens and closes in two places one after the other; so long they may disagree."""

STUCK_ATTEMPTS = 3


@click.command(name="audit")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def app(as_json: bool) -> None:
    """Every case late, stuck or without a workflow, one line each with its mend; exit 1 if any."""
    count, found = run(_audit)
    for finding in found:
        if as_json:
            print(json.dumps(dataclasses.asdict(finding)))
        else:
            print(f"{finding.about}: {shown(finding.what)} — {finding.mend}")
    if not found and not as_json:
        print(f"{count} case{'' if count == 1 else 's'}, nothing wrong")
    raise click.exceptions.Exit(1 if found else 0)


async def _audit(register: Register, settings: Settings) -> tuple[int, list[Finding]]:
    async with register.session() as session:
        found = await findings(session, datetime.now(UTC))
        found += [finding async for finding in _of_the_engine(session, settings)]
        count = await session.scalar(select(func.count()).select_from(CaseRow))
    return count or 0, found


async def _of_the_engine(session: AsyncSession, settings: Settings) -> AsyncIterator[Finding]:
    """An engine that does not answer is itself a finding: then nothing was audited there."""
    from calends.engine.observing import EngineAway, look_at, observer, running_cases

    try:
        client = await observer(settings)
        running = await running_cases(client)
        # Read after the list of the running, so that a case that opens meanwhile is known.
        open_cases = await session.scalars(
            select(CaseRow).where(CaseRow.closed_at.is_(None)).order_by(CaseRow.number)
        )
        cases = {case.id: name_of(case) for case in open_cases}
        seen = await look_at(client, cases)
        for case_id, name in cases.items():
            for finding in _of_an_open_case(name, case_id, seen[case_id]):
                yield finding
        for finding in await _not_open(session, client, running.keys() - cases.keys(), running):
            yield finding
    except (Problem, EngineAway) as error:
        mend = "start the engine, then audit again"
        yield Finding("engine", "engine", f"workflows could not be looked at ({error})", mend)


def _of_an_open_case(name: str, case_id: str, seen: Seen) -> Iterator[Finding]:
    if seen.status != "RUNNING":
        what = f"its workflow is {seen.status.lower()}" if seen.status else "it has no workflow"
        mend = f"restore the engine's database, or answer by hand; workflow {case_id}"
        yield Finding("no_workflow", name, f"open, but {what}", mend)
    elif seen.attempt >= STUCK_ATTEMPTS:
        what = f"stuck: its workflow failed {seen.attempt - 1} times at the same step"
        mend = f"see the worker's log for {case_id}; it goes on when mended code runs"
        yield Finding("stuck", name, what, mend)
    elif seen.attempt and seen.waiting > SETTLING:
        minutes = int(seen.waiting.total_seconds() // 60)
        what = f"stuck: no worker took its next step for {minutes} minutes"
        yield Finding("stuck", name, what, "start worker.py")


async def _not_open(
    session: AsyncSession, client: Client, case_ids: set[str], started: dict[str, datetime]
) -> list[Finding]:
    """Workflows said to be running of cases that are closed, or that the register never saw."""
    from calends.engine.observing import look_at

    long_ago = datetime.now(UTC) - SETTLING
    seen = await look_at(client, case_ids)
    found = []
    for case_id in sorted(case_ids):
        if seen[case_id].status != "RUNNING":
            continue  # the list lagged
        case = await session.get(CaseRow, case_id)
        if case is None:
            if started[case_id] < long_ago:
                mend = "see the worker's log: its first step does not succeed"
                what = "a workflow runs that the register does not know"
                found.append(Finding("unknown", case_id, what, mend))
        elif case.closed_at is None:
            continue  # it opened while we looked
        elif await _written(session, case) < long_ago:
            what = f"closed, but its workflow {case_id} still runs"
            mend = "see the worker's log; it ends when its last step succeeds"
            found.append(Finding("closed_running", name_of(case), what, mend))
    return found


async def _written(session: AsyncSession, case: CaseRow) -> datetime:
    """When (wall clock) the case's last step was written down."""
    wall = await session.scalar(
        select(LedgerRow.wall).where(LedgerRow.case_id == case.id, LedgerRow.seq == case.head_seq)
    )
    return wall or case.opened_at
