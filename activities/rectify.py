"""Rectification: what a message says is wrong, found in the records; a human decides (GDPR 16)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.house import House, lines_of, noted
from activities.orders import (
    ApproveRectification,
    CaseStep,
    DraftPlan,
    RectificationApproved,
    RectificationDrafted,
)
from calends.mail.as_read import CorrectionRead
from calends.rules.vocabulary import Right
from calends.systems.dataset import Collection
from calends.vault.blobs import NoSuchBlob


class Value(BaseModel, frozen=True):
    before: Any
    after: Any


class Rectification(BaseModel, frozen=True):
    """One record to change: a line of the draft, and of the file that a human may send instead."""

    system: str
    collection: str
    key: dict[str, Any]
    changes: dict[str, Value]


class Rectify:
    def __init__(self, house: House) -> None:
        self.house = house

    @activity.defn(name="draft_rectification")
    async def draft(self, order: DraftPlan) -> RectificationDrafted:
        """The dry run: where the old value stands, and what would stand there instead.

        An issued accounting document that holds it is counted, and never altered (C. com.
        L123-22): the master data are corrected, a corrective document is a human's.
        """
        asked = await self._asked(order.case_id)
        changes = documents = 0
        async with self.house.register.session() as session:
            for system in order.systems:
                planned = []
                async for record in self._records(order.case_id, system):
                    collection = self.house.declared(system).collection(record["collection"])
                    values = dict(_wrong(collection, record["values"], asked))
                    if values and collection.meta.issued_document:
                        documents += 1
                    elif values:
                        planned.append(_line(system, record, values))
                changes += len(planned)
                await self._keep(session, order, "rectification_draft", system, planned)
            await noted(
                session,
                order,
                "rectification_drafted",
                once=order.once("rectification_drafted"),
                changes=changes,
                documents=documents,
            )
            await session.commit()
        return RectificationDrafted(changes=changes, documents=documents)

    async def _asked(self, case_id: str) -> list[CorrectionRead]:
        """What the message says is wrong, and right."""
        try:
            raw = await self.house.blobs.read(case_id, "raw")
        except NoSuchBlob:
            return []
        reading = (await self.house.guard.look(raw)).reading
        return [
            correction
            for demand in reading.demands
            if demand.right is Right.RECTIFICATION
            for correction in demand.corrections
            if correction.new
        ]

    async def _records(self, case_id: str, system: str) -> AsyncIterator[dict[str, Any]]:
        if not self.house.company.system(system).declared:
            return  # found by hand: a human changes it by hand
        async for line in lines_of(self.house.blobs.stream(case_id, f"finding:{system}")):
            yield orjson.loads(line)

    @activity.defn(name="approve_rectification")
    async def approve(self, order: ApproveRectification) -> RectificationApproved:
        """The changes as the DPO wants them. Raises ApplicationError for a file that is none."""
        lines = await (self._uploaded(order) if order.upload else self._drafted(order))
        by_system: dict[str, list[bytes]] = {}
        sensitive = False
        for line in lines:
            collection = self.house.declared(line.system).collection(line.collection)
            if collection.meta.issued_document:
                raise ApplicationError("an issued document is never altered", type="NeverAltered")
            sensitive |= any(_needs_old_contact(collection, name) for name in line.changes)
            by_system.setdefault(line.system, []).append(line.model_dump_json().encode())
        async with self.house.register.session() as session:
            for system, planned in by_system.items():
                await self._keep(session, order, "rectification", system, planned)
            await noted(
                session,
                order,
                "rectification_approved",
                once=order.once("rectification_approved"),
                actor=order.by_role,
                changes=len(lines),
                systems=sorted(by_system),
            )
            await session.commit()
        return RectificationApproved(systems=sorted(by_system), asks_old_contact=sensitive)

    async def _drafted(self, order: CaseStep) -> list[Rectification]:
        found = []
        for entry in self.house.company.systems:
            name = f"{order.once('rectification_draft')}:{entry.id}"
            try:
                content = await self.house.blobs.read(order.case_id, name)
            except NoSuchBlob:
                continue
            found += [Rectification.model_validate_json(line) for line in content.splitlines()]
        return found

    async def _uploaded(self, order: ApproveRectification) -> list[Rectification]:
        content = await self.house.blobs.read(order.case_id, order.upload)
        try:
            return [
                Rectification.model_validate_json(line)
                for line in content.splitlines()
                if line.strip()
            ]
        except ValidationError:
            raise ApplicationError(
                "the file is not one JSON object a line with system, collection, key, changes",
                type="UnfitUpload",
            ) from None

    async def _keep(
        self, session: AsyncSession, order: CaseStep, name: str, system: str, lines: list[bytes]
    ) -> None:
        key = await self.house.keyring.get(order.case_id)
        content = b"".join(line + b"\n" for line in lines)
        await self.house.blobs.write(session, key, f"{order.once(name)}:{system}", content)


def _line(system: str, record: dict[str, Any], values: dict[str, Value]) -> bytes:
    line = Rectification(
        system=system, collection=record["collection"], key=record["key"], changes=values
    )
    return line.model_dump_json().encode()


def _wrong(
    collection: Collection, values: dict[str, Any], asked: list[CorrectionRead]
) -> Iterator[tuple[str, Value]]:
    """Fields that hold what the person says is wrong. Compared as people write: without case
    and blanks; only whole values, so that a number inside another one is left alone."""
    for field in collection.fields:
        held = values.get(field.path[0]) if len(field.path) == 1 else None
        if not isinstance(held, str) or not field.personal or field.fides.read_only:
            continue
        for correction in asked:
            if correction.old and _plain(correction.old) == _plain(held):
                yield field.path[0], Value(before=held, after=correction.new)


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


def _needs_old_contact(collection: Collection, name: str) -> bool:
    """A contact or bank detail: its change is confirmed at the contact on file (§1.4)."""
    field = collection.by_path.get((name,))
    if field is None:
        return False
    return field.meta.contact or field.meta.bank or field.fides.identity is not None
