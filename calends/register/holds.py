"""Holds: what must stay as it is for a claim or an inquiry (GDPR 17(3)(e), 17(3)(b), 31).

A human puts one and a human lifts it; the machine only obeys. Who is held is known by keyed
digests; their contacts, with which systems are searched, are sealed and gone when it is lifted.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.problems import Problem
from calends.register.house_chain import append_house_event
from calends.register.keeping_rows import HoldMarkRow, HoldRow
from calends.register.marks import marks_of
from calends.rules.erasure import NO_HOLDS, Holds
from calends.systems.protocol import Seeds
from calends.vault.keys import ENGINE_KEY, Keyring

HoldKind = Literal["litigation", "authority"]
LONGEST_REASON = 1000
_CHANNELS = {"email": "email", "phone_number": "phone"}


@dataclass(frozen=True)
class Held:
    """What a hold holds: one thing at least. Its contacts are personal."""

    system: str | None = None
    collection: str | None = None
    case_id: str | None = None
    person: Seeds | None = None

    def __repr__(self) -> str:
        return "Held(sealed)"


async def add_hold(
    session: AsyncSession,
    keyring: Keyring,
    held: Held,
    *,
    kind: HoldKind,
    reason: str,
    at: datetime,
    may_be_told: bool = True,
    review_on: date | None = None,
) -> HoldRow:
    """Puts a hold in the caller's transaction. Raises Problem for one that would hold nothing."""
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Problem(f"--reason: the claim or the inquiry, in at most {LONGEST_REASON} characters")
    marks = person_marks(keyring, held.person or {})
    if held.person is not None and not marks:
        raise Problem("no readable e-mail address or phone number: nothing is held")
    if not (held.system or held.collection or held.case_id or marks):
        raise Problem("say what is held: --email, --phone, --case, --system or --collection")
    row = HoldRow(
        id=f"hold-{secrets.token_hex(6)}",
        kind=kind,
        system=held.system,
        collection=held.collection,
        case_id=held.case_id,
        of_person=bool(marks),
        may_be_told=may_be_told,
        sealed_person=None,
        review_on=review_on,
        since=at,
        lifted_at=None,
    )
    house = await keyring.get(ENGINE_KEY)
    row.sealed_reason = house.seal(reason.strip().encode(), f"hold|{row.id}")
    if held.person is not None:
        key = await keyring.make(session, row.id)
        row.sealed_person = key.seal(json.dumps({**held.person}).encode(), "person")
    session.add(row)
    await session.flush()
    session.add_all(HoldMarkRow(hold_id=row.id, mark=mark) for mark in marks)
    await append_house_event(
        session, once=row.id, kind="hold_added", at=at, actor="dpo", facts=facts_of(row)
    )
    return row


async def lift_hold(session: AsyncSession, keyring: Keyring, hold_id: str, at: datetime) -> HoldRow:
    """Ends a hold, in the caller's transaction; whom it held cannot be read any more."""
    standing = (HoldRow.id == hold_id, HoldRow.lifted_at.is_(None))
    row = await session.scalar(select(HoldRow).where(*standing).with_for_update())
    if row is None:
        raise Problem("no standing hold of that id; see: calends hold list")
    row.lifted_at, row.sealed_person = at, None
    await session.execute(delete(HoldMarkRow).where(HoldMarkRow.hold_id == row.id))
    await keyring.destroy(session, row.id)
    await append_house_event(
        session,
        once=f"lifted:{row.id}",
        kind="hold_lifted",
        at=at,
        actor="dpo",
        facts=facts_of(row),
    )
    return row


async def standing_holds(session: AsyncSession) -> list[HoldRow]:
    rows = select(HoldRow).where(HoldRow.lifted_at.is_(None)).order_by(HoldRow.since, HoldRow.id)
    return list(await session.scalars(rows))


async def person_of(keyring: Keyring, row: HoldRow) -> Seeds:
    """With what a held person's records are searched; nothing when no person is held."""
    if row.sealed_person is None:
        return {}
    key = await keyring.get(row.id)
    found: dict[str, list[str]] = json.loads(key.open(row.sealed_person, "person"))
    return found


async def marked_holds(session: AsyncSession, marks: Collection[bytes]) -> list[HoldRow]:
    """The standing holds on a person known by any of these marks."""
    if not marks:
        return []
    held = select(HoldMarkRow.hold_id).where(HoldMarkRow.mark.in_(marks))
    rows = select(HoldRow).where(HoldRow.lifted_at.is_(None), HoldRow.id.in_(held))
    return list(await session.scalars(rows))


def person_marks(keyring: Keyring, seeds: Seeds) -> set[bytes]:
    return {
        mark
        for kind, channel in _CHANNELS.items()
        for mark in marks_of(keyring, channel, seeds.get(kind, []))
    }


def covers(row: HoldRow, system: str, collection: str) -> bool:
    """Whether the place of a record is within the hold; who is held is another question."""
    return row.system in (None, system) and row.collection in (None, collection)


def as_holds(rows: Iterable[HoldRow]) -> Holds:
    """Several holds on one record, as the rules take them."""
    rows = list(rows)
    if not rows:
        return NO_HOLDS
    return Holds(
        litigation=any(row.kind == "litigation" for row in rows),
        authority=any(row.kind == "authority" for row in rows),
        may_be_told=all(row.may_be_told for row in rows),
    )


def facts_of(row: HoldRow) -> dict[str, object]:
    """What may be told of a hold; nobody."""
    return {
        "hold": row.id,
        "kind": row.kind,
        "system": row.system,
        "collection": row.collection,
        "case": row.case_id,
        "of_person": row.of_person,
    }
