"""An office under test: the real register, Temporal server, systems and mail, on loopback."""

from __future__ import annotations

import asyncio
import email
import email.policy
import email.utils
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

import yaml
from aiosmtpd.smtp import SMTP
from sqlalchemy import select
from temporalio.client import WorkflowHandle
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from activities.house import House
from calends.engine.client import connect
from calends.engine.embedded import Engine
from calends.engine.sample import seed_sample
from calends.letters.compose import plain_text
from calends.register.case_rows import NoticeRow
from calends.register.ledger import events
from calends.register.migrate import migrate
from calends.register.models import CaseRow, DemandRow, LedgerRow, OutboxRow, TaskRow
from calends.settings import Settings
from dispatching import Starter
from worker import make_worker, queues_of
from workflows.messages import Closing, ContactProved, TaskOutcome
from workflows.rights_request import RightsRequest

SAMPLE = Path(__file__).resolve().parents[1] / "examples" / "impro-solutions"
CODE = re.compile(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}\b")
LINK = re.compile(r"http://\S+/p/([a-z2-7]{32})")

Found = TypeVar("Found")


@dataclass
class Letter:
    """A mail that left the office."""

    sender: str
    recipients: list[str]
    mail: EmailMessage

    @property
    def text(self) -> str:
        return plain_text(self.mail)

    @property
    def code(self) -> str:
        found = CODE.search(self.text.replace(self.mail["Subject"], ""))
        assert found is not None, "no code in the letter"
        return found.group()

    @property
    def token(self) -> str:
        found = LINK.search(self.text)
        assert found is not None, "no link in the letter"
        return found.group(1)


@dataclass
class MailServer:
    """The company's outgoing server: keeps what it takes, refuses what it is told to."""

    letters: list[Letter] = field(default_factory=list)
    answer: str = "250 taken"
    to_recipient: str = ""
    from_sender: str = ""
    """What is said of each recipient, and of us as sender; "" takes them."""

    async def handle_MAIL(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.from_sender:
            return self.from_sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 fine"

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.to_recipient:
            return self.to_recipient
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
            assert isinstance(mail, EmailMessage)
            self.letters.append(Letter(envelope.mail_from, list(envelope.rcpt_tos), mail))
        return self.answer

    def to(self, address: str) -> list[Letter]:
        return [letter for letter in self.letters if address in letter.recipients]


@asynccontextmanager
async def mail_server() -> AsyncIterator[tuple[MailServer, int]]:
    sink = MailServer()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(sink, loop=loop), "127.0.0.1", 0)
    try:
        yield sink, server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def until(what: Callable[[], Awaitable[Found | None]], seconds: float = 30) -> Found:
    """Waits for something that must come to be; fails when it does not."""
    async with asyncio.timeout(seconds):
        while True:
            found = await what()
            if found:
                return found
            await asyncio.sleep(0.05)


@dataclass
class Office:
    house: House
    starter: Starter
    skipper: TimeSkipper
    post: MailServer
    engine: Engine

    async def receive(self, raw: bytes, received_at: datetime | None = None) -> str:
        """A mail arrives; returns the id of the case that it would open."""
        kept = await self.starter.inbox.keep(
            raw, channel="file", received_at=received_at or datetime.now(UTC)
        )
        await self.starter.dispatch(kept.inbox_id)
        return kept.case_id

    def case(self, case_id: str) -> WorkflowHandle[RightsRequest, Closing]:
        return self.skipper.client.get_workflow_handle_for(RightsRequest.run, case_id)

    async def letter(self, case_id: str, purpose: str) -> Letter:
        """The letter of that purpose once it has left."""

        async def sent() -> Letter | None:
            async with self.house.register.session() as session:
                message_id = await session.scalar(
                    select(OutboxRow.message_id).where(
                        OutboxRow.case_id == case_id,
                        OutboxRow.purpose == purpose,
                        OutboxRow.state == "sent",
                    )
                )
            found = [le for le in self.post.letters if le.mail["Message-ID"] == message_id]
            return found[0] if found else None

        return await until(sent)

    async def prove_contact(self, case_id: str) -> None:
        await self.letter(case_id, "identity_request")
        await self.case(case_id).execute_update(RightsRequest.prove_contact, ContactProved())

    async def task(self, case_id: str, kind: str) -> TaskRow:
        """The open task of that kind, once there is one."""

        async def opened() -> TaskRow | None:
            async with self.house.register.session() as session:
                row: TaskRow | None = await session.scalar(
                    select(TaskRow).where(
                        TaskRow.case_id == case_id, TaskRow.kind == kind, TaskRow.state == "open"
                    )
                )
                return row

        return await until(opened)

    async def complete(self, case_id: str, kind: str, outcome: str, **more: Any) -> None:
        task = await self.task(case_id, kind)
        done = TaskOutcome(task_id=task.id, version=task.version, outcome=outcome, **more)
        await self.case(case_id).execute_update(RightsRequest.complete_task, done)

    async def recipients_answer(self, case_id: str, text: str = "FAIT") -> int:
        """Every recipient who was told answers; returns how many were."""

        async def told() -> list[NoticeRow] | None:
            async with self.house.register.session() as session:
                rows = await session.scalars(
                    select(NoticeRow).where(
                        NoticeRow.case_id == case_id,
                        NoticeRow.by == "mail",
                        NoticeRow.state.in_(("pending", "told")),
                    )
                )
                found = list(rows)
            return found if found and all(row.told_at for row in found) else None

        rows = await until(told)
        addresses = {r.id: r.email for r in self.house.company.recipients}
        for row in rows:
            notice = await self.letter(case_id, row.purpose)
            await self.receive(
                mail(addresses[row.recipient], text, In_Reply_To=notice.mail["Message-ID"])
            )
        return len(rows)

    async def nothing_on_paper(self, case_id: str) -> None:
        await self.complete(case_id, "search_by_hand", "nothing")

    async def skip(self, case_id: str, by: timedelta) -> None:
        await self.skipper.fast_forward(self.case(case_id), by)

    async def closing(self, case_id: str, seconds: float = 60) -> Closing:
        async with asyncio.timeout(seconds):
            return await self.case(case_id).result()

    async def let_time_pass(self, case_id: str, seconds: float = 120) -> Closing:
        """Nobody acts any more: time runs to the end of the case."""
        async with asyncio.timeout(seconds):
            await self.skipper.fast_forward(self.case(case_id), None)
            return await self.case(case_id).result()

    async def row(self, case_id: str) -> CaseRow:
        async with self.house.register.session() as session:
            return await session.get_one(CaseRow, case_id)

    async def demands(self, case_id: str) -> dict[str, str]:
        async with self.house.register.session() as session:
            rows = await session.scalars(select(DemandRow).where(DemandRow.case_id == case_id))
            return {row.right: row.state for row in rows}

    async def ledger(self, case_id: str) -> list[tuple[str, dict[str, Any]]]:
        async with self.house.register.session() as session:
            return [(event.kind, dict(event.facts)) async for event in events(session, case_id)]

    async def sent(self, case_id: str) -> dict[str, datetime]:
        """Purpose of each letter sent -> its business instant."""
        async with self.house.register.session() as session:
            rows = await session.scalars(
                select(LedgerRow).where(
                    LedgerRow.case_id == case_id, LedgerRow.kind == "letter_sent"
                )
            )
            return {row.facts["purpose"]: row.at for row in rows}


def settings_of(env: dict[str, str], var: Path, smtp_port: int, company_file: Path) -> Settings:
    return Settings(
        _env_file=None,
        var=var,
        company_file=company_file,
        database_url=env["CALENDS_DATABASE_URL"],
        temporal_address=env["CALENDS_TEMPORAL_ADDRESS"],
        temporal_namespace=env["CALENDS_TEMPORAL_NAMESPACE"],
        master_key_file=Path(env["CALENDS_MASTER_KEY_FILE"]),
        signing_key_file=Path(env["CALENDS_SIGNING_KEY_FILE"]),
        smtp_port=smtp_port,
    )


def company_with(folder: Path, changes: Mapping[str, Any]) -> Path:
    """The sample's company file with other settings: mappings are merged, all else replaced."""
    if not changes:
        return SAMPLE / "company.yml"
    company = yaml.safe_load((SAMPLE / "company.yml").read_text(encoding="utf-8"))
    for name, value in changes.items():
        known = company.get(name)
        company[name] = known | value if isinstance(known, dict) else value
    folder.mkdir(parents=True)
    (folder / "datasets").symlink_to(SAMPLE / "datasets")
    file = folder / "company.yml"
    file.write_text(yaml.safe_dump(company, allow_unicode=True), encoding="utf-8")
    return file


def _open_systems(house: House) -> None:
    """Now: a later office of the same run puts the addresses of its own into the environment."""
    for entry in house.company.systems:
        if entry.declared:
            house.system(entry.id)
            if entry.may_act:
                house.system(entry.id, for_acts=True)


@asynccontextmanager
async def open_office(
    var: Path, *, company: Mapping[str, Any] | None = None
) -> AsyncIterator[Office]:
    """Everything runs, with the sample company and its systems freshly seeded. `company`: what
    its file says otherwise."""
    async with AsyncExitStack() as stack:
        engine = await stack.enter_async_context(
            Engine(var, time_skipping=True, report=lambda line: None)
        )
        await migrate(engine.env["CALENDS_DATABASE_URL"])
        urls = await seed_sample(engine.env["CALENDS_DATABASE_URL"], SAMPLE, fresh=True)
        os.environ.update(urls)
        post, port = await stack.enter_async_context(mail_server())
        file = company_with(var.parent / "company", company or {})
        house = House.open(settings_of(engine.env, var, port, file))
        stack.push_async_callback(house.close)
        _open_systems(house)
        client = await connect(house.settings, house.keyring)
        skipper = TimeSkipper(client, config=TimeSkippingConfig(enabled=False))
        for queue in queues_of(house):
            await stack.enter_async_context(make_worker(skipper.client, house, queue))
        yield Office(house, Starter(house, skipper.client), skipper, post, engine)


def mail(sender: str, text: str, subject: str = "Mes données", **headers: str) -> bytes:
    """A plain mail to the company, with a Message-ID of its own."""
    message = EmailMessage()
    message["From"], message["To"] = sender, "contact@impro-solutions.fr"
    message["Subject"] = subject
    message["Message-ID"] = f"<{os.urandom(8).hex()}@writer.example>"
    message["Date"] = email.utils.format_datetime(datetime.now(UTC))
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()
