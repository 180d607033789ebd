"""The texts of a new company's files, and how they are laid down: all of them or none."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import textwrap
from dataclasses import asdict, dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from calends.company import Company
from calends.company_keys import company_schema
from calends.faults import validated
from calends.problems import Problem
from calends.rules.statutes import STATUTES

TEMPLATES = Path(__file__).parent / "templates"
LONGEST = 200
"""Characters of one given text."""


@dataclass(frozen=True)
class Beginning:
    """What only the company knows. Every text stands on one line."""

    name: str
    email: str
    dpo_email: str
    address: tuple[str, ...]
    language: str
    region: str
    tz: str

    def __post_init__(self) -> None:
        for key, value in asdict(self).items():
            for text in [value] if isinstance(value, str) else value:
                _require_one_line(key, text)


def _require_one_line(key: str, text: str) -> None:
    option = f"--{key.replace('_', '-')}"
    if not text.strip():
        raise Problem(f"{option} is blank")
    if len(text) > LONGEST:
        raise Problem(f"{option} is longer than {LONGEST} characters")
    if not text.isprintable():
        raise Problem(f"{option} holds a line break or another unprintable character")


def beginning_files(begin: Beginning, folder: Path) -> dict[str, str]:
    """Name under the folder -> text. Raises Problem when the company file would not be valid."""
    environment = _environment(begin.language)
    facts = {
        **asdict(begin),
        "fr": begin.language == "fr",
        "folder": str(folder),
        "file": str(folder / "company.yml"),
        "statutes": STATUTES,
    }
    company = environment.get_template("company.yml.j2").render(facts)
    _, faults = validated(company, Company)
    if faults:
        option = f"--{faults[0].where.rpartition('.')[2].replace('_', '-')}"
        raise Problem(f"{option} {faults[0].what}")
    return {
        "company.schema.json": json.dumps(company_schema(), indent=1, ensure_ascii=False) + "\n",
        "datasets/example.yml": environment.get_template("example.yml.j2").render(facts),
        "README.md": environment.get_template("README.md.j2").render(facts),
        "company.yml": company,
    }


def _environment(language: str) -> Environment:
    environment = Environment(  # noqa: S701 - YAML and Markdown, nothing for a browser
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["t"] = lambda fr, en: fr if language == "fr" else en
    # Of printable text, a JSON string is a double-quoted scalar of YAML.
    environment.filters["quoted"] = lambda text: json.dumps(text, ensure_ascii=False)
    environment.filters["block"] = lambda text: text.strip("\n")
    environment.filters["wrapped"] = lambda text: textwrap.wrap(
        text, 96, break_long_words=False, break_on_hyphens=False
    )
    return environment


def lay_down(files: dict[str, str], folder: Path) -> None:
    """Writes all files or none. Raises Problem for one that is there already."""
    for name in reversed(files):
        if os.path.lexists(folder / name):
            raise Problem(f"{folder / name} is there already; nothing was written")
    made: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".calends-new-", dir=folder))
        try:
            for number, text in enumerate(files.values()):
                (draft / str(number)).write_text(text, encoding="utf-8")
            for number, name in enumerate(files):
                (folder / name).parent.mkdir(exist_ok=True)
                os.link(draft / str(number), folder / name)  # a link replaces nothing
                made.append(folder / name)
        finally:
            shutil.rmtree(draft)
    except OSError as error:
        for path in made:
            path.unlink()
        raise Problem(f"{folder}: {error.strerror}; nothing was written") from error
