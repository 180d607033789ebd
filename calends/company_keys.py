"""The keys of the company file: JSON Schema for editors, a table for people; both of the model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from calends.company import Company
from calends.faults import resolved

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def company_schema() -> dict[str, Any]:
    """Without what the program adds by itself."""
    schema = Company.model_json_schema()
    schema["properties"].pop("base")
    return {"$schema": DIALECT, **schema, "title": "Calends company file"}


def key_table() -> str:
    """Markdown: each key, whether it must be there, its default, what it means."""
    rows = [
        "| key | default | means |",
        "| --- | --- | --- |",
    ]
    schema = company_schema()
    rows += [
        f"| `{key}` | {default} | {text} |" for key, default, text in _rows(schema, schema, "")
    ]
    return "\n".join(rows)


def _rows(
    here: dict[str, Any], schema: dict[str, Any], before: str
) -> Iterator[tuple[str, str, str]]:
    needed = here.get("required", [])
    for name, given in here["properties"].items():
        kind, several = _kind(given, schema)
        key = f"{before}{name}{'[]' if several else ''}"
        default = "must be there" if name in needed else _default(given)
        yield key, default, _means(given, kind)
        if "properties" in kind and set(kind["properties"]) != {"fr", "en"}:
            yield from _rows(kind, schema, f"{key}.")


def _kind(given: dict[str, Any], schema: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """What stands there, and whether it is a list of it."""
    given = resolved(given, schema)
    several = given.get("type") == "array"
    return (resolved(given["items"], schema) if several else given), several


def _default(given: dict[str, Any]) -> str:
    default = given.get("default")
    if default in (None, "", []) or isinstance(default, dict):
        return ""
    return f"`{json.dumps(default, ensure_ascii=False)}`".replace('"', "")


def _means(given: dict[str, Any], kind: dict[str, Any]) -> str:
    text = str(given.get("description", ""))
    if choices := kind.get("enum"):
        text += f"; one of {', '.join(f'`{choice}`' for choice in choices)}"
    if "properties" in kind and set(kind["properties"]) == {"fr", "en"}:
        text += "; `fr` and `en`"
    if "minimum" in given and "maximum" in given:
        text += f"; {given['minimum']} to {given['maximum']}"
    return text.replace("|", "\\|").replace("\n", " ")
