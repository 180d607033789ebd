"""Everything that can be said of one declared system, one line each: its entry in the company
file, its declaration, its links to other systems, and the place itself."""

from __future__ import annotations

from collections.abc import Iterable

from calends.company import UNSET, Company, SystemEntry
from calends.problems import Problem
from calends.systems.dataset import Datasets, load_datasets
from calends.systems.links import Links
from calends.systems.opening import open_system
from calends.systems.protocol import CheckLine


async def check_entry(company: Company, entry: SystemEntry) -> list[CheckLine]:
    """Opens the system, asks it, and closes it. Raises nothing: a wrong setting is a line."""
    if not entry.declared:
        return [CheckLine("ok", f"searched by hand by {entry.holder or 'a person'}")]
    try:
        datasets = load_datasets([company.dataset_file(entry)])
        lines = list(company_lines(company, datasets))
        links, more = _links(company)
        lines += [*more, *_undeclared_targets(datasets, links)]
        system = open_system(entry, company, for_acts=entry.may_act)
    except Problem as problem:
        return [CheckLine("error", str(problem), "mend the company file or the dataset")]
    try:
        return [*lines, *await system.check(links.entries(entry.id) if links else ())]
    finally:
        await system.close()


def declaration_lines(company: Company, entry: SystemEntry) -> list[CheckLine]:
    """What can be said of a system without reaching it: its dataset file, and what that names."""
    if not entry.declared:
        return []
    try:
        datasets = load_datasets([company.dataset_file(entry)])
    except Problem as problem:
        return [CheckLine("error", str(problem), "mend or write it; `calends systems draft` helps")]
    wrong = list(company_lines(company, datasets))
    return wrong or [CheckLine("ok", f"{len(list(datasets))} collections in {entry.dataset}")]


def company_lines(company: Company, datasets: Datasets) -> Iterable[CheckLine]:
    """Purposes and retention rows that a dataset names and the company file does not have."""
    purposes = {purpose.id for purpose in company.purposes}
    rows = {row.id for row in company.retention} | {UNSET}
    mend = "name one of the company file"
    for collection in datasets:
        if collection.meta.purpose and collection.meta.purpose not in purposes:
            what = f"{collection.name}: no purpose `{collection.meta.purpose}`"
            yield CheckLine("error", what, mend)
        if collection.meta.retention not in rows:
            what = f"{collection.name}: no retention row `{collection.meta.retention}`"
            yield CheckLine("error", what, mend)


def company_links(company: Company) -> Links:
    """The links between all declared systems; needs no secret. Raises Problem."""
    return Links(
        {e.id: load_datasets([company.dataset_file(e)]) for e in company.systems if e.declared}
    )


def _links(company: Company) -> tuple[Links | None, list[CheckLine]]:
    """Another system's wrong dataset must not hide what is to be said of this one."""
    try:
        return company_links(company), []
    except Problem as problem:
        mend = "mend the datasets; until then no link between systems is followed"
        return None, [CheckLine("error", str(problem), mend)]


def _undeclared_targets(datasets: Datasets, links: Links | None) -> Iterable[CheckLine]:
    for here, there in datasets.elsewhere():
        if links is not None and there.partition(".")[0] not in links.datasets:
            mend = "declare that dataset as a system's: then the link is followed"
            yield CheckLine("warning", f"{here} refers to {there}, which no system declares", mend)
