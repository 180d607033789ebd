"""`calends read`: what intake would make of each message, changing nothing."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import click

from calends.mail.guard import Guard
from calends.mail.message import MAX_RAW
from calends.mail.reading import IdentityRead, Reading
from calends.problems import Problem

AT_ONCE = 8


@click.command(name="read")
@click.argument("files", nargs=-1, required=True, metavar="FILE.eml...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, `file` first.")
def app(files: tuple[str, ...], as_json: bool) -> None:
    """What intake would make of each message. Needs no server and changes nothing."""
    # All are opened before the first is printed: a bad one leaves nothing half done.
    asyncio.run(_tell([(file, _bytes_of(file)) for file in files], as_json))


async def _tell(messages: list[tuple[str, bytes]], as_json: bool) -> None:
    """Reads a few at once, behind the guard as intake does, and prints them in their order."""
    guard, separator = Guard(), ""
    try:
        for start in range(0, len(messages), AT_ONCE):
            some = messages[start : start + AT_ONCE]
            looks = await asyncio.gather(*(guard.look(raw) for _, raw in some))
            for (file, _), look in zip(some, looks, strict=True):
                text = _as_json if as_json else _as_text
                click.echo(separator + text(file, look.reading))
                separator = "" if as_json else "\n"
    finally:
        await guard.close()


def _bytes_of(file: str) -> bytes:
    path = Path(file)
    try:
        if not path.is_file():
            raise Problem(f"{_name(file)}: not a file; give the path of a saved message (.eml)")
        if path.stat().st_size > MAX_RAW:
            raise Problem(f"{_name(file)}: larger than {MAX_RAW // 1024**2} MiB")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or "not a usable path"
        raise Problem(f"{_name(file)}: cannot be read ({why})") from error


def _name(file: str) -> str:
    """A path in one printable line."""
    return ascii(file)[1:-1][:200]


def _as_json(file: str, reading: Reading) -> str:
    shown = {"file": file, **reading.model_dump(mode="json")}
    # Half a character in a file name (a lone surrogate) has no UTF-8.
    return json.dumps(shown, ensure_ascii=False).encode("utf-8", "replace").decode()


def _as_text(file: str, reading: Reading) -> str:
    lines = [f"{_name(file)}: {reading.kind} ({reading.language})"]
    for demand in reading.demands:
        lines.append(f"  {demand.right}  {demand.confidence:.2f}  “{_printable(demand.quote)}”")
    if reading.reference:
        lines.append(f"  reference  {reading.reference}")
    if reading.codes:
        lines.append(f"  codes      {', '.join(reading.codes)}")
    lines += [f"  {label:<11}{_printable(value)}" for label, value in _identity(reading.identity)]
    if reading.sender_ambiguous:
        lines.append("  the sender is ambiguous and proves nothing")
    if reading.needs_triage:
        lines.append(f"  a human must look: {', '.join(reading.triage_reasons)}")
    return "\n".join(lines)


def _identity(identity: IdentityRead) -> list[tuple[str, str]]:
    shown = [
        ("name", identity.name or ""),
        ("addresses", ", ".join(identity.addresses)),
        ("phones", ", ".join(identity.phones)),
        ("numbers", ", ".join(identity.customer_numbers)),
        ("postal", identity.postal_address or ""),
    ]
    return [(label, value) for label, value in shown if value]


def _printable(text: str) -> str:
    """A stranger's text on one line, without what a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))
