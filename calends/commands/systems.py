"""`calends systems`: check the declared systems, and search them for a person."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from calends.commands.replaying import replay_erasures
from calends.commands.which_company import company_file, company_option
from calends.company import Company, load_company, with_secrets
from calends.problems import Problem
from calends.rules.vocabulary import SearchState
from calends.systems import drafting
from calends.systems.checking import check_entry
from calends.systems.dataset import Datasets, load_datasets
from calends.systems.links import Links, search_all
from calends.systems.opening import open_database, open_system
from calends.systems.protocol import Failure, Record, Seeds, System, SystemFailed

Found = dict[str, list[dict[str, Any]]]
"""`<fides_key>.<collection>` -> its rows."""
States = dict[str, dict[str, Any]]
"""System (or dataset, when there is no company file) -> how its search ended."""


_ANSWERS_NOT = {
    Failure.UNREACHABLE: "; mend: see that it runs, and the URL's host, port and database name",
    Failure.DENIED: "; mend: see the URL's user and password, and that this role may connect",
}


@click.group(name="systems")
def app() -> None:
    """Check the declared systems and search them."""


app.add_command(replay_erasures)


@app.command()
@company_option
@click.option("--email", multiple=True, help="An e-mail address of the person.")
@click.option("--phone", multiple=True, help="A telephone number, as stored.")
@click.option("--identity", multiple=True, metavar="NAME=VALUE", help="One a dataset declares.")
@click.option("--dataset", multiple=True, type=Path, help="A dataset file; needs --url.")
@click.option("--url", default="", help="The database of --dataset; no company file is read.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def locate(
    email: tuple[str, ...],
    phone: tuple[str, ...],
    identity: tuple[str, ...],
    dataset: tuple[Path, ...],
    url: str,
    as_json: bool,
) -> None:
    """Every row that any declared system holds of a person. Reads only; exit 1 if one failed."""
    seeds = _seeds(email, phone, identity)
    if bool(dataset) != bool(url):
        raise Problem("--dataset and --url go together")
    found, states = asyncio.run(
        _locate_in_database(dataset, url, seeds) if dataset else _locate_in_company(seeds)
    )
    if as_json:
        print(json.dumps({"found": found, "systems": states}, ensure_ascii=False))
    else:
        _print_rows(found, states)
    failed = [name for name, state in states.items() if state["state"] == SearchState.FAILED]
    for name in failed:
        print(f"calends: {name}: search failed ({states[name]['reason']})", file=sys.stderr)
    raise click.exceptions.Exit(1 if failed else 0)


@app.command()
@company_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def check(as_json: bool) -> None:
    """Each system: reachable, rights of its roles, declared and real tables; exit 1 if an error."""
    company = _company()
    wrong = False
    for entry in company.systems:
        for line in asyncio.run(check_entry(company, entry)):
            wrong = wrong or line.level == "error"
            if as_json:
                print(json.dumps({"system": entry.id, **line.__dict__}, ensure_ascii=False))
            else:
                mend = f" — {line.mend}" if line.mend else ""
                print(f"{line.level:8}{entry.id}: {line.text}{mend}")
    raise click.exceptions.Exit(1 if wrong else 0)


@app.command()
@click.argument("url")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A new file.")
def draft(url: str, output: Path | None) -> None:
    """A first dataset YAML of the database at URL, from its catalogue; no row is read.

    ${NAME} in URL is taken from the environment, so that no password stands on the command line.
    """
    if output is not None and output.exists():
        raise Problem(f"{output} is there already; a draft replaces nothing")
    try:
        text = asyncio.run(drafting.draft(with_secrets(url)))
    except SystemFailed as failure:
        why = _ANSWERS_NOT.get(failure.reason, "")
        raise Problem(f"the database does not answer ({failure.reason}){why}") from None
    if output is None:
        print(text, end="")
    else:
        try:
            output.write_text(text, encoding="utf-8")
        except OSError as error:
            raise Problem(f"{output}: {error.strerror}") from error
        print(f"{output}: a draft; correct it, name it under `systems` of the company file, then")
        print("  calends systems check")


async def _locate_in_company(seeds: Seeds) -> tuple[Found, States]:
    """All systems, and from one to the next along declared links; one that fails does not hide
    what the others hold."""
    company = _company()
    found: Found = {}
    states: States = {}
    declared: dict[str, Datasets] = {}
    systems: dict[str, System] = {}
    for entry in company.systems:
        if not entry.declared:
            states[entry.id] = {"state": SearchState.SKIPPED, "count": 0, "reason": "manual"}
            continue
        try:
            datasets = load_datasets([company.dataset_file(entry)])
            systems[entry.id] = open_system(entry, company)
            declared[entry.id] = datasets
            states[entry.id] = _ended(0, [])
        except Problem as problem:
            print(f"calends: {problem}", file=sys.stderr)
            states[entry.id] = _failed(Failure.MAPPING)
    links = Links(declared)
    missed = links.unreachable(seeds.keys())
    try:
        async for name, part in search_all(systems, links, seeds):
            if isinstance(part, SystemFailed):
                states[name] = _failed(part.reason)
                continue
            _add(found, [part])
            count = states[name]["count"] + 1
            states[name] = _ended(count, [])
    finally:
        for system in systems.values():
            await system.close()
    for name in systems:
        if states[name]["state"] != SearchState.FAILED:
            states[name]["unreachable"] = missed.get(name, [])
    return found, states


async def _locate_in_database(
    files: Sequence[Path], url: str, seeds: Seeds
) -> tuple[Found, States]:
    """One state for each dataset, since they are searched as one. Raises Problem when the
    database cannot be reached at all: the URL is the caller's."""
    system = open_database(files, url)
    found: Found = {}
    unreachable = system.unreachable(seeds)
    try:
        rows = await _rows(system, seeds)
    except SystemFailed as failure:
        if failure.reason in (Failure.UNREACHABLE, Failure.DENIED, Failure.SETTINGS):
            raise Problem(f"the database of --url does not answer ({failure.reason})") from None
        return found, {key: _failed(failure.reason, str(failure)) for key in system.datasets.keys}
    finally:
        await system.close()
    _add(found, rows)
    return found, {
        key: _ended(
            sum(system.datasets.collection(row.collection).dataset == key for row in rows),
            [name for name in unreachable if system.datasets.collection(name).dataset == key],
        )
        for key in system.datasets.keys
    }


async def _rows(system: System, seeds: Seeds) -> list[Record]:
    return [record async for record in system.locate(seeds)]


def _add(found: Found, rows: list[Record]) -> None:
    for row in rows:
        found.setdefault(row.collection, []).append(dict(row.values))


def _ended(count: int, unreachable: list[str]) -> dict[str, Any]:
    state = SearchState.FOUND if count else SearchState.NOTHING
    return {"state": state, "count": count, "unreachable": unreachable}


def _failed(reason: Failure, detail: str = "") -> dict[str, Any]:
    return {"state": SearchState.FAILED, "count": 0, "reason": detail or str(reason)}


def _print_rows(found: Found, states: States) -> None:
    for collection, rows in found.items():
        print(f"{collection}: {len(rows)}")
        for row in rows:
            print(f"  {json.dumps(row, ensure_ascii=False)}")
    for name, state in states.items():
        missed = state.get("unreachable")
        rest = f"; not reached from these identities: {', '.join(missed)}" if missed else ""
        print(f"{name}: {state['state']}, {state['count']} rows{rest}")


def _seeds(
    email: Sequence[str], phone: Sequence[str], identity: Sequence[str]
) -> dict[str, list[str]]:
    """Raises Problem when nothing is given, or something blank."""
    seeds: dict[str, list[str]] = {}
    pairs = [("email", value) for value in email] + [("phone_number", value) for value in phone]
    for text in identity:
        name, equals, value = text.partition("=")
        if not (name.strip() and equals):
            raise Problem("--identity takes NAME=VALUE")
        pairs.append((name.strip(), value))
    for name, value in pairs:
        if not value.strip():
            raise Problem(f"the {name} given is blank")
        seeds.setdefault(name, []).append(value.strip())
    if not seeds:
        raise Problem("no identity given: --email, --phone or --identity NAME=VALUE")
    return seeds


def _company() -> Company:
    """The company file alone: a search of the systems needs no database of ours."""
    return load_company(company_file())
