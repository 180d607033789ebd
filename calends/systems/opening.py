"""From an entry of the company file to a system that can be asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from calends.company import UNSET, Company, SystemEntry, with_secrets
from calends.problems import Problem
from calends.systems.dataset import Datasets, load_datasets
from calends.systems.protocol import CheckLine, System
from calends.systems.sql import SqlSystem


def open_system(entry: SystemEntry, company: Company, *, for_acts: bool = False) -> System:
    """The system, not connected yet. With `for_acts`, as the role that may write, too.

    Raises Problem when the entry is a human's task, or its dataset or URLs are wrong.
    """
    if entry.kind == "manual":
        raise Problem(
            f"system {entry.id}: is searched by hand, a task for {entry.holder or 'a person'}"
        )
    if for_acts and not entry.act_url:
        raise Problem(f"system {entry.id}: no `act_url`, nothing can be changed in it")
    return SqlSystem(
        entry.id,
        load_datasets([company.dataset_file(entry)]),
        with_secrets(entry.url),
        with_secrets(entry.act_url) if for_acts else "",
        timeout_seconds=entry.statement_timeout_seconds,
    )


def open_database(files: Sequence[Path], url: str) -> SqlSystem:
    """A database with its dataset files, without a company file. Raises Problem."""
    return SqlSystem("database", load_datasets(files), url)


def company_lines(entry: SystemEntry, company: Company) -> list[CheckLine]:
    """Purposes and retention rows that a dataset names and the company file does not have."""
    datasets: Datasets = load_datasets([company.dataset_file(entry)])
    purposes = {purpose.id for purpose in company.purposes}
    rows = {row.id for row in company.retention} | {UNSET}
    lines = []
    for collection in datasets:
        mend = "name one of the company file"
        if collection.meta.purpose and collection.meta.purpose not in purposes:
            what = f"{collection.name}: no purpose `{collection.meta.purpose}`"
            lines.append(CheckLine("error", what, mend))
        if collection.meta.retention not in rows:
            what = f"{collection.name}: no retention row `{collection.meta.retention}`"
            lines.append(CheckLine("error", what, mend))
    return lines
