"""The company's virus scanner, where it has one: ClamAV's daemon, asked over its socket.

What people send stays sealed and is never opened here. It is scanned at the moment in which a
human is about to be handed it, with the signatures of that day.
"""

from __future__ import annotations

import asyncio
import logging
from enum import StrEnum

log = logging.getLogger("calends.scanner")

SECONDS = 60.0
"""Of one scan: a large archive takes long."""

PIECE = 1 << 18
PORT = 3310


class Scan(StrEnum):
    CLEAN = "clean"
    INFECTED = "infected"
    NOT_SCANNED = "not_scanned"
    """The scanner is away, or takes nothing so large: nobody can say."""


async def scan(address: str, content: bytes, *, seconds: float = SECONDS) -> Scan:
    """`address`: the path of a socket, or host:port; empty: there is no scanner, all is clean."""
    if not address:
        return Scan.CLEAN
    try:
        async with asyncio.timeout(seconds):
            answer = await _ask(address, b"zINSTREAM\0", content)
    except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError) as error:
        log.warning("a file could not be scanned (%s)", type(error).__name__)
        return Scan.NOT_SCANNED
    if answer == b"stream: OK":
        return Scan.CLEAN
    if answer.endswith(b" FOUND"):
        return Scan.INFECTED
    log.warning("a file could not be scanned (the scanner refused it)")
    return Scan.NOT_SCANNED


async def alive(address: str, *, seconds: float = 5.0) -> bool:
    """Whether the scanner answers."""
    try:
        async with asyncio.timeout(seconds):
            return await _ask(address, b"zPING\0") == b"PONG"
    except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError):
        return False


async def _ask(address: str, command: bytes, content: bytes | None = None) -> bytes:
    """Raises ValueError for an address that is none."""
    reader, writer = await _connected(address)
    try:
        writer.write(command)
        if content is not None:
            await _stream(writer, content)
        return (await reader.readuntil(b"\0")).rstrip(b"\0")
    except asyncio.LimitOverrunError as error:
        raise ValueError("an answer without end") from error
    finally:
        writer.transport.abort()


async def _stream(writer: asyncio.StreamWriter, content: bytes) -> None:
    """Pieces with their length before them, then none. A scanner that has seen enough hangs up
    in the middle; its answer is there to be read all the same."""
    try:
        for start in range(0, len(content), PIECE):
            piece = content[start : start + PIECE]
            writer.write(len(piece).to_bytes(4) + piece)
            await writer.drain()
        writer.write(bytes(4))
        await writer.drain()
    except ConnectionError:
        return


async def _connected(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if address.startswith("/"):
        return await asyncio.open_unix_connection(address)
    host, colon, port = address.rpartition(":")
    return await asyncio.open_connection(host if colon else address, int(port) if colon else PORT)
