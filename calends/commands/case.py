"""`calends case`: the open cases, and one case with the why of its dates."""

from __future__ import annotations

import json

import click

from calends.commands.case_page import page
from calends.commands.office import run
from calends.desk.case import Facts, case_facts, listed


@click.group(name="case", help="List and show cases.")
def app() -> None: ...


@app.command("list")
@click.option("--all", "every", is_flag=True, help="Closed cases too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_cases(every: bool, as_json: bool) -> None:
    """The open cases, the most urgent first."""
    rows = run(lambda register, settings: listed(register, every))
    for row in rows:
        print(json.dumps(row) if as_json else _line(row))
    if not rows and not as_json:
        print("no case" if every else "no open case")


def _line(row: Facts) -> str:
    tasks = f"{row['open_tasks']} task{'' if row['open_tasks'] == 1 else 's'}"
    rights = ", ".join(row["rights"]) or "no demand"
    attention = f"  ! {row['attention']}" if row["attention"] else ""
    return (
        f"{row['reference']:<15} {row['state']:<7} {row['safe_due']}  {row['left']:<14} "
        f"{tasks:<8} {rights}{attention}"
    )


@app.command()
@click.argument("reference", metavar="REF")
@click.option("--person", is_flag=True, help="Who wrote; the look is noted in the ledger.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(reference: str, person: bool, as_json: bool) -> None:
    """One case, by reference or id: dates and their why, demands, searches, tasks, letters,
    ledger."""
    facts = run(lambda register, settings: case_facts(register, settings, reference, person))
    if as_json:
        print(json.dumps(facts, ensure_ascii=False))
    else:
        print("\n".join(page(facts)))
