"""Process: turns mail into cases.

python starter.py serve            listens for mail (SMTP, LMTP) and opens cases
python starter.py mail FILE…       takes .eml files as if they had just arrived
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from activities.attributes import RIGHTS
from activities.house import House
from calends.engine.client import connect
from calends.engine.leaving import run_process
from calends.mail.inbox import RAW, Inbox
from calends.mail.message import Unparseable, parse
from calends.mail.reading import Reading, read_message
from calends.problems import Problem
from calends.register.models import CaseRow, InboxRow, OutboxRow
from calends.rules.rights import HANDLED
from calends.rules.vocabulary import Language, MessageKind, Right
from calends.settings import load_settings
from workflows.calling import MAIN_QUEUE
from workflows.messages import MailArrived, Opening
from workflows.rights_request import RightsRequest

log = logging.getLogger("calends.starter")

IDLE_SECONDS = 2.0
"""How often the inbox is looked at when nothing woke us: rows that another process left."""

NO_CASE = {MessageKind.AUTO_REPLY, MessageKind.BOUNCE, MessageKind.BULK, MessageKind.OTHER}


class Starter:
    """Takes messages from the inbox to their cases. Any step may happen twice."""

    def __init__(self, house: House, client: Client) -> None:
        self.house, self.client = house, client
        self.inbox = Inbox(house.register, house.keyring, house.blobs)

    async def dispatch(self, inbox_id: str) -> MessageKind:
        """Signal-with-start, then the row is marked: dying between the two repeats the first."""
        async with self.house.register.session() as session:
            row = await session.get_one(InboxRow, inbox_id, with_for_update=True)
            if row.state != "received":
                return MessageKind(row.kind or MessageKind.OTHER)
            raw = await self.house.blobs.read(row.case_id, RAW)
            reading = read_message(raw)
            case_id = await self._case_of(raw, reading)
            if case_id is not None and reading.kind not in NO_CASE:
                await self._tell(case_id, row)
            elif reading.kind not in NO_CASE or reading.needs_triage:
                await self._open(row, reading)
            row.state, row.kind = "dispatched", reading.kind
            await session.commit()
        return reading.kind

    async def dispatch_waiting(self) -> int:
        """Dispatches what waits, oldest first; returns how many."""
        done = 0
        while True:
            async with self.house.register.session() as session:
                waiting = await session.scalar(
                    select(InboxRow.id)
                    .where(InboxRow.state == "received")
                    .order_by(InboxRow.received_at)
                    .limit(1)
                    .with_for_update(skip_locked=True)
                )
            if waiting is None:
                return done
            await self.dispatch(waiting)
            done += 1

    async def _case_of(self, raw: bytes, reading: Reading) -> str | None:
        """The open case that the message belongs to: by our Message-IDs, else by reference."""
        try:
            mail = parse(raw)
            answered = [*mail.in_reply_to, *mail.references]
        except Unparseable:
            return None
        async with self.house.register.session() as session:
            found = select(CaseRow.id).where(CaseRow.closed_at.is_(None))
            by_thread = found.join(OutboxRow, OutboxRow.case_id == CaseRow.id).where(
                OutboxRow.message_id.in_(answered)
            )
            case_id: str | None = await session.scalar(by_thread.limit(1))
            if case_id is None and reading.reference:
                case_id = await session.scalar(found.where(CaseRow.reference == reading.reference))
        return case_id

    async def _tell(self, case_id: str, row: InboxRow) -> None:
        handle = self.client.get_workflow_handle_for(RightsRequest.run, case_id)
        await handle.signal(RightsRequest.mail_arrived, MailArrived(inbox_id=row.id))

    async def _open(self, row: InboxRow, reading: Reading) -> None:
        rights = [d.right for d in reading.demands if d.right in HANDLED]
        triage = reading.needs_triage or not rights or reading.sender_ambiguous
        if reading.kind is MessageKind.AUTHORITY:
            rights = [Right.AUTHORITY_INQUIRY]
            triage = False
        known = reading.language in set(Language)
        opening = Opening(
            case_id=row.case_id,
            inbox_id=row.id,
            received_at=row.received_at,
            rights=rights,
            needs_triage=triage,
            language=reading.language if known else self.house.company.controller.language,
        )
        try:
            await self.client.start_workflow(
                RightsRequest.run,
                opening,
                id=row.case_id,
                task_queue=MAIN_QUEUE,
                start_signal="mail_arrived",
                start_signal_args=[MailArrived(inbox_id=row.id)],
                search_attributes=TypedSearchAttributes(
                    [SearchAttributePair(RIGHTS, [str(right) for right in rights])]
                ),
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            )
        except WorkflowAlreadyStartedError:
            return  # the case was opened, and has even closed: we died before marking the row


async def serve() -> None:
    """Listens and dispatches until told to stop."""
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
        starter = Starter(house, await connect(settings, house.keyring))
        async with AsyncExitStack() as open_ports:
            await _listen(open_ports, starter, wake.set)
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
    except (RPCError, SQLAlchemyError, OSError) as error:
        log.warning("cannot open cases now (%s); the inbox keeps them", type(error).__name__)


async def _listen(
    open_ports: AsyncExitStack, starter: Starter, arrived: Callable[[], None]
) -> None:
    settings = starter.house.settings
    wanted = [(settings.listen_port, False), (settings.lmtp_port, True)]
    if not any(port for port, _ in wanted):
        return
    try:
        from calends.mail.listener import listen
    except ImportError:
        raise Problem("the mail listener needs aiosmtpd; mend: install calends[listener]") from None
    for port, lmtp in wanted:
        if not port:
            continue
        try:
            server = await listen(
                starter.inbox,
                host=settings.listen_host,
                port=port,
                max_bytes=settings.listen_max_bytes,
                lmtp=lmtp,
                arrived=arrived,
            )
        except OSError as error:
            raise Problem(
                f"port {port} cannot be listened on ({error.strerror}); "
                "mend: set CALENDS_LISTEN_PORT"
            ) from error
        open_ports.push_async_callback(server.wait_closed)
        open_ports.callback(server.close)


async def take_files(files: list[Path]) -> None:
    """Takes .eml files. All are read before the first one is kept."""
    settings = load_settings()
    contents = [(file, read_eml(file, settings.listen_max_bytes)) for file in files]
    house = House.open(settings)
    try:
        starter = Starter(house, await connect(settings, house.keyring))
        for file, raw in contents:
            kept = await starter.inbox.keep(raw, channel="file", received_at=datetime.now(UTC))
            kind = await starter.dispatch(kept.inbox_id)
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
    commands.add_parser("serve", help="listen for mail and open cases")
    mail = commands.add_parser("mail", help="take .eml files")
    mail.add_argument("files", nargs="+", type=Path, metavar="FILE")
    chosen = parser.parse_args()
    run_process("starter", serve() if chosen.command == "serve" else take_files(chosen.files))


if __name__ == "__main__":
    main()
