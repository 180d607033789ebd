from __future__ import annotations

import hashlib
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory

from calends.evidence.canonical import MAX_VALUES
from calends.evidence.format import MAX_LINE
from calends.evidence.package import write_evidence, write_evidence_file
from calends.evidence.verify import verify, verify_file
from calends.problems import Problem
from tests.evidence.sample import COMPANY, evidence, real_case, real_history, small_case


def test_a_real_case_is_written_and_verified_with_the_companys_key() -> None:
    found = verify(io.BytesIO(evidence(real_case())), COMPANY.public)
    assert found.lines == {"case": 1, "ledger": 9, "history": 75, "letters": 2, "blobs": 2}
    assert (found.reference, found.workflow, found.key_given) == (
        "2026-00042-K7",
        "COMPLETED",
        True,
    )


def test_a_case_that_is_still_open_is_evidence_too() -> None:
    case = real_case()
    open_case = replace(case, history=case.history[:-7], ledger=case.ledger[:-2])
    assert verify(io.BytesIO(evidence(open_case))).workflow == ""


def test_the_same_contents_are_the_same_bytes() -> None:
    assert evidence(real_case()) == evidence(real_case())


def test_the_summary_tells_what_was_written() -> None:
    out = io.BytesIO()
    summary = write_evidence(out, small_case(), COMPANY)
    assert summary.size == len(out.getvalue())
    assert summary.sha256 == hashlib.sha256(out.getvalue()).hexdigest()
    assert summary.fingerprint == COMPANY.public.fingerprint
    assert sum(summary.lines.values()) + 2 == out.getvalue().count(b"\n")


def test_the_history_of_the_file_is_still_the_engines_history() -> None:
    lines = evidence(real_case()).splitlines()[1 + 1 + 9 :][:75]
    events = {"events": [json.loads(line) for line in lines]}
    kept = WorkflowHistory.from_json("case-1", events)
    assert list(kept.events) == list(
        WorkflowHistory.from_json("case-1", {"events": real_history()}).events
    )


def test_a_value_without_canonical_form_is_refused_before_anything_is_written() -> None:
    out = io.BytesIO()
    for wrong in (
        {"clock": 1.5},
        {"clock": b"x"},
        {"clock": "\ud800"},
        {"clock": "x" * MAX_LINE},
        {"clock": [0] * MAX_VALUES},
    ):
        with pytest.raises(ValueError):
            write_evidence(out, replace(small_case(), case=wrong), COMPANY)
    assert out.getvalue() == b""


def test_a_file_that_is_there_is_kept_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "case.evidence"
    path.write_text("mine")
    with pytest.raises(Problem, match="--force"):
        write_evidence_file(path, small_case(), COMPANY)
    assert path.read_text() == "mine"
    write_evidence_file(path, small_case(), COMPANY, force=True)
    verify_file(path)
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "case.evidence"
    with pytest.raises(ValueError):
        write_evidence_file(path, replace(small_case(), case={"clock": 1.5}), COMPANY)
    assert list(tmp_path.iterdir()) == []


def test_a_path_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    for path in (tmp_path / "none" / "file", tmp_path):
        for force in (False, True):
            with pytest.raises(Problem, match=str(path)):
                write_evidence_file(path, small_case(), COMPANY, force=force)
    assert list(tmp_path.iterdir()) == []
