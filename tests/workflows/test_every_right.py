"""Each right from mail to reply: identity as its rule asks, tasks, what really changes in the
systems, a reply with every item of its checklist, and evidence that verifies."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from calends.register.case_rows import NoticeRow, RestrictionRow, WithdrawalRow
from calends.register.models import LedgerRow, SuppressionRow
from calends.rules.vocabulary import Right
from tests.office import Office, mail
from tests.workflows.ends import copy_of, evidence_holds, items_of, lawful_reply, rows, value

ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."
ERASURE = "Bonjour, je vous demande d'effacer toutes les données que vous avez sur moi."
RESTRICTION = (
    "Bonjour, je demande la limitation du traitement (article 18 du RGPD), mon dossier est faux."
)
OBJECTION = "Bonjour, je m'oppose au traitement de mes données pour vos analyses, vu ma situation."
PORTABILITY = "Bonjour, je demande la portabilité de mes données au format JSON. Merci."
RECIPIENTS = "Bonjour, à qui avez-vous transmis mes données personnelles ?"
CONSENT = "Bonjour, je retire mon consentement au traitement de mes données."
REVIEW = "Bonjour, je conteste une décision automatisée et demande une intervention humaine."
RECTIFICATION = """Bonjour, merci de rectifier mes données, mon nom est mal écrit.
Nom : Oeuvrard au lieu de Œuvrard
"""


async def test_access_gives_the_copy_and_all_that_article_15_tells(office: Office) -> None:
    case_id = await office.receive(mail("zoe.mueller@example.org", ACCESS))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    await office.complete(case_id, "review_access", "release")
    assert (await office.closing(case_id)).rights == {"ACCESS": "answered"}
    letter = await lawful_reply(office, case_id, Right.ACCESS)
    assert "/p/" in letter.text
    copy = await copy_of(office, case_id, "reply:ACCESS")
    assert any(name.endswith("invoice.json") for name in copy)
    await evidence_holds(office, case_id)


async def test_recipients_are_named_by_data_set(office: Office) -> None:
    case_id = await office.receive(mail("soren@oestergaard.example", RECIPIENTS))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    assert (await office.closing(case_id)).rights == {"RECIPIENTS": "answered"}
    letter = await lawful_reply(office, case_id, Right.RECIPIENTS)
    assert "Hébergement de l'Estuaire Imaginaire SAS" in letter.text
    assert "Cabinet Chiffres & Fables" in letter.text
    await evidence_holds(office, case_id)


async def test_portability_gives_what_the_person_provided_on_consent_or_contract(
    office: Office,
) -> None:
    case_id = await office.receive(mail("jeanne.martin@courriel.example", PORTABILITY))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    await office.complete(case_id, "review_portability", "release")
    assert (await office.closing(case_id)).rights == {"PORTABILITY": "answered"}
    letter = await lawful_reply(office, case_id, Right.PORTABILITY)
    copy = await copy_of(office, case_id, "reply:PORTABILITY")
    given = {name.rpartition("/")[2] for name in copy}
    assert "crm_contact.json" in given
    assert "billing_contract.json" in given
    assert "billing_invoice.json" not in given, "kept on a legal obligation: not portable"
    assert "crm_interaction.json" not in given, "notes of ours: not provided by the person"
    (contact,) = next(rows for name, rows in copy.items() if name.endswith("contact.json"))
    assert contact["first_name"] == "Jeanne"
    assert "origin" not in contact, "made by us"
    assert "obligation légale" in letter.text
    await evidence_holds(office, case_id)


async def test_a_restriction_freezes_at_once_and_is_granted_on_a_ground(office: Office) -> None:
    case_id = await office.receive(mail("aicha.benali@example.org", RESTRICTION))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    await office.task(case_id, "decide_restriction")
    assert await value(office, "sample_crm", "SELECT restricted FROM contact WHERE id = 5")
    assert await value(office, "sample_billing", "SELECT restricted FROM customer WHERE id = 105")
    await office.complete(case_id, "decide_restriction", "grant", details={"ground": "a"})
    letter = await lawful_reply(office, case_id, Right.RESTRICTION)
    assert "exactitude" in letter.text
    await office.recipients_answer(case_id)
    await office.complete(case_id, "lift_restriction", "lift", reason="Les données sont exactes.")
    await office.recipients_answer(case_id)
    closing = await office.closing(case_id)
    assert closing.rights == {"RESTRICTION": "answered"}
    sent = await office.sent(case_id)
    lifted = [at for kind, at in await moments(office, case_id) if kind == "restriction_lifted"]
    assert sent["restriction_lift_notice:1"] <= lifted[0], "the person is told before (18(3))"
    assert not await value(office, "sample_crm", "SELECT restricted FROM contact WHERE id = 5")
    async with office.house.register.session() as session:
        held = await session.scalars(
            select(RestrictionRow.lifted_at).where(RestrictionRow.case_id == case_id)
        )
        assert all(held), "none holds any more"
    await evidence_holds(office, case_id)


async def test_a_restriction_without_a_ground_is_refused_with_its_reason_and_lifted(
    office: Office,
) -> None:
    case_id = await office.receive(mail("mj.fernandez@example.org", RESTRICTION))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    await office.complete(
        case_id, "decide_restriction", "refuse", reason="Aucun des quatre motifs n'est établi."
    )
    assert (await office.closing(case_id)).rights == {"RESTRICTION": "refused"}
    letter = await office.letter(case_id, "refusal:RESTRICTION")
    assert "Aucun des quatre motifs n'est établi." in " ".join(letter.text.split())
    assert not await value(office, "sample_crm", "SELECT restricted FROM contact WHERE id = 14")
    await evidence_holds(office, case_id)


async def test_an_objection_is_weighed_while_all_stands_still_and_upheld(office: Office) -> None:
    case_id = await office.receive(mail("loic.kervella@courriel.example", OBJECTION))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    await office.task(case_id, "weigh_objection")
    assert await value(office, "sample_crm", "SELECT restricted FROM contact WHERE id = 6")
    await office.complete(case_id, "weigh_objection", "uphold")
    await lawful_reply(office, case_id, Right.OBJECTION)
    assert (await office.closing(case_id)).rights == {"OBJECTION": "answered"}
    told = [purpose for purpose in await office.sent(case_id) if purpose.startswith("notice:")]
    assert not told, "all that is held rests on his contract: nobody else need know of this"
    (contact,) = await rows(
        office, "sample_crm", "SELECT accepts_analysis, restricted FROM contact WHERE id = 6"
    )
    assert tuple(contact) == (False, False)
    await evidence_holds(office, case_id)


async def test_an_objection_that_is_refused_tells_the_balancing(office: Office) -> None:
    case_id = await office.receive(mail("as.kervella@poste.example", OBJECTION))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    why = "La fraude constatée en mars doit être instruite."
    await office.complete(case_id, "weigh_objection", "refuse", reason=why)
    await office.recipients_answer(case_id)  # what rests on consent stops all the same
    assert (await office.closing(case_id)).rights == {"OBJECTION": "refused"}
    letter = await office.letter(case_id, "refusal:OBJECTION")
    assert why in " ".join(letter.text.split())
    said = set(await items_of(office, case_id, "refusal:OBJECTION"))
    assert {"balancing", "authority", "judicial_remedy"} <= said
    assert await value(office, "sample_crm", "SELECT accepts_analysis FROM contact WHERE id = 7")
    await evidence_holds(office, case_id)


async def test_a_prospecting_objection_stops_every_channel_that_it_names(office: Office) -> None:
    case_id = await office.receive(mail("huguette.pincon@poste.example", "STOP", subject="STOP"))
    await office.recipients_answer(case_id)
    assert (await office.closing(case_id)).rights == {"PROSPECTING_OBJECTION": "answered"}
    await lawful_reply(office, case_id, Right.PROSPECTING_OBJECTION)
    assert "identity_request" not in await office.sent(case_id)
    status = "SELECT status FROM newsletter_subscription WHERE contact_id = 13"
    assert await value(office, "sample_crm", status) == "unsubscribed"
    async with office.house.register.session() as session:
        suppressed = await session.scalars(
            select(SuppressionRow.channel).where(SuppressionRow.case_id == case_id)
        )
        assert set(suppressed) == {"email"}, "nothing else is known of who wrote"
    assert not await value(
        office, "sample_crm", "SELECT accepts_prospecting FROM contact WHERE id = 13"
    )
    await evidence_holds(office, case_id)


async def test_a_withdrawn_consent_stops_what_rests_on_it_without_any_identity_step(
    office: Office,
) -> None:
    case_id = await office.receive(mail("hanh.nguyen@courriel.example", CONSENT))
    await lawful_reply(office, case_id, Right.CONSENT_WITHDRAWAL)
    await office.recipients_answer(case_id)
    assert (await office.closing(case_id)).rights == {"CONSENT_WITHDRAWAL": "answered"}
    assert "identity_request" not in await office.sent(case_id)
    status = "SELECT status FROM newsletter_subscription WHERE contact_id = 9"
    assert await value(office, "sample_crm", status) == "unsubscribed"
    async with office.house.register.session() as session:
        withdrawn = await session.scalars(
            select(WithdrawalRow.purpose).where(WithdrawalRow.case_id == case_id)
        )
        assert "prospecting" in set(withdrawn)
        told = await session.scalars(select(NoticeRow.state).where(NoticeRow.case_id == case_id))
        assert set(told) == {"confirmed"}, "providers stop too"
    await evidence_holds(office, case_id)


async def test_human_review_says_that_no_machine_decides_once_the_dpo_looked(
    office: Office,
) -> None:
    case_id = await office.receive(mail("tom.whitaker@example.org", REVIEW))
    await office.prove_contact(case_id)
    await office.complete(case_id, "review_decision", "no_such_decision")
    assert (await office.closing(case_id)).rights == {"HUMAN_REVIEW": "answered"}
    await lawful_reply(office, case_id, Right.HUMAN_REVIEW)
    await evidence_holds(office, case_id)


async def test_human_review_tells_the_new_decision_its_criteria_and_reasons(
    office: Office,
) -> None:
    case_id = await office.receive(mail("ancien.lecteur@poste.example", REVIEW))
    await office.prove_contact(case_id)
    details = {
        "subject": "le refus du paiement en trois fois",
        "decision": "Le paiement en trois fois vous est accordé.",
        "criteria": "ancienneté\nincidents de paiement",
        "reasons": "Aucun incident depuis 2019.",
        "changed": "yes",
    }
    await office.complete(case_id, "review_decision", "reviewed", details=details)
    assert (await office.closing(case_id)).rights == {"HUMAN_REVIEW": "answered"}
    letter = await lawful_reply(office, case_id, Right.HUMAN_REVIEW)
    text = " ".join(letter.text.split())
    for said in ("le refus du paiement en trois fois", "incidents de paiement", "2019"):
        assert said in text
    await evidence_holds(office, case_id)


async def test_a_rectification_changes_every_copy_and_tells_before_and_after(
    office: Office,
) -> None:
    case_id = await office.receive(mail("elodie.oeuvrard@courriel.example", RECTIFICATION))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    task = await office.task(case_id, "rectify")
    assert task.facts["proposed"] == "1"
    await office.complete(case_id, "rectify", "carry_out")
    letter = await lawful_reply(office, case_id, Right.RECTIFICATION)
    assert "Œuvrard" in letter.text
    assert "Oeuvrard" in letter.text
    await office.recipients_answer(case_id)
    assert (await office.closing(case_id)).rights == {"RECTIFICATION": "answered"}
    name = "SELECT last_name FROM contact WHERE id = 12"
    assert await value(office, "sample_crm", name) == "Oeuvrard"
    await evidence_holds(office, case_id)


async def test_an_erasure_is_proved_and_every_kept_record_has_its_law(office: Office) -> None:
    case_id = await office.receive(mail("gerard.dherouville@courriel.example", ERASURE))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    task = await office.task(case_id, "approve_erasure")
    assert int(task.facts["ERASED"]) > 0
    assert int(task.facts["ARCHIVED_RESTRICTED"]) > 0
    still = await rows(office, "sample_crm", "SELECT 1 FROM contact WHERE id = 4")
    assert still, "nothing may be destroyed before the approval"
    await office.complete(case_id, "approve_erasure", "approve")
    letter = await lawful_reply(office, case_id, Right.ERASURE)
    assert "L123-22" in letter.text
    await office.recipients_answer(case_id)
    assert (await office.closing(case_id)).rights == {"ERASURE": "answered"}
    assert not await rows(office, "sample_crm", "SELECT 1 FROM contact WHERE id = 4")
    checked = [facts for kind, facts in await office.ledger(case_id) if kind == "carried_out"]
    assert {facts["left"] for facts in checked} == {0}
    kept = "SELECT archived FROM invoice WHERE customer_id = 104"
    assert {row[0] for row in await rows(office, "sample_billing", kept)} == {True}
    await evidence_holds(office, case_id)


async def moments(office: Office, case_id: str) -> list[tuple[str, datetime]]:
    async with office.house.register.session() as session:
        found = await session.scalars(
            select(LedgerRow).where(LedgerRow.case_id == case_id).order_by(LedgerRow.seq)
        )
        return [(event.kind, event.at) for event in found]
