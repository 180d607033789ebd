"""The review of a case in the vault: its items, and its decisions as one versioned document."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from calends.redaction.review import Decision, Item, Review
from calends.register.models import CaseRow
from calends.vault.blobs import BlobStore, NoSuchBlob
from calends.vault.keys import CaseKey

DECISIONS = "review"


def items_blob(system: str) -> str:
    """The blob with the items of one system, one a line (`redactor.item_line`)."""
    return f"review-items:{system}"


async def read_review(blobs: BlobStore, case_id: str) -> Review:
    """The decisions so far; an empty review before the first one."""
    try:
        return Review.model_validate_json(await blobs.read(case_id, DECISIONS))
    except NoSuchBlob:
        return Review()


async def decide(
    session: AsyncSession,
    blobs: BlobStore,
    key: CaseKey,
    taken: Iterable[Decision],
    *,
    seen_version: int,
    rest: Literal["mask", "give"] | None = None,
) -> Review:
    """Adds decisions in the caller's transaction. Raises StaleReview; the same decisions again
    change nothing. Two colleagues who decide at once do so one after the other."""
    await session.get_one(CaseRow, key.id, with_for_update={"key_share": True})
    review = await read_review(blobs, key.id)
    changed = review.decided(taken, seen_version=seen_version, rest=rest)
    if changed is not review:
        await blobs.write(session, key, DECISIONS, changed.model_dump_json().encode())
    return changed


async def read_items(blobs: BlobStore, case_id: str, system: str) -> AsyncIterator[Item]:
    """The items of one system, in the order of the findings."""
    pending = b""
    async for chunk in blobs.stream(case_id, items_blob(system)):
        *whole, pending = (pending + chunk).split(b"\n")
        for line in whole:
            yield Item.model_validate(json.loads(line))
