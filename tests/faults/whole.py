"""The whole of `calends up` as child processes, used and looked at from outside."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiosmtplib
import httpx
import psutil

from calends.engine.ports import free_ports
from tests.engine.service import own_directory
from tests.office import CODE, LINK, SAMPLE, MailServer, mail, mail_server, until

CALENDS = [str(Path(sys.executable).with_name("calends"))]
ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."


@dataclass
class Service:
    env: dict[str, str]
    post: MailServer
    folder: Path
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    async def up(self) -> subprocess.Popen[bytes]:
        log = self.folder / f"up{len(self.started)}.log"
        with log.open("wb") as output:
            child = subprocess.Popen(
                [*CALENDS, "up"], env=self.env, stdout=output, stderr=subprocess.STDOUT
            )
        self.started.append(child)

        async def ready() -> bool:
            logs = self.folder.glob("var/logs/postgres.log")
            assert child.poll() is None, log.read_text() + "".join(f.read_text() for f in logs)
            return "Ctrl-C stops" in log.read_text()

        await until(ready, seconds=60)
        return child

    async def calends(self, *arguments: str) -> str:
        """Runs a command; fails with what it printed when it does not exit 0."""
        done = await asyncio.to_thread(
            subprocess.run, [*CALENDS, *arguments], env=self.env, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    async def send(self, address: str) -> None:
        async with asyncio.timeout(60):
            while True:
                try:
                    await aiosmtplib.send(
                        mail(address, ACCESS),
                        sender=address,
                        recipients=["contact@impro-solutions.fr"],
                        hostname="127.0.0.1",
                        port=int(self.env["CALENDS_LISTEN_PORT"]),
                        start_tls=False,
                    )
                except (aiosmtplib.SMTPException, OSError):
                    await asyncio.sleep(0.3)
                else:
                    return

    async def page(self, address: str) -> tuple[str, str]:
        async def linked() -> str | None:
            texts = [letter.text for letter in self.post.to(address)]
            return next((text for text in texts if LINK.search(text)), None)

        text = await until(linked, seconds=60)
        link, code = LINK.search(text), CODE.search(text)
        assert link is not None
        assert code is not None
        return link.group(), code.group()

    async def closed_case(self) -> dict[str, Any]:
        """The case once it is closed; letters left in doubt by the kill are said to have gone."""

        async def found() -> dict[str, Any] | None:
            tasks = await self.calends("task", "list", "--json")
            for task in map(json.loads, tasks.splitlines()):
                if task["kind"] == "mend_delivery":
                    await self.calends("task", "complete", task["id"], "--outcome", "was_sent")
            listed = await self.calends("case", "list", "--all", "--json")
            cases = [json.loads(line) for line in listed.splitlines()]
            return next((case for case in cases if case["state"] == "closed"), None)

        return await until(found, seconds=60)

    async def prove(self, link: str, code: str) -> None:
        """The person types their code."""
        async with httpx.AsyncClient(timeout=30) as browser:
            answer = await browser.post(
                link, data={"code": code}, headers={"Sec-Fetch-Site": "same-origin"}
            )
            answer.raise_for_status()

    async def search_by_hand(self) -> None:
        """A colleague finds nothing on paper."""

        async def asked() -> str | None:
            tasks = await self.calends("task", "list", "--json")
            return next(
                (json.loads(t)["id"] for t in tasks.splitlines() if "search_by_hand" in t), None
            )

        task = await until(asked, seconds=60)
        await self.calends("task", "complete", task, "--outcome", "nothing")


def kill_all(supervisor: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the supervisor and everything it started, at once."""
    ours = psutil.Process(supervisor.pid)
    family = [ours, *ours.children(recursive=True)]
    for process in family:
        process.suspend()  # nobody may restart anybody
    for process in family:
        process.send_signal(signal.SIGKILL)
    supervisor.wait()


@asynccontextmanager
async def whole_service() -> AsyncIterator[Service]:
    """Not started yet; what was started is stopped at the end."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(own_directory())
        post, port = await stack.enter_async_context(mail_server())
        web, listen = free_ports(2)
        kept = {name: value for name, value in os.environ.items() if "CALENDS" not in name}
        env = kept | {
            "CALENDS_VAR": str(folder / "var"),
            "CALENDS_COMPANY_FILE": str(SAMPLE / "company.yml"),
            "CALENDS_WEB_PORT": str(web),
            "CALENDS_LISTEN_PORT": str(listen),
            "CALENDS_SMTP_PORT": str(port),
        }
        opened = Service(env, post, folder)
        try:
            yield opened
        finally:
            for child in opened.started:
                if child.poll() is None:
                    child.send_signal(signal.SIGINT)
                    child.wait(60)
