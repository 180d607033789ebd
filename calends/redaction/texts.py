"""The texts of a record, wherever they stand in it, and the person's own words among them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from calends.redaction.detect import is_prose
from calends.redaction.review import PathPart
from calends.redaction.subject import Subject, subject_of
from calends.systems.dataset import Collection as DataSet

Path = tuple[PathPart, ...]


@dataclass(frozen=True)
class Looked:
    """What is looked at in one data set: `declared` fields in any case, prose when `prose`."""

    declared: frozenset[str] = frozenset()
    prose: bool = True

    @property
    def anything(self) -> bool:
        return self.prose or bool(self.declared)


def looked_at(data_set: DataSet, *, released: bool) -> Looked:
    """`released`: its system or itself may be disclosed unreviewed; only declared fields count."""
    others = frozenset(field.path[0] for field in data_set.fields if field.third_party)
    return Looked(others, prose=not released)


def texts(values: Mapping[str, Any], looked: Looked) -> Iterator[tuple[Path, str, bool]]:
    """(path, text, declared) of every text that may speak of others."""
    for name, value in values.items():
        declared = name in looked.declared
        if declared or looked.prose:
            for path, text in _inside(value, (name,), declared):
                if declared or is_prose(text):
                    yield path, text, declared


def replaced(values: Mapping[str, Any], change: Callable[[Path, str], str]) -> dict[str, Any]:
    """The values with each text changed; a number or a boolean only when its text changes."""
    return {name: _replaced(value, (name,), change) for name, value in values.items()}


def _replaced(value: Any, path: Path, change: Callable[[Path, str], str]) -> Any:
    if isinstance(value, Mapping):
        return {name: _replaced(one, (*path, str(name)), change) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_replaced(one, (*path, number), change) for number, one in enumerate(value)]
    if value is None:
        return None
    said = _said(value)
    changed = change(path, said) if said else said
    return value if changed == said else changed


def _inside(value: Any, path: Path, declared: bool) -> Iterator[tuple[Path, str]]:
    """Texts of a value; in a declared field numbers and booleans too, as texts."""
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from _inside(one, (*path, str(name)), declared)
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value):
            yield from _inside(one, (*path, number), declared)
    elif isinstance(value, str) or (declared and value is not None):
        said = _said(value)
        if said:
            yield path, said


def _said(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def subject_in(
    records: Iterable[tuple[DataSet, Mapping[str, Any]]],
    *,
    names: Collection[str] = (),
    emails: Collection[str] = (),
    region: str = "FR",
) -> Subject:
    """The person as their records describe them: what stands in fields declared as names and
    contacts of theirs. Fields that may hold data of others say nothing of the person."""
    known: dict[str, set[str]] = {"names": set(names), "emails": set(emails)}
    for data_set, values in records:
        for field in data_set.fields:
            if len(field.path) == 1 and not field.third_party:
                kind = _kind(field.data_categories, field.fides.identity)
                value = values.get(field.path[0])
                if kind and isinstance(value, str) and value.strip():
                    known.setdefault(kind, set()).add(value)
    return subject_of(**known, region=region)


def _kind(categories: Iterable[str], identity: str | None) -> str:
    if identity == "email":
        return "emails"
    if identity == "phone_number":
        return "phones"
    for category in categories:
        for prefix, kind in _KINDS.items():
            if category == prefix or category.startswith(f"{prefix}."):
                return kind
    return ""


_KINDS = {
    "user.name": "names",
    "user.contact.email": "emails",
    "user.contact.phone_number": "phones",
    "user.contact.address": "addresses",
    "user.financial.bank_account": "numbers",
    "user.financial.account_number": "numbers",
    "user.government_id": "numbers",
}
"""Categories of the fideslang taxonomy -> what of the person they hold."""
