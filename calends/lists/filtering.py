"""A list without those whom prospecting must not reach; or, of a list, exactly those.

A list is only ever compared with the register: nobody is learned of who was not in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from calends.lists.reading import Row
from calends.register.asking import Answer, Contact, stopped
from calends.register.database import Register
from calends.register.marks import normal
from calends.vault.keys import Keyring

BATCH = 500
"""Rows asked at once."""


@dataclass(frozen=True)
class Judged:
    """A row, and what the register says of each way to reach its person."""

    row: Row
    answers: Sequence[tuple[Contact, Answer]]

    @property
    def refused(self) -> list[tuple[Contact, Answer]]:
        """Why it must not pass: an objection (GDPR 21(3)), or an address that cannot be read and
        hence cannot be looked for."""
        return [(c, a) for c, a in self.answers if a.since is not None or not a.readable]


async def judged(
    register: Register, keyring: Keyring, rows: Iterable[Row]
) -> AsyncIterator[Judged]:
    """Every row, in order."""
    async with register.reader() as session:
        for batch in _batches(rows):
            contacts = [contact for row in batch for contact in row.contacts]
            answers = iter(await stopped(session, keyring, contacts))
            for row in batch:
                yield Judged(row, [(contact, next(answers)) for contact in row.contacts])


def hashed(contact: Contact) -> str:
    """As advertising platforms take lists: SHA-256, hexadecimal, of the normal form (lower-case
    address, or number as +33…)."""
    return hashlib.sha256(normal(contact.channel, contact.value).encode()).hexdigest()


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    rest = iter(rows)
    while batch := list(islice(rest, BATCH)):
        yield batch
