"""`calends backup`: the register and the running cases of the embedded service, in one file."""

from __future__ import annotations

import os
from pathlib import Path

import click

from calends.engine.installed import require_embedded


@click.command(name="backup")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True)
def app(output: Path) -> None:
    """Backs up the service that runs here, without stopping it and without its keys."""
    require_embedded()
    from calends.engine.backup import save

    var = Path(os.environ.get("CALENDS_VAR", "var"))
    save(var, output, print)
    print(f"{output}: written; {var / 'keys'} is not in it: keep a copy elsewhere")
