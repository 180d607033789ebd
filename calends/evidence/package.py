"""Writes the evidence file: manifest, sections, signature (the form: `format.py`)."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from calends.evidence.canonical import canonical, plain
from calends.evidence.chain import FIRST, instant
from calends.evidence.format import (
    MAX_LINE,
    SECTIONS,
    EvidenceContents,
    Manifest,
    Section,
    Signature,
    signed_bytes,
)
from calends.evidence.signing import SigningKey
from calends.problems import Problem


@dataclass(frozen=True, slots=True)
class Summary:
    """What was written."""

    reference: str
    lines: Mapping[str, int]
    """Section -> number of its lines."""
    size: int
    """Bytes."""
    sha256: str
    """Of the whole file, hexadecimal."""
    fingerprint: str
    """Of the key that signed."""


def write_evidence(out: BinaryIO, contents: EvidenceContents, key: SigningKey) -> Summary:
    """Writes one signed evidence file to `out`.

    Records what it is given, also a broken chain: `verify_file` is the judge.
    Raises ValueError when a value has not the form of the file; nothing is written then.
    """
    sections = [_section(contents, name) for name in SECTIONS]
    manifest = Manifest(
        case_id=contents.case_id,
        reference=contents.reference,
        exported_at=instant(contents.exported_at),
        public_key=key.public.text,
        testifying=sorted(set(contents.testifying)),
        chain_head=contents.ledger[-1].hash if contents.ledger else FIRST,
        sections=sections,
    )
    digest, size = hashlib.sha256(), 0
    for line in _all_lines(manifest, contents):
        out.write(line)
        digest.update(line)
        size += len(line)
    signature = Signature(signature=key.sign(signed_bytes(digest.digest())).hex())
    last = _line(signature.model_dump())
    out.write(last)
    digest.update(last)
    return Summary(
        reference=contents.reference,
        lines={each.name: each.lines for each in sections},
        size=size + len(last),
        sha256=digest.hexdigest(),
        fingerprint=key.public.fingerprint,
    )


def write_evidence_file(
    path: Path, contents: EvidenceContents, key: SigningKey, *, force: bool = False
) -> Summary:
    """The same into a file that appears whole or not at all.

    Raises Problem when `path` is there already and `force` is not set, or cannot be written;
    ValueError as `write_evidence`.
    """
    half = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        if path.exists() and (not force or not path.is_file()):
            raise _already(path)
        with half.open("xb") as out:
            summary = write_evidence(out, contents, key)
            out.flush()
            os.fsync(out.fileno())
        if force:
            half.replace(path)
        else:
            os.link(half, path)  # unlike a rename, never over a file that came meanwhile
    except FileExistsError:
        raise _already(path) from None
    except OSError as error:
        raise Problem(f"{path}: cannot be written ({error.strerror})") from error
    finally:
        if half.exists():
            half.unlink()
    return summary


def _already(path: Path) -> Problem:
    return Problem(f"{path}: is there already; mend: another name, or --force for a file")


def _section(contents: EvidenceContents, name: str) -> Section:
    digest, lines = hashlib.sha256(), 0
    for line in _section_lines(contents, name):
        digest.update(line)
        lines += 1
    return Section.model_validate({"name": name, "lines": lines, "sha256": digest.hexdigest()})


def _all_lines(manifest: Manifest, contents: EvidenceContents) -> Iterator[bytes]:
    yield _line(manifest.model_dump())
    for name in SECTIONS:
        yield from _section_lines(contents, name)


def _section_lines(contents: EvidenceContents, name: str) -> Iterator[bytes]:
    match name:
        case "case":
            yield _line(contents.case)
        case "ledger":
            yield from (_line(event.as_json()) for event in contents.ledger)
        case "history":
            yield from (_line(without_floats(event)) for event in contents.history)
        case "letters":
            yield from (_line(letter.model_dump()) for letter in contents.letters)
        case "blobs":
            yield from (_line(blob.model_dump()) for blob in contents.blobs)


def _line(value: Any) -> bytes:
    line = canonical(plain(value)) + b"\n"
    if len(line) > MAX_LINE:
        raise ValueError(f"a line over {MAX_LINE} bytes")
    return line


def without_floats(value: Any) -> Any:
    """A protobuf JSON value with its doubles (retry back-off) as text.

    The protobuf JSON mapping reads both forms, so the history can still be replayed from the file.
    """
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Mapping):
        return {key: without_floats(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [without_floats(inner) for inner in value]
    return value
