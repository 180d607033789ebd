"""`calends read`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from calends import cli
from calends.mail import message
from tests.mail.samples import letter


@pytest.fixture
def eml(tmp_path: Path) -> Path:
    path = tmp_path / "demande.eml"
    path.write_bytes(letter("Supprimez mes données.\n\x1b[31mrouge", "Bonjour"))
    return path


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        cli.command_line(["read", *arguments])
    code = ended.value.code
    return code if isinstance(code, int) else 0


def test_json_is_one_object_a_line_with_the_file_first(
    eml: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("--json", str(eml), str(eml)) == 0
    out = capsys.readouterr().out
    shown = [json.loads(line) for line in out.splitlines()]
    assert len(shown) == 2
    assert list(shown[0])[:2] == ["file", "kind"]
    assert shown[0]["file"] == str(eml)
    assert shown[0]["kind"] == "request"
    [demand] = shown[0]["demands"]
    assert list(demand)[:3] == ["right", "confidence", "quote"]
    assert demand["right"] == "ERASURE"
    assert demand["quote"] == "Supprimez mes données."
    assert {"language", "identity", "needs_triage", "reference"} <= set(shown[0])


def test_the_readable_text_names_kind_and_right_and_drives_no_terminal(
    eml: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(str(eml)) == 0
    out = capsys.readouterr().out
    assert "request" in out
    assert "ERASURE" in out
    assert "\x1b" not in out


def test_any_bytes_are_a_quarantined_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.eml"
    path.write_bytes(b"\0\xff")
    assert _run("--json", str(path)) == 0
    assert json.loads(capsys.readouterr().out)["kind"] == "quarantine"


@pytest.mark.parametrize("bad", ["missing", "folder", "nul\0", "a" * 5000, "new\nline"])
def test_a_file_that_cannot_be_read_gets_one_line_and_exit_2_before_anything_is_printed(
    eml: Path, tmp_path: Path, bad: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder").mkdir()
    assert _run("--json", str(eml), f"{tmp_path}/{bad}") == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1


def test_a_file_too_large_is_refused(
    eml: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("calends.commands.read.MAX_RAW", 10)
    assert message.MAX_RAW > 10
    assert _run(str(eml)) == 2
    assert "larger than" in capsys.readouterr().err


def test_no_file_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run() == 2
    assert capsys.readouterr().err.count("\n") == 1
