"""The company's own texts win letter by letter; what does not hold is never sent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from activities.house import House
from calends.letters.check import check_templates
from calends.letters.own import copy_built_in, own_files, own_letters, strays
from calends.letters.render import Rendered, render
from calends.letters.samples import sample_facts
from calends.problems import Problem
from calends.rules.vocabulary import Language
from calends.settings import Settings
from tests.office import SAMPLE

FR, EN = Language.FR, Language.EN
LETTER = "refusal"


def refusal(own: Path | None, language: Language = FR) -> Rendered:
    return render(LETTER, language, sample_facts(language)[LETTER][0], own=own)


def edit(own: Path, name: str, old: str, new: str) -> None:
    text = (own / name).read_text(encoding="utf-8")
    assert old in text
    (own / name).write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    copy_built_in([LETTER], tmp_path)
    return tmp_path


def test_an_own_text_is_sent_in_its_language_only(own: Path) -> None:
    edit(own, "refusal/fr/body.txt", "Si vous pensez", "Cher client, si vous pensez")
    assert "Cher client, si vous pensez" in refusal(own).text
    assert "Cher client, si vous pensez" in "".join(
        run.text for block in refusal(own).blocks for e in block.entries for li in e for run in li
    )
    assert refusal(own).own_broken == ""
    assert refusal(own, EN) == refusal(None, EN)
    assert refusal(own).template_digest != refusal(None).template_digest


def test_an_own_block_is_in_every_letter_that_includes_it(tmp_path: Path) -> None:
    (tmp_path / "_blocks/fr").mkdir(parents=True)
    (tmp_path / "_blocks/fr/signature.txt").write_text("\n---\nMaison mère\n", encoding="utf-8")
    for letter, variants in sample_facts(FR).items():
        assert render(letter, FR, variants[0], own=tmp_path).text.endswith("\nMaison mère\n")


def test_an_own_text_may_include_a_block_of_its_own(own: Path) -> None:
    (own / "_blocks/fr").mkdir(parents=True)
    (own / "_blocks/fr/opening_hours.txt").write_text("De 9 h à 17 h.\n", encoding="utf-8")
    body = own / "refusal/fr/body.txt"
    with body.open("a", encoding="utf-8") as file:
        file.write('\n{% include "_blocks/fr/opening_hours.txt" %}\n')
    assert refusal(own).text.endswith("De 9 h à 17 h.\n")


@pytest.mark.parametrize(
    ("file", "old", "new", "why"),
    [
        ("body.txt", "{% include", "{% inclode", "not allowed"),
        ("body.txt", "case.received", "case.recieved", "undefined value"),
        ("body.txt", '{% include "_blocks/fr/not_done.txt" %}', "", "does not say reasons"),
        ("body.txt", "authority_and_remedy", "greeting", "does not say authority"),
        ("subject.txt", "[{{ case.reference }}]", "", "no [reference] in the subject"),
        ("subject.txt", "[{{ case.reference }}] Votre demande : notre réponse", "", "empty"),
    ],
)
def test_an_own_text_that_does_not_hold_gives_way_and_says_why(
    own: Path, file: str, old: str, new: str, why: str
) -> None:
    edit(own, f"refusal/fr/{file}", old, new)
    sent = refusal(own)
    assert why in sent.own_broken
    assert sent.text == refusal(None).text
    assert sent.subject == refusal(None).subject
    assert sent.template_digest == refusal(None).template_digest
    lines = check_templates(own=own)
    assert lines == [f"letter refusal/fr: own text not used: {sent.own_broken}"]


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe",
        b"{% for a in rights %}{% for b in rights %}" + b"x" * 70_000,
        b"x" * 10_000_000,
        b"\x02caf\x03",
        b"",
    ],
)
def test_no_file_of_any_kind_stops_a_letter(own: Path, body: bytes) -> None:
    (own / "refusal/fr/body.txt").write_bytes(body)
    sent = refusal(own)
    assert sent.own_broken
    assert sent.text == refusal(None).text


def test_a_link_out_of_the_folder_is_not_followed(own: Path) -> None:
    body = own / "refusal/fr/body.txt"
    body.unlink()
    body.symlink_to("/etc/hostname")
    sent = refusal(own)
    assert "leads out of its folder" in sent.own_broken
    assert sent.text == refusal(None).text


def test_a_pipe_in_place_of_a_text_is_passed_by(own: Path) -> None:
    body = own / "refusal/fr/body.txt"
    body.unlink()
    os.mkfifo(body)
    assert refusal(own).text == refusal(None).text


def test_lines_of_windows_are_lines_too(own: Path) -> None:
    body = own / "refusal/fr/body.txt"
    body.write_bytes(body.read_bytes().replace(b"\n", b"\r\n"))
    assert refusal(own).text == refusal(None).text
    assert refusal(own).own_broken == ""


def test_the_folder_is_the_setting_or_stands_beside_the_company_file(tmp_path: Path) -> None:
    company = tmp_path / "company.yml"
    assert own_letters(company) is None
    assert own_letters(company, tmp_path / "nowhere") is None
    (tmp_path / "letters").mkdir()
    (tmp_path / "mine").mkdir()
    assert own_letters(company) == tmp_path / "letters"
    assert own_letters(company, tmp_path / "mine") == tmp_path / "mine"
    assert own_letters(SAMPLE / "company.yml") is None


def test_a_misspelt_file_is_a_stray_and_a_new_block_is_not(own: Path) -> None:
    for name in ("refusl/fr/body.txt", "refusal/fr/boddy.txt", "refusal/de/body.txt", "note.md"):
        (own / name).parent.mkdir(parents=True, exist_ok=True)
        (own / name).write_text("x", encoding="utf-8")
    (own / "_blocks/fr").mkdir(parents=True)
    (own / "_blocks/fr/mine.txt").write_text("x", encoding="utf-8")
    assert strays(own) == sorted(
        ["refusl/fr/body.txt", "refusal/fr/boddy.txt", "refusal/de/body.txt", "note.md"]
    )
    assert len(own_files(own)) == 5


def test_nothing_is_overwritten_or_half_copied(own: Path) -> None:
    edit(own, "refusal/fr/body.txt", "Si vous pensez", "Mon texte")
    with pytest.raises(Problem, match="is there already"):
        copy_built_in(["extension_notice", "refusal"], own)
    with pytest.raises(Problem, match="no letter `nope`"):
        copy_built_in(["extension_notice", "nope"], own)
    assert not (own / "extension_notice").exists()
    assert "Mon texte" in (own / "refusal/fr/body.txt").read_text(encoding="utf-8")


def test_what_the_house_sends_is_the_companys_own_text(
    own: Path, tmp_path_factory: pytest.TempPathFactory, caplog: pytest.LogCaptureFixture
) -> None:
    keys = tmp_path_factory.mktemp("keys")
    house = House.open(
        Settings(
            _env_file=None,
            company_file=SAMPLE / "company.yml",
            letters=own,
            database_url=SecretStr("postgresql+asyncpg://nobody@127.0.0.1:1/none"),
            master_key_file=keys / "master.key",
        )
    )
    facts = sample_facts(FR)[LETTER][0]
    edit(own, "refusal/fr/body.txt", "Si vous pensez", "Mot de la maison. Si vous pensez")
    assert "Mot de la maison." in house.letter(LETTER, FR, facts).text
    assert caplog.text == ""
    (own / "refusal/fr/body.txt").write_text("{{ case }}", encoding="utf-8")
    assert house.letter(LETTER, FR, facts).text == refusal(None).text
    assert "letter refusal/fr: own text not used" in caplog.text
    assert "Camille" not in caplog.text
