"""`calends keys`: the master key, its age, and its rotation while the service runs."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from calends.commands.office import run
from calends.register.database import Register
from calends.register.keys_seen import case_keys
from calends.register.opening import existing_master_key
from calends.settings import Settings
from calends.vault.master import KeyFile
from calends.vault.rotating import Wrapped, count, finish, rotate

ACTOR = "command_line"


@click.group(name="keys", help="The master key: its age and its rotation.")
def app() -> None: ...


@app.command()
def status() -> None:
    """The master key's age and whose keys it wraps. Exits 1 when it cannot open some."""
    lines, wrapped = run(_status)
    print("\n".join(lines))
    if wrapped.unknown:
        raise click.exceptions.Exit(1)


@app.command(name="rotate")
def rotate_command() -> None:
    """Makes a new master key and wraps the key of every case by it; nothing has to stop."""
    done = run(
        lambda register, settings: rotate(register, existing_master_key(settings), "command_line")
    )
    print(f"{done.former} keys wrapped anew{_left(done)}")
    print(
        "the file holds the former key as well until `calends keys finish`: run it when every "
        "machine has the new file; then copy the file to where you keep it"
    )


@app.command(name="finish")
def finish_command() -> None:
    """Forgets the former master key, once nothing is wrapped by it."""
    done = run(
        lambda register, settings: finish(register, existing_master_key(settings), "command_line")
    )
    print(f"{done.former} more keys wrapped anew{_left(done)}; the former master key is forgotten")


async def _status(register: Register, settings: Settings) -> tuple[list[str], Wrapped]:
    path = existing_master_key(settings)
    master = KeyFile(path)()
    wrapped = await count(register, master)
    async with register.reader() as reader:
        cases = await case_keys(reader)
    days = (datetime.now(UTC) - datetime.fromtimestamp(path.stat().st_mtime, UTC)).days
    lines = [f"{path}: {master.fingerprint}, {days} days old"]
    if len(master.wrapping) > 1:
        lines.append("a rotation is under way; mend: calends keys finish")
    lines.append(f"keys of cases: {wrapped.newest} by it, {wrapped.former} by the former one")
    lines.append(f"destroyed: {cases.destroyed}")
    if wrapped.unknown:
        lines.append(f"{wrapped.unknown} by a master key that is not in the file")
    return lines, wrapped


def _left(done: Wrapped) -> str:
    unknown = f"; {done.unknown} are wrapped by a key that is not in the file, and stay"
    return unknown if done.unknown else ""
