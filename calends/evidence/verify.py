"""Checks an evidence file with nothing but the file and a public key: no settings, no network.

Reads line by line, holding one line and the dates of the story, so a hostile file of any size
costs bounded memory. Stops at the first thing that is wrong, in the order of the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

from pydantic import BaseModel, ValidationError

from calends.evidence.canonical import Json, NotCanonical, parse_canonical
from calends.evidence.certified import Certificates
from calends.evidence.chain import FIRST, ChainCheck, EvidenceBroken, from_json
from calends.evidence.format import (
    CASE_FIELDS,
    MAX_LINE,
    SECTIONS,
    Blob,
    Letter,
    Manifest,
    Section,
    Signature,
    signed_bytes,
)
from calends.evidence.history import History
from calends.evidence.signing import PublicKey, parse_public_key, read_public_key
from calends.evidence.story import Testimony
from calends.problems import Problem

_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Verification:
    """An evidence file in which everything holds."""

    case_id: str
    reference: str
    exported_at: str
    """UTC instant, as the file says."""
    key: PublicKey
    key_given: bool
    """False: the key is the file's own word, to be compared with the published one."""
    lines: Mapping[str, int]
    """Section -> number of its lines."""
    chain_head: str
    workflow: str
    """How the workflow ended: COMPLETED, FAILED, …; "" while it was open at export."""


def verify_file(path: Path, public_key: str | None = None) -> Verification:
    """Verifies `path` with `public_key` (text or a file that holds it), else with its own key.

    Raises EvidenceBroken that names the first thing wrong with the content; Problem when the file
    or the key cannot be read at all.
    """
    given = read_public_key(public_key) if public_key is not None else None
    try:
        if not path.is_file():
            raise Problem(f"{path}: not a file that can be read")
        with path.open("rb") as source:
            return verify(source, given)
    except OSError as error:
        raise Problem(f"{path}: the file cannot be read") from error


def verify(source: BinaryIO, given: PublicKey | None = None) -> Verification:
    """The same for an open file. Raises EvidenceBroken."""
    lines = _Lines(source)
    manifest = _model(Manifest, lines.value("manifest"), "manifest")
    key = _key(manifest, given)
    if tuple(each.name for each in manifest.sections) != SECTIONS:
        raise EvidenceBroken("manifest", "has not exactly the sections of an evidence file")
    workflow = _sections(lines, manifest)
    _signature(lines, key)
    return Verification(
        case_id=manifest.case_id,
        reference=manifest.reference,
        exported_at=manifest.exported_at,
        key=key,
        key_given=given is not None,
        lines={each.name: each.lines for each in manifest.sections},
        chain_head=manifest.chain_head,
        workflow=workflow,
    )


class _Lines:
    """The lines of the file, each read once, and the SHA-256 of all read so far."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.digest = hashlib.sha256()
        self.section = hashlib.sha256()
        self._number = 0

    def value(self, where: str) -> Json:
        """The next line's JSON. Raises EvidenceBroken unless it is one whole canonical line."""
        line = self._source.readline(MAX_LINE + 1)
        self._number += 1
        if len(line) > MAX_LINE:
            raise self._broken(where, f"is longer than {MAX_LINE} bytes")
        if not line.endswith(b"\n"):
            raise self._broken(where, "is missing or cut off")
        self.digest.update(line)
        self.section.update(line)
        try:
            return parse_canonical(line[:-1])
        except NotCanonical as error:
            raise self._broken(where, f"is not canonical JSON ({error})") from error

    def at_end(self) -> bool:
        return not self._source.read(1)

    def _broken(self, where: str, what: str) -> EvidenceBroken:
        return EvidenceBroken(where, f"line {self._number} of the file {what}")


def _key(manifest: Manifest, given: PublicKey | None) -> PublicKey:
    try:
        key = parse_public_key(manifest.public_key)
    except Problem as problem:
        raise EvidenceBroken("manifest", "its public key is not one") from problem
    if given is not None and key != given:
        raise EvidenceBroken(
            "manifest", f"signed by key {key.fingerprint}, not by the given {given.fingerprint}"
        )
    return key


def _sections(lines: _Lines, manifest: Manifest) -> str:
    """Checks every section in order; returns how the workflow ended."""
    chain, testimony, history = ChainCheck(), Testimony(), History(manifest.case_id)
    certificates = Certificates()

    def case(value: Json, number: int) -> None:
        certificates.claim(_case(value, number))

    def ledger(value: Json, number: int) -> None:
        try:
            event = from_json(value)
        except ValueError as error:
            raise EvidenceBroken("ledger", f"event {number} {error}") from error
        if event.case_id != manifest.case_id:
            raise EvidenceBroken("ledger", f"event {number} is of another case")
        chain.add(event)
        testimony.add(event)
        certificates.add(event)

    def end_of_ledger() -> None:
        if (chain.last.hash if chain.last else FIRST) != manifest.chain_head:
            raise EvidenceBroken("ledger", "does not end with the event that the manifest names")
        certificates.all_confirmed()

    checks: dict[str, Callable[[Json, int], object]] = {
        "case": case,
        "ledger": ledger,
        "history": lambda value, _: history.add(value),
        "letters": lambda value, number: _model(Letter, value, "letters", number),
        "blobs": lambda value, number: _model(Blob, value, "blobs", number),
    }
    ends: dict[str, Callable[[], None]] = {
        "ledger": end_of_ledger,
        "history": lambda: testimony.same_as(history, manifest.testifying),
    }
    for section in manifest.sections:
        _section(lines, section, checks[section.name])
        if section.name in ends:
            ends[section.name]()
    return history.closed


def _section(lines: _Lines, section: Section, check: Callable[[Json, int], object]) -> None:
    lines.section = hashlib.sha256()
    for number in range(1, section.lines + 1):
        check(lines.value(section.name), number)
    if lines.section.hexdigest() != section.sha256:
        raise EvidenceBroken(section.name, "was changed (its digest is not that of the manifest)")


def _case(value: Json, number: int) -> Mapping[str, Json]:
    if number > 1 or not isinstance(value, dict) or not value.keys() >= CASE_FIELDS:
        raise EvidenceBroken("case", f"is not one line with {', '.join(sorted(CASE_FIELDS))}")
    return value


def _signature(lines: _Lines, key: PublicKey) -> None:
    message = signed_bytes(lines.digest.digest())
    signature = _model(Signature, lines.value("signature"), "signature").signature
    if not key.verifies(bytes.fromhex(signature), message):
        raise EvidenceBroken(
            "signature", f"does not match: changed after signing, or not by key {key.fingerprint}"
        )
    if not lines.at_end():
        raise EvidenceBroken("signature", "something follows it, and it must be the last line")


def _model(model: type[_Model], value: Json, where: str, number: int = 0) -> _Model:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        place = error.errors(include_input=False, include_url=False)[0]["loc"]
        field = place[0] if place and place[0] in model.model_fields else ""
        which = f"line {number} " if number else ""
        what = f"{which}has a wrong {field}" if field else f"{which}has not its fields"
        raise EvidenceBroken(where, what) from error
