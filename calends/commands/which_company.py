"""Which company file a command reads that needs no database of ours."""

from __future__ import annotations

import os
from pathlib import Path

import click

from calends.settings import adopt_running_engine

NAME = "CALENDS_COMPANY_FILE"
SAMPLE = Path("examples/impro-solutions/company.yml")


def company_file() -> Path:
    """The option's or environment's, else the running service's, else the sample."""
    adopt_running_engine()
    return Path(os.environ.get(NAME, SAMPLE))


def _chosen(_: click.Context, __: click.Parameter, file: Path | None) -> None:
    """For the whole process: what reads the settings finds it too."""
    if file is not None:
        os.environ[NAME] = str(file)


company_option = click.option(
    "--company",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Its company file; else CALENDS_COMPANY_FILE, else the running service's.",
    expose_value=False,
    callback=_chosen,
)
