"""What activities work with: register, vault, company, systems. Made once per process."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity

from activities.orders import CaseStep
from calends.company import Company, load_company
from calends.letters.facts import Facts
from calends.letters.own import own_letters
from calends.letters.render import Rendered, render
from calends.mail.guard import Guard
from calends.mail.ourselves import ourselves
from calends.mail.plus_address import plus_address, thread_token
from calends.register.database import Register
from calends.register.ledger import append_event
from calends.register.models import CaseRow
from calends.rules.vocabulary import Language
from calends.settings import Settings
from calends.systems.dataset import Datasets, load_datasets
from calends.systems.opening import open_system
from calends.systems.protocol import System
from calends.vault.blobs import BlobStore
from calends.vault.keys import CaseKey, Keyring
from calends.vault.master import load_master_key


@dataclass
class Person:
    """The writer, as their message says: whom we answer. Lives sealed, never in a log."""

    address: str | None
    name: str
    message_id: str
    subject: str
    proved: list[str] = field(default_factory=list)
    """Further addresses, on file, whose control was proved."""
    said: dict[str, list[str]] = field(default_factory=dict)
    """Kind of identity -> what the message says; trusted only once a human vouches for it."""
    postal: list[str] = field(default_factory=list)
    """The writer's postal address, a line each: where a letter on paper goes."""
    vouched: bool = False
    """A human made sure that the writer is who they say (IA2 or IA3)."""

    def seeds(self) -> dict[str, list[str]]:
        """What systems are searched with: proved contacts, and what a human vouched for."""
        emails = [a for a in (self.address, *self.proved) if a]
        known = {"email": emails} if emails else {}
        if not self.vouched:
            return known
        return self.said | {"email": list(dict.fromkeys([*emails, *self.said.get("email", [])]))}

    def __repr__(self) -> str:
        return "Person(sealed)"


@dataclass
class House:
    settings: Settings
    company: Company
    register: Register
    keyring: Keyring
    blobs: BlobStore
    guard: Guard = field(default_factory=Guard)
    """Reads raw mail, outside this process."""
    quick: Register = field(init=False)
    """The register for single questions in a hurry: no connection is tried first, so whoever asks
    must ask again when one proves dead."""
    _systems: dict[tuple[str, bool], System] = field(default_factory=dict)
    _declared: dict[str, Datasets] = field(default_factory=dict)

    @classmethod
    def open(cls, settings: Settings, *, ping: bool = True) -> House:
        """Raises Problem when a file or a setting is wrong; connects to nothing yet."""
        company = load_company(settings.company_file)
        register = Register(settings.database_url.get_secret_value(), ping=ping)
        keyring = Keyring(register, load_master_key(settings.master_key_file))
        guard = Guard(ours=ourselves(company))
        return cls(settings, company, register, keyring, BlobStore(register, keyring), guard)

    def __post_init__(self) -> None:
        self.quick = Register(self.settings.database_url.get_secret_value(), ping=False)

    def letter(self, name: str, language: Language, facts: Facts) -> Rendered:
        """The letter in the company's own text, else, or when that does not hold, in ours.

        Raises LetterBroken for a built-in text that does not hold.
        """
        own = own_letters(self.settings.company_file, self.settings.letters)
        rendered = render(name, language, facts, own=own)
        if rendered.own_broken:
            why = "letter %s/%s: own text not used: %s"
            activity.logger.warning(why, name, language, rendered.own_broken)
        return rendered

    async def close(self) -> None:
        for system in self._systems.values():
            await system.close()
        await self.guard.close()
        await self.quick.close()
        await self.register.close()

    def system(self, system_id: str, *, for_acts: bool = False) -> System:
        """The declared system, connected when first used; Problem when it cannot be."""
        place = (system_id, for_acts)
        if place not in self._systems:
            entry = self.company.system(system_id)
            self._systems[place] = open_system(entry, self.company, for_acts=for_acts)
        return self._systems[place]

    def declared(self, system_id: str) -> Datasets:
        """The datasets of a system, read once; Problem when the declaration is wrong."""
        if system_id not in self._declared:
            entry = self.company.system(system_id)
            self._declared[system_id] = load_datasets([self.company.dataset_file(entry)])
        return self._declared[system_id]

    def own_address(self, key: CaseKey) -> str:
        """Where a case is written to: its plus-address where the server has them."""
        address = self.company.controller.email
        if not self.company.mail.plus_addressing:
            return address
        return plus_address(address, thread_token(key))

    async def person(self, session: AsyncSession, case_id: str) -> Person:
        case = await session.get_one(CaseRow, case_id)
        return await self.opened_person(case_id, case.sealed_person)

    async def keep_person(self, session: AsyncSession, case_id: str, person: Person) -> None:
        """Seals what is now known of the person, in the caller's transaction."""
        key = await self.keyring.get(case_id)
        case = await session.get_one(CaseRow, case_id)
        case.sealed_person = key.seal(json.dumps(asdict(person)).encode(), "person")

    async def opened_person(self, case_id: str, sealed: bytes) -> Person:
        key = await self.keyring.get(case_id)
        return Person(**json.loads(key.open(sealed, "person")))


async def noted(
    session: AsyncSession,
    step: CaseStep,
    kind: str,
    *,
    once: str = "",
    actor: str = "engine",
    **facts: Any,
) -> bool:
    """Writes this activity's event in its own transaction; False when it already did."""
    return await append_event(
        session,
        step.case_id,
        once=once or kind,
        kind=kind,
        at=step.at,
        activity=activity.info().activity_type,
        actor=actor,
        facts=facts,
    )


async def lines_of(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Whole lines out of a stream of chunks."""
    pending = b""
    async for chunk in chunks:
        *whole, pending = (pending + chunk).split(b"\n")
        for line in whole:
            yield line
    if pending:
        yield pending
