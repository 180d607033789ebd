"""Behind the guard a message can hurt only itself."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from calends.mail.guard import Guard, look_once
from calends.mail.look import look
from calends.mail.message import Unparseable
from calends.rules.vocabulary import MessageKind
from tests.mail.samples import letter

GOOD = letter("Je souhaite une copie de toutes mes données personnelles.")


def misbehaving(subject: str) -> bytes:
    return f"From: writer@courriel.example\nSubject: {subject}\n\nbody".encode()


@pytest.fixture
async def guard() -> AsyncIterator[Guard]:
    """A guard whose child misbehaves when the subject asks for it."""
    made = Guard(cpu_seconds=1, module="tests.mail.stuck_child")
    yield made
    await made.close()


async def test_what_comes_back_is_what_a_look_in_this_process_sees() -> None:
    assert await look_once(GOOD) == look(GOOD)


async def test_no_mail_at_all_says_why() -> None:
    guard = Guard()
    with pytest.raises(Unparseable) as refused:
        await guard.parse(b" ")
    assert refused.value.reason == "empty"
    assert (await guard.look(b" ")).unreadable == "empty"
    await guard.close()


@pytest.mark.parametrize(
    ("subject", "why"),
    [("spin", "time"), ("swell", "memory"), ("crash", "crash"), ("defect", "defect")],
)
async def test_a_message_that_costs_too_much_is_quarantined_with_its_reason_and_its_sender(
    guard: Guard, subject: str, why: str
) -> None:
    seen = await guard.look(misbehaving(subject))
    assert (seen.reading.kind, seen.unreadable) == (MessageKind.QUARANTINE, why)
    assert seen.reading.needs_triage
    assert seen.mail is not None
    assert seen.mail.sender.address == "writer@courriel.example"
    assert (await guard.parse(misbehaving(subject))).sender == seen.mail.sender
    assert (await guard.look(GOOD)).reading.kind is MessageKind.REQUEST


async def test_a_parser_that_waits_for_ever_is_ended_too(guard: Guard) -> None:
    guard.wall_seconds = 1.5
    assert (await guard.look(misbehaving("wait"))).unreadable == "time"


async def test_other_mail_flows_while_one_message_burns_its_time(guard: Guard) -> None:
    burning = asyncio.create_task(guard.look(misbehaving("spin")))
    await guard.look(GOOD)
    flowed = 0
    while not burning.done():
        assert (await guard.look(GOOD)).reading.kind is MessageKind.REQUEST
        flowed += 1
    assert flowed > 10
    assert (await burning).unreadable == "time"


async def test_a_child_killed_while_idle_costs_no_message(guard: Guard) -> None:
    await guard.look(GOOD)
    os.kill(guard.idle_pids()[0], signal.SIGKILL)
    assert (await guard.look(GOOD)).reading.kind is MessageKind.REQUEST


async def test_what_libraries_print_does_not_disturb_the_answer(guard: Guard) -> None:
    assert not (await guard.look(misbehaving("chatter"))).unreadable


async def test_the_child_is_given_no_secret(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALENDS_DATABASE_URL", "secret")
    monkeypatch.setenv("CONTACT_PASSWORD", "secret")
    assert not (await guard.look(misbehaving("environment"))).unreadable


async def test_a_look_given_up_leaves_no_child_at_work(guard: Guard) -> None:
    working = asyncio.create_task(guard.look(misbehaving("wait")))
    while not psutil.Process().children():
        await asyncio.sleep(0.01)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert not [c for c in psutil.Process().children() if "stuck_child" in " ".join(c.cmdline())]


ORPHANING = """
import asyncio
from calends.mail.guard import Guard

async def main():
    guard = Guard()
    await guard.look(b"From: a@b.example\\n\\nx")
    print(guard.idle_pids()[0], flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


def test_children_end_with_a_process_that_was_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", ORPHANING], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    deadline = time.monotonic() + 30
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read in /proc")
async def test_a_25_mb_mail_is_read_within_200_mb() -> None:
    attached = (b"QUJD" * 19 + b"\r\n") * 326_000
    raw = (
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
        + "Je souhaite une copie de mes données.".encode()
        + b"\r\n--b\r\nContent-Type: application/pdf; name=x.pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + attached + b"--b--\r\n"
    )
    assert len(raw) > 25_000_000
    guard = Guard(size=1)
    assert (await guard.look(raw)).reading.kind is MessageKind.REQUEST
    with open(f"/proc/{guard.idle_pids()[0]}/status", encoding="ascii") as status:
        peak = next(line for line in status if line.startswith("VmHWM"))
    assert int(peak.split()[1]) < 200_000
    await guard.close()
