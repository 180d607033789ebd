"""Every letter, in both languages, with sample facts; and what a template may not do."""

from __future__ import annotations

import pickle
import shutil
import time
from pathlib import Path

import pytest

from calends.letters.check import check_templates
from calends.letters.render import TEMPLATES, LetterBroken, Rendered, render
from calends.letters.samples import sample_company, sample_facts
from calends.rules.vocabulary import Language

ALL = [
    (letter, language, number)
    for language in Language
    for letter, variants in sample_facts(language).items()
    for number in range(len(variants))
]
TO_ANYONE = ["acknowledgment", "identity_request", "identity_reminder", "not_identified"]


def sample(letter: str, language: Language, number: int = 0) -> Rendered:
    return render(letter, language, sample_facts(language)[letter][number])


@pytest.fixture
def own_templates(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    shutil.copytree(TEMPLATES, folder)
    return folder


def broken(folder: Path, body: str, **facts: object) -> str:
    (folder / "refusal/fr/body.txt").write_text(body, encoding="utf-8")
    known = sample_facts(Language.FR)["refusal"][0]
    with pytest.raises(LetterBroken) as caught:
        render("refusal", Language.FR, known | facts, templates=folder)
    assert (caught.value.letter, caught.value.language) == ("refusal", Language.FR)
    return caught.value.reason


def test_all_letters_hold_with_sample_facts() -> None:
    assert check_templates() == []


def test_every_folder_of_templates_has_sample_facts() -> None:
    folders = {path.name for path in TEMPLATES.iterdir() if not path.name.startswith("_")}
    assert folders == set(sample_facts(Language.FR)) == set(sample_facts(Language.EN))


@pytest.mark.parametrize(("letter", "language", "number"), ALL)
def test_a_letter_names_the_controller_the_dpo_and_the_case(
    letter: str, language: Language, number: int
) -> None:
    rendered, controller = sample(letter, language, number), sample_company().controller
    assert rendered.subject.startswith("[2026-00042-K7] ")
    for text in (controller.name, *controller.address, controller.dpo_email, "[2026-00042-K7]"):
        assert text in rendered.text


@pytest.mark.parametrize(("letter", "language", "number"), ALL)
def test_a_letter_leaves_no_mark_of_its_template_behind(
    letter: str, language: Language, number: int
) -> None:
    text = sample(letter, language, number).text
    for mark in ("{", "}", "@item", "None", "True", "False", "\n\n\n", " \n", "  :", "UNSET"):
        assert mark not in text
    assert text.endswith("\n")


@pytest.mark.parametrize(("letter", "language", "number"), ALL)
def test_a_letter_holds_no_marketing(letter: str, language: Language, number: int) -> None:
    text = sample(letter, language, number).text.lower()
    for word in ("promo", "offre", "profitez", "%", "newsletter", "discount", "découvrez"):
        assert word not in text


def test_both_languages_have_the_same_files() -> None:
    for folder in TEMPLATES.iterdir():
        french = {path.name for path in (folder / "fr").iterdir()}
        assert french == {path.name for path in (folder / "en").iterdir()}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("letter", TO_ANYONE)
def test_what_goes_to_an_unproved_address_names_nobody(letter: str, language: Language) -> None:
    for facts in sample_facts(language)[letter]:
        assert "Camille" not in render(letter, language, facts).text


@pytest.mark.parametrize("letter", ["identity_request", "identity_reminder"])
def test_an_identity_request_says_not_even_what_was_asked(letter: str) -> None:
    text = sample(letter, Language.EN).text
    assert "K7QM-3RTX" in text
    assert "https://droits.atelier.example/p/sample" in text
    assert "it means neither that we hold data about you, nor that we do not" in text
    assert "Article 15" not in text
    assert "identity document" in text


def test_an_edited_template_changes_the_template_digest(own_templates: Path) -> None:
    facts = sample_facts(Language.FR)["refusal"][0]
    before = render("refusal", Language.FR, facts, templates=own_templates).template_digest
    block = own_templates / "_blocks/fr/signature.txt"
    block.write_text(block.read_text(encoding="utf-8") + "Bien à vous\n", encoding="utf-8")
    after = render("refusal", Language.FR, facts, templates=own_templates).template_digest
    assert before != after
    assert before == render("refusal", Language.FR, facts).template_digest


def test_a_missing_fact_is_an_error_not_a_gap() -> None:
    facts = sample_facts(Language.FR)["extension_notice"][0]
    del facts["reasons"]
    with pytest.raises(LetterBroken, match="undefined value"):
        render("extension_notice", Language.FR, facts)


def test_an_unknown_letter_is_an_error() -> None:
    with pytest.raises(LetterBroken, match="does not exist"):
        render("nothing_of_the_kind", Language.FR, {})


def test_a_broken_letter_survives_a_process_border() -> None:
    error = pickle.loads(pickle.dumps(LetterBroken("refusal", Language.FR, "line 3")))
    assert str(error) == "letter refusal/fr: line 3"


def test_doctor_names_the_letter_that_is_broken(own_templates: Path) -> None:
    (own_templates / "refusal/en/body.txt").write_text("{% if %}", encoding="utf-8")
    (own_templates / "refusal/fr/subject.txt").write_text("Votre demande\n", encoding="utf-8")
    lines = check_templates(own_templates)
    assert len(lines) == 2
    assert "letter refusal/fr: no [reference] in the subject" in lines
    assert any(line.startswith("letter refusal/en: ") for line in lines)


def test_a_template_that_is_not_utf8_is_named(own_templates: Path) -> None:
    (own_templates / "refusal/fr/body.txt").write_bytes("café".encode("latin-1"))
    assert check_templates(own_templates) == [
        "letter refusal/fr: refusal/fr/body.txt: not UTF-8",
    ]


@pytest.mark.parametrize(
    "bomb",
    [
        "{% for a in xs %}{% for b in xs %}{% for c in xs %}x{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in xs %}{% for b in xs %}{{ xs|join(big) }}{% endfor %}{% endfor %}",
        '{% include "_blocks/fr/loop.txt" %}',
        "{% for a in xs %}{% for b in xs %}" + "x" * 60_000 + "{% endfor %}{% endfor %}",
        "{% for a in xs %}{% for b in xs %}{{ big }}{{ big }}{% endfor %}{% endfor %}",
        '{% for a in xs %}{% include "_blocks/fr/long.txt" %}{% endfor %}',
        '{% include "_blocks/fr/long.txt" %}' * 1000,
        "{{ xs|join(big) }}",
        "{% set x = 'aa' %}" + "{% set x = x ~ x %}" * 40 + "{{ x }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ 'x' * 1000000000 }}",
        "{% for i in range(1000000000) %}x{% endfor %}",
        '{{ "%1000000000d"|format(1) }}',
        "{{ big|indent(1000000000) }}",
        '{{ big|replace("x", big) }}',
        "{% filter upper %}x{% endfilter %}",
        "x" * 100_000,
    ],
)
def test_a_bomb_in_a_template_is_stopped_at_once(own_templates: Path, bomb: str) -> None:
    loop = '{% for i in xs %}{% include "_blocks/fr/loop.txt" %}{% endfor %}'
    (own_templates / "_blocks/fr/loop.txt").write_text(loop, encoding="utf-8")
    (own_templates / "_blocks/fr/long.txt").write_text("x" * 60_000, encoding="utf-8")
    started = time.monotonic()
    reason = broken(own_templates, bomb, xs=["x"] * 100, big="x" * 1000)
    assert time.monotonic() - started < 5
    assert len(reason) < 300


@pytest.mark.parametrize(
    "source",
    [
        '{% include "/etc/passwd" %}',
        '{% include "_blocks/fr/../../../render.py" %}',
        "{% include company.name %}",
        '{% extends "access_reply/fr/body.txt" %}',
        "{{ company.__class__ }}",
        "{{ debug() }}",
        "{{ namespace() }}",
        '{{ item("erased") }}',
        "{{ company['name'] }}",
        "{{ company }}",
        "{{ company.address }}",
        "{{ rights.0.upper() }}",
        "{{ case.reference",
        "{{{# #}{ 1 }}}",
        "@item Erased",
        "@item erased, kept",
        "{% raw %}{{ x }}{% endraw %}",
    ],
)
def test_a_template_can_do_no_more_than_print_choose_repeat_include(
    own_templates: Path, source: str
) -> None:
    assert "Atelier" not in broken(own_templates, source)


def test_a_fact_that_is_absent_is_never_printed_as_none(own_templates: Path) -> None:
    assert "NoneType" in broken(own_templates, "{{ gone }}", gone=None)
