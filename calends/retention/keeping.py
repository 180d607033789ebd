"""What retention works with, and the systems as it sees them: with their archives."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from calends.company import Company, SystemEntry, with_secrets
from calends.problems import Problem
from calends.register.database import Register
from calends.systems.dataset import Collection, Datasets, load_datasets
from calends.systems.protocol import Seeds
from calends.systems.sql import SqlSystem
from calends.vault.blobs import BlobStore
from calends.vault.keys import Keyring


@dataclass(frozen=True)
class Keeping:
    """Register, vault and company; `seeds_of` opens a case's sealed person."""

    register: Register
    keyring: Keyring
    blobs: BlobStore
    company: Company
    seeds_of: Callable[[str, bytes], Awaitable[Seeds]]


@dataclass(frozen=True)
class Place:
    """One system with its archives. Close its system after use."""

    entry: SystemEntry
    system: SqlSystem
    archives: frozenset[str]
    """Collections that are the archive of another."""

    @property
    def id(self) -> str:
        return self.entry.id

    @property
    def datasets(self) -> Datasets:
        return self.system.datasets


def why_not(entry: SystemEntry) -> str:
    """Why its phases are not run by us; empty: they are."""
    if entry.kind != "sql":
        return f"its kind is {entry.kind}: its holder lets records go by hand"
    return "" if entry.act_url else "it has no `act_url`: nothing can be changed in it"


def open_place(entry: SystemEntry, company: Company) -> Place:
    """Raises Problem when it is no database that we may act in, or its declaration is wrong."""
    if reason := why_not(entry):
        raise Problem(f"system {entry.id}: {reason}")
    declared = load_datasets([company.dataset_file(entry)])
    datasets, archives = with_archives(declared)
    system = SqlSystem(
        entry.id,
        datasets,
        with_secrets(entry.url),
        with_secrets(entry.act_url),
        timeout_seconds=entry.statement_timeout_seconds,
    )
    return Place(entry, system, archives)


def with_archives(declared: Datasets) -> tuple[Datasets, frozenset[str]]:
    """The same and, for every `archive_into`, the archive as a collection of the same fields: so
    that what was moved there ends there when its time is over."""
    made = [
        archive_of(collection)
        for collection in declared
        if collection.meta.archive_into and archive_name(collection) not in declared
    ]
    names = {archive_name(one) for one in declared if one.meta.archive_into}
    return Datasets([*declared, *made]), frozenset(names)


def archive_of(collection: Collection) -> Collection:
    place, _, table = collection.meta.archive_into.rpartition(".")
    plain: dict[str, Any] = {"archive_into": "", "on_archive": None, "drop_on_archive": []}
    meta = collection.meta.model_copy(update=plain)
    return replace(collection, table=table, schema=place or collection.schema, meta=meta)


def archive_name(collection: Collection) -> str:
    return f"{collection.dataset}.{collection.meta.archive_into.rpartition('.')[2]}"
