"""Process: turns mail into cases.

python starter.py serve            takes mail in (SMTP, LMTP, IMAP) and opens cases
python starter.py mail FILE…       takes .eml files as if they had just arrived
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
from datetime import UTC, datetime
from pathlib import Path

from activities.house import House
from calends.engine.client import connect
from calends.engine.leaving import run_process
from calends.mail.doors import Doors
from calends.mail.mailboxes import declared_mailboxes
from calends.problems import Problem
from calends.settings import load_settings
from dispatching import Away, Starter

log = logging.getLogger("calends.starter")

IDLE_SECONDS = 2.0
"""How often the inbox is looked at when nothing woke us: rows that another process left."""


async def serve() -> None:
    """Takes mail in and dispatches it until told to stop. Mail is taken while the engine is away
    too: the inbox keeps it."""
    settings = load_settings()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(name)s %(message)s")
    house = House.open(settings)
    stop, wake = asyncio.Event(), asyncio.Event()

    def _stop() -> None:
        stop.set()
        wake.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, _stop)
    try:
        starter = Starter(house, await connect(settings, house.keyring, lazy=True))
        mailboxes = declared_mailboxes(settings, house.company.mailboxes)
        doors = Doors(settings, house.register, starter.inbox, mailboxes, wake.set)
        async with doors.open():
            print("starter: ready", flush=True)  # noqa: T201
            while not stop.is_set():
                await _round(starter)
                try:
                    await asyncio.wait_for(wake.wait(), IDLE_SECONDS)
                except TimeoutError:
                    continue
                wake.clear()
    finally:
        await house.close()


async def _round(starter: Starter) -> None:
    try:
        await starter.dispatch_waiting()
    except Away as away:
        log.warning("cannot open cases now (%s); the inbox keeps them", away)


async def take_files(files: list[Path]) -> None:
    """Takes .eml files. All are read before the first one is kept."""
    settings = load_settings()
    contents = [(file, read_eml(file, settings.listen_max_bytes)) for file in files]
    house = House.open(settings)
    try:
        starter = Starter(house, await connect(settings, house.keyring))
        for file, raw in contents:
            kept = await starter.inbox.keep(raw, channel="file", received_at=datetime.now(UTC))
            kind = (await starter.dispatch(kept.inbox_id)).kind
            print(f"{file}\t{kind}\t{kept.case_id if kept.new else 'known already'}")  # noqa: T201
    finally:
        await house.close()


def read_eml(file: Path, max_bytes: int) -> bytes:
    """Raises Problem for what cannot be read or is larger than a mail may be."""
    try:
        size = file.stat().st_size
        if size > max_bytes:
            raise Problem(f"{file}: {size} bytes, more than a message may have ({max_bytes})")
        raw = file.read_bytes()
    except OSError as error:
        raise Problem(f"{file}: {error.strerror}") from error
    if not raw.strip():
        raise Problem(f"{file}: empty")
    return raw


def main() -> None:
    parser = argparse.ArgumentParser(prog="starter.py", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="take mail in and open cases")
    mail = commands.add_parser("mail", help="take .eml files")
    mail.add_argument("files", nargs="+", type=Path, metavar="FILE")
    chosen = parser.parse_args()
    run_process("starter", serve() if chosen.command == "serve" else take_files(chosen.files))


if __name__ == "__main__":
    main()
