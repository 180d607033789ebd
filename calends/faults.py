"""What is wrong in a YAML file that a model describes: every fault with its line and its mend.

The file's own values are not repeated: a secret may stand where it does not belong.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)
Path = Sequence[int | str]

IDENTIFIER = r"^[a-z][a-z0-9_-]{0,62}$"
REFERENCE = r"^([a-z][a-z0-9_-]{0,62}|UNSET)$"
PERIOD = r"^(P\d+Y(\d+M)?(\d+D)?|P\d+M(\d+D)?|P\d+D|UNSET|none)$"
ADDRESS = r"^[^@\s<>]+@[^@\s<>]+$"

MEANT = " is meant?"
_PATTERNS = {
    IDENTIFIER: "small letters, digits, `_` and `-`, a letter first",
    REFERENCE: "the id of a row, or UNSET",
    PERIOD: "a duration such as P3Y, P18M or P30D; `none`; or UNSET",
    ADDRESS: "an e-mail address alone, such as contact@example.org",
}


@dataclass(frozen=True)
class Fault:
    """One thing wrong. `line` counts from 1; 0: of the file as a whole."""

    line: int
    where: str
    what: str
    mend: str = ""

    def __str__(self) -> str:
        place = [f"line {self.line}"] if self.line else []
        rest = [self.mend] if self.mend else []
        aside = f" ({'; '.join(place + rest)})" if place or rest else ""
        return f"{self.where}: {self.what}{aside}" if self.where else f"{self.what}{aside}"


def validated(text: str | bytes, model: type[Model]) -> tuple[Model | None, list[Fault]]:
    """The text as the model reads it, or its faults, at least one and in the file's order."""
    loader = yaml.SafeLoader("")
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        faults = list(_repeated(node)) if node is not None else []
        raw = loader.construct_document(node) if node is not None else None
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date that is none
        return None, [unreadable(error)]
    except RecursionError:
        return None, [Fault(0, "", "not readable as YAML (nested too deep)")]
    finally:
        loader.dispose()
    if node is None or not isinstance(raw, dict):
        return None, [Fault(0, "", "must be a YAML mapping")]
    try:
        made = model.model_validate(raw)
    except ValidationError as error:
        schema = model.model_json_schema()
        faults += [_fault(details, node, schema) for details in error.errors()]
    if faults:
        once = {(fault.line, fault.where): fault for fault in reversed(faults)}
        return None, sorted(_not_misspelt(once.values()), key=lambda fault: fault.line)
    return made, []


def _not_misspelt(faults: Collection[Fault]) -> Iterator[Fault]:
    """A key that is there under a misspelt name is not missing besides."""
    meant = {
        f"{fault.where.rpartition('.')[0]}.{fault.mend.split('`')[1]}"
        for fault in faults
        if fault.mend.endswith(MEANT)
    }
    return (fault for fault in faults if fault.what != "Field required" or fault.where not in meant)


def unset_lines(text: str) -> Iterator[tuple[int, str]]:
    """Line and path of each value `UNSET` of a file that is valid YAML; a row by its id."""
    yield from _unset(yaml.compose(text, Loader=yaml.SafeLoader), "")


def _unset(node: yaml.Node | None, where: str) -> Iterator[tuple[int, str]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _unset(value, f"{where}.{key.value}".lstrip("."))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _unset(value, f"{where}.{_id_of(value) or index}")
    elif isinstance(node, yaml.ScalarNode) and node.value == "UNSET":
        yield _line(node), where


def _id_of(node: yaml.Node) -> str:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((str(value.value) for key, value in pairs if key.value == "id"), "")


def unreadable(error: Exception) -> Fault:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        said = f"line {error.problem_mark.line + 1}: {error.problem}"
        if "found character '\\t'" in said:
            said += "; indent with spaces"
        elif "mapping values are not allowed" in said:
            said += "; put a text with `: ` in quotes"
    else:
        said = str(error).partition("\n")[0] or type(error).__name__
    return Fault(0, "", f"not readable as YAML ({said})")


def _repeated(root: yaml.Node) -> Iterator[Fault]:
    """YAML would keep the last of two equal keys and drop the first in silence."""
    waiting, seen = [root], set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen or not isinstance(node, yaml.CollectionNode):
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
            continue
        keys: dict[str, int] = {}
        for key, value in node.value:
            waiting.append(value)
            if not isinstance(key, yaml.ScalarNode):
                continue
            if key.value in keys:
                what = f"stands twice, first in line {keys[key.value]}"
                yield Fault(_line(key), _shown(key.value), what, "keep one")
            keys.setdefault(key.value, _line(key))


def _fault(details: ErrorDetails, root: yaml.Node, schema: dict[str, Any]) -> Fault:
    context = details.get("ctx", {})
    path: Path = context.get("at", details["loc"])
    line, found = _place(root, path)
    kind = details["type"]
    if kind in ("missing", "extra_forbidden"):
        found = path
    where = ".".join(_shown(str(part)) for part in found) or "file"
    if kind == "extra_forbidden":
        return Fault(line, where, "unknown key", _near(str(path[-1]), _known(schema, path[:-1])))
    what = details["msg"].removeprefix("Value error, ")
    if kind == "string_pattern_mismatch" and context.get("pattern") in _PATTERNS:
        what = f"should be {_PATTERNS[context['pattern']]}"
    return Fault(line, where, what, _mend(kind, context, path))


def _mend(kind: str, context: dict[str, Any], path: Path) -> str:
    if kind == "missing":
        return f"write `{path[-1]}:` there"
    if kind == "reference":
        return "one of: " + ", ".join(sorted(context["known"]))
    if kind == "string_type":
        return 'put it in quotes: "…"'
    if kind == "list_type":
        return "a list: each line begins with `- `"
    return "keys and values, one a line" if kind in ("model_type", "dict_type") else ""


def _near(key: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(key, known, 1, 0.7)
    return f"`{close[0]}`{MEANT}" if close else f"known here: {', '.join(known)}"


def _known(schema: dict[str, Any], path: Path) -> list[str]:
    """The keys that may stand at that place."""
    here = schema
    for part in path:
        inner = here.get("items") if isinstance(part, int) else here.get("properties", {}).get(part)
        here = resolved(inner or {}, schema)
    return list(here.get("properties", {}))


def resolved(given: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """What a place of the JSON Schema holds: null is an absence, not a kind."""
    for choice in given.get("anyOf", ()):
        if choice.get("type") != "null":
            given = choice
            break
    if "$ref" in given:
        given = schema["$defs"][given["$ref"].rpartition("/")[2]]
    return given


def _place(root: yaml.Node, path: Path) -> tuple[int, Path]:
    """The line of the innermost part of the path that the file has, and the path so far."""
    node, line, found = root, _line(root), list[int | str]()
    for part in path:
        if isinstance(node, yaml.MappingNode):
            pairs = [(k, v) for k, v in node.value if k.value == part]
            if not pairs:
                break
            line, node = _line(pairs[-1][0]), pairs[-1][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = _line(node)
        else:
            break
        found.append(part)
    return line, found


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _shown(key: str) -> str:
    return key[:60] if key.isprintable() else ascii(key[:60])
