"""One task: what it is about, and what may be answered."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.commands.office import shown
from calends.commands.queue import Facts, facts_of, find_task
from calends.company import load_company
from calends.mail.message import Unparseable, parse
from calends.mail.reading import read_message
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
from workflows.case import NEEDS_REASON, OUTCOMES, TaskKind


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
    reading = read_message(raw)
    understood: Facts = {
        "kind": reading.kind,
        "language": reading.language,
        "demands": [demand.model_dump(mode="json") for demand in reading.demands],
        "doubts": reading.triage_reasons,
    }
    try:
        mail = parse(raw)
    except Unparseable:
        return understood | {"subject": "", "text": ""}
    return understood | {"subject": mail.subject, "text": mail.text}


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


def page(facts: Facts) -> list[str]:
    """The facts as lines."""
    about = f"{facts['kind']} {facts['system'] or ''}".strip()
    ended = f": {facts['outcome']}" if facts["outcome"] else ""
    return [
        f"{facts['id']}  {about}, {facts['state']}{ended}",
        f"case {facts['reference']}, for {facts['role']}, due {facts['due_local']} "
        f"({facts['left']})",
        *(f"  {name}: {shown(str(value))}" for name, value in sorted(facts["facts"].items())),
        *_about_lines(facts),
        "",
        f"calends task complete {facts['id'][:13]} --outcome …",
        *(f"  {_answer(facts, outcome)}" for outcome in facts["outcomes"]),
    ]


def _answer(facts: Facts, outcome: str) -> str:
    more = ""
    if outcome in facts["needs_reason"]:
        more += " --reason TEXT"
    if facts["takes_file"] and outcome == "found":
        more += " --file FILE"
    if facts["takes_rights"] and outcome == "accept":
        more += " [--rights ACCESS,ERASURE]"
    return outcome + more


def _about_lines(facts: Facts) -> Iterator[str]:
    if "message" in facts:
        yield from _message_lines(facts["message"])
    for line in facts.get("plan", []):
        until = f" until {line['until']}" if line["until"] else ""
        why = "; ".join(part for part in (line["reason"], line["article"], line["source"]) if part)
        yield f"  {line['data_set']:<32}{line['count']:>6} {line['verdict']}{until} ({why})"
    for search in facts.get("searches", []):
        why = f" ({shown(search['reason'])})" if search["reason"] else ""
        yield f"  {search['system']:<22}{search['state']}, {search['count']} records{why}"
        for name, count in sorted(search["collections"].items()):
            yield f"    {shown(name)}: {count}"
    for letter in facts.get("letters", []):
        why = f" ({shown(letter['reason'])})" if letter["reason"] else ""
        yield f"  {letter['purpose']}: {letter['state']}, {letter['attempts']} attempts{why}"
    if facts.get("holder"):
        yield f"  held by: {shown(facts['holder'])}"
    for language, words in (facts.get("instructions") or {}).items():
        yield f"  {language}: {shown(words)}"


def _message_lines(message: dict[str, Any]) -> Iterator[str]:
    yield f"  understood as {message['kind']}, language {message['language']}"
    for demand in message["demands"]:
        yield f"  {demand['right']} ({demand['confidence']:.0%}): “{shown(demand['quote'])}”"
    if message["doubts"]:
        yield f"  doubts: {', '.join(message['doubts'])}"
    yield f"  subject: {shown(message['subject'])}"
    yield from (f"  | {shown(line)}" for line in message["text"].splitlines())
