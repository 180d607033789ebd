"""`calends read`: what intake would make of each message, changing nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import click

from calends.mail.authentication import Check
from calends.mail.guard import Guard
from calends.mail.message import MAX_RAW
from calends.mail.ourselves import NOBODY, Ourselves, ourselves
from calends.mail.persons_meant import Role
from calends.mail.reading import DemandRead, Reading
from calends.problems import Problem

AT_ONCE = 8


@click.command(name="read")
@click.argument("files", nargs=-1, required=True, metavar="FILE.eml...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, `file` first.")
@click.option(
    "--company",
    envvar="CALENDS_COMPANY_FILE",
    type=click.Path(path_type=Path),
    help="The company file, to judge senders by its mail server and its domains.",
)
def app(files: tuple[str, ...], as_json: bool, company: Path | None) -> None:
    """What intake would make of each message. Needs no server and changes nothing."""
    ours = _ours(company)
    # All are opened before the first is printed: a bad one leaves nothing half done.
    asyncio.run(_tell([(file, _bytes_of(file)) for file in files], ours, as_json))


async def _tell(messages: list[tuple[str, bytes]], ours: Ourselves, as_json: bool) -> None:
    """Reads a few at once, behind the guard as intake does, and prints them in their order."""
    guard, separator = Guard(ours=ours), ""
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


def _ours(company: Path | None) -> Ourselves:
    if company is None:
        return NOBODY
    from calends.company import load_company

    return ourselves(load_company(company))


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
        lines += _demand(demand)
    lines += [f"  {label:<11}{_printable(value)}" for label, value in _facts(reading) if value]
    if reading.sender_ambiguous:
        lines.append("  the sender is ambiguous and proves nothing")
    if reading.needs_triage:
        lines.append(f"  a human must look: {', '.join(reading.triage_reasons)}")
    return "\n".join(lines)


def _demand(demand: DemandRead) -> list[str]:
    lines = [f"  {demand.right}  {demand.confidence:.2f}  “{_printable(demand.quote)}”"]
    if demand.channels:
        lines.append(f"    channels  {', '.join(demand.channels)}")
    for said in demand.corrections:
        old, new = _printable(said.old or "?"), _printable(said.new or "?")
        lines.append(f"    {said.field}  {old} → {new}")
    if demand.includes:
        lines.append(f"    with      {', '.join(demand.includes)}")
    return lines


def _facts(reading: Reading) -> Iterator[tuple[str, str]]:
    yield "reference", reading.reference or ""
    yield "codes", ", ".join(reading.codes)
    identity = reading.identity
    yield "name", identity.name or ""
    yield "born", identity.birth_date or ""
    yield "addresses", ", ".join(identity.addresses)
    yield "phones", ", ".join(identity.phones)
    yield "numbers", ", ".join(identity.customer_numbers)
    yield "postal", identity.postal_address or ""
    person = reading.person
    yield "writes as", "" if person.role is Role.SELF else str(person.role)
    yield "about", "several persons" if person.several_persons else ""
    yield "persons", ", ".join(person.names)
    yield "hints", ", ".join(person.hints)
    yield "chases", ("yes: " + ", ".join(reading.chased)).rstrip(": ") if reading.chases else ""
    yield "withdraws", "a request" if reading.withdraws else ""
    yield "changes", "a request" if reading.changes else ""
    yield "refuses", ", ".join(reading.not_wanted)
    sender = reading.sender
    verdict = f"{sender.verdict} (spf {sender.spf}, dkim {sender.dkim}, dmarc {sender.dmarc})"
    yield "sender", "" if sender.verdict is Check.UNKNOWN else verdict
    yield "cautions", ", ".join(sender.cautions)
    yield "looks like", sender.looks_like or ""
    yield "replies to", ", ".join(sender.reply_to)


def _printable(text: str) -> str:
    """A stranger's text on one line, without what a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))
