"""What each letter says, and when it must not say it."""

from __future__ import annotations

from datetime import date

import pytest

from calends.letters import facts
from calends.letters.facts.information import information
from calends.letters.inputs import (
    CaseFacts,
    ChannelStop,
    ErasureLine,
    NotDone,
    Reason,
    SystemOutcome,
    Withheld,
)
from calends.letters.render import Rendered, render
from calends.letters.samples import (
    SAMPLE_LINES,
    SAMPLE_NOTHING,
    SAMPLE_OUTCOMES,
    SAMPLE_PAGE,
    sample_case,
    sample_company,
    sample_facts,
)
from calends.letters.words import day_in_words
from calends.rules import retention
from calends.rules.replies import missing_items
from calends.rules.vocabulary import Language, Right, SearchState, Verdict

COMPANY = sample_company()
FR, EN = Language.FR, Language.EN
FOUND = SystemOutcome(name="CRM", state=SearchState.FOUND, count=1)
SKIPPED = SystemOutcome(name="Badges", state=SearchState.SKIPPED, reason="never used")


def access(language: Language, outcomes: tuple[SystemOutcome, ...]) -> Rendered:
    page = SAMPLE_PAGE if FOUND in outcomes else None
    made = facts.access_facts(COMPANY, sample_case(language), outcomes, page)
    return render("access_reply", language, made)


def erasure(language: Language, *lines: ErasureLine) -> Rendered:
    made = facts.erasure_facts(
        COMPANY, sample_case(language), (FOUND,), lines, acted_on=date(2026, 12, 1)
    )
    return render("erasure_reply", language, made)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("letter", "right", "variants"),
    [
        # The last variants of access and erasure are those with systems that did not answer.
        ("access_reply", Right.ACCESS, (0, 1, 2, 3)),
        ("access_reply", Right.RECIPIENTS, (0, 1, 2, 3)),
        ("portability_reply", Right.PORTABILITY, (0, 1, 2, 3)),
        ("recipients_reply", Right.RECIPIENTS, (0, 1, 2)),
        ("rectification_reply", Right.RECTIFICATION, (0, 1, 2)),
        ("erasure_reply", Right.ERASURE, (0, 1, 2)),
        ("restriction_reply", Right.RESTRICTION, (0, 1, 2, 3)),
        ("objection_reply", Right.OBJECTION, (0, 1, 2)),
        ("prospecting_reply", Right.PROSPECTING_OBJECTION, (0, 1, 2)),
        ("consent_withdrawal_reply", Right.CONSENT_WITHDRAWAL, (0, 1)),
        ("human_review_reply", Right.HUMAN_REVIEW, (0, 1)),
    ],
)
def test_a_reply_holds_each_item_that_its_article_demands(
    letter: str, right: Right, variants: tuple[int, ...], language: Language
) -> None:
    for number in variants:
        rendered = render(letter, language, sample_facts(language)[letter][number])
        assert missing_items(right, rendered.items) == ()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    "letter",
    [
        "refusal",
        "not_identified",
        "deceased_refusal",
        "final_forced_reply",
        "extension_notice",
    ],
)
def test_what_is_not_granted_comes_with_reasons_authority_and_remedy(
    letter: str, language: Language
) -> None:
    for made in sample_facts(language)[letter]:
        rendered = render(letter, language, made)
        assert rendered.items >= {"reasons", "authority", "judicial_remedy"}
        assert "3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07" in rendered.text


@pytest.mark.parametrize("language", Language)
def test_kept_and_suppressed_data_owe_more_and_the_reply_gives_it(language: Language) -> None:
    rendered = render("erasure_reply", language, sample_facts(language)["erasure_reply"][0])
    assert missing_items(Right.ERASURE, rendered.items, refused=True, suppressed=True) == ()


@pytest.mark.parametrize("language", Language)
def test_withheld_data_come_with_their_reason(language: Language) -> None:
    made = facts.access_facts(
        COMPANY,
        sample_case(language),
        (FOUND,),
        SAMPLE_PAGE,
        [Withheld(what="Note 12", reason="15(4)")],
    )
    rendered = render("access_reply", language, made)
    assert missing_items(Right.ACCESS, rendered.items, refused=True) == ()
    assert "Note 12" in rendered.text


def test_nothing_found_is_said_plainly() -> None:
    assert "We hold no data about you other than this request." in access(EN, SAMPLE_NOTHING).text
    french = access(FR, SAMPLE_NOTHING)
    assert "Nous ne détenons aucune donnée vous concernant, hormis cette demande" in french.text
    assert "confirmation" in french.items


@pytest.mark.parametrize("state", [SearchState.FAILED, SearchState.WAITING, SearchState.SKIPPED])
def test_nothing_is_never_claimed_while_a_system_has_not_answered(state: SearchState) -> None:
    rendered = access(EN, (*SAMPLE_NOTHING, SystemOutcome(name="Shop", state=state)))
    assert "We hold no data" not in rendered.text
    assert "confirmation" not in rendered.items
    assert "we cannot yet confirm" in rendered.text


def test_without_any_search_nothing_is_claimed() -> None:
    assert "We hold no data" not in access(EN, ()).text


def test_an_explained_skip_is_named_and_not_promised_for_later() -> None:
    rendered = access(EN, (*SAMPLE_NOTHING, SKIPPED))
    assert "Badges: not searched (never used)" in rendered.text
    assert "Our search is therefore not complete" not in rendered.text
    assert "confirmation" in rendered.items


def test_each_system_is_named_with_its_outcome() -> None:
    text = render("access_reply", FR, sample_facts(FR)["access_reply"][0]).text
    for line in (
        "- CRM : 3 enregistrements",
        "- Facturation : rien à votre sujet",
        "- Boutique : pas de réponse depuis le 1er décembre 2026",
        "- Archives papier : pas de réponse",
        "- Badges : non consulté (hors d'usage)",
    ):
        assert f"{line}\n" in text


def test_found_data_without_a_way_to_give_them_are_refused() -> None:
    with pytest.raises(ValueError, match="page or an enclosed copy"):
        facts.access_facts(COMPANY, sample_case(FR), (FOUND,), None)


def test_a_partial_answer_without_a_copy_does_not_claim_one() -> None:
    rendered = render("partial_reply", FR, sample_facts(FR)["partial_reply"][1])
    assert {"extension", "reasons", "confirmation", "purposes"} <= rendered.items
    assert not {"copy", "copy_in_part", "withheld", "erased"} & rendered.items
    assert "K7QM-3RTX" not in rendered.text
    assert "15 février 2027" in rendered.text


@pytest.mark.parametrize("language", Language)
def test_a_forced_answer_calls_what_it_gives_a_part(language: Language) -> None:
    for letter in ("partial_reply", "final_forced_reply"):
        rendered = render(letter, language, sample_facts(language)[letter][0])
        assert "copy_in_part" in rendered.items
        assert "copy" not in rendered.items
        assert "K7QM-3RTX" in rendered.text


@pytest.mark.parametrize("language", Language)
def test_the_last_call_is_never_silent_for_want_of_a_reason(language: Language) -> None:
    case = sample_case(language)
    made = facts.partial_facts(COMPANY, case, SAMPLE_NOTHING, None, ())
    assert "reasons" in render("partial_reply", language, made).items
    entry = NotDone(right=Right.ACCESS)
    made = facts.final_forced_facts(COMPANY, case, SAMPLE_NOTHING, None, [entry])
    text = render("final_forced_reply", language, made).text
    assert {FR: "n'est pas terminé", EN: "is not finished"}[language] in text
    with pytest.raises(ValueError, match="why"):
        facts.refusal_facts(COMPANY, case, [entry])


def test_a_data_set_without_a_name_is_named_by_its_system() -> None:
    text = erasure(EN, ErasureLine(system="Paper", verdict=Verdict.HUMAN, count=4)).text
    assert "- Paper: 4 records\n" in text


def test_only_the_purposes_of_the_data_found_are_told() -> None:
    told = information(COMPANY, EN, {"surveys"})
    assert [purpose["title"] for purpose in told["purposes"]] == ["Surveys"]
    assert told["recipients"] == []
    assert len(information(COMPANY, EN, None)["purposes"]) == 2
    with pytest.raises(ValueError, match="no purpose `nope`"):
        information(COMPANY, EN, {"nope"})


def test_an_unset_duration_is_said_honestly() -> None:
    told = information(COMPANY, EN, {"surveys"})["purposes"][0]["retention"]
    assert "being set by our data protection officer" in told


def test_a_recipient_outside_the_eea_is_told_as_a_transfer() -> None:
    abroad = COMPANY.recipients[0].model_copy(update={"country": "US"})
    company = COMPANY.model_copy(update={"recipients": [abroad]})
    made = facts.access_facts(company, sample_case(EN), (FOUND,), SAMPLE_PAGE)
    text = render("access_reply", EN, made).text
    assert "Transfers outside the European Economic Area: Hébergeur Exemple SAS." in text


def test_the_reply_sentence_names_law_date_and_restriction() -> None:
    text = erasure(FR, *SAMPLE_LINES).text
    assert (
        "- Facturation, factures : 1 enregistrement, jusqu'au 31 décembre 2034 "
        "(art. L123-22 C. com. ; article 17(3)(b) du RGPD) : la loi nous oblige à les conserver\n"
        "Ces données sont en archive à accès restreint, sans autre usage." in text
    )
    assert "jusqu'au 1er mars 2027 au plus tard" in text


def test_an_erasure_reply_must_say_what_became_of_data_found() -> None:
    with pytest.raises(ValueError, match="what became of them"):
        erasure(FR)


def test_unset_backups_get_no_date() -> None:
    company = COMPANY.model_copy(update={"backups_expire_after": "UNSET"})
    made = facts.erasure_facts(
        company, sample_case(EN), (FOUND,), SAMPLE_LINES, acted_on=date(2026, 12, 1)
    )
    assert "rotation is being set" in render("erasure_reply", EN, made).text


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_has_its_place_in_the_reply(verdict: Verdict, language: Language) -> None:
    line = ErasureLine(system="Shop", collection="orders", verdict=verdict, count=4)
    other = ErasureLine(system="CRM", collection="contacts", verdict=Verdict.ERASED)
    text = erasure(language, line, other).text
    told = verdict not in (Verdict.NOT_FOUND, Verdict.BACKUP_EXPIRING)
    assert ("Shop, orders" in text) is told


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("reason", retention.Reason)
def test_a_reason_to_keep_is_spelled_out(reason: retention.Reason, language: Language) -> None:
    line = ErasureLine(
        system="S", collection="c", verdict=Verdict.HUMAN, count=1, reason=str(reason)
    )
    destroys = {"obligation_over", "consent_withdrawn", "no_longer_necessary", "duration_over"}
    if reason.value not in destroys:
        assert reason.value not in erasure(language, line).text


def test_a_reply_about_five_hundred_data_sets_can_still_be_written() -> None:
    outcomes = [FOUND.model_copy(update={"name": f"System {number}"}) for number in range(500)]
    made = facts.partial_facts(
        COMPANY,
        sample_case(FR),
        outcomes,
        SAMPLE_PAGE,
        [Reason(kind="system_silent", name="Boutique")] * 500,
        lines=list(SAMPLE_LINES) * 100,
    )
    text = render("partial_reply", FR, made).text
    assert "- System 499 : 1 enregistrement\n" in text
    assert text.count("- CRM, fiche de contact : 2 enregistrements\n") == 100


def test_an_extension_without_reasons_is_impossible() -> None:
    with pytest.raises(ValueError, match="reasons"):
        facts.extension_facts(COMPANY, sample_case(FR), [])


def test_a_prospecting_reply_without_a_stop_is_impossible() -> None:
    with pytest.raises(ValueError, match="at least one channel"):
        facts.prospecting_facts(COMPANY, sample_case(FR), [])


@pytest.mark.parametrize("language", Language)
def test_a_prospecting_reply_says_since_when_and_offers_erasure(language: Language) -> None:
    stop = ChannelStop(channel="sms", since=date(2026, 11, 16))
    made = facts.prospecting_facts(COMPANY, sample_case(language), [stop])
    text = render("prospecting_reply", language, made).text
    assert day_in_words(stop.since, language) in text
    assert {FR: "effacement", EN: "erasure"}[language] in text


@pytest.mark.parametrize("language", Language)
def test_a_refusal_prints_the_words_of_the_dpo(language: Language) -> None:
    entry = NotDone(right=Right.ACCESS, reasons=(Reason(kind="stated", text="Parce que {x}."),))
    made = facts.refusal_facts(COMPANY, sample_case(language), [entry])
    assert "Parce que {x}." in render("refusal", language, made).text


@pytest.mark.parametrize("language", Language)
def test_every_right_can_be_acknowledged(language: Language) -> None:
    case = sample_case(language).model_copy(update={"rights": tuple(Right)})
    made = facts.acknowledgment_facts(COMPANY, case, identity_needed=False)
    text = render("acknowledgment", language, made).text
    for right in made["rights"]:
        assert f"- {right}\n" in text


def test_a_case_reference_is_only_a_reference() -> None:
    known = sample_case(FR).model_dump()
    for wrong in ("x\r\nBcc: a@b", "2026 42", "", "{{ 1 }}"):
        with pytest.raises(ValueError, match="reference"):
            CaseFacts.model_validate(known | {"reference": wrong})


def test_the_sample_outcomes_hold_every_state() -> None:
    assert {outcome.state for outcome in SAMPLE_OUTCOMES} == set(SearchState)
