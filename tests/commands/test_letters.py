"""`calends letters`: texts listed, looked at, copied to be edited; a broken one is found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from calends.letters.samples import sample_facts
from calends.rules.vocabulary import Language
from tests.commands.conftest import Calends


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "own"
    monkeypatch.setenv("CALENDS_LETTERS", str(folder))
    return folder


async def test_every_letter_can_be_looked_at_in_three_forms(
    calends: Calends, tmp_path: Path
) -> None:
    ran = await calends("letters", "preview", "-o", str(tmp_path / "p"), "--language", "fr")
    count = sum(len(variants) for variants in sample_facts(Language.FR).values())
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"{count} letters in ")
    for suffix in ("txt", "html", "pdf"):
        assert len(list((tmp_path / "p/fr").glob(f"*.{suffix}"))) == count
    page = (tmp_path / "p/index.html").read_text(encoding="utf-8")
    for path in (tmp_path / "p/fr").iterdir():
        assert f'href="fr/{path.name}"' in page
    refusal = (tmp_path / "p/fr/refusal.txt").read_text(encoding="utf-8")
    assert "Impro Solutions, responsable du traitement" in refusal


async def test_one_letter_alone_can_be_looked_at(calends: Calends, tmp_path: Path) -> None:
    ran = await calends("letters", "preview", "-o", str(tmp_path / "p"), "refusal")
    assert ran.out.startswith("2 letters in ")
    assert not (tmp_path / "p/fr/access_reply-1.txt").exists()


async def test_a_copied_text_is_used_and_a_broken_one_is_told(
    calends: Calends, own: Path, tmp_path: Path
) -> None:
    ran = await calends("letters", "copy", "refusal")
    assert ran.code == 0
    assert len(ran.out.splitlines()) == 4
    body = own / "refusal/fr/body.txt"
    body.write_text(body.read_text(encoding="utf-8") + "Mon mot\n", encoding="utf-8")
    ran = await calends("letters", "preview", "-o", str(tmp_path / "p"), "refusal")
    assert ran.code == 0
    assert (tmp_path / "p/fr/refusal.txt").read_text(encoding="utf-8").endswith("Mon mot\n")
    assert "refusal/fr *\n" in (await calends("letters", "list")).out
    body.write_text("{{ nothing }}", encoding="utf-8")
    ran = await calends("letters", "preview", "-o", str(tmp_path / "p"), "refusal")
    assert ran.code == 1
    assert ran.err.startswith("refusal/fr: own text not used: ")


async def test_the_doctor_names_a_broken_text_and_a_stray(calends: Calends, own: Path) -> None:
    await calends("letters", "copy", "refusal")
    (own / "refusal/fr/body.txt").write_text("Non.\n", encoding="utf-8")
    (own / "refusal/fr/bodi.txt").write_text("x", encoding="utf-8")
    lines = [json.loads(line) for line in (await calends("doctor", "--json")).out.splitlines()]
    said = {line["level"]: line for line in lines if line["check"] == "letters"}
    assert "refusal/fr: own text not used: does not say authority" in said["error"]["text"]
    assert "until then the built-in one is sent" in said["error"]["mend"]
    assert "refusal/fr/bodi.txt replaces no text" in said["warning"]["text"]
    assert said["note"]["text"].startswith("4 own texts in ")


async def test_a_folder_of_own_texts_that_is_not_there_is_an_error(
    calends: Calends, own: Path
) -> None:
    lines = [json.loads(line) for line in (await calends("doctor", "--json")).out.splitlines()]
    said = [line for line in lines if line["check"] == "letters"]
    assert [line["level"] for line in said] == ["error"]
    assert "CALENDS_LETTERS" in said[0]["mend"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("preview", "-o", "/dev/null/x"),
        ("preview", "-o", "p", "nope"),
        ("preview",),
        ("preview", "-o", "p", "--language", "de"),
        ("copy",),
        ("copy", "nope"),
        ("copy", "../refusal"),
    ],
)
async def test_bad_input_is_one_line_and_exit_2(
    calends: Calends, arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = await calends("letters", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.strip().splitlines()) == 1
    assert list(tmp_path.glob("p*")) == []
