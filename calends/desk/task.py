"""One task: what a human must know to answer it, and what may be answered."""

from __future__ import annotations

import json
import uuid
from collections import Counter

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.company import load_company
from calends.desk.queue import Facts, facts_of, find_task
from calends.mail.guard import look_once
from calends.mail.ourselves import ourselves
from calends.problems import Problem
from calends.register.cases import instant_for
from calends.register.database import Register
from calends.register.ledger import append_event
from calends.register.models import BlobRow, CaseRow, InboxRow, OutboxRow, SearchRow, TaskRow
from calends.register.opening import existing_keyring
from calends.rules.retention import ARTICLES, Reason
from calends.settings import Settings
from calends.vault.blobs import BlobStore, NoSuchBlob
from calends.vault.keys import KeyDestroyed
from workflows.tasks import NEEDS_REASON, OUTCOMES, WANTS, TaskKind


async def task_facts(register: Register, settings: Settings, task_id: str) -> Facts:
    """All that `calends task show` tells. Raises Problem."""
    async with register.session() as session:
        task = await find_task(session, task_id)
        case = await session.get_one(CaseRow, task.case_id)
        outcomes = OUTCOMES.get(TaskKind(task.kind), ())
        facts = facts_of(task, case) | {
            "outcomes": list(outcomes),
            "needs_reason": [outcome for outcome in outcomes if outcome in NEEDS_REASON],
            "takes_file": task.kind == TaskKind.SEARCH_BY_HAND,
            "takes_rights": task.kind == TaskKind.TRIAGE,
            "wants": {
                outcome: list(WANTS[asked])
                for outcome in outcomes
                if (asked := (TaskKind(task.kind), outcome)) in WANTS
            },
        }
        return facts | await _about(register, settings, session, task)


async def _about(
    register: Register, settings: Settings, session: AsyncSession, task: TaskRow
) -> Facts:
    """What a human must know to answer this kind of task."""
    match task.kind:
        case TaskKind.TRIAGE | TaskKind.READ_MAIL:
            return {"message": await _message(register, settings, session, task)}
        case TaskKind.APPROVE_ERASURE:
            return {"plan": await _plan(register, settings, session, task.case_id)}
        case TaskKind.REVIEW_ACCESS | TaskKind.MEND_SYSTEM:
            return {"searches": await _searches(session, task)}
        case TaskKind.MEND_DELIVERY:
            return {"letters": await _unsent(session, task.case_id)}
        case TaskKind.SEARCH_BY_HAND:
            entry = load_company(settings.company_file).system(task.system or "")
            words = entry.instructions.model_dump() if entry.instructions else None
            return {"holder": entry.holder, "instructions": words}
    return {}


async def _message(
    register: Register, settings: Settings, session: AsyncSession, task: TaskRow
) -> Facts:
    """What the message was understood to say; of a further one, its words. The look is in the
    ledger before anything is shown."""
    name = "raw" if task.kind == TaskKind.TRIAGE else await _last_joined(session, task.case_id)
    raw = await _opened(register, settings, task.case_id, name)
    case = await session.get_one(CaseRow, task.case_id)
    await append_event(
        session,
        case.id,
        once=f"message_seen:{uuid.uuid4()}",
        kind="message_seen",
        at=await instant_for(session, case),
        activity="",
        actor="dpo",
        facts={"task": task.id},
    )
    await session.commit()
    look = await look_once(raw, ourselves(load_company(settings.company_file)))
    reading = look.reading
    understood: Facts = {
        "kind": reading.kind,
        "language": reading.language,
        "demands": [demand.model_dump(mode="json") for demand in reading.demands],
        "doubts": reading.triage_reasons,
        "sender": reading.sender.told(),
    }
    mail = look.mail
    return understood | {"subject": mail.subject if mail else "", "text": mail.text if mail else ""}


async def _last_joined(session: AsyncSession, case_id: str) -> str:
    """The blob of the latest message that joined the case."""
    joined = await session.scalar(
        select(InboxRow.case_id)
        .where(InboxRow.joined_case == case_id)
        .order_by(InboxRow.received_at.desc())
        .limit(1)
    )
    return "raw" if joined is None else f"raw:{joined}"


async def _opened(register: Register, settings: Settings, case_id: str, name: str) -> bytes:
    try:
        return await BlobStore(register, existing_keyring(register, settings)).read(case_id, name)
    except (KeyDestroyed, NoSuchBlob) as error:
        raise Problem("this cannot be read: its key or its content is not here") from error


async def _plan(
    register: Register, settings: Settings, session: AsyncSession, case_id: str
) -> list[Facts]:
    """The dry run, one line per data set, verdict, rule and date; no record, no key of one."""
    names = await session.scalars(
        select(BlobRow.name)
        .where(BlobRow.case_id == case_id, BlobRow.name.startswith("plan:"))
        .order_by(BlobRow.name)
    )
    counts: Counter[tuple[str, str, str, str, str, str]] = Counter()
    for name in names:
        for line in (await _opened(register, settings, case_id, name)).splitlines():
            planned = json.loads(line)
            words = (planned[word] or "" for word in ("verdict", "rule", "source", "reason"))
            verdict, rule, source, reason = words
            place = planned["collection"]
            counts[place, verdict, rule, source, reason, planned["until"] or ""] += 1
    return [
        {
            "data_set": data_set,
            "verdict": verdict,
            "count": count,
            "rule": rule,
            "source": source,
            "reason": reason,
            "article": ARTICLES[Reason(reason)] if reason else "",
            "until": until,
        }
        for (data_set, verdict, rule, source, reason, until), count in sorted(counts.items())
    ]


async def _searches(session: AsyncSession, task: TaskRow) -> list[Facts]:
    chosen = select(SearchRow).where(SearchRow.case_id == task.case_id).order_by(SearchRow.system)
    if task.kind == TaskKind.MEND_SYSTEM:
        chosen = chosen.where(SearchRow.system == task.system)
    return [
        {
            "system": row.system,
            "state": row.state,
            "count": row.count,
            "collections": row.collections,
            "since": row.since.isoformat(),
            "reason": row.reason,
            "others": row.speaks_of_others,
        }
        for row in await session.scalars(chosen)
    ]


async def _unsent(session: AsyncSession, case_id: str) -> list[Facts]:
    rows = await session.scalars(
        select(OutboxRow)
        .where(OutboxRow.case_id == case_id, OutboxRow.state != "sent")
        .order_by(OutboxRow.written_at)
    )
    return [
        {"purpose": r.purpose, "state": r.state, "attempts": r.attempts, "reason": r.reason}
        for r in rows
    ]
