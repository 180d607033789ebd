"""Where the demo takes place: a fresh state directory, the whole service, a mail server."""

from __future__ import annotations

import asyncio
import email
import email.policy
import os
import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from activities.house import House
from calends.engine.client import connect
from calends.engine.embedded import Engine
from calends.engine.parts import service_parts
from calends.engine.ports import free_ports
from calends.problems import Problem
from calends.settings import Settings, load_settings

MARK = ".calends-demo"
"""Stands in the demo's own directory: only a directory that has it is ever cleared."""


@dataclass
class Mailboxes:
    """The mail server of everybody outside: keeps what the office sends."""

    letters: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        self.letters.append(mail)
        return "250 taken"

    def of(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if address in str(letter["To"])]


@dataclass
class Place:
    folder: Path
    settings: Settings
    house: House
    skipper: TimeSkipper
    mailboxes: Mailboxes
    began: float


def clear(folder: Path) -> None:
    """Empties the demo's directory. Raises Problem for one that is not the demo's."""
    if folder.exists():
        if not (folder / MARK).exists() and any(folder.iterdir()):
            raise Problem(f"{folder} is there and not the demo's; move it away")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).touch()


@asynccontextmanager
async def place(sample: Path, folder: Path, say: Callable[[str], None]) -> AsyncIterator[Place]:
    """The service of `calends up`, on free ports, with a clock that can be moved."""
    began = time.monotonic()
    mailboxes, loop = Mailboxes(), asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        outside = await loop.create_server(lambda: SMTP(mailboxes, loop=loop), "127.0.0.1", 0)
        stack.callback(outside.close)
        web, listen = free_ports(2)
        settings = {
            "CALENDS_COMPANY_FILE": str((sample / "company.yml").resolve()),
            "CALENDS_WEB_HOST": "127.0.0.1",
            "CALENDS_WEB_PORT": str(web),
            "CALENDS_LISTEN_HOST": "127.0.0.1",
            "CALENDS_LISTEN_PORT": str(listen),
            "CALENDS_PUBLIC_URL": f"http://127.0.0.1:{web}",
            "CALENDS_SMTP_HOST": "127.0.0.1",
            "CALENDS_SMTP_PORT": str(outside.sockets[0].getsockname()[1]),
        }
        engine = Engine(
            folder, parts=service_parts, settings=settings, time_skipping=True, report=say
        )
        await stack.enter_async_context(engine)
        os.environ.update(engine.env)
        house = House.open(load_settings())
        stack.push_async_callback(house.close)
        client = await connect(house.settings, house.keyring)
        skipper = TimeSkipper(client, config=TimeSkippingConfig(enabled=False))
        yield Place(folder, house.settings, house, skipper, mailboxes, began)
