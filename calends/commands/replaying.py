"""`calends systems replay-erasures`: what was erased is erased again in a restored backup."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click

from calends.company import Company, SystemEntry, load_company
from calends.problems import Problem
from calends.register.cases import instant_for
from calends.register.database import Register
from calends.register.erasures import Remembered, remembered, replayed
from calends.register.ledger import append_event
from calends.register.models import CaseRow
from calends.register.opening import existing_keyring, opened_register
from calends.settings import load_settings
from calends.systems.opening import open_system
from calends.systems.protocol import ActRefused, System, SystemFailed
from calends.systems.replay import Replay, replay
from calends.vault.keys import Keyring


@dataclass
class Total:
    """One system, all cases."""

    system: str
    remembered: int = 0
    back: int = 0
    done: int = 0
    left: int = 0
    others: int = 0
    failure: str = ""

    def add(self, one: Replay[Remembered]) -> None:
        self.remembered += one.remembered
        self.back += len(one.back)
        self.done += one.done
        self.left += one.left
        self.others += one.others
        self.failure = self.failure or one.refused

    @property
    def proved(self) -> bool:
        return not (self.left or self.others or self.failure)

    def line(self, dry_run: bool) -> str:
        parts = [f"{self.remembered} erasures remembered", f"{self.back} records are back"]
        if not dry_run:
            parts.append(f"{self.done} erased again")
        parts.append(f"{self.left} {'to erase' if dry_run else 'left'}")
        if self.others:
            parts.append(f"{self.others} under a key given again, left alone: look at them")
        if self.failure:
            parts.append(f"failed ({self.failure})")
        return f"{self.system}: {', '.join(parts)}"


@click.command(name="replay-erasures")
@click.option("--system", "wanted", default="", help="Only this system.")
@click.option(
    "--since", default="", metavar="INSTANT", help="Erased since then (the backup's age)."
)
@click.option("--dry-run", is_flag=True, help="Only say what would be erased.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def replay_erasures(wanted: str, since: str, dry_run: bool, as_json: bool) -> None:
    """After a backup was restored: erase again what had been erased, and look for it afterwards.

    Exit 1 when something is left, refused or in doubt.
    """
    totals = asyncio.run(_replay(wanted, since, dry_run))
    for total in totals:
        print(
            json.dumps({**total.__dict__, "proved": total.proved})
            if as_json
            else total.line(dry_run)
        )
    if not totals and not as_json:
        print("no erasure is remembered")
    raise click.exceptions.Exit(0 if all(total.proved for total in totals) else 1)


async def _replay(wanted: str, since: str, dry_run: bool) -> list[Total]:
    settings = load_settings()
    company = load_company(settings.company_file)
    entries = [company.system(wanted)] if wanted else company.systems
    after = _instant(since, company) if since else None
    totals = []
    async with opened_register(settings) as register:
        keyring = existing_keyring(register, settings)
        for entry in entries:
            total = await _system(register, keyring, company, entry, after, dry_run)
            if total.remembered or total.failure:
                totals.append(total)
    return totals


async def _system(
    register: Register,
    keyring: Keyring,
    company: Company,
    entry: SystemEntry,
    after: datetime | None,
    dry_run: bool,
) -> Total:
    """One system; what fails in it is told and does not keep the others waiting."""
    total = Total(entry.id)
    system: System | None = None
    async with aclosing(remembered(register, keyring, entry.id, after)) as cases:
        try:
            async for erased in cases:
                system = system or open_system(entry, company, for_acts=True)
                one = await replay(system, erased, dry_run=dry_run)
                total.add(one)
                if one.done:
                    await _note(register, entry.id, erased[0].case_id, one)
        except (Problem, SystemFailed, ActRefused) as failure:
            total.failure = str(failure)
        finally:
            if system is not None:
                await system.close()
    return total


async def _note(register: Register, system: str, case_id: str, one: Replay[Remembered]) -> None:
    """Into the list and into the case's ledger. No activity of the case did it: a command did."""
    wall = datetime.now(UTC)
    async with register.session() as session:
        await replayed(session, one.back, wall)
        case = await session.get(CaseRow, case_id)
        if case is not None:
            await append_event(
                session,
                case_id,
                once=f"erasure_replayed:{system}:{wall.isoformat()}",
                kind="erasure_replayed",
                at=await instant_for(session, case),
                activity="",
                facts={"system": system, "done": one.done, "left": one.left},
            )
        await session.commit()


def _instant(text: str, company: Company) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise Problem(f"--since: {text!r:.40} is no date or instant (2026-11-30T02:00)") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=ZoneInfo(company.controller.tz))
