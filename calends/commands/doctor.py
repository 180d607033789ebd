"""`calends doctor`: what is missing or wrong, one line a check, each with its mend.

Changes nothing and needs nothing running: what is not there is said, and the next check goes on.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

import click
from pydantic import SecretStr

from calends.commands import doctor_here, doctor_mail, doctor_servers
from calends.commands.doctor_here import Line
from calends.commands.which_company import company_option
from calends.problems import Problem
from calends.settings import Settings, load_settings

CHECK_SECONDS = 8.0
"""How long one check may take."""

CHECKS: dict[str, Callable[[Settings], Awaitable[list[Line]]]] = {
    "company file": doctor_here.company_file,
    "datasets": doctor_here.datasets,
    "master key": doctor_here.master_key,
    "signing key": doctor_here.signing_key,
    "letters": doctor_here.letters,
    "mail listener": doctor_here.listener,
    "mailboxes": doctor_mail.mailboxes,
    "register": doctor_servers.register,
    "engine": doctor_servers.engine,
    "clock": doctor_servers.clock,
    "mail server": doctor_servers.mail_server,
    "virus scanner": doctor_servers.virus_scanner,
    "systems": doctor_servers.systems,
}


@click.command(name="doctor")
@company_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def app(as_json: bool) -> None:
    """What is missing or wrong in settings, systems, mail, engine; exit 1 if anything is wrong."""
    lines = asyncio.run(_examine())
    for name, line in lines:
        if as_json:
            print(json.dumps({"check": name, **line.__dict__}))
        else:
            mend = f" — {line.mend}" if line.mend else ""
            print(f"{line.level:8}{name}: {line.text}{mend}")
    raise click.exceptions.Exit(1 if any(line.level == "error" for _, line in lines) else 0)


async def _examine() -> list[tuple[str, Line]]:
    lines = [("python", doctor_here.python())]
    settings = None
    try:
        settings = load_settings()
    except Problem as problem:
        lines.append(("settings", _line(problem)))
        settings = _without_register()
    if settings is None:
        return lines
    return lines + await examined(settings)


async def examined(settings: Settings) -> list[tuple[str, Line]]:
    """Every check with settings that are whole, side by side, each in its time."""
    found = await asyncio.gather(*(_bounded(check, settings) for check in CHECKS.values()))
    return [(name, line) for name, of in zip(CHECKS, found, strict=True) for line in of]


def _without_register() -> Settings | None:
    """The other settings, when only the register's address is missing."""
    from pydantic import ValidationError

    try:
        return Settings(_env_file=None, database_url=SecretStr(""))
    except ValidationError:
        return None


async def _bounded(
    check: Callable[[Settings], Awaitable[list[Line]]], settings: Settings
) -> list[Line]:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check(settings)
    except TimeoutError:
        what = f"no answer in {CHECK_SECONDS:.0f} s"
        return [Line("error", what, "see that it runs and that no firewall is between")]
    except Problem as problem:
        return [_line(problem)]


def _line(problem: Problem) -> Line:
    text, _, mend = str(problem).partition("; mend: ")
    return Line("error", text, mend)
