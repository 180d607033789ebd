"""What is held for a claim stays, whatever its person demands, until a human lifts the hold."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson

from calends.register.holds import Held, add_hold, lift_hold
from tests.office import Office, mail

ERASE = "Bonjour, je vous demande d'effacer toutes les données que vous avez sur moi."
CLAIM = "claim over works, file 26/114"


async def plan_of(office: Office, case_id: str) -> list[dict[str, str]]:
    lines = await office.house.blobs.read(case_id, "plan:crm")
    return [orjson.loads(line) for line in lines.splitlines()]


async def test_a_litigation_hold_on_a_person_retains_every_record_and_is_told_in_the_reply(
    office: Office,
) -> None:
    who = "soren@oestergaard.example"
    async with office.house.register.session() as session:
        held = Held(person={"email": [who.upper()]})
        hold = await add_hold(
            session,
            office.house.keyring,
            held,
            kind="litigation",
            reason=CLAIM,
            at=datetime.now(UTC),
        )
        await session.commit()
    case_id = await office.receive(mail(who, ERASE))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    task = await office.task(case_id, "approve_erasure")
    assert task.facts.get("ERASED", 0) == 0
    lines = await plan_of(office, case_id)
    assert lines
    assert {(line["verdict"], line["reason"]) for line in lines} == {
        ("RETAINED", "litigation_hold")
    }
    await office.complete(case_id, "approve_erasure", "approve", erase_undecided=True)
    assert (await office.closing(case_id)).rights == {"ERASURE": "answered"}
    left = [facts for kind, facts in await office.ledger(case_id) if kind == "carried_out"]
    assert all(facts["done"] == {} for facts in left)
    letter = await office.letter(case_id, "reply:ERASURE")
    assert "17(3)(e)" in letter.text
    told = [purpose for purpose in await office.sent(case_id) if purpose.startswith("notice:")]
    assert not told, "nothing was erased: there is nothing to repeat elsewhere"
    async with office.house.register.session() as session:
        await lift_hold(session, office.house.keyring, hold.id, datetime.now(UTC))
        await session.commit()
