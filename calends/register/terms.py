"""Finding cases by who is in them, over sealed data: keyed digests of words, never the words.

A name is found by each of its words, accents and capitals aside; an address as a whole. Whoever
has the tables but not the master key learns nothing from them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from calends.mail.reading import IdentityRead
from calends.register.desk_rows import TermRow
from calends.register.models import CaseRow
from calends.vault.keys import Keyring

MAX_WORDS = 40
"""Of one case: a hostile name does not fill the table."""

_WORD = re.compile(r"[^\W_]{2,40}")
_NOBODY = "nobody"
"""Stands for a case that names nobody, so that it is not indexed again and again."""


def words_of(text: str) -> list[str]:
    """The words of a name as they are looked for: `Hélène O'Neill` -> helene, neill."""
    plain = unicodedata.normalize("NFKD", text[:2000]).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return list(dict.fromkeys(_WORD.findall(plain)))[:MAX_WORDS]


def address_of(text: str) -> str:
    return unicodedata.normalize("NFKC", text.strip()).casefold()


def name_marks(keyring: Keyring, name: str) -> list[bytes]:
    return [keyring.index("name", word) for word in words_of(name)]


def address_mark(keyring: Keyring, address: str) -> bytes:
    return keyring.index("mail", address_of(address))


def marks_of(keyring: Keyring, names: Iterable[str], addresses: Iterable[str]) -> set[bytes]:
    """All marks of a case; one that says "nobody" when there is no name and no address."""
    marks = {mark for name in names for mark in name_marks(keyring, name)}
    marks |= {address_mark(keyring, address) for address in addresses if address.strip()}
    return marks or {keyring.index("name", _NOBODY)}


def marks_in_message(
    keyring: Keyring, said: IdentityRead, name: str, address: str | None
) -> set[bytes]:
    """Of the writer as the envelope names them, and as their own words do."""
    return marks_of(keyring, [name, said.name or ""], [address or "", *said.addresses])


async def index_case(session: AsyncSession, case_id: str, marks: Collection[bytes]) -> None:
    """In the caller's transaction; doing it twice changes nothing."""
    rows = [{"case_id": case_id, "mark": mark} for mark in sorted(marks)]
    await session.execute(insert(TermRow).values(rows).on_conflict_do_nothing())


async def forget_case(session: AsyncSession, case_id: str) -> None:
    """When a case's key is destroyed it is not found by its person any more."""
    await session.execute(delete(TermRow).where(TermRow.case_id == case_id))


async def unindexed(session: AsyncSession, limit: int) -> list[CaseRow]:
    """Cases of a time before this index."""
    known = select(TermRow.case_id).where(TermRow.case_id == CaseRow.id)
    rows = await session.scalars(
        select(CaseRow).where(~known.exists()).order_by(CaseRow.number.desc()).limit(limit)
    )
    return list(rows)
