from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from calends.cli import command_line
from tests.evidence.sample import COMPANY, STRANGER, evidence, real_case

Run = tuple[int, str, str]


def calends(capsys: pytest.CaptureFixture[str], *arguments: str) -> Run:
    with pytest.raises(SystemExit) as stop:
        command_line(["evidence", *arguments])
    out, err = capsys.readouterr()
    assert isinstance(stop.value.code, int)
    return stop.value.code, out, err


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "case.evidence"
    path.write_bytes(evidence(real_case()))
    return path


def test_verify_exits_0_with_the_companys_key_as_text_or_file(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    published = tmp_path / "company.pub"
    published.write_text(COMPANY.public.text + "\n")
    for key in (COMPANY.public.text, str(published)):
        code, out, err = calends(capsys, "verify", str(file), "--public-key", key)
        assert (code, err) == (0, "")
        assert f"signed by the given key {COMPANY.public.fingerprint}" in out


def test_verify_without_a_key_says_whose_key_is_to_be_compared(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = calends(capsys, "verify", str(file))
    assert code == 0
    assert f"signed by key {COMPANY.public.fingerprint}; compare it with" in out


def test_verify_needs_no_settings(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("CALENDS_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(file.parent)
    assert calends(capsys, "verify", file.name)[0] == 0


def test_verify_tells_a_program_the_same(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = calends(capsys, "verify", str(file), "--json")
    facts = json.loads(out)
    assert (code, facts["verified"], facts["reference"]) == (0, True, "2026-00042-K7")
    assert facts["lines"]["history"] == 75
    assert facts["key_given"] is False


def test_verify_exits_1_and_names_what_is_wrong(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_bytes(file.read_bytes().replace(b'"kind":"reply_sent"', b'"kind":"reply_lost"'))
    what = "event 3 was changed (its hash does not match)"
    assert calends(capsys, "verify", str(file)) == (
        1,
        "",
        f"calends: not verified: ledger: {what}\n",
    )
    code, out, err = calends(capsys, "verify", str(file), "--json")
    assert (code, json.loads(out), err) == (
        1,
        {"verified": False, "where": "ledger", "what": what},
        "",
    )


def test_verify_with_another_key_exits_1(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = calends(capsys, "verify", str(file), "--public-key", STRANGER.public.text)
    assert code == 1
    assert f"not by the given {STRANGER.public.fingerprint}" in err


def test_verify_exits_2_when_there_is_nothing_to_read(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path / "none", tmp_path, tmp_path / "fifo"):
        code, out, err = calends(capsys, "verify", str(path))
        assert (code, out, err.count("\n")) == (2, "", 1)
    code, out, err = calends(capsys, "verify", str(file), "--public-key", "no key")
    assert (code, out, err.count("\n")) == (2, "", 1)
