"""`calends up`: the whole service on this machine, until Ctrl-C.

Its settings come from the environment, so that a start says what it does; only the company file
of the last start is remembered, so that `make up` does not put the sample company in its place.
"""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import click
from pydantic import SecretStr, ValidationError

from calends.company import load_company
from calends.engine.installed import require_embedded
from calends.problems import Problem
from calends.settings import Settings


@click.command(name="up")
@click.option(
    "--company",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The controller's own facts (YAML).",
)
def app(company: Path | None) -> None:
    """Runs the embedded service on this machine; Ctrl-C stops it, a restart goes on."""
    require_embedded()
    given = _settings()
    asyncio.run(_serve(given, company))


def _settings() -> Settings:
    """The environment's settings, without a database: it is the engine's own."""
    try:
        return Settings(_env_file=None, database_url=SecretStr(""))
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper()
        raise Problem(f"setting CALENDS_{name}: {first['msg']}") from error


async def _serve(given: Settings, company: Path | None) -> None:
    from calends.accounts.first import first_account_hint
    from calends.engine.embedded import Engine, on_stdout
    from calends.engine.layout import Layout
    from calends.engine.parts import service_parts

    last = Layout(given.var).last_env()
    _require_own_database(last)
    settings = _service(given, _company_file(company, given, last))
    engine = Engine(given.var, parts=service_parts, settings=settings)
    asked = False
    serving = asyncio.current_task()
    assert serving is not None

    def stop() -> None:
        nonlocal asked
        if not asked:  # a second Ctrl-C must not interrupt the stopping
            asked = True
            serving.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        async with engine:
            hint = await first_account_hint(engine.env["CALENDS_DATABASE_URL"])
            if hint:
                on_stdout(hint)
            on_stdout(_addresses(given, settings))
            await engine.watch()
    except asyncio.CancelledError:
        if not asked:
            raise
        on_stdout("stopped")


def _require_own_database(last: dict[str, str]) -> None:
    """A database of the user's own would be passed over in silence."""
    url = os.environ.get("CALENDS_DATABASE_URL")
    if url is not None and url != last.get("CALENDS_DATABASE_URL"):
        raise Problem(
            "CALENDS_DATABASE_URL is set, but `calends up` runs its own database; unset it, or "
            "run worker.py, starter.py and the console yourself"
        )


def _company_file(option: Path | None, given: Settings, last: dict[str, str]) -> Path:
    """The option's, else the environment's, else the last start's, else the sample.

    Raises Problem when it is not a company file.
    """
    name = "CALENDS_COMPANY_FILE"
    remembered = Path(last[name]) if name in last and name not in os.environ else None
    file = (option or remembered or given.company_file).resolve()
    load_company(file)
    return file


def _service(given: Settings, company: Path) -> dict[str, str]:
    """The CALENDS_… variables that the parts are given beside the engine's own."""
    public = given.public_url
    if "public_url" not in given.model_fields_set:
        public = f"http://127.0.0.1:{given.web_port}"
    return {
        "CALENDS_COMPANY_FILE": str(company),
        "CALENDS_WEB_HOST": given.web_host,
        "CALENDS_WEB_PORT": str(given.web_port),
        "CALENDS_LISTEN_HOST": given.listen_host,
        "CALENDS_LISTEN_PORT": str(given.listen_port),
        "CALENDS_PUBLIC_URL": public,
    }


def _addresses(given: Settings, settings: dict[str, str]) -> str:
    mail = f"{given.listen_host}:{given.listen_port} (SMTP)" if given.listen_port else "none"
    return (
        f"console {settings['CALENDS_PUBLIC_URL']}/desk  mail {mail}  state {given.var.resolve()}  "
        "Ctrl-C stops"
    )
