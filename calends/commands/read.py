"""`calends read`: what intake would make of each message, changing nothing."""

from __future__ import annotations

import json
from pathlib import Path

import click

from calends.mail.message import MAX_RAW
from calends.mail.reading import IdentityRead, Reading, read_message
from calends.problems import Problem


@click.command(name="read")
@click.argument("files", nargs=-1, required=True, metavar="FILE.eml...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, `file` first.")
def app(files: tuple[str, ...], as_json: bool) -> None:
    """What intake would make of each message. Needs no server and changes nothing."""
    # All are opened before the first is printed: a bad one leaves nothing half done.
    messages = [(file, _bytes_of(file)) for file in files]
    for number, (file, raw) in enumerate(messages):
        reading = read_message(raw)
        if as_json:
            click.echo(_as_json(file, reading))
        else:
            click.echo(("\n" if number else "") + _as_text(file, reading))


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
