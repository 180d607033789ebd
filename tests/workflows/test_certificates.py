"""Where it was looked, and where not: in the reply, and in the evidence, by one certificate."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest

from calends.evidence.chain import EvidenceBroken
from calends.evidence.exporting import gather
from calends.evidence.format import EvidenceContents
from calends.evidence.package import write_evidence
from calends.evidence.signing import load_signing_key
from calends.evidence.verify import verify
from calends.exports.certificate import Certificate
from calends.rules.vocabulary import Language
from tests.office import Office, mail
from tests.workflows.ends import rows
from tests.workflows.test_answering import ACCESS

WRITER = "certified.reader@courriel.example"
REASON = "The invoices are being moved to another server until January."


@pytest.fixture(scope="module")
async def answered(office: Office) -> str:
    """A case in which one system knows the person, one was skipped, one is paper."""
    await rows(
        office,
        "sample_crm",
        "INSERT INTO newsletter_subscription (id, email, status, subscribed_on, last_response_on) "
        f"VALUES (902, '{WRITER}', 'subscribed', '2026-01-01', '2026-01-01')",
    )
    await rows(office, "sample_billing", "ALTER TABLE customer RENAME TO customer_moved")
    try:
        case_id = await office.receive(mail(WRITER, ACCESS))
        await office.prove_contact(case_id)
        await office.nothing_on_paper(case_id)
        await office.complete(case_id, "mend_system", "skip", reason=REASON, by_role="dpo")
        await office.closing(case_id)
    finally:
        await rows(office, "sample_billing", "ALTER TABLE customer_moved RENAME TO customer")
    return case_id


async def certificate(office: Office, case_id: str) -> dict[str, Any]:
    found = (await gather(office.house.settings, case_id)).case["certificates"]
    assert list(found) == ["reply:ACCESS"]
    return dict(found["reply:ACCESS"])


def signed(office: Office, contents: EvidenceContents) -> io.BytesIO:
    out = io.BytesIO()
    write_evidence(out, contents, load_signing_key(office.house.settings.signing_key_file))
    return io.BytesIO(out.getvalue())


async def test_the_certificate_names_every_declared_system_with_how_its_search_ended(
    office: Office, answered: str
) -> None:
    made = await certificate(office, answered)
    ends = {line["system"]: line["end"] for line in made["systems"]}
    assert list(ends) == [entry.id for entry in office.house.company.systems]
    assert (ends["crm"]["state"], ends["crm"]["count"]) == ("found", 1)
    assert (ends["billing"]["state"], ends["billing"]["reason"]) == ("skipped", REASON)
    assert ends["billing"]["skipped_by"] == "dpo"
    assert {end["state"] for name, end in ends.items() if name not in ("crm", "billing")} == {
        "nothing"
    }
    assert made["complete"] is True


async def test_the_reply_says_what_the_certificate_says(office: Office, answered: str) -> None:
    data = await certificate(office, answered)
    del data["complete"]
    made = Certificate.model_validate(data)
    letter = " ".join((await office.letter(answered, "reply:ACCESS")).text.split())
    zone = office.house.company.controller.tz
    told = made.text(Language.FR, zone).splitlines()
    assert len(told) > len(made.systems)
    for line in told:
        assert " ".join(line.split()) in letter


async def test_the_ledger_holds_the_certificates_digest_and_no_word_of_a_reason(
    office: Office, answered: str
) -> None:
    data = await certificate(office, answered)
    del data["complete"]
    ledger = await office.ledger(answered)
    (told,) = [facts for kind, facts in ledger if kind == "completeness_certified"]
    assert told["sha256"] == Certificate.model_validate(data).digest
    assert told["complete"] is True
    assert "another server" not in str(ledger)


async def test_evidence_with_its_certificate_verifies(office: Office, answered: str) -> None:
    contents = await gather(office.house.settings, answered)
    assert verify(signed(office, contents)).workflow == "COMPLETED"


@pytest.mark.parametrize("forgery", ["another state", "another reply"])
async def test_a_certificate_that_the_ledger_does_not_know_is_found_though_the_house_signed_it(
    office: Office, answered: str, forgery: str
) -> None:
    contents = await gather(office.house.settings, answered)
    true = contents.case["certificates"]["reply:ACCESS"]
    other = true | {"systems": true["systems"][:-1]}
    forged = {
        "another state": {"reply:ACCESS": other},
        "another reply": {"reply:ACCESS": true, "reply:ERASURE": true},
    }[forgery]
    false = replace(contents, case=dict(contents.case) | {"certificates": forged})
    with pytest.raises(EvidenceBroken, match="completeness certificate of reply:"):
        verify(signed(office, false))


async def test_a_reply_that_needs_no_search_has_no_certificate(office: Office) -> None:
    case_id = await office.receive(mail("no.search@courriel.example", "STOP", subject="STOP"))
    await office.recipients_answer(case_id)
    await office.closing(case_id)
    assert (await gather(office.house.settings, case_id)).case["certificates"] == {}
