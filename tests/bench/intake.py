"""Mail coming in: how fast it is kept, what the guard costs, and what a 25 MB mail takes.

python -m tests.bench.intake [--quick]

Rates are of one run on this machine; the guard's is beside the same look without a guard.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path

import aiosmtplib
import psutil
from sqlalchemy import func, select

from calends.engine.embedded import Engine
from calends.engine.ports import free_ports
from calends.mail.guard import Guard
from calends.mail.look import look
from calends.register.database import Register
from calends.register.migrate import migrate
from calends.register.models import InboxRow
from tests.engine.service import own_directory
from tests.office import SAMPLE, mail, until

MAILS = 400
QUICK_MAILS = 100
LARGE_BYTES = 25_000_000
AIM_MEGABYTES = 200


async def behind_the_guard() -> None:
    """Messages per second of wall time, one after the other, with and without a guard."""
    mails = [file.read_bytes() for file in sorted((SAMPLE / "mailbox").glob("*.eml"))] * 20
    guard = Guard(size=1)
    await guard.look(mails[0])
    began = time.perf_counter()
    for raw in mails:
        await guard.look(raw)
    guarded = len(mails) / (time.perf_counter() - began)
    look(mails[0])  # the grammars are compiled when first used, here as there
    began = time.perf_counter()
    for raw in mails:
        look(raw)
    bare = len(mails) / (time.perf_counter() - began)
    await guard.close()
    print(
        f"a look behind the guard: {guarded:.0f} per second, in this process {bare:.0f} "
        f"(ratio {guarded / bare:.2f})"
    )


async def coming_in(folder: Path, mails: int) -> None:
    """A starter of its own takes small mails over SMTP, then one of 25 MB."""
    async with AsyncExitStack() as stack:
        engine = await stack.enter_async_context(Engine(folder / "var", report=lambda line: None))
        await migrate(engine.env["CALENDS_DATABASE_URL"])
        (port,) = free_ports(1)
        env = engine.env | {
            "CALENDS_COMPANY_FILE": str(SAMPLE / "company.yml"),
            "CALENDS_LISTEN_PORT": str(port),
            "CALENDS_LISTEN_MAX_BYTES": str(2 * LARGE_BYTES),
            "CALENDS_LOG_LEVEL": "WARNING",
        }
        starter = await asyncio.create_subprocess_exec(
            sys.executable, "starter.py", "serve", env=os.environ | env, stdout=-1
        )
        stack.callback(starter.kill)
        assert starter.stdout is not None
        assert b"ready" in await starter.stdout.readline()
        register = Register(env["CALENDS_DATABASE_URL"])
        stack.push_async_callback(register.close)
        small = [mail(f"w{n}@courriel.example", "Merci pour le devis.") for n in range(mails)]
        began = time.perf_counter()
        await asyncio.gather(*(hand_over(port, small[n::4]) for n in range(4)))
        rate = mails / (time.perf_counter() - began)
        await until(lambda: dispatched(register, mails), seconds=300)
        both = mails / (time.perf_counter() - began)
        print(f"mail in: {rate:.0f} kept per second over SMTP, {both:.0f} kept and dispatched")
        before = peak(starter.pid)
        await hand_over(port, [large()])
        await until(lambda: dispatched(register, mails + 1), seconds=300)
        children = psutil.Process(starter.pid).children()
        most = max(peak(child.pid) for child in children)
        print(
            f"a mail of 25 MB: starter {peak(starter.pid):.0f} MB at most ({before:.0f} before), "
            f"its parser {most:.0f} MB (aim: each under {AIM_MEGABYTES})"
        )


async def hand_over(port: int, mails: list[bytes]) -> None:
    async with aiosmtplib.SMTP(
        hostname="127.0.0.1", port=port, start_tls=False, timeout=120
    ) as server:
        for raw in mails:
            await server.mail("relay@mx.example")
            await server.rcpt("contact@impro-solutions.fr")
            await server.data(raw)


async def dispatched(register: Register, count: int) -> bool:
    async with register.session() as session:
        done = select(func.count()).where(InboxRow.state == "dispatched")
        return (await session.scalar(done) or 0) >= count


def large() -> bytes:
    head = (
        b"From: large@courriel.example\r\nMessage-ID: <large@courriel.example>\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
        + "Je souhaite une copie de mes données.\r\n".encode()
        + b"--b\r\nContent-Type: application/pdf; name=x.pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n"
    )
    line = b"QUJD" * 19 + b"\r\n"
    return head + line * ((LARGE_BYTES - len(head)) // len(line)) + b"--b--\r\n"


def peak(pid: int) -> float:
    """The most that a process ever held, megabytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1000


async def main() -> None:
    quick = "--quick" in sys.argv[1:]
    await behind_the_guard()
    with own_directory() as folder:
        await coming_in(folder, QUICK_MAILS if quick else MAILS)


if __name__ == "__main__":
    asyncio.run(main())
