"""What other tools ask the registers before they write to a person or touch their data.

Nobody is named here: an address becomes a keyed digest before it is looked for, and the answer
comes out of an index alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from calends.register.case_rows import RestrictionRow
from calends.register.marks import mark_of
from calends.register.models import SuppressionRow
from calends.systems.protocol import Channel
from calends.vault.keys import Keyring


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach somebody, as the asking tool has it."""

    channel: Channel
    value: str

    def __repr__(self) -> str:
        return f"Contact({self.channel}, sealed)"


@dataclass(frozen=True, slots=True)
class Answer:
    """About one contact. `readable` False: it can be no contact of that channel, and nothing is
    known of it."""

    readable: bool = True
    since: datetime | None = None
    """Since when it stands in the register; None: it does not."""
    ground: str | None = None
    """Of a restriction: the letter of GDPR 18(1), once a human said which."""


Asking = AsyncConnection | AsyncSession
"""What a single statement can be sent through."""

_MARKS = bindparam("marks", type_=ARRAY(LargeBinary))
_CHANNEL: Any = bindparam("of_channel")
_STOPPED: Any = select(SuppressionRow.mark, SuppressionRow.since).where(
    SuppressionRow.channel == _CHANNEL, SuppressionRow.mark == any_(_MARKS)
)
_RESTRICTED: Any = (
    select(RestrictionRow.mark, RestrictionRow.since, RestrictionRow.ground)
    .where(
        RestrictionRow.channel == _CHANNEL,
        RestrictionRow.mark == any_(_MARKS),
        RestrictionRow.lifted_at.is_(None),
    )
    .order_by(RestrictionRow.since.desc())
)


async def stopped(asking: Asking, keyring: Keyring, contacts: Sequence[Contact]) -> list[Answer]:
    """For each contact whether prospecting must not reach it (GDPR 21(3)), in their order."""
    return await _answers(asking, keyring, contacts, _STOPPED)


async def restricted(asking: Asking, keyring: Keyring, contacts: Sequence[Contact]) -> list[Answer]:
    """For each contact whether its person's data are restricted (GDPR 18): the oldest such."""
    return await _answers(asking, keyring, contacts, _RESTRICTED)


async def _answers(
    asking: Asking, keyring: Keyring, contacts: Sequence[Contact], question: Any
) -> list[Answer]:
    marks = [mark_of(keyring, one.channel, one.value) for one in contacts]
    by_channel: dict[str, list[bytes]] = {}
    for one, mark in zip(contacts, marks, strict=True):
        if mark is not None:
            by_channel.setdefault(one.channel, []).append(mark)
    found: dict[tuple[str, bytes], Answer] = {}
    for channel, wanted in by_channel.items():
        rows = await asking.execute(question, {"of_channel": channel, "marks": wanted})
        for mark, since, *more in rows:
            found[channel, mark] = Answer(True, since, *more)
    return [
        Answer(readable=False) if mark is None else found.get((one.channel, mark), Answer())
        for one, mark in zip(contacts, marks, strict=True)
    ]
