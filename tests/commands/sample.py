"""Rows of a register as the activities leave them, for the commands that only read it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from calends.register.case_rows import MonthRow
from calends.register.database import Register
from calends.register.ledger import append_event
from calends.register.models import CaseRow, DemandRow, OutboxRow, TaskRow
from calends.rules.clock import Clock, compute_clock
from calends.rules.reference import make_reference

_CLOCK = TypeAdapter(Clock)


async def put_case(
    register: Register,
    number: int,
    *,
    age: timedelta = timedelta(days=1),
    demands: Mapping[str, str] | None = None,
    closed: bool = False,
) -> CaseRow:
    """A case received so long ago, opened in the ledger; `demands`: right -> state."""
    received = datetime.now(UTC) - age
    clock = compute_clock(received, tz="Europe/Paris", region="FR")
    case = CaseRow(
        id=f"case-{secrets.token_hex(16)}",
        reference=make_reference(clock.received_local.year, number),
        state="closed" if closed else "open",
        language="fr",
        received_at=received,
        opened_at=received,
        closed_at=received + timedelta(days=20) if closed else None,
        outcome="answered" if closed else None,
        assurance="IA0",
        clock=_CLOCK.dump_python(clock, mode="json"),
        milestones={},
        safe_due=clock.safe_due,
        legal_due=clock.legal_due,
        attention=None,
        sealed_person=b"sealed",
        writer_index=None,
    )
    async with register.session() as session:
        session.add(case)
        await session.flush()
        session.add(
            MonthRow(
                case_id=case.id,
                number=0,
                received_at=received,
                clock=case.clock,
                milestones={},
                safe_due=clock.safe_due,
                legal_due=clock.legal_due,
                answer_by=clock.safe_due,
            )
        )
        for right, state in (demands or {"ACCESS": "open"}).items():
            session.add(DemandRow(case_id=case.id, right=right, received_at=received, state=state))
        facts = {"rights": sorted(demands or ["ACCESS"]), "needs_triage": False}
        await note(session, case.id, "case_opened", received, facts)
        await session.commit()
    return case


async def note(
    session: Any, case_id: str, kind: str, at: datetime, facts: Mapping[str, Any]
) -> None:
    await append_event(
        session, case_id, once=kind, kind=kind, at=at, activity="open_case", facts=facts
    )


async def put_task(register: Register, case: CaseRow, **more: Any) -> TaskRow:
    """An open task of the case; `more` replaces any of its columns."""
    columns: dict[str, Any] = {
        "id": f"task-{secrets.token_hex(16)}",
        "case_id": case.id,
        "kind": "review_access",
        "role": "dpo",
        "system": None,
        "state": "open",
        "version": 1,
        "opened_at": datetime.now(UTC),
        "due_at": datetime.now(UTC) + timedelta(days=3),
        "facts": {},
    }
    task = TaskRow(**(columns | more))
    async with register.session() as session:
        session.add(task)
        await session.commit()
    return task


async def put_letter(register: Register, case: CaseRow, purpose: str, **more: Any) -> None:
    columns: dict[str, Any] = {
        "id": f"{case.id}:{purpose}",
        "case_id": case.id,
        "purpose": purpose,
        "message_id": f"<{secrets.token_hex(8)}@example.test>",
        "sealed_recipient": b"sealed",
        "digest": "ab" * 32,
        "null_sender": False,
        "state": "written",
        "written_at": datetime.now(UTC) - timedelta(days=3),
    }
    async with register.session() as session:
        session.add(OutboxRow(**(columns | more)))
        await session.commit()
