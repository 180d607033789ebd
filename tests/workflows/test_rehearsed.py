"""What an approval would do is told beforehand by the systems themselves, and then happens."""

from __future__ import annotations

from collections import Counter

import orjson

from tests.office import Office, mail, until
from tests.workflows.ends import rows
from tests.workflows.test_proved_acts import ERASE


async def subscriber(office: Office, number: int, address: str) -> None:
    await rows(
        office,
        "sample_crm",
        "INSERT INTO newsletter_subscription (id, email, status, subscribed_on, last_response_on) "
        f"VALUES ({number}, '{address}', 'subscribed', '2026-01-01', '2026-01-01')",
    )


async def searched(office: Office, case_id: str, system: str) -> None:
    async def done() -> bool:
        view = await office.case(case_id).query("view")
        return view["searches"].get(system) in ("found", "nothing")

    await until(done)


async def test_the_dry_run_of_an_approval_says_exactly_what_then_happens(office: Office) -> None:
    address = "rehearsed.reader@courriel.example"
    await subscriber(office, 903, address)
    case_id = await office.receive(mail(address, ERASE))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    task = await office.task(case_id, "approve_erasure")
    assert task.facts["would_deleted"] == "1"
    assert not {"would_refused", "all_would_refused", "not_rehearsed"} & set(task.facts)
    lines = (await office.house.blobs.read(case_id, "rehearsal:crm")).splitlines()
    told = Counter((line["collection"], line["outcome"]) for line in map(orjson.loads, lines))
    assert await rows(office, "sample_crm", "SELECT 1 FROM newsletter_subscription WHERE id = 903")

    await office.complete(case_id, "approve_erasure", "approve")
    await office.recipients_answer(case_id)
    await office.closing(case_id)
    (carried,) = [facts for kind, facts in await office.ledger(case_id) if kind == "carried_out"]
    assert told == {("crm.newsletter_subscription", "deleted"): 1}
    assert carried["done"] == {"crm.newsletter_subscription:erase": 1}


async def test_what_the_database_would_refuse_is_known_before_anybody_approves(
    office: Office,
) -> None:
    address = "held.reader@courriel.example"
    await subscriber(office, 904, address)
    await rows(
        office,
        "sample_crm",
        "CREATE TABLE raffle (subscription_id int REFERENCES newsletter_subscription (id))",
    )
    await rows(office, "sample_crm", "INSERT INTO raffle VALUES (904)")
    await rows(office, "sample_crm", "GRANT SELECT ON raffle TO PUBLIC")
    try:
        case_id = await office.receive(mail(address, ERASE))
        await office.prove_contact(case_id)
        await office.nothing_on_paper(case_id)
        task = await office.task(case_id, "approve_erasure")
        assert task.facts["would_refused"] == "1"
        (line,) = (await office.house.blobs.read(case_id, "rehearsal:crm")).splitlines()
        assert "raffle" in orjson.loads(line)["reason"]
        assert address not in orjson.loads(line)["reason"]
    finally:
        await rows(office, "sample_crm", "DROP TABLE raffle")
    await office.complete(case_id, "approve_erasure", "refuse", reason="Looked at by a test.")
    await office.closing(case_id)


async def test_a_system_that_cannot_say_beforehand_is_named_and_the_human_is_asked_all_the_same(
    office: Office,
) -> None:
    address = "silent.reader@courriel.example"
    await subscriber(office, 905, address)
    case_id = await office.receive(mail(address, ERASE))
    await office.prove_contact(case_id)
    await searched(office, case_id, "crm")
    rename = "ALTER TABLE newsletter_subscription RENAME TO newsletter_subscription_moved"
    back = "ALTER TABLE newsletter_subscription_moved RENAME TO newsletter_subscription"
    await rows(office, "sample_crm", rename)
    try:
        await office.nothing_on_paper(case_id)
        task = await office.task(case_id, "approve_erasure")
    finally:
        await rows(office, "sample_crm", back)
    assert task.facts["not_rehearsed"] == "crm"
    await office.complete(case_id, "approve_erasure", "refuse", reason="Looked at by a test.")
    await office.closing(case_id)
