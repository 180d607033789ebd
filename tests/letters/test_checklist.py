"""A letter that does not say what it owes is named, and cannot be approved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calends.letters.check import OWED_BY_LETTER, REFUSALS, REPLIES, lacking
from calends.letters.render import render
from calends.letters.samples import sample_facts
from calends.rules.replies import REFUSAL, required_items
from calends.rules.vocabulary import Language, Right

# Variants in which a system did not answer: nothing may be confirmed yet, so the reply waits.
UNFINISHED = {("access_reply", 4)}


def test_every_right_has_its_reply_but_the_authority() -> None:
    assert set(REPLIES.values()) == set(Right) - {Right.AUTHORITY_INQUIRY}
    assert set(REPLIES) | set(OWED_BY_LETTER) <= set(sample_facts(Language.FR))


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
@pytest.mark.parametrize("letter", sorted(REFUSALS))
def test_a_refusal_owes_reasons_authority_and_remedy_and_no_more(
    letter: str, language: Language
) -> None:
    refusal = render(letter, language, sample_facts(language)[letter][0])
    for right in Right:
        assert lacking(refusal, right) == ()
    assert lacking(replace(refusal, items=frozenset()), Right.ACCESS) == tuple(sorted(REFUSAL))


@pytest.mark.parametrize("language", Language)
def test_a_partly_refused_objection_names_authority_and_remedy(language: Language) -> None:
    facts = sample_facts(language)["objection_reply"][0]
    assert lacking(render("objection_reply", language, facts), Right.OBJECTION, refused=True) == ()
