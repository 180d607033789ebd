"""Real worker and starter processes of a small office, to be killed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP
from sqlalchemy import select

from activities.house import House
from calends.desk.completing import Answer, complete_task
from calends.desk.queue import waiting
from calends.engine.client import connect
from calends.engine.embedded import Engine
from calends.engine.ports import free_ports
from calends.problems import Problem
from calends.register.migrate import migrate
from calends.register.models import CaseRow
from calends.settings import Settings
from dispatching import Starter
from tests.engine.service import own_directory
from tests.office import SAMPLE, MailServer, until

ROOT = SAMPLE.parents[1]


@dataclass
class Office:
    env: dict[str, str]
    house: House
    starter: Starter
    post: MailServer
    folder: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{command[0]}.log").open("ab") as log:
            child = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=os.environ | self.env,
                stdout=log,
                stderr=log,
            )
        self.running.append(child)
        return child

    def kill(self, child: subprocess.Popen[bytes]) -> None:
        child.send_signal(signal.SIGKILL)
        child.wait()

    async def closed(self, case_id: str, seconds: float = 90) -> CaseRow:
        async def over() -> CaseRow | None:
            async with self.house.register.session() as session:
                case: CaseRow | None = await session.scalar(
                    select(CaseRow).where(CaseRow.id == case_id, CaseRow.closed_at.is_not(None))
                )
                return case

        return await until(over, seconds)

    async def desk(self, answers: dict[str, Answer]) -> None:
        """Does the tasks that it knows an answer to, until cancelled."""
        while True:
            for task in await waiting(self.house.register, None):
                if task["kind"] in answers:
                    try:
                        await complete_task(
                            self.house.register,
                            self.house.settings,
                            task["id"],
                            answers[task["kind"]],
                        )
                    except Problem:
                        continue  # the worker is dead just now; the task waits
            await asyncio.sleep(0.2)


@asynccontextmanager
async def open_office(post: MailServer) -> AsyncIterator[Office]:
    loop: Any = asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(own_directory())
        sink = await loop.create_server(lambda: SMTP(post, loop=loop), "127.0.0.1", 0)
        stack.callback(sink.close)
        (listen,) = free_ports(1)
        settings = {
            "CALENDS_COMPANY_FILE": str(SAMPLE / "company.yml"),
            "CALENDS_LISTEN_PORT": str(listen),
            "CALENDS_SMTP_PORT": str(sink.sockets[0].getsockname()[1]),
        }
        engine = await stack.enter_async_context(
            Engine(folder / "var", settings=settings, report=lambda line: None)
        )
        env = dict(engine.env)
        await migrate(env["CALENDS_DATABASE_URL"])
        from calends.engine.sample import seed_sample

        os.environ.update(await seed_sample(env["CALENDS_DATABASE_URL"], SAMPLE, fresh=True))
        fields = {
            name.removeprefix("CALENDS_").lower(): value
            for name, value in env.items()
            if name.removeprefix("CALENDS_").lower() in Settings.model_fields
        }
        house = House.open(Settings(_env_file=None, **fields))  # type: ignore[arg-type]
        stack.push_async_callback(house.close)
        client = await connect(house.settings, house.keyring)
        office = Office(env, house, Starter(house, client), post, folder)
        try:
            yield office
        finally:
            for child in office.running:
                if child.poll() is None:
                    office.kill(child)
