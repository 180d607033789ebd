"""`calends restore`: the embedded service as a backup has it."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import click

from calends.engine.installed import require_embedded


@click.command(name="restore")
@click.argument("file", type=click.Path(path_type=Path))
def app(file: Path) -> None:
    """Restores FILE into a state directory that has its keys and no register yet."""
    require_embedded()
    from calends.engine.backup import restore

    asyncio.run(restore(file, Path(os.environ.get("CALENDS_VAR", "var")), print))
    print(
        "restored; `make up` goes on from here. Where systems were restored as well: "
        "calends systems replay-erasures"
    )
