"""Imports point down only: processes -> workflows -> activities -> calends -> calends.rules.

The source is read, not imported: an import inside a function or under TYPE_CHECKING counts too.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parents[1]

OURS = (
    "calends",
    "workflows",
    "activities",
    "console",
    "worker",
    "starter",
    "dispatching",
    "tests",
)

# The command line is a process too, though it lives in `calends`, and so is the desk that it
# shares with the console: it tells running cases what a human decided.
PROCESSES = (
    "worker",
    "starter",
    "dispatching",
    "console",
    "calends.commands",
    "calends.cli",
    "calends.desk",
)

MAY_IMPORT = {
    "calends.rules": ("calends.rules",),
    "calends": ("calends",),
    "activities": ("activities", "calends"),
    "workflows": ("workflows", "activities", "calends.rules"),
}
"""Layer -> what of ours it may import. A process may import all but the tests."""

KNOWS_TEMPORAL = ("workflows", "activities", "calends.engine", "calends.vault.codec", *PROCESSES)

# fmt: off
PURE = frozenset([
    "__future__", "bisect", "calendar", "collections", "dataclasses", "datetime", "decimal", "enum",
    "fractions", "functools", "holidays", "itertools", "math", "operator", "re", "string", "types",
    "typing", "unicodedata", "zoneinfo",
])
# fmt: on
"""All that the law needs: nothing here reads a file, a socket or (but see CLOCKS) a clock."""

CLOCKS = ("now", "utcnow", "today")
INPUT_OUTPUT = ("open", "print", "input", "exec", "eval", "compile", "breakpoint", "__import__")

IN_A_WORKFLOW = frozenset({"temporalio", "pydantic"}) | sys.stdlib_module_names - {"importlib"}


def module_of(path: PurePosixPath) -> str:
    """`calends/rules/__init__.py` -> `calends.rules`."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def layer_of(module: str) -> str:
    if within(module, PROCESSES):
        return "process"
    return next(layer for layer in MAY_IMPORT if within(module, (layer,)))


def imported(tree: ast.AST, path: PurePosixPath) -> Iterator[tuple[int, str]]:
    """Each imported name with its line: `from a import b` is `a.b`, whatever `b` is."""
    package = path.parent.parts
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                yield node.lineno, f"{base}.{alias.name}"


def fault_of(module: str, target: str) -> str:
    """Why `module` may not import `target`; empty when it may."""
    layer, top = layer_of(module), target.partition(".")[0]
    if top in OURS:
        allowed = MAY_IMPORT.get(layer, tuple(name for name in OURS if name != "tests"))
        if not within(target, allowed):
            return f"{layer} imports {target}"
        if layer != "process" and within(target, PROCESSES):
            return f"{layer} imports {target}, a process"
        return ""
    if layer == "calends.rules" and top not in PURE:
        return f"calends.rules imports {target}, which is not on the list of what is pure"
    if top == "temporalio" and not within(module, KNOWS_TEMPORAL):
        return f"{module} imports {target}"
    if layer == "workflows" and top not in IN_A_WORKFLOW:
        return f"a workflow imports {target}"
    return ""


def impure_calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS:
            yield node.lineno, f"calends.rules asks a clock: .{node.attr}"
        elif isinstance(node, ast.Name) and node.id in INPUT_OUTPUT:
            yield node.lineno, f"calends.rules uses {node.id}"


def violations(source: str, path: PurePosixPath) -> list[str]:
    """`file:line: what is wrong`, in the order of the lines."""
    tree, module = ast.parse(source), module_of(path)
    found = [(line, fault_of(module, target)) for line, target in imported(tree, path)]
    if layer_of(module) == "calends.rules":
        found += impure_calls(tree)
    return [f"{path}:{line}: {fault}" for line, fault in sorted(found) if fault]


def sources() -> list[PurePosixPath]:
    files = [ROOT / name for name in ("worker.py", "starter.py", "dispatching.py")]
    for package in ("calends", "workflows", "activities", "console"):
        files += sorted((ROOT / package).rglob("*.py"))
    return [PurePosixPath(file.relative_to(ROOT)) for file in files]


def test_imports_point_down_only() -> None:
    found = [v for path in sources() for v in violations((ROOT / path).read_text("utf-8"), path)]
    assert not found, "\n" + "\n".join(found)


def test_every_layer_has_source_to_look_at() -> None:
    layers = {layer_of(module_of(path)) for path in sources()}
    assert layers == {*MAY_IMPORT, "process"}


WRONG = [
    ("calends/rules/clock.py", "from calends.company import Company"),
    ("calends/rules/clock.py", "from calends import problems"),
    ("calends/rules/clock.py", "from ..problems import Problem"),
    ("calends/rules/clock.py", "from .. import settings"),
    ("calends/rules/__init__.py", "from ..vault import keys"),
    ("calends/rules/clock.py", "import pathlib"),
    ("calends/rules/clock.py", "import asyncio.subprocess"),
    ("calends/rules/clock.py", "from os import environ"),
    ("calends/rules/clock.py", "import temporalio.workflow"),
    ("calends/rules/clock.py", "import sqlalchemy"),
    ("calends/rules/clock.py", "today = date.today()"),
    ("calends/rules/clock.py", "clock = datetime.now"),
    ("calends/rules/clock.py", "open('calendar.txt')"),
    ("calends/company.py", "import temporalio"),
    ("calends/vault/keys.py", "from temporalio.client import Client"),
    ("calends/vault/__init__.py", "import temporalio"),
    ("calends/engine/parts.py", "from workflows.messages import CaseInput"),
    ("calends/engine/parts.py", "import worker"),
    ("calends/mail/message.py", "from activities import house"),
    ("calends/mail/message.py", "import console.pages"),
    ("calends/register/models.py", "from calends.commands import due"),
    ("calends/register/models.py", "from calends import cli"),
    ("activities/locate.py", "from workflows.messages import CaseInput"),
    ("activities/locate.py", "import calends.commands.systems"),
    ("activities/locate.py", "import starter"),
    ("workflows/case.py", "from calends.company import Company"),
    ("workflows/case.py", "import calends"),
    ("workflows/case.py", "from calends import *"),
    ("workflows/case.py", "import sqlalchemy.orm"),
    ("workflows/case.py", "import importlib"),
    ("workflows/case.py", "import worker"),
    ("worker.py", "from tests.conftest import Postgres"),
    ("console/pages.py", "import tests"),
]


@pytest.mark.parametrize(("file", "statement"), WRONG)
def test_an_arrow_that_points_up_is_reported_by_file_and_line(file: str, statement: str) -> None:
    for before in ("x = 1\n", "if True:\n    ", "def later() -> None:\n    "):
        [report] = violations(f"{before}{statement}\n", PurePosixPath(file))
        assert report.startswith(f"{file}:{before.count(chr(10)) + 1}: ")


RIGHT = [
    ("calends/rules/clock.py", "from calends.rules import calendar"),
    ("calends/rules/clock.py", "from . import calendar"),
    ("calends/rules/clock.py", "from .calendar import next_day"),
    ("calends/rules/__init__.py", "from .clock import Clock"),
    ("calends/rules/calendar.py", "import holidays"),
    ("calends/rules/calendar.py", "from collections.abc import Iterator"),
    ("calends/company.py", "import yaml"),
    ("calends/company.py", "from calends.rules.vocabulary import Language"),
    ("calends/vault/codec.py", "from temporalio.converter import PayloadCodec"),
    ("calends/engine/client.py", "from temporalio.client import Client"),
    ("calends/commands/case.py", "from temporalio.client import Client"),
    ("calends/commands/case.py", "from workflows.messages import CaseInput"),
    ("activities/locate.py", "from temporalio import activity"),
    ("activities/locate.py", "from calends.systems import open_system"),
    ("workflows/stages.py", "from activities.locate import Locate"),
    ("workflows/stages.py", "from calends.rules.rights import order"),
    ("workflows/stages.py", "import asyncio"),
    ("starter.py", "from workflows.rights_request import RightsRequest"),
    ("console/pages.py", "from temporalio.client import Client"),
    ("worker.py", "import calends.company"),
]


@pytest.mark.parametrize(("file", "statement"), RIGHT)
def test_an_arrow_that_points_down_is_not_reported(file: str, statement: str) -> None:
    assert violations(f"{statement}\n", PurePosixPath(file)) == []
