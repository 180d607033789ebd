"""Cases as the register holds them: the list, and one case with the why of its dates."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.company import load_company
from calends.desk.dossier import Dossier, read_dossier
from calends.desk.words import days_left, local
from calends.problems import Problem
from calends.register.cases import find_case, instant_for
from calends.register.database import Register
from calends.register.ledger import append_event, events
from calends.register.models import CaseRow, DemandRow, TaskRow
from calends.register.opening import existing_keyring
from calends.rules.rights import rule_for
from calends.settings import Settings

Facts = dict[str, Any]


async def listed(register: Register, every: bool) -> list[Facts]:
    chosen = select(CaseRow).order_by(CaseRow.safe_due, CaseRow.number)
    async with register.session() as session:
        cases = await session.scalars(
            chosen if every else chosen.where(CaseRow.closed_at.is_(None))
        )
        rights: dict[str, list[str]] = {}
        demands = select(DemandRow.case_id, DemandRow.right).order_by(DemandRow.right)
        for case_id, right in (await session.execute(demands)).all():
            rights.setdefault(case_id, []).append(right)
        waiting = select(TaskRow.case_id, func.count()).where(TaskRow.state.in_(_WAITING))
        counted = await session.execute(waiting.group_by(TaskRow.case_id))
        tasks = dict(counted.all())
        return [_row(case, rights.get(case.id, []), tasks.get(case.id, 0)) for case in cases]


_WAITING = ("open", "claimed")


def _row(case: CaseRow, rights: list[str], tasks: int) -> Facts:
    return {
        "reference": case.reference,
        "case_id": case.id,
        "state": case.state,
        "rights": rights,
        "received": case.received_at.isoformat(),
        "safe_due": case.safe_due.isoformat(),
        "legal_due": case.legal_due.isoformat(),
        "left": _left(case),
        "attention": case.attention,
        "open_tasks": tasks,
    }


def _left(case: CaseRow) -> str:
    tz = case.clock["tz"]
    if case.closed_at is not None:
        return f"closed {local(case.closed_at, tz)[:10]}, {case.outcome}"
    return days_left(case.safe_due, tz)


async def case_facts(register: Register, settings: Settings, reference: str, person: bool) -> Facts:
    async with register.session() as session:
        case = await find_case(session, reference)
        writer = await _look_at_person(register, settings, session, case) if person else None
        dossier = await read_dossier(session, case)
        to_search = case.closed_at is None and any(
            rule_for(right).waits_for_identity for right in dossier.rights
        )
        found = _row(case, [demand.right for demand in dossier.demands], len(dossier.open_tasks))
        return (
            found
            | {
                "language": case.language,
                "assurance": case.assurance,
                "outcome": case.outcome,
                "clock": case.clock,
                "demands": [
                    {"right": d.right, "state": d.state, "answered": _iso(d.answered_at)}
                    for d in dossier.demands
                ],
                "searches": _searches(dossier, settings if to_search else None),
                "tasks": _tasks(dossier),
                "letters": _letters(dossier),
                "ledger": [
                    {"seq": e.seq, "at": e.at, "kind": e.kind, "actor": e.actor, "facts": e.facts}
                    async for e in events(session, case.id)
                ],
            }
            | ({"person": writer} if writer is not None else {})
        )


async def _look_at_person(
    register: Register, settings: Settings, session: AsyncSession, case: CaseRow
) -> Facts:
    """Who wrote. Every look at personal data is in the ledger, before anything is shown."""
    # Only this opens a sealed thing.
    from calends.vault.keys import KeyDestroyed

    try:
        key = await existing_keyring(register, settings).get(case.id)
    except KeyDestroyed as error:
        raise Problem("who wrote cannot be read: the key of this case is not here") from error
    writer = json.loads(key.open(case.sealed_person, "person"))
    await append_event(
        session,
        case.id,
        once=f"person_seen:{uuid.uuid4()}",
        kind="person_seen",
        at=await instant_for(session, case),
        activity="",
        actor="dpo",
    )
    await session.commit()
    return {"address": writer["address"], "name": writer["name"]}


def _searches(dossier: Dossier, settings: Settings | None) -> list[Facts]:
    """How each system's search ended; with `settings`, also the declared ones still to search."""
    found: dict[str, Facts] = {
        row.system: {
            "system": row.system,
            "state": row.state,
            "count": row.count,
            "since": _iso(row.since),
            "reason": row.reason,
        }
        for row in dossier.searches
    }
    if settings is not None:
        for entry in load_company(settings.company_file).systems:
            unasked = {"state": "not searched", "count": 0, "since": None, "reason": None}
            found.setdefault(entry.id, {"system": entry.id, **unasked})
    return [found[system] for system in sorted(found)]


def _tasks(dossier: Dossier) -> list[Facts]:
    return [
        {
            "id": row.id,
            "kind": row.kind,
            "role": row.role,
            "system": row.system,
            "state": row.state,
            "due": _iso(row.due_at),
            "outcome": row.outcome,
        }
        for row in dossier.tasks
    ]


def _letters(dossier: Dossier) -> list[Facts]:
    return [
        {
            "purpose": row.purpose,
            "state": row.state,
            "at": _iso(row.sent_at or row.written_at),
            "reason": row.reason,
        }
        for row in dossier.letters
    ]


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None
