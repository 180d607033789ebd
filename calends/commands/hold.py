"""`calends hold`: what must stay as it is for a claim or an inquiry."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, date, datetime
from typing import Any, get_args

import click

from activities.house import House
from calends.commands.office import run
from calends.company import Company, load_company
from calends.problems import Problem
from calends.register.cases import find_case
from calends.register.database import Register
from calends.register.holds import (
    Held,
    HoldKind,
    add_hold,
    facts_of,
    lift_hold,
    standing_holds,
)
from calends.register.keeping_rows import HoldRow
from calends.register.opening import existing_keyring
from calends.settings import Settings
from calends.systems.dataset import load_datasets
from calends.systems.protocol import Seeds

KIND = click.Choice(get_args(HoldKind))


@click.group(name="hold", help="What must stay for a claim or an inquiry: add, lift, list.")
def app() -> None: ...


@app.command()
@click.option("--kind", type=KIND, default="litigation", show_default=True)
@click.option("--reason", required=True, help="The claim or the inquiry; kept sealed.")
@click.option("--email", "emails", multiple=True, help="A person, by their address.")
@click.option("--phone", "phones", multiple=True, help="A person, by their number.")
@click.option("--case", "reference", default="", help="The file of a case, and its person.")
@click.option("--system", default="", help="Only, or all, of this system.")
@click.option("--collection", default="", help="Only, or all, of it: <dataset>.<collection>.")
@click.option("--review-on", default="", metavar="DATE", help="When somebody looks at it again.")
@click.option("--never-tell", is_flag=True, help="Telling the person would prejudice the inquiry.")
def add(
    kind: HoldKind,
    reason: str,
    emails: tuple[str, ...],
    phones: tuple[str, ...],
    reference: str,
    system: str,
    collection: str,
    review_on: str,
    never_tell: bool,
) -> None:
    """Holds a person, a case, a system or a collection. It stands until `hold lift`."""
    named: dict[str, list[str]] = {"email": [*emails], "phone_number": [*phones]}
    named = {name: values for name, values in named.items() if values}

    async def work(register: Register, settings: Settings) -> HoldRow:
        keyring = existing_keyring(register, settings)
        _declared(load_company(settings.company_file), system, collection)
        case_id, person = await _case(settings, reference) if reference else (None, {})
        together = {**person, **named} if named or person else None
        held = Held(system or None, collection or None, case_id, together)
        async with register.session() as session:
            row = await add_hold(
                session,
                keyring,
                held,
                kind=kind,
                reason=reason,
                at=datetime.now(UTC),
                may_be_told=not never_tell,
                review_on=_day(review_on),
            )
            await session.commit()
        return row

    row = run(work)
    print(f"{row.id}: {_what(row)} held ({row.kind}); it ends with: calends hold lift {row.id}")


async def _case(settings: Settings, reference: str) -> tuple[str, Seeds]:
    """The case, and by what its person is known; a shredded one knows nobody."""
    house = await asyncio.to_thread(House.open, settings)
    try:
        async with house.register.session() as session:
            case = await find_case(session, reference)
            person = await house.person(session, case.id)
        return case.id, person.seeds()
    finally:
        await house.close()


def _declared(company: Company, system: str, collection: str) -> None:
    """Raises Problem for a name that holds nothing because it does not exist."""
    entries = [company.system(system)] if system else company.systems
    if not collection:
        return
    files = [company.dataset_file(entry) for entry in entries if entry.declared]
    if not any(collection in load_datasets([file]) for file in files):
        raise Problem(f"no collection `{collection}` in {system or 'any system'}")


@app.command()
@click.argument("hold_id", metavar="HOLD")
def lift(hold_id: str) -> None:
    """Ends a hold. What was due meanwhile is in the next plan."""

    async def work(register: Register, settings: Settings) -> HoldRow:
        keyring = existing_keyring(register, settings)
        async with register.session() as session:
            row = await lift_hold(session, keyring, hold_id, datetime.now(UTC))
            await session.commit()
        return row

    print(f"{run(work).id}: lifted")


@app.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_holds(as_json: bool) -> None:
    """Every standing hold; never whom it holds."""

    async def work(register: Register, _: Settings) -> list[HoldRow]:
        async with register.session() as session:
            return await standing_holds(session)

    rows = run(work)
    for row in rows:
        print(json.dumps(_facts(row)) if as_json else _line(row))
    if not rows and not as_json:
        print("nothing is held")


def _facts(row: HoldRow) -> dict[str, Any]:
    return facts_of(row) | {
        "since": row.since.isoformat(timespec="seconds"),
        "review_on": row.review_on.isoformat() if row.review_on else None,
        "may_be_told": row.may_be_told,
    }


def _line(row: HoldRow) -> str:
    overdue = row.review_on is not None and row.review_on <= datetime.now(UTC).date()
    review = f"  review {row.review_on}{', due' if overdue else ''}" if row.review_on else ""
    return f"{row.id}  {row.kind}  {_what(row)}  since {row.since:%Y-%m-%d}{review}"


def _what(row: HoldRow) -> str:
    named = [
        "a person" if row.of_person else "",
        f"case {row.case_id}" if row.case_id else "",
        row.collection or row.system or "",
    ]
    return ", ".join(name for name in named if name)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Problem(f"--review-on: {text!r:.40} is no date (2027-06-30)") from None
