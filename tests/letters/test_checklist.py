"""A letter that does not say what it owes is named, and cannot be approved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calends.letters.check import REPLIES, TURNS, lacking, owed_by
from calends.letters.render import render
from calends.letters.samples import sample_facts
from calends.rules.replies import REFUSAL, Turn, required_items
from calends.rules.vocabulary import Language, Right

# Variants in which a system did not answer: nothing may be confirmed yet, so the reply waits.
UNFINISHED = {("access_reply", 4)}


def test_every_right_has_its_reply_but_the_authority() -> None:
    assert set(REPLIES.values()) == set(Right) - {Right.AUTHORITY_INQUIRY}
    assert set(REPLIES) | set(TURNS) <= set(sample_facts(Language.FR))


def test_every_turn_has_its_letter_but_a_holding_one_which_is_no_answer() -> None:
    assert set(TURNS.values()) == set(Turn) - {Turn.FINAL, Turn.HOLDING}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("letter", sorted(sample_facts(Language.FR)))
def test_every_letter_says_what_it_owes_by_itself(letter: str, language: Language) -> None:
    for facts in sample_facts(language)[letter]:
        rendered = render(letter, language, facts)
        assert lacking(rendered) == ()
        assert lacking(replace(rendered, items=frozenset())) == owed_by(letter)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(("letter", "right"), REPLIES.items())
def test_each_reply_says_all_that_its_article_demands(
    letter: str, right: Right, language: Language
) -> None:
    for number, facts in enumerate(sample_facts(language)[letter]):
        missing = lacking(render(letter, language, facts), right)
        assert missing == (("confirmation",) if (letter, number) in UNFINISHED else ())


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(("letter", "right"), REPLIES.items())
def test_a_reply_that_loses_an_item_is_lacking_exactly_that(
    letter: str, right: Right, language: Language
) -> None:
    whole = render(letter, language, sample_facts(language)[letter][0])
    for item in required_items(right):
        assert lacking(replace(whole, items=whole.items - {item}), right) == (item,)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("letter", ["refusal", "not_identified", "deceased_refusal"])
def test_a_refusal_owes_reasons_authority_and_remedy_and_no_more(
    letter: str, language: Language
) -> None:
    refusal = render(letter, language, sample_facts(language)[letter][0])
    for right in Right:
        assert lacking(refusal, right) == ()
    assert lacking(replace(refusal, items=frozenset()), Right.ACCESS) == REFUSAL


@pytest.mark.parametrize("language", Language)
def test_a_partly_refused_objection_names_authority_and_remedy(language: Language) -> None:
    facts = sample_facts(language)["objection_reply"][0]
    assert lacking(render("objection_reply", language, facts), Right.OBJECTION, refused=True) == ()


@pytest.mark.parametrize("language", Language)
def test_data_that_came_after_the_snapshot_are_said_not_to_be_in_the_copy(
    language: Language,
) -> None:
    before, after = (sample_facts(language)["access_reply"][number] for number in (0, 2))
    made = render("access_reply", language, before)
    assert lacking(made, Right.ACCESS, cut_off=True) == ("cut_off",)
    assert lacking(render("access_reply", language, after), Right.ACCESS, cut_off=True) == ()
