import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from calends.cli import command_line

ROOT = Path(__file__).parents[2]
KEYS = [
    "received",
    "nominal",
    "legal_due",
    "safe_due",
    "extended_legal_due",
    "extended_safe_due",
    "trace",
]
JANUARY = "2026-01-31T12:00:00+01:00"


def due(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        command_line(["due", *arguments])
    out, err = capsys.readouterr()
    assert isinstance(stop.value.code, int)
    return stop.value.code, out, err


def clocks(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    code, out, err = due(capsys, "--json", *arguments)
    assert (code, err) == (0, "")
    return [json.loads(line) for line in out.splitlines()]


def test_each_receipt_is_one_object_a_line_with_exactly_the_promised_keys(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = clocks(capsys, JANUARY, "2026-06-10T14:00:00Z")
    assert [list(clock) for clock in found] == [KEYS, KEYS]
    trace = found[0].pop("trace")
    assert found[0] == {
        "received": JANUARY,
        "nominal": "2026-02-28",
        "legal_due": "2026-03-02",
        "safe_due": "2026-02-27",
        "extended_legal_due": "2026-04-30",
        "extended_safe_due": "2026-04-28",
    }
    assert all(list(step) == ["name", "value", "source", "words"] for step in trace)
    assert {step["name"] for step in trace} >= set(KEYS) - {"received", "trace"}


def test_every_published_case_comes_out_of_the_command(
    shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = json.loads((shared / "cases" / "deadlines.json").read_text(encoding="utf-8"))
    assert cases
    for case in cases:
        (clock,) = clocks(capsys, case["received"], "--tz", case["tz"], "--region", case["region"])
        assert (clock["nominal"], clock["legal_due"], clock["safe_due"]) == (
            case["due_nominal"],
            case["due"],
            case["safe_due"],
        ), case["id"]
        assert (clock["extended_legal_due"], clock["extended_safe_due"]) == (
            case["extended_due"],
            case["safe_extended_due"],
        ), case["id"]


def test_a_region_given_is_counted_with_its_own_holidays(
    capsys: pytest.CaptureFixture[str],
) -> None:
    received = "2024-02-29T12:00:00+01:00"
    (national,) = clocks(capsys, received)
    (moselle,) = clocks(capsys, received, "--region", "FR-57")
    assert (national["legal_due"], moselle["legal_due"]) == ("2024-03-29", "2024-04-02")


def test_without_json_every_date_is_shown_with_its_why(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = due(capsys, JANUARY)
    assert (code, err) == (0, "")
    for text in ("legal_due", "2026-03-02", "is a Saturday", "Reg. 1182/71 art. 2, 3(4)"):
        assert text in out


def test_a_naive_instant_is_taken_in_the_zone_given(capsys: pytest.CaptureFixture[str]) -> None:
    # 23:30 in Fort-de-France on 30 June is 1 July in UTC and in Paris.
    (clock,) = clocks(capsys, "2026-06-30T23:30:00", "--tz", "America/Martinique")
    assert clock["nominal"] == "2026-07-30"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["2026-06-10T14:00:00"],
        ["2026-06-10"],
        ["yesterday"],
        [""],
        ["2026-02-30T12:00:00Z"],
        ["2026-06-10\n14:00:00Z"],
        ["2026-06-10\u00e914:00:00Z"],
        ["\udcff\x1b[31m"],
        ["9" * 100_000],
        ["0001-01-01T00:00:00+14:00"],
        ["9999-12-31T23:59:59-12:00"],
        ["2101-01-01T00:00:00Z"],
        ["2100-12-15T00:00:00Z"],
        ["--region", "FR-99", JANUARY],
        ["--region", "", JANUARY],
        ["--region", "X\nY", JANUARY],
        ["--tz", "Mars/Olympus", JANUARY],
        ["--tz", "", JANUARY],
        ["--tz", "../../etc/passwd", JANUARY],
        ["--tz", "Europe", JANUARY],
        ["--colour", JANUARY],
        ["-1"],
        [JANUARY, "--tz"],
    ],
)
@pytest.mark.parametrize("good_first", [[], [JANUARY]], ids=["alone", "after a good one"])
def test_a_bad_argument_is_one_line_on_stderr_and_nothing_on_stdout(
    good_first: list[str], arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    if not arguments and good_first:
        return
    code, out, err = due(capsys, *good_first, *arguments)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert len(err) < 400


def test_the_command_starts_without_the_heavy_parts_of_the_project() -> None:
    script = (
        "import sys, calends.commands.due\n"
        "heavy = {'temporalio', 'sqlalchemy', 'pydantic', 'yaml', 'fastapi', 'holidays'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
