"""`calends task`: the DPO's queue; what a human decides goes to the case as one update."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click

from calends.commands.office import run
from calends.desk import queue
from calends.desk.queue import Facts
from calends.desk.words import short, shown
from calends.problems import Problem
from calends.rules.vocabulary import Right

_ROLE = re.compile(r"[a-z][a-z0-9_-]{0,49}")
_REASON_LIMIT = 10_000


@click.group(name="task", help="The DPO's queue: list, claim, show, complete.")
def app() -> None: ...


@app.command("list")
@click.option("--role", help="Only the tasks of this role: dpo, system_owner …")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_tasks(role: str | None, as_json: bool) -> None:
    """What waits for a human, the most urgent first."""
    rows = run(lambda register, settings: queue.waiting(register, role))
    for row in rows:
        print(json.dumps(row) if as_json else _line(row))
    if not rows and not as_json:
        print("nothing to do")


def _line(row: Facts) -> str:
    about = f"{row['kind']} {row['system'] or ''}".strip()
    claimed = f"  claimed by {shown(row['claimed_by'])}" if row["claimed_by"] else ""
    return (
        f"{short(row['id'])}  {row['reference']:<15} {row['due_local']}  {row['left']:<13} "
        f"{row['role']:<13} {about}{claimed}"
    )


@app.command()
@click.argument("task_id", metavar="ID")
@click.option("--as", "name", default="dpo", help="Who takes it; stands in the queue only.")
@click.option("--force", is_flag=True, help="Also when a colleague has claimed it.")
def claim(task_id: str, name: str, force: bool) -> None:
    """Takes a task, so that colleagues see that somebody does it."""
    if not name.strip() or len(name) > 100 or shown(name) != name.strip():
        raise Problem("--as: a name of 1 to 100 printable characters")
    print(run(lambda register, settings: queue.claim(register, task_id, name.strip(), force)))


@app.command()
@click.argument("task_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(task_id: str, as_json: bool) -> None:
    """One task: what it is about and what may be answered.

    A triage shows what the message was understood to say; that look is noted in the ledger.
    """
    from calends.commands.task_page import page
    from calends.desk.task import task_facts

    facts = run(lambda register, settings: task_facts(register, settings, task_id))
    print(json.dumps(facts, ensure_ascii=False) if as_json else "\n".join(page(facts)))


@app.command()
@click.argument("task_id", metavar="ID")
@click.option("--outcome", required=True, help="What `calends task show` offers.")
@click.option("--reason", default="", help="In your own words; a refusal's goes to the person.")
@click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path),
    help="What was found by hand; sealed in the vault.",
)
@click.option("--rights", default="", help="Of a triage: ACCESS,ERASURE …")
@click.option(
    "--detail",
    "details",
    multiple=True,
    metavar="NAME=TEXT",
    help="What the outcome must say, as `calends task show` names it. May be repeated.",
)
@click.option("--as-role", "role", default="dpo", help="In which role; stands in the ledger.")
def complete(
    task_id: str,
    outcome: str,
    reason: str,
    file: Path | None,
    rights: str,
    details: tuple[str, ...],
    role: str,
) -> None:
    """Does a task: the case is told the outcome, or says why it cannot be."""
    from calends.desk.completing import Answer, complete_task, read_upload

    if _ROLE.fullmatch(role) is None:
        raise Problem("--as-role: a role such as dpo or system_owner")
    answer = Answer(
        outcome=outcome,
        reason=_reason(reason),
        rights=_rights(rights),
        by_role=role,
        upload=read_upload(file) if file is not None else None,
        details=_details(details),
    )
    print(run(lambda register, settings: complete_task(register, settings, task_id, answer)))


@app.command("print")
@click.argument("task_id", metavar="ID")
@click.option("-o", "file", type=click.Path(path_type=Path), required=True, help="A new PDF file.")
def print_letter(task_id: str, file: Path) -> None:
    """The letter that a task asks to post, with its address; the look is in the ledger."""
    from calends.desk import paper

    print(run(lambda register, settings: paper.print_letter(register, settings, task_id, file)))


def _details(pairs: tuple[str, ...]) -> dict[str, str]:
    parted = [pair.partition("=") for pair in pairs]
    if not all(equals and name.isidentifier() for name, equals, _ in parted):
        raise Problem("--detail: NAME=TEXT, such as posted_on=2026-11-20")
    if any(len(text) > _REASON_LIMIT or "\0" in text for _, _, text in parted):
        raise Problem(f"--detail: at most {_REASON_LIMIT} characters of text")
    return {name: text.strip() for name, _, text in parted}


def _reason(text: str) -> str:
    if len(text) > _REASON_LIMIT or "\0" in text:
        raise Problem(f"--reason: at most {_REASON_LIMIT} characters of text")
    return text.strip()


def _rights(text: str) -> list[Right]:
    names = [name.strip().upper() for name in text.split(",") if name.strip()]
    if not set(names) <= set(Right):
        raise Problem(f"--rights: one or more of {', '.join(Right)}")
    return [Right(name) for name in names]
