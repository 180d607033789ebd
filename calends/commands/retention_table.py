"""`calends retention table`: every duration that is declared, its text, and what it keeps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from calends.company import Company, SystemEntry, load_company
from calends.retention.declared import row_of
from calends.retention.keeping import why_not
from calends.retention.planning import undecided
from calends.rules.statutes import STATUTES
from calends.settings import load_settings
from calends.systems.dataset import Collection, load_datasets


@click.command(name="table")
@click.option("--library", is_flag=True, help="The statutory texts that a dataset may name.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def table(library: bool, as_json: bool) -> None:
    """Every row of the company file and the collections it keeps; what a human must decide.

    Needs no server: only the company file and the datasets.
    """
    found = list(_library() if library else _declared(load_company(load_settings().company_file)))
    for one in found:
        print(json.dumps(one) if as_json else _line(one))


def _library() -> Iterator[dict[str, Any]]:
    for text in STATUTES.values():
        yield {
            "statute": text.key,
            "data": text.data,
            "duration": text.duration,
            "start": text.start,
            "source": text.source,
            "effect": text.effect.value,
            "known": text.mark,
            "note": text.note,
        }


def _declared(company: Company) -> Iterator[dict[str, Any]]:
    places = list(_collections(company))
    for row in company.retention:
        keeps = [
            collection.name
            for _, collection in places
            if (own := row_of(company, collection)) is not None and own.id == row.id
        ]
        yield {
            "row": row.id,
            "active": row.active,
            "archive": row.archive,
            "start": row.start_event or row.start.en,
            "source": row.source,
            "keeps": keeps,
        }
    for entry, collection in places:
        if why := why_not(entry) or undecided(company, collection):
            yield {"collection": collection.name, "system": entry.id, "by_hand": why}


def _collections(company: Company) -> Iterator[tuple[SystemEntry, Collection]]:
    for entry in company.systems:
        if entry.declared:
            for collection in load_datasets([company.dataset_file(entry)]):
                if collection.personal and not collection.skipped:
                    yield entry, collection


def _line(one: dict[str, Any]) -> str:
    if "statute" in one:
        return (
            f"{one['statute']}: {one['data']}; {one['duration']} from {one['start']}; "
            f"{one['source']} ({one['effect']}, known: {one['known']})"
        )
    if "row" in one:
        archive = f", archive {one['archive']}" if one["archive"] != "none" else ""
        keeps = ", ".join(one["keeps"]) or "nothing declared"
        source = f" ({one['source']})" if one["source"] else ""
        return f"{one['row']}: {one['active']}{archive} from {one['start']}{source}: {keeps}"
    return f"a human decides: {one['collection']} of {one['system']}, {one['by_hand']}"
