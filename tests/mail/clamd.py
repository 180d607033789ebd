"""A virus scanner on loopback: ClamAV's own daemon where it is installed, and one by script."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from calends.mail.scanner import alive
from tests.office import until

MALICE = b"malice-for-a-test-2e1b"
"""What the daemon takes for malware: our only signature."""


def installed() -> bool:
    return shutil.which("clamd") is not None


@asynccontextmanager
async def running_clamd(folder: Path, *, most_bytes: int = 2_000_000) -> AsyncIterator[str]:
    """The daemon with one signature of ours, on a socket; gives its address."""
    signatures, socket = folder / "signatures", folder / "clamd.sock"
    signatures.mkdir()
    (signatures / "test.ndb").write_text(f"Calends.Test:0:*:{MALICE.hex()}\n")
    config = folder / "clamd.conf"
    config.write_text(
        f"LocalSocket {socket}\nDatabaseDirectory {signatures}\nForeground yes\n"
        f"StreamMaxLength {most_bytes}\n"
    )
    daemon = await asyncio.create_subprocess_exec(
        "clamd", "--config-file", str(config), stdout=-3, stderr=-3
    )
    try:
        await until(lambda: alive(str(socket)), seconds=60)
        yield str(socket)
    finally:
        daemon.kill()
        await daemon.wait()


@asynccontextmanager
async def scripted_clamd(answer: bytes) -> AsyncIterator[str]:
    """Says this to whatever it is sent; nothing at all for an empty answer."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        command = await reader.readuntil(b"\0")
        while command == b"zINSTREAM\0":
            size = int.from_bytes(await reader.readexactly(4))
            if not size:
                break
            await reader.readexactly(size)
        writer.write(answer)
        await writer.drain()
        if not answer:
            await reader.read()  # until the asker gives up
        writer.close()

    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
