"""JSON Schema of each JSON file, so that a program can read what a person was given (GDPR 20(1):
"structured, commonly used and machine-readable")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from calends.exports.shelf import Table

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True)
class FieldFacts:
    """What the declaration says of a field."""

    categories: tuple[str, ...] = ()
    """Data categories of the fideslang taxonomy, such as `user.contact.email`."""
    provided: bool = False
    """The person gave it, or it was observed of them (WP 242 rev.01): GDPR 20(1)."""


@dataclass(frozen=True)
class DataSetFacts:
    """What the declaration says of a data set, in words for the person."""

    system: str
    """The system's name."""
    title: str = ""
    purpose: str = ""
    fields: Mapping[str, FieldFacts] | None = None


def schema_file(table: Table, facts: DataSetFacts) -> bytes:
    """The schema of `data/<path>.json`: true of what was written."""
    declared = facts.fields or {}
    properties: dict[str, Any] = {}
    for name, kinds in table.kinds.items():
        field = declared.get(name, FieldFacts())
        properties[name] = {"type": _types(kinds)}
        if field.categories:
            properties[name]["x-data-categories"] = list(field.categories)
        if field.provided:
            properties[name]["x-provided-by-the-person"] = True
    title = facts.title or table.collection
    schema = {
        "$schema": DIALECT,
        "title": f"{facts.system}: {title}" if facts.system else title,
        "description": facts.purpose,
        "type": "array",
        "items": {"type": "object", "properties": properties, "additionalProperties": False},
    }
    return orjson.dumps(schema, option=orjson.OPT_INDENT_2)


def _types(kinds: set[type]) -> list[str]:
    """JSON's names of the types that were written, sorted."""
    return sorted({name for kind in kinds for name in _names(kind)})


def _names(kind: type) -> tuple[str, ...]:
    if kind is type(None):
        return ("null",)
    if issubclass(kind, bool):
        return ("boolean",)
    if kind is int:
        return ("integer",)
    if kind is float:
        return ("null", "number")  # what is not a number is null in JSON
    if issubclass(kind, Mapping):
        return ("object",)
    if issubclass(kind, list | tuple | set | frozenset):
        return ("array",)
    return ("string",)
