"""Objections that no message brought: by phone, at the counter; and entries taken back.

On the suppression list like any other (GDPR 21(2)-(3)), and in the house's own chain.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from calends.problems import Problem
from calends.register.asking import Contact
from calends.register.house_chain import append_house_event
from calends.register.house_rows import SuppressionChangeRow
from calends.register.marks import mark_of
from calends.register.models import SuppressionRow
from calends.vault.keys import ENGINE_KEY, Keyring

How = Literal["phone", "letter", "counter", "complaint", "other"]
"""How it was said."""
LONGEST_REASON = 1000


@dataclass(frozen=True)
class Change:
    """A change of the list by hand: entries that are new, or gone; the others were so before."""

    id: str
    changed: int
    asked: int


async def object_by_hand(
    session: AsyncSession,
    keyring: Keyring,
    contacts: Sequence[Contact],
    *,
    how: How,
    reason: str,
    at: datetime,
) -> Change:
    """Puts contacts on the list in the caller's transaction. Raises Problem for one that cannot
    be a contact of its channel, and then none is put there."""
    entry = f"objection-{secrets.token_hex(8)}"
    marks = _marks(keyring, contacts)
    rows = [
        {"channel": c.channel, "mark": mark, "since": at, "case_id": entry}
        for c, mark in zip(contacts, marks, strict=True)
    ]
    put = insert(SuppressionRow).values(rows).on_conflict_do_nothing()
    new = (await session.execute(put.returning(SuppressionRow.mark))).all()
    change = Change(entry, len(new), len(marks))
    await _note(session, keyring, change, "add", contacts, how=how, reason=reason, at=at)
    return change


async def take_back(
    session: AsyncSession,
    keyring: Keyring,
    contacts: Sequence[Contact],
    *,
    how: How,
    reason: str,
    at: datetime,
) -> Change:
    """Takes contacts off the list: a new consent, or an entry that was a mistake."""
    entry, gone = f"objection-{secrets.token_hex(8)}", 0
    for contact, mark in zip(contacts, _marks(keyring, contacts), strict=True):
        found = await session.execute(
            delete(SuppressionRow)
            .where(SuppressionRow.channel == contact.channel, SuppressionRow.mark == mark)
            .returning(SuppressionRow.mark)
        )
        gone += len(found.all())
    change = Change(entry, gone, len(contacts))
    if gone:
        await _note(session, keyring, change, "remove", contacts, how=how, reason=reason, at=at)
    return change


def _marks(keyring: Keyring, contacts: Sequence[Contact]) -> list[bytes]:
    if not contacts:
        raise Problem("nobody named: --email, --phone or --post")
    marks = []
    for contact in contacts:
        mark = mark_of(keyring, contact.channel, contact.value)
        if mark is None:
            raise Problem(f"not readable as {contact.channel}: nothing was changed")
        marks.append(mark)
    return marks


async def _note(
    session: AsyncSession,
    keyring: Keyring,
    change: Change,
    kind: Literal["add", "remove"],
    contacts: Sequence[Contact],
    *,
    how: How,
    reason: str,
    at: datetime,
) -> None:
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Problem(f"--reason: why, in at most {LONGEST_REASON} characters")
    key = await keyring.get(ENGINE_KEY)
    channels = sorted({contact.channel for contact in contacts})
    session.add(
        SuppressionChangeRow(
            id=change.id,
            kind=kind,
            how=how,
            channels=channels,
            at=at,
            sealed_reason=key.seal(reason.strip().encode(), f"suppression_change|{change.id}"),
        )
    )
    await append_house_event(
        session,
        once=change.id,
        kind=f"suppression_{'added' if kind == 'add' else 'removed'}",
        at=at,
        actor="dpo",
        facts={"change": change.id, "how": how, "channels": channels, "entries": change.changed},
    )
