"""`calends company`: the company file checked line by line, its schema, its table of keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from calends.commands.doctor_here import Line
from calends.commands.which_company import company_file
from calends.company import Company, read_company
from calends.company_keys import company_schema, key_table
from calends.faults import unset_lines
from calends.systems.checking import declaration_lines

DECIDE = "decide it and write it there; until then a human decides, case by case"


@click.group(name="company")
def app() -> None:
    """The company file: check it, its JSON Schema, its keys."""


@app.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def check(file: Path | None, as_json: bool) -> None:
    """Every fault of FILE with its line and mend, what is UNSET, and its data sets; reaches
    nothing, needs no secret. FILE: else the running service's. Exit 1 if anything is wrong."""
    path = file or company_file()
    company, faults = read_company(path)
    lines = [
        (fault.line, Line("error", f"{fault.where}: {fault.what}".lstrip(": "), fault.mend))
        for fault in faults
    ]
    if company is not None:
        lines = list(_said(path, company))
    for line, said in lines:
        if as_json:
            print(json.dumps({"line": line, **said.__dict__}, ensure_ascii=False))
        else:
            place = f"{path}:{line}" if line else str(path)
            print(f"{said.level:8}{place}: {said.text}" + (f" — {said.mend}" if said.mend else ""))
    raise click.exceptions.Exit(1 if any(said.level == "error" for _, said in lines) else 0)


def _said(path: Path, company: Company) -> Iterator[tuple[int, Line]]:
    """A valid file: what it leaves open, and whether its data sets speak of what it has."""
    count = f"{len(company.purposes)} purposes, {len(company.systems)} systems"
    yield 0, Line("ok", f"{company.controller.name}: {count}")
    unset = list(unset_lines(path.read_text(encoding="utf-8")))
    if "backups_expire_after" not in company.model_fields_set:  # open by its default
        unset.append((0, "backups_expire_after"))
    for line, where in unset:
        yield line, Line("note", f"{where} is UNSET", DECIDE)
    for entry in company.systems:
        for said in declaration_lines(company, entry):
            yield 0, Line(said.level, f"system {entry.id}: {said.text}", said.mend)


@app.command()
@click.option("--table", is_flag=True, help="As a table in Markdown, for people.")
def schema(table: bool) -> None:
    """The JSON Schema of a company file, for editors; they complete keys and mark faults."""
    print(key_table() if table else json.dumps(company_schema(), indent=2, ensure_ascii=False))
