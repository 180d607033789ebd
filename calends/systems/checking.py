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
        mend = (
            "mend the company file or the dataset; a variable: export it where this command and "
            "the worker run"
        )
        return [CheckLine("error", str(problem), mend)]
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
    lines = list(company_lines(company, datasets))
    if not any(line.level == "error" for line in lines):
        lines.insert(0, CheckLine("ok", f"{len(list(datasets))} collections in {entry.dataset}"))
    return lines


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
    yield from _left_open(company, datasets)
    yield from _cannot_be_kept(company, datasets)


def _cannot_be_kept(company: Company, datasets: Datasets) -> Iterable[CheckLine]:
    """What must be kept is marked as such, or an approved erasure stops there."""
    kept = {row.id for row in company.retention if row.statutory}
    for collection in datasets:
        meta = collection.meta
        marked = meta.on_archive or meta.drop_on_archive or meta.archive_into
        if meta.on_erasure and meta.retention in kept and not marked:
            what = f"{collection.name}: `{meta.retention}` keeps it, and nothing says how"
            mend = "meta: {on_archive: {set: {FIELD: VALUE}}}, drop_on_archive or archive_into"
            yield CheckLine("error", what, mend)


def _left_open(company: Company, datasets: Datasets) -> Iterable[CheckLine]:
    """What a draft leaves to a human, a line each: nothing fails, and replies say less."""
    purposes = ", ".join(purpose.id for purpose in company.purposes)
    for key, consequence, mend in (
        ("purpose", "replies then name every purpose", f"meta: {{purpose: …}}, one of {purposes}"),
        ("title", "letters then say the table's name", "meta: {title: {fr: …, en: …}}"),
    ):
        unsaid = [c.name for c in datasets if not c.skipped and not getattr(c.meta, key)]
        if unsaid:
            yield CheckLine("warning", f"no {key}: {', '.join(unsaid)}; {consequence}", mend)
    counted = {row.id for row in company.retention if row.active not in (UNSET, "none")}
    undated = [
        c.name
        for c in datasets
        if c.meta.on_erasure and c.meta.retention in counted and not c.meta.start
    ]
    if undated:
        what = f"no start: {', '.join(undated)}; a human then decides on each of their records"
        yield CheckLine("warning", what, "meta: {start: the field retention counts from}")


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
