"""Mail that is not from whom it says: what was verified is in the ledger, and it grants nothing.

Hostile cases 2, 4 and 5 of mail, all the way from the wire's bytes to the case.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from calends.mail.guard import Guard
from calends.mail.ourselves import ourselves
from calends.register.models import CaseRow, TaskRow
from tests.engine.service import own_directory
from tests.office import Office, mail, open_office, until

ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."
ERASE = "Bonjour, je souhaite aussi que vous supprimiez toutes mes données personnelles."
GIVES_UP = "Bonjour, je renonce à ma demande, merci de ne plus y donner suite."
OUR_SERVER = "mx.impro-solutions.fr"


@pytest.fixture(scope="module")
async def office() -> AsyncIterator[Office]:
    """An office whose mail server authenticates what comes in."""
    with own_directory() as folder:
        async with open_office(folder / "var") as opened:
            facts = opened.house.company.mail.model_copy(update={"authserv_id": OUR_SERVER})
            company = opened.house.company.model_copy(update={"mail": facts})
            await opened.house.guard.close()
            opened.house.company = company
            opened.house.guard = Guard(ours=ourselves(company))
            yield opened


def verdict(said: str) -> str:
    return f"{OUR_SERVER}; {said}"


async def case_of(office: Office, case_id: str) -> CaseRow:
    async def there() -> CaseRow | None:
        async with office.house.register.session() as session:
            return await session.get(CaseRow, case_id)

    return await until(there)


async def begun(office: Office, address: str) -> CaseRow:
    """A case whose contact is proved."""
    passed = verdict("dmarc=pass header.from=courriel.example")
    case_id = await office.receive(mail(address, ACCESS, Authentication_Results=passed))
    await office.prove_contact(case_id)
    return await case_of(office, case_id)


async def heard(office: Office, case_id: str) -> dict[str, object]:
    """The facts of the further message that the case has taken in."""

    async def joined() -> dict[str, object] | None:
        found = [facts for kind, facts in await office.ledger(case_id) if kind == "message_joined"]
        return found[-1] if found else None

    return await until(joined)


async def read_by_a_human(office: Office, case_id: str) -> TaskRow:
    return await office.task(case_id, "read_mail")


async def test_what_speaks_for_and_against_a_sender_is_in_the_ledger_as_codes(
    office: Office,
) -> None:
    raw = mail(
        "canari@impro-soIutions.fr", ACCESS, Reply_To="canari@evil.example",
        Authentication_Results=verdict("spf=pass smtp.mailfrom=impro-soiutions.fr; dmarc=none"),
    )  # fmt: skip
    case_id = await office.receive(raw)
    await case_of(office, case_id)
    (opened,) = [facts for kind, facts in await office.ledger(case_id) if kind == "case_opened"]
    sender = opened["sender"]
    assert sender["dmarc"] == "none"
    assert {"looks_like_a_known_domain", "replies_go_elsewhere"} <= set(sender["cautions"])
    told = json.dumps(opened)
    assert "canari" not in told
    assert "evil" not in told


async def test_a_verified_sender_is_noted_as_such(office: Office) -> None:
    case = await begun(office, "verified@courriel.example")
    (opened,) = [facts for kind, facts in await office.ledger(case.id) if kind == "case_opened"]
    assert opened["sender"]["verdict"] == "pass"
    assert opened["sender"]["cautions"] == []


@pytest.mark.parametrize("text", [ERASE, GIVES_UP], ids=["adds a right", "gives it up"])
async def test_a_forged_message_in_the_persons_name_neither_adds_nor_gives_up(
    office: Office, text: str
) -> None:
    address = f"victim{len(text)}@courriel.example"
    case = await begun(office, address)
    answered = await office.letter(case.id, "identity_request")
    raw = mail(
        address, text, In_Reply_To=answered.mail["Message-ID"],
        Authentication_Results=verdict("dmarc=fail header.from=courriel.example"),
    )  # fmt: skip
    await office.receive(raw)
    facts = await heard(office, case.id)
    assert (facts["adds"], facts["gives_up"]) == ([], [])
    assert facts["sender"]["verdict"] == "fail"  # type: ignore[index]
    await read_by_a_human(office, case.id)
    assert await office.demands(case.id) == {"ACCESS": "open"}


@pytest.mark.parametrize("text", [ERASE, GIVES_UP], ids=["adds a right", "gives it up"])
async def test_what_hangs_on_a_reference_alone_neither_adds_nor_gives_up(
    office: Office, text: str
) -> None:
    """A reference stands on paper and in subjects: it is no secret, and a From is soon written."""
    address = f"named{len(text)}@courriel.example"
    case = await begun(office, address)
    await office.receive(mail(address, text, subject=f"Dossier {case.reference}"))
    facts = await heard(office, case.id)
    assert (facts["adds"], facts["gives_up"]) == ([], [])
    await read_by_a_human(office, case.id)
    assert await office.demands(case.id) == {"ACCESS": "open"}


async def test_an_answer_to_our_letter_that_is_not_forged_adds_its_right(office: Office) -> None:
    address = "honest@courriel.example"
    case = await begun(office, address)
    answered = await office.letter(case.id, "identity_request")
    await office.receive(mail(address, ERASE, In_Reply_To=answered.mail["Message-ID"]))
    assert (await heard(office, case.id))["adds"] == ["ERASURE"]


async def test_a_forged_request_is_a_case_whose_clock_runs_and_nothing_personal_leaves(
    office: Office,
) -> None:
    address = "spoofed@courriel.example"
    raw = mail(
        address, ACCESS,
        Authentication_Results=verdict("dmarc=fail header.from=courriel.example"),
    )  # fmt: skip
    case_id = await office.receive(raw)
    case = await case_of(office, case_id)
    assert (case.assurance, case.safe_due is not None) == ("IA0", True)
    await office.let_time_pass(case_id)
    sent = await office.sent(case_id)
    assert not any(purpose.startswith("reply:") for purpose in sent)
    async with office.house.register.session() as session:
        row = await session.scalar(select(CaseRow.assurance).where(CaseRow.id == case_id))
    assert row == "IA0"
