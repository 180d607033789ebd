"""The evidence file: JSON Lines in canonical form, one company, one case, one signature.

    line 1      the manifest: what the file is, and per section its lines and their SHA-256
    then        the sections, in the order of SECTIONS
    last line   {"signature": …}: Ed25519 over `signed_bytes` of all bytes before it

Nothing in it is personal data in the clear: the payloads of the history are sealed, letters and
blobs are digests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from calends.evidence.canonical import MAX_INTEGER
from calends.evidence.chain import LedgerEvent, parse_instant

SECTIONS = ("case", "ledger", "history", "letters", "blobs")
MAX_LINE = 16 * 2**20
"""Bytes. The engine sends no history event over 4 MiB, which base64 and JSON do not triple."""
MAX_LINES = 200_000
"""Of one section. The engine ends a history at 51,200 events."""


def _instant(text: str) -> str:
    parse_instant(text)
    return text


Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}\z")]
Instant = Annotated[str, AfterValidator(_instant)]
Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,99}\z")]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,199}\z")]


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Section(_Line):
    name: Literal["case", "ledger", "history", "letters", "blobs"]
    lines: int = Field(ge=0, le=MAX_LINES)
    sha256: Digest
    """Over the exact bytes of its lines, newlines included."""


class Manifest(_Line):
    format: Literal["calends-evidence/1"] = "calends-evidence/1"
    case_id: Id
    reference: Id
    exported_at: Instant
    public_key: str
    testifying: list[Word]
    """Activity types that write at least one ledger event each time they complete."""
    chain_head: Digest
    """Hash of the last ledger event; also to be found in the signed checkpoints."""
    sections: list[Section]


class Letter(_Line):
    """A letter that was sent, by its digest."""

    purpose: Word
    message_id: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{0,998}\z")]
    """The mail's Message-ID; "" for one that went by post."""
    sha256: Digest
    at: Instant
    state: Word


class Blob(_Line):
    """A sealed object of the vault, by the digest of its ciphertext."""

    blob_id: Id
    kind: Word
    sha256: Digest
    size: int = Field(ge=0, le=MAX_INTEGER)
    """Bytes of ciphertext."""


class Signature(_Line):
    signature: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{128}\z")]


CASE_FIELDS = {"clock", "demands", "completeness"}
"""What the line of the section `case` holds at least."""


@dataclass(frozen=True, slots=True)
class EvidenceContents:
    """All that goes into one evidence file, none of it personal in the clear."""

    case_id: str
    reference: str
    exported_at: datetime
    case: Mapping[str, Any]
    """`clock` (with its trace), `demands` (states, dates), `completeness` (per system)."""
    ledger: Sequence[LedgerEvent]
    history: Sequence[Mapping[str, Any]]
    """The events of the workflow's history as protobuf JSON, payloads still sealed."""
    letters: Sequence[Letter]
    blobs: Sequence[Blob]
    testifying: Sequence[str]


def signed_bytes(digest: bytes) -> bytes:
    """What is signed: the SHA-256 of all bytes before the signature line, marked with its use."""
    return b"calends-evidence/1:" + digest
