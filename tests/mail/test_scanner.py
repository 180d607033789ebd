"""The virus scanner: what it says of a file, and what is said when it says nothing."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from calends.mail.scanner import Scan, alive, scan
from tests.mail.clamd import MALICE, installed, running_clamd, scripted_clamd
from tests.office import mail

CLAMD = pytest.mark.skipif(not installed(), reason="clamd is not installed")


@CLAMD
async def test_clamd_finds_what_is_malicious_and_lets_pass_what_is_not(tmp_path: Path) -> None:
    async with running_clamd(tmp_path) as address:
        assert await scan(address, b"harmless") is Scan.CLEAN
        assert await scan(address, b"") is Scan.CLEAN
        assert await scan(address, b"x" * 700_000 + MALICE) is Scan.INFECTED


@CLAMD
async def test_clamd_finds_what_hides_in_a_mail(tmp_path: Path) -> None:
    part = base64.encodebytes(MALICE * 20).decode()
    raw = mail("a@courriel.example", part, Content_Transfer_Encoding="base64")
    async with running_clamd(tmp_path) as address:
        assert await scan(address, raw) is Scan.INFECTED


@CLAMD
async def test_a_file_larger_than_clamd_takes_is_not_scanned(tmp_path: Path) -> None:
    async with running_clamd(tmp_path, most_bytes=100_000) as address:
        assert await scan(address, b"y" * 3_000_000) is Scan.NOT_SCANNED


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (b"stream: OK\0", Scan.CLEAN),
        (b"stream: Eicar-Signature FOUND\0", Scan.INFECTED),
        (b"INSTREAM size limit exceeded. ERROR\0", Scan.NOT_SCANNED),
        (b"UNKNOWN COMMAND\0", Scan.NOT_SCANNED),
        (b"stream: OK", Scan.NOT_SCANNED),
        (b"z" * 200_000, Scan.NOT_SCANNED),
        (b"", Scan.NOT_SCANNED),
    ],
    ids=["ok", "found", "too large", "another protocol", "cut off", "endless", "silent"],
)
async def test_only_a_clear_yes_lets_a_file_pass(answer: bytes, found: Scan) -> None:
    async with scripted_clamd(answer) as address:
        assert await scan(address, b"x" * 600_000, seconds=1.0) is found


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nowhere/clamd.sock", "127.0.0.1:x", ":"])
async def test_a_scanner_that_is_not_there_says_nothing_of_a_file(address: str) -> None:
    assert await scan(address, b"x") is Scan.NOT_SCANNED
    assert not await alive(address)


async def test_without_a_scanner_every_file_passes() -> None:
    assert await scan("", MALICE) is Scan.CLEAN


async def test_a_scanner_that_answers_is_alive() -> None:
    async with scripted_clamd(b"PONG\0") as address:
        assert await alive(address)
