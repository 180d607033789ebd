"""`calends letter`: a request on paper, by phone or at the counter becomes a case."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from calends.commands.office import run
from calends.company import Company, load_company
from calends.mail.by_hand import (
    LARGEST,
    Letter,
    Scan,
    Way,
    day_of,
    envelope,
    receipt,
    require_letter,
)
from calends.mail.inbox import Inbox
from calends.problems import Problem
from calends.register.database import Register
from calends.register.opening import existing_keyring
from calends.rules.clock import Clock, compute_clock
from calends.rules.vocabulary import Language, Right
from calends.settings import Settings
from calends.vault.blobs import BlobStore


@click.command(name="letter")
@click.argument("files", metavar="FILE…", nargs=-1, type=click.Path(path_type=Path))
@click.option("--delivered", default="", metavar="DATE", help="Stamp, or day of the call.")
@click.option("--presented", default="", metavar="DATE", help="First presentation, if registered.")
@click.option(
    "--channel", type=click.Choice([str(way) for way in Way]), default="post", show_default=True
)
@click.option(
    "--language",
    type=click.Choice([str(language) for language in Language]),
    help="Default: the company's.",
)
@click.option(
    "--right", "rights", type=click.Choice([str(right) for right in Right]), multiple=True
)
@click.option("--name", default="", help="Who writes, as they say.")
@click.option("--email", default="", help="Where they want the answer, if they say so.")
@click.option("--postal", default="", help="Their postal address, lines parted by `;`.")
@click.option("--says", default="", help="Its words, or what was said on the phone.")
def app(
    files: tuple[Path, ...],
    delivered: str,
    presented: str,
    channel: str,
    language: str | None,
    rights: tuple[str, ...],
    name: str,
    email: str,
    postal: str,
    says: str,
) -> None:
    """Registers a letter: its scans (PDF, JPEG, PNG, TIFF) are sealed, and a case opens.

    The month counts from the earlier of delivery and first presentation. A phone call or a
    visit has no scan: say what was said with --says.
    """

    async def work(register: Register, settings: Settings) -> str:
        company = load_company(settings.company_file)
        letter = Letter(
            way=Way(channel),
            delivered=day_of(delivered),
            presented=day_of(presented),
            language=Language(language or company.controller.language),
            rights=tuple(Right(right) for right in rights),
            name=name,
            email=email,
            postal=postal.replace(";", "\n"),
            says=says,
            scans=_scans(files),
        )
        return await _keep(register, settings, company, letter)

    print(run(work))


async def _keep(register: Register, settings: Settings, company: Company, letter: Letter) -> str:
    controller = company.controller
    require_letter(letter, datetime.now(ZoneInfo(controller.tz)).date())
    received = receipt(letter, controller.tz)
    clock = compute_clock(received.at, tz=controller.tz, region=controller.region)
    keyring = existing_keyring(register, settings)
    inbox = Inbox(register, keyring, BlobStore(register, keyring))
    raw = envelope(letter, to=controller.email, tz=controller.tz)
    kept = await inbox.keep(raw, channel=letter.way, received_at=received.at)
    if not kept.new:
        return f"{kept.case_id}: this letter was registered already"
    return f"{kept.case_id}: {dates_of(clock, received.why.words)}; the starter opens the case"


def dates_of(clock: Clock, why: str) -> str:
    return f"received {clock.received_local} ({why}), to be answered by {clock.safe_due}"


def _scans(files: tuple[Path, ...]) -> tuple[Scan, ...]:
    scans = []
    for file in files:
        try:
            if file.stat().st_size > LARGEST:
                raise Problem(f"{file}: more than {LARGEST // 1_000_000} MB")
            content = file.read_bytes()
        except OSError as error:
            raise Problem(f"{file}: {error.strerror}") from error
        try:
            scans.append(Scan.of(content))
        except Problem as problem:
            raise Problem(f"{file}: {problem}") from problem
    return tuple(scans)
