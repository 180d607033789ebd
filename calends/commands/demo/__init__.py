"""`calends demo`: the main job on the sample company, by itself, in under two minutes.

Everything is real: the servers, the processes, the mails over SMTP, the person's page over HTTP,
the DPO's tasks. Only the people are played, and one month is skipped.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import click

from calends.problems import Problem

SAMPLE = Path(__file__).resolve().parents[3] / "examples" / "impro-solutions"


@click.command(name="demo")
@click.option(
    "--keep", is_flag=True, help="Keep the services running afterwards, until Ctrl-C, to look at."
)
@click.option(
    "--picture", type=click.Path(path_type=Path), help="Also save what is shown as an SVG."
)
def app(keep: bool, picture: Path | None) -> None:
    """The main job on the sample company, by itself. Exits 0 only if every request ended well."""
    if not (SAMPLE / "company.yml").exists():
        raise Problem("the demo needs the project's folder: examples/impro-solutions is not there")
    from calends.commands.demo.play import play

    if not asyncio.run(play(SAMPLE, Path("var/demo"), keep=keep, picture=picture)):
        sys.exit(1)
