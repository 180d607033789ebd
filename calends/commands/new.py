"""`calends new`: a company file of one's own, to begin with."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click

from calends.beginning.files import Beginning, beginning_files, lay_down
from calends.problems import Problem
from calends.rules.calendar import NATIONAL


@click.command(name="new")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", help="Of the company, as it signs its letters.")
@click.option("--email", help="Where requests come in and letters leave from.")
@click.option("--dpo-email", help="Who is told of what is urgent; --email when not given.")
@click.option("--address", multiple=True, help="A line of the postal address; may be repeated.")
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
@click.option(
    "--region", default=NATIONAL, show_default=True, help="FR-57, FR-971 … have more holidays."
)
@click.option("--tz", default="Europe/Paris", show_default=True, help="IANA zone.")
def app(
    folder: Path,
    name: str | None,
    email: str | None,
    dpo_email: str | None,
    address: tuple[str, ...],
    language: str,
    region: str,
    tz: str,
) -> None:
    """Writes DIR/company.yml, a commented data set, a schema for editors and the next steps.

    What every small French company has is in it, with the texts that give the durations; what
    must be decided is UNSET. On a terminal the name and the e-mail address are asked for.
    """
    name, email = _asked("--name", name), _asked("--email", email)
    begin = Beginning(name, email, dpo_email or email, address, language, region, tz)
    lay_down(beginning_files(begin, folder), folder)
    file = shlex.quote(str(folder / "company.yml"))
    datasets = shlex.quote(str(folder / "datasets/shop.yml"))
    print(f"{folder / 'company.yml'} is valid; next steps: {folder / 'README.md'}")
    print(f"  calends company check {file}")
    print(f"  calends systems draft 'postgresql://USER@HOST/DATABASE' -o {datasets}")
    print(f"  calends up --company {file}")


def _asked(option: str, given: str | None) -> str:
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise Problem(f"{option} is needed: nobody invents it")
    answer: str = click.prompt(option.removeprefix("--"), type=str)
    return answer
