"""What a requester wrote is printed as it is, and can mark or break nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.letters import facts
from calends.letters.render import Rendered, render
from calends.letters.samples import SAMPLE_NOTHING, sample_case, sample_company, sample_facts
from calends.letters.templating import inert
from calends.rules.vocabulary import Language

CONTROLS = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))} - {"\n"}
INJECTIONS = [
    "{{ 7*7 }}",
    "{% for i in range(10) %}x{% endfor %}",
    "{# gone #}",
    '#read("/etc/passwd")',
    "{case}",
    "%(case)s",
    "${HOME}",
    "<script>alert(1)</script>",
    "a & b",
]


def nothing_found(name: str) -> Rendered:
    case = sample_case(Language.FR).model_copy(update={"addressee": name})
    letter = facts.access_facts(sample_company(), case, SAMPLE_NOTHING, None)
    return render("access_reply", Language.FR, letter)


@pytest.mark.parametrize("name", INJECTIONS)
def test_template_code_in_a_name_is_printed_literally(name: str) -> None:
    assert nothing_found(name).text.startswith(f"Bonjour {name},\n")


def test_a_name_cannot_mark_an_item_of_the_checklist() -> None:
    rendered = nothing_found("A\n@item erased\nB")
    assert "erased" not in rendered.items
    assert rendered.text.startswith("Bonjour A @item erased B,\n")


@given(st.text(min_size=1, max_size=200))
def test_a_name_stays_on_its_line_whatever_it_holds(name: str) -> None:
    plain, odd = nothing_found("X").text, nothing_found(name).text
    assert odd.count("\n") == plain.count("\n")
    odd.encode("utf-8")
    assert not set(odd) & CONTROLS


@given(st.text(alphabet="ab\r\n\v\f\x00\x1c\x85\u2028\u2029\u202e ", max_size=30))
def test_no_line_break_enters_a_subject(reference: str) -> None:
    letter = sample_facts(Language.EN)["refusal"][0]
    letter["case"] = letter["case"] | {"reference": f"R{reference}"}
    subject = render("refusal", Language.EN, letter).subject
    assert len(subject.splitlines()) == 1
    assert not set(subject) & set("\r\n\v\f\x00\x1c\x85\u2028\u2029\u202e")


def test_a_direction_override_and_a_lone_surrogate_are_taken_out() -> None:
    assert inert("abc\u202egpj.exe\ud800") == "abc gpj.exe\ufffd"
