"""The `calends` command: one group per concern, each loaded only when it is called.

Bad input gets one clear line on stderr and exit 2, never a traceback.
"""

from __future__ import annotations

import importlib
import sys
from typing import NoReturn

import click

from calends.engine.leaving import leave
from calends.problems import Problem

COMMANDS = {
    "audit": "every case late, stuck or without a workflow; exit 1 if any",
    "backup": "the running service's state, in one file without keys",
    "case": "list and show cases",
    "company": "the company file: check it line by line, its schema",
    "demo": "the main job on the sample company, by itself",
    "digest": "what waits for each colleague, shown or sent by mail",
    "doctor": "what is missing or wrong, one line each with its mend",
    "due": "the clock of each receipt instant",
    "evidence": "export and verify the evidence of a case",
    "hold": "what must stay for a claim or an inquiry: add, lift, list",
    "keys": "the master key: its age, its rotation",
    "letter": "a letter, a call or a visit becomes a case",
    "letters": "the texts of all letters: list, preview, copy to edit",
    "mail": "how mail comes in: mailboxes, what waits, what could not be read",
    "new": "a company file of one's own, to begin with",
    "read": "what intake would make of each message, changing nothing",
    "report": "the figures of a year: table, PDF, CSV",
    "restore": "the service as a backup has it",
    "retention": "phases of the retention table: plan, run; files of closed cases",
    "suppression": "whom prospecting must not reach: filter a list, add, remove",
    "systems": "check the declared systems and search them",
    "task": "the DPO's queue: list, claim, complete",
    "token": "programs that may ask the registers: create, list, revoke",
    "user": "who gets into the console: add, list, roles, disable, reset",
    "up": "run the embedded service here, Ctrl-C stops it",
}
"""Command -> its help; `calends.commands.<name>` holds `app`, a click command."""


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"calends.commands.{cmd_name}").app
        assert isinstance(command, click.Command)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def main() -> None:
    """The command itself: exits 0, 1 (a finding) or 2 (bad input, one line on stderr)."""
    try:
        command_line()
    except SystemExit as stop:
        leave(stop.code if isinstance(stop.code, int) else 0)


def command_line(arguments: list[str] | None = None) -> NoReturn:
    """Runs one command line inside a process; raises SystemExit with its exit code."""
    group = _Lazy("calends", help="The answer machine for data-subject requests (GDPR 12-22).")
    try:
        code = group.main(args=arguments, prog_name="calends", standalone_mode=False)
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        said = " ".join(error.format_message().split())  # click lists choices a line each
        print(f"calends: {said}", file=sys.stderr)  # noqa: T201
        sys.exit(2)
    except Problem as problem:
        print(f"calends: {problem}", file=sys.stderr)  # noqa: T201
        sys.exit(2)
    except BrokenPipeError:
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)
