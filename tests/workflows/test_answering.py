"""Cases in which people and systems answer."""

from __future__ import annotations

import io
import zipfile

import pytest
from temporalio.client import WorkflowUpdateFailedError

from tests.office import Office, mail
from tests.workflows.ends import copy_of, rows, sample

ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."


async def test_an_access_request_is_answered_with_a_copy_once_the_contact_is_proved(
    office: Office,
) -> None:
    case_id = await office.receive(sample("08"))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    await office.complete(case_id, "review_access", "release")
    closing = await office.closing(case_id)
    assert closing.outcome == "answered"
    assert closing.rights == {"ACCESS": "answered"}
    letter = await office.letter(case_id, "reply:ACCESS")
    assert letter.recipients == ["jeanne.martin@courriel.example"]
    assert closing.reference in letter.mail["Subject"]
    copy = await copy_of(office, case_id, "reply:ACCESS")
    contacts = next(rows for name, rows in copy.items() if name.endswith("contact.json"))
    assert [contact["email"] for contact in contacts] == ["jeanne.martin@courriel.example"]


async def test_nothing_leaves_before_the_contact_is_proved(office: Office) -> None:
    case_id = await office.receive(mail("Paul Girard <paul@ailleurs.test>", ACCESS))
    await office.letter(case_id, "identity_request")
    view = await office.case(case_id).query("view")
    assert view["searches"] == {}
    assert not view["identified"]
    assert set(await office.sent(case_id)) <= {"acknowledgment", "identity_request"}


async def test_a_person_whom_no_system_knows_is_told_that_nothing_is_held(office: Office) -> None:
    case_id = await office.receive(sample("05"))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    assert (await office.closing(case_id)).rights == {"ACCESS": "answered"}
    letter = await office.letter(case_id, "reply:ACCESS")
    assert "/p/" not in letter.text


async def test_a_reply_that_quotes_the_code_proves_the_contact(office: Office) -> None:
    address = "maelle.leguen@courriel.example"
    case_id = await office.receive(mail(address, ACCESS))
    asked = await office.letter(case_id, "identity_request")
    answer = mail(
        address,
        f"Oui c'est bien moi, code {asked.code}.",
        subject=f"Re: {asked.mail['Subject']}",
        In_Reply_To=asked.mail["Message-ID"],
    )
    await office.receive(answer)
    await office.nothing_on_paper(case_id)
    await office.complete(case_id, "review_access", "release")
    assert (await office.closing(case_id)).rights == {"ACCESS": "answered"}


async def test_the_code_quoted_from_another_address_proves_nothing(office: Office) -> None:
    case_id = await office.receive(mail("victim@courriel.example", ACCESS))
    asked = await office.letter(case_id, "identity_request")
    answer = mail(
        "eve@evil.example",
        f"The code is {asked.code}.",
        subject=f"Re: {asked.mail['Subject']}",
        In_Reply_To=asked.mail["Message-ID"],
    )
    await office.receive(answer)
    await office.task(case_id, "read_mail")
    assert not (await office.case(case_id).query("view"))["identified"]


async def test_records_that_speak_of_others_are_reviewed_before_they_leave(
    office: Office,
) -> None:
    case_id = await office.receive(mail("maelle.leguen@courriel.example", ACCESS))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    await office.task(case_id, "review_access")
    assert "reply:ACCESS" not in await office.sent(case_id)


async def test_a_refused_erasure_destroys_nothing_and_says_why(office: Office) -> None:
    case_id = await office.receive(sample("06"))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    await office.complete(
        case_id, "approve_erasure", "refuse", reason="A claim is pending, art. 17(3)(e)."
    )
    assert (await office.closing(case_id)).rights == {"ERASURE": "refused"}
    letter = await office.letter(case_id, "refusal:ERASURE")
    assert "A claim is pending, art. 17(3)(e)." in " ".join(letter.text.split())
    left = await rows(
        office,
        "sample_crm",
        "SELECT 1 FROM newsletter_subscription WHERE email = 'tom.whitaker@example.org'",
    )
    assert left


async def test_a_second_completion_of_a_task_is_refused_with_the_first_outcome(
    office: Office,
) -> None:
    case_id = await office.receive(mail("double@courriel.example", ACCESS))
    await office.prove_contact(case_id)
    task = await office.task(case_id, "search_by_hand")
    await office.complete(case_id, "search_by_hand", "nothing")
    await office.closing(case_id)
    from workflows.messages import TaskOutcome
    from workflows.rights_request import RightsRequest

    with pytest.raises(Exception, match=r"completed|closed|already"):
        await office.case(case_id).execute_update(
            RightsRequest.complete_task,
            TaskOutcome(task_id=task.id, version=1, outcome="nothing"),
        )


async def test_an_outcome_that_does_not_fit_is_refused_and_changes_nothing(
    office: Office,
) -> None:
    case_id = await office.receive(mail("unfit@courriel.example", ACCESS))
    await office.prove_contact(case_id)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await office.complete(case_id, "search_by_hand", "burn it")
    assert "outcome must be one of: found, nothing" in str(refused.value.cause)
    await office.nothing_on_paper(case_id)
    assert (await office.closing(case_id)).outcome == "answered"


async def test_the_same_message_twice_makes_one_case(office: Office) -> None:
    raw = mail("twice@courriel.example", ACCESS)
    first = await office.receive(raw)
    second = await office.receive(b"Received: by another relay\r\n" + raw)
    assert first == second


async def test_what_a_colleague_finds_on_paper_is_reviewed_before_it_leaves(
    office: Office,
) -> None:
    case_id = await office.receive(mail("paper@courriel.example", ACCESS))
    await office.prove_contact(case_id)
    task = await office.task(case_id, "search_by_hand")
    async with office.house.register.session() as session:
        key = await office.house.keyring.get(case_id)
        await office.house.blobs.write(session, key, f"upload:{task.id}", b"a scanned page")
        await session.commit()
    await office.complete(case_id, "search_by_hand", "found", upload=f"upload:{task.id}")
    await office.complete(case_id, "review_access", "release")
    assert (await office.closing(case_id)).rights == {"ACCESS": "answered"}
    raw = await office.house.blobs.read(case_id, "export:reply:ACCESS")
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        uploads = [name for name in archive.namelist() if name.startswith("uploads/")]
        assert [archive.read(name) for name in uploads] == [b"a scanned page"]
