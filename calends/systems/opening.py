"""From an entry of the company file to a system that can be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from calends.company import Company, SystemEntry, with_secrets
from calends.problems import Problem
from calends.systems.connector import Opening
from calends.systems.dataset import load_datasets
from calends.systems.protocol import System
from calends.systems.sql import SqlSystem

PLUGINS = "calends.systems"
"""Group of entry points: a name, and what makes a System of an Opening."""


def open_system(entry: SystemEntry, company: Company, *, for_acts: bool = False) -> System:
    """The system, not connected yet. With `for_acts`, as the role that may write, too.

    Needs this system's secrets in the environment, and nothing of the others. Raises Problem when
    the entry is a human's task, or its dataset or settings are wrong.
    """
    if not entry.declared:
        raise Problem(
            f"system {entry.id}: is searched by hand, a task for {entry.holder or 'a person'}"
        )
    if for_acts and not entry.may_act:
        mend = "`act_url`" if entry.kind == "sql" else "`acts: true`"
        raise Problem(f"system {entry.id}: no {mend}, nothing can be changed in it")
    datasets = load_datasets([company.dataset_file(entry)])
    if entry.kind == "sql":
        return SqlSystem(
            entry.id,
            datasets,
            with_secrets(entry.url),
            with_secrets(entry.act_url) if for_acts else "",
            timeout_seconds=entry.statement_timeout_seconds,
        )
    settings = _settings(entry)
    opening = Opening(entry.id, datasets, settings, company.base, for_acts)
    return _connector(entry)(opening)


def open_database(files: Sequence[Path], url: str) -> SqlSystem:
    """A database with its dataset files, without a company file. Raises Problem."""
    return SqlSystem("database", load_datasets(files), url)


def _settings(entry: SystemEntry) -> Mapping[str, Any]:
    """The entry's own settings, with the secrets put in."""
    own = entry.files or entry.mailbox or entry.http
    given = own.model_dump() if own else (entry.plugin.settings if entry.plugin else {})
    return {name: _with_secrets(value) for name, value in given.items()}


def _with_secrets(value: Any) -> Any:
    if isinstance(value, str):
        return with_secrets(value)
    return [_with_secrets(part) for part in value] if isinstance(value, list) else value


def _connector(entry: SystemEntry) -> Callable[[Opening], System]:
    """Imported when first used: not every process has every kind."""
    if entry.kind == "files":
        from calends.systems.files import FilesSystem

        return FilesSystem
    if entry.kind == "mailbox":
        from calends.systems.mailbox import MailboxSystem

        return MailboxSystem
    if entry.kind == "http":
        from calends.systems.processor import ProcessorSystem

        return ProcessorSystem
    assert entry.plugin is not None
    return _plugin(entry.id, entry.plugin.name)


def _plugin(system: str, name: str) -> Callable[[Opening], System]:
    installed = entry_points(group=PLUGINS)
    for point in installed:
        if point.name == name:
            try:
                loaded: Callable[[Opening], System] = point.load()
            except Exception as error:  # noqa: BLE001  anybody's code
                raise Problem(
                    f"system {system}: plug-in {name} does not load ({type(error).__name__})"
                ) from None
            return loaded
    raise Problem(f"system {system}: no plug-in `{name}` installed ({_names(installed)})")


def _names(points: Iterable[Any]) -> str:
    return "there are: " + (", ".join(sorted(point.name for point in points)) or "none")
