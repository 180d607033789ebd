"""An evidence file in hostile hands: nobody without the company's key changes a byte unseen."""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.evidence.canonical import canonical
from calends.evidence.chain import EvidenceBroken
from calends.evidence.format import MAX_LINE
from calends.evidence.verify import verify
from tests.evidence.sample import (
    COMPANY,
    SMALL_STEPS,
    STRANGER,
    contents,
    evidence,
    ledger,
    real_case,
    small_case,
    small_history,
    with_history,
)

FILE = evidence(small_case())
LINES = FILE.splitlines(keepends=True)
REAL_FILE = evidence(real_case())


def fault(file: bytes | Iterator[bytes]) -> str:
    source = io.BytesIO(file) if isinstance(file, bytes) else cast(BinaryIO, Stream(file))
    with pytest.raises(EvidenceBroken) as broken:
        verify(source, COMPANY.public)
    assert "\n" not in str(broken.value)
    assert str(broken.value).isprintable()
    return str(broken.value)


def survives(file: bytes) -> bool:
    try:
        verify(io.BytesIO(file))
    except EvidenceBroken:
        return False
    return True


class Stream:
    """A file of any length that is never held."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines

    def readline(self, limit: int) -> bytes:
        return next(self._lines, b"")[:limit]

    def read(self, size: int) -> bytes:
        return next(self._lines, b"")[:size]


def test_the_file_verifies_before_it_is_touched() -> None:
    verify(io.BytesIO(FILE), COMPANY.public)
    verify(io.BytesIO(REAL_FILE), COMPANY.public)


@pytest.mark.parametrize("mask", [0x01, 0x20], ids=["a bit", "the case of a letter"])
def test_every_byte_changed_is_noticed(mask: int) -> None:
    file = bytearray(FILE)
    unseen = []
    for place in range(len(file)):
        file[place] ^= mask
        if survives(bytes(file)):
            unseen.append(place)
        file[place] ^= mask
    assert unseen == []


def test_every_byte_taken_out_is_noticed() -> None:
    assert [n for n in range(len(FILE)) if survives(FILE[:n] + FILE[n + 1 :])] == []


def test_the_file_cut_off_anywhere_is_noticed() -> None:
    assert [n for n in range(len(FILE)) if survives(FILE[:n])] == []


@given(st.integers(0, len(REAL_FILE) - 1), st.binary(max_size=3), st.integers(0, 3))
def test_any_bytes_of_a_real_file_replaced_are_noticed(place: int, new: bytes, old: int) -> None:
    changed = REAL_FILE[:place] + new + REAL_FILE[place + old :]
    assert changed == REAL_FILE or not survives(changed)


@pytest.mark.parametrize("place", range(len(LINES)))
def test_a_line_taken_out_doubled_or_moved_is_noticed(place: int) -> None:
    kept, line = LINES[:place] + LINES[place + 1 :], LINES[place]
    assert not survives(b"".join(kept))
    assert not survives(b"".join(LINES[: place + 1] + LINES[place:]))
    for other in range(len(LINES)):
        if other != place:
            assert not survives(b"".join([*kept[:other], line, *kept[other:]]))


@pytest.mark.parametrize("more", [b"\n", b" ", b"{}\n", b"\x00", LINES[-1]])
def test_anything_after_the_last_line_is_noticed(more: bytes) -> None:
    assert fault(FILE + more) == "signature: something follows it, and it must be the last line"


def test_other_line_ends_are_noticed() -> None:
    assert "canonical" in fault(FILE.replace(b"\n", b"\r\n"))


def test_a_file_signed_anew_by_a_stranger_is_not_the_companys() -> None:
    forged = evidence(small_case(), STRANGER)
    assert fault(forged) == (
        f"manifest: signed by key {STRANGER.public.fingerprint}, "
        f"not by the given {COMPANY.public.fingerprint}"
    )


def test_a_strangers_signature_under_the_companys_name_does_not_match() -> None:
    forged = b"".join([*LINES[:-1], evidence(small_case(), STRANGER).splitlines(True)[-1]])
    assert fault(forged).startswith("signature: does not match")


def test_a_ledger_event_dropped_and_the_chain_made_anew_needs_the_key() -> None:
    forged = replace(small_case(), ledger=ledger([SMALL_STEPS[0], SMALL_STEPS[2]]))
    with_old_signature = [*evidence(forged).splitlines(True)[:-1], LINES[-1]]
    assert fault(b"".join(with_old_signature)).startswith("signature: does not match")


def test_an_activity_dropped_from_both_records_needs_the_key() -> None:
    of = contents(SMALL_STEPS[:2], [], ("open_case",))
    forged = with_history(of, small_history()[:3])
    verify(io.BytesIO(evidence(forged)))
    with_old_signature = [*evidence(forged).splitlines(True)[:-1], LINES[-1]]
    assert fault(b"".join(with_old_signature)).startswith("signature: does not match")


def test_an_activity_dropped_from_the_history_alone_is_named_even_with_the_key() -> None:
    history = small_history()
    forged = with_history(small_case(), history[:3] + history[5:])
    assert "event 3 (case_closed) was written by activity close_case" in fault(evidence(forged))


def test_a_section_changed_and_digested_anew_needs_the_key() -> None:
    forged = replace(small_case(), letters=small_case().letters[:1])
    with_old_signature = [*evidence(forged).splitlines(True)[:-1], LINES[-1]]
    assert fault(b"".join(with_old_signature)).startswith("signature: does not match")


def test_a_letter_changed_without_a_new_digest_is_named() -> None:
    assert fault(FILE.replace(b'"state":"posted"', b'"state":"burned"')) == (
        "letters: was changed (its digest is not that of the manifest)"
    )


def test_a_manifest_that_names_another_last_event_is_noticed() -> None:
    manifest = {**json.loads(LINES[0]), "chain_head": "0" * 64}
    assert fault(b"".join([canonical(manifest) + b"\n", *LINES[1:]])) == (
        "ledger: does not end with the event that the manifest names"
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sections", []),
        ("sections", [{"name": "case", "lines": 10**9, "sha256": "0" * 64}]),
        ("format", "calends-evidence/2"),
        ("exported_at", "now"),
        ("reference", "\x1b[31mred"),
        ("public_key", "calends-ed25519:short"),
        ("testifying", [1]),
        ("\x1b[2J", 1),
    ],
)
def test_a_manifest_of_another_form_is_one_clear_line(field: str, value: Any) -> None:
    manifest = json.loads(LINES[0])
    manifest[field] = value
    assert fault(b"".join([canonical(manifest) + b"\n", *LINES[1:]])).startswith("manifest: ")


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"\n",
        b"null\n",
        b"[]\n",
        b"{}\n",
        b"\xff\xfe\x00",
        b"\x00" * 1000,
        b"%PDF-1.7\n",
        b"[" * 1_000_000 + b"\n",
        b'{"a":' * 1_000_000 + b"\n",
        b'{"format":"calends-evidence/1","format":"calends-evidence/1"}\n',
        b"9" * 100_000 + b"\n",
    ],
    ids=lambda file: repr(file[:12]),
)
def test_what_is_no_evidence_file_is_one_clear_line(file: bytes) -> None:
    assert fault(file).startswith("manifest: ")


def test_a_line_without_end_is_refused_at_its_limit() -> None:
    assert f"longer than {MAX_LINE} bytes" in fault(iter([b" " * (MAX_LINE + 2)]))


def test_more_lines_than_the_manifest_counts_are_never_read() -> None:
    def endless() -> Iterator[bytes]:
        yield from LINES
        while True:
            yield LINES[-1]

    assert fault(endless()).startswith("signature: something follows")


def test_a_hostile_line_costs_bounded_memory(tmp_path: Path) -> None:
    """16 MiB of empty lists would take 1 GB once parsed; the child may take 512 MiB in all."""
    hostile = tmp_path / "hostile.evidence"
    hostile.write_bytes(b"[" + b"[]," * (MAX_LINE // 3 - 2) + b"[]]\n")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (2**29, 2**29))

    code = "from calends.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "evidence", "verify", str(hostile)],
        capture_output=True,
        text=True,
        preexec_fn=limit,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == (
        "calends: not verified: manifest: line 1 of the file is not canonical JSON "
        "(too many values in one line)\n"
    )
