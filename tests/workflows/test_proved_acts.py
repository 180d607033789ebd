"""What was carried out is looked for again, by key and from the person; the ledger says so."""

from __future__ import annotations

from tests.office import Office, mail
from tests.workflows.ends import rows

ERASE = "Bonjour, je vous demande d'effacer toutes mes données personnelles. Merci."
READER = "stubborn.reader@courriel.example"


async def test_what_a_database_keeps_although_it_was_told_to_delete_is_mended_by_a_human(
    office: Office,
) -> None:
    await rows(
        office,
        "sample_crm",
        "INSERT INTO newsletter_subscription (id, email, status, subscribed_on, last_response_on) "
        f"VALUES (901, '{READER}', 'subscribed', '2026-01-01', '2026-01-01')",
    )
    await rows(
        office,
        "sample_crm",
        "CREATE RULE stubborn AS ON DELETE TO newsletter_subscription "
        "WHERE OLD.id = 901 DO INSTEAD NOTHING",
    )
    case_id = await office.receive(mail(READER, ERASE))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    await office.complete(case_id, "approve_erasure", "approve_all")
    await office.task(case_id, "mend_system")
    (proof,) = [facts for kind, facts in await office.ledger(case_id) if kind == "carried_out"]
    assert proof["done"] == {}
    assert proof["proof"]["left"] == {"crm.newsletter_subscription": 1}
    assert proof["proof"]["found"] == {"crm.newsletter_subscription": 1}
    assert "reply:ERASURE" not in await office.sent(case_id)

    await rows(office, "sample_crm", "DROP RULE stubborn ON newsletter_subscription")
    await office.complete(case_id, "mend_system", "retry")
    await office.recipients_answer(case_id)
    assert (await office.closing(case_id)).rights == {"ERASURE": "answered"}
    *_, last = [facts for kind, facts in await office.ledger(case_id) if kind == "carried_out"]
    assert last["done"] == {"crm.newsletter_subscription:erase": 1}
    assert last["proof"] == {"left": {}, "found": {}, "new": {}}
