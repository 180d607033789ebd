"""Identity documents: sealed apart, each under a key of its own that is destroyed with it.

GDPR 5(1)(c), 5(1)(e); EDPB 01/2022 §79. Nothing of a document is ever sealed under its case's
key, so that destroying it does not wait for the case's own end.
"""

from __future__ import annotations

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.register.models import BlobRow, KeyRow
from calends.vault.blobs import BlobStore
from calends.vault.keys import Keyring

CONTENT = "document"


def key_of(case_id: str, document: str) -> str:
    return f"{case_id}:{document}"


async def keep_document(
    session: AsyncSession, keyring: Keyring, blobs: BlobStore, case_id: str, content: bytes
) -> str:
    """Seals a document in the caller's transaction; returns its name in the case."""
    beginning = key_of(case_id, "document-")
    count = await session.scalar(
        select(func.count()).select_from(KeyRow).where(KeyRow.id.startswith(beginning))
    )
    document = f"document-{(count or 0) + 1}"
    key = await keyring.make(session, key_of(case_id, document))
    await blobs.write(session, key, CONTENT, content)
    return document


async def documents_of(session: AsyncSession, case_id: str) -> list[str]:
    """The names of those that are not destroyed yet, the oldest first."""
    beginning = key_of(case_id, "document-")
    found = await session.scalars(
        select(BlobRow.case_id).where(
            BlobRow.case_id.startswith(beginning, autoescape=True), BlobRow.name == CONTENT
        )
    )
    return sorted((each.removeprefix(f"{case_id}:") for each in found), key=lambda n: (len(n), n))


async def read_document(blobs: BlobStore, case_id: str, document: str) -> bytes:
    """Raises NoSuchBlob or KeyDestroyed when it is gone."""
    return await blobs.read(key_of(case_id, document), CONTENT)


async def destroy_document(
    session: AsyncSession, keyring: Keyring, case_id: str, document: str
) -> None:
    """The key and the content: even a copy of the database cannot open it any more."""
    key_id = key_of(case_id, document)
    await keyring.destroy(session, key_id)
    await session.execute(delete(BlobRow).where(BlobRow.case_id == key_id))
