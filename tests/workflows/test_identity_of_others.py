"""Who writes for somebody else: what is asked of them, and what a human decides (rule book §5 rows
5-9, 23)."""

from __future__ import annotations

from datetime import timedelta

from calends.letters.check import owed_by
from calends.rules.vocabulary import Right
from tests.office import Office, mail
from tests.workflows.asks import ASKS

FOR_CLIENT = (
    "Bonjour, je vous écris au nom de Madame Claire Fontaine, qui m'a donné mandat. Je demande "
    "une copie de toutes ses données personnelles."
)
FOR_CHILD = (
    "Bonjour, je suis la mère de Lina Moreau, 9 ans. Je demande une copie de toutes les données "
    "personnelles de ma fille."
)
FOR_DEAD = (
    "Bonjour, mon père Henri Caradec est décédé en mars. En tant qu'héritier je demande une copie "
    "de toutes ses données personnelles."
)


async def accepted(office: Office, writer: str, text: str) -> str:
    case_id = await office.receive(mail(writer, text))
    await office.complete(case_id, "triage", "accept", rights=["ACCESS"])
    return case_id


async def test_row_09_an_agent_is_asked_for_the_mandate_and_their_own_contact_opens_nothing(
    office: Office,
) -> None:
    case_id = await accepted(office, "cabinet@mandataire.example", FOR_CLIENT)
    letter = await office.letter(case_id, "mandate_request")
    assert "mandat" in letter.text
    assert "identity_request" not in await office.sent(case_id)
    task = await office.task(case_id, "verify_identity")
    assert task.facts["writes_as"] == "agent"
    await office.complete(case_id, "verify_identity", "confirm", details={"means": "mandat vu"})
    await office.nothing_on_paper(case_id)
    assert (await office.closing(case_id)).rights == {"ACCESS": "answered"}
    assert (await office.row(case_id)).assurance == "IA2"


async def test_row_09_a_mandate_that_nobody_shows_ends_with_the_answer_of_article_12_6(
    office: Office,
) -> None:
    case_id = await accepted(office, "autre@mandataire.example", FOR_CLIENT)
    await office.letter(case_id, "mandate_request")
    await office.skip(case_id, timedelta(days=34))
    await office.letter(case_id, "not_identified")
    assert await office.demands(case_id) == {"ACCESS": "not_identified"}


async def test_row_05_a_parent_is_asked_for_what_shows_their_authority(office: Office) -> None:
    case_id = await accepted(office, "mere@courriel.example", FOR_CHILD)
    letter = await office.letter(case_id, "minor_request")
    assert "autorité parentale" in letter.text
    assert (await office.task(case_id, "verify_identity")).facts["writes_as"] == "parent"


async def test_row_08_an_heir_is_asked_for_death_and_heirship_and_refused_by_article_85(
    office: Office,
) -> None:
    case_id = await accepted(office, "heritier@courriel.example", FOR_DEAD)
    await office.letter(case_id, "heirship_request")
    why = "Ni le règlement de la succession ni la prise en compte du décès ne sont en cause."
    await office.complete(case_id, "verify_identity", "not_identified", reason=why)
    assert (await office.closing(case_id)).rights == {"ACCESS": "refused"}
    letter = await office.letter(case_id, "refusal:ACCESS")
    assert why in " ".join(letter.text.split())
    assert "CNIL" in letter.text
    assert owed_by("deceased_refusal")


async def test_who_was_taken_for_an_agent_and_is_the_person_proves_their_own_contact(
    office: Office,
) -> None:
    case_id = await accepted(office, "elle.meme@courriel.example", FOR_CLIENT)
    await office.complete(case_id, "verify_identity", "second_factor")
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    assert (await office.closing(case_id)).rights == {"ACCESS": "answered"}


async def test_row_05_a_child_who_writes_alone_is_asked_in_words_for_a_child(
    office: Office,
) -> None:
    text = f"Bonjour, j'ai 16 ans. {ASKS[Right.ACCESS]}"
    case_id = await office.receive(mail("ado@courriel.example", text))
    letter = await office.letter(case_id, "identity_request")
    assert "tu nous as écrit" in letter.text
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    assert (await office.closing(case_id)).rights == {"ACCESS": "answered"}


async def test_row_23_images_of_a_camera_are_frozen_before_any_identity_is_established(
    office: Office,
) -> None:
    text = (
        "Bonjour, je souhaite une copie des images de vidéosurveillance sur lesquelles j'apparais, "
        "le 12 novembre vers 14 h à l'accueil. Je demande l'accès à mes données personnelles."
    )
    case_id = await office.receive(mail("filme@courriel.example", text))
    await office.task(case_id, "hold_images")
    assert not (await office.case(case_id).query("view"))["identified"]
    await office.complete(case_id, "hold_images", "held")
    kinds = [f.get("outcome") for k, f in await office.ledger(case_id) if k == "task_done"]
    assert "held" in kinds
