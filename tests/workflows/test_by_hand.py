"""What only a human may answer, and letters that cannot leave."""

from __future__ import annotations

from datetime import timedelta

from tests.office import Office, mail

ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."


async def test_a_letter_from_the_authority_is_never_answered_by_the_machine(
    office: Office,
) -> None:
    letter = mail(
        "Service des plaintes <plaintes@cnil.fr>",
        "Nous avons été saisis d'une plainte. Merci de répondre sous un mois à la CNIL.",
        subject="CNIL - Saisine no 26012345",
    )
    case_id = await office.receive(letter)
    await office.task(case_id, "authority")
    await office.skip(case_id, timedelta(days=100))
    assert all(purpose.startswith("alert_") for purpose in await office.sent(case_id))
    assert not office.post.to("plaintes@cnil.fr")
    await office.complete(case_id, "authority", "answered_by_hand")
    assert (await office.closing(case_id)).outcome == "by_hand"


async def test_a_reply_leaves_when_the_mail_server_is_back_and_the_case_waits_for_it(
    office: Office,
) -> None:
    case_id = await office.receive(mail("away@courriel.example", ACCESS))
    await office.prove_contact(case_id)
    office.post.answer = "451 not now"
    try:
        await office.nothing_on_paper(case_id)
        await office.task(case_id, "mend_delivery")
        assert "reply:ACCESS" not in await office.sent(case_id)
    finally:
        office.post.answer = "250 taken"
    await office.skip(case_id, timedelta(hours=2))
    assert (await office.closing(case_id)).outcome == "answered"
    letters = office.post.to("away@courriel.example")
    assert len([letter for letter in letters if "/p/" not in letter.text]) == 1


async def test_a_letter_that_the_server_refuses_goes_again_when_a_human_mended_it(
    office: Office,
) -> None:
    case_id = await office.receive(mail("full@courriel.example", ACCESS))
    await office.prove_contact(case_id)
    office.post.answer = "552 mailbox full"
    try:
        await office.nothing_on_paper(case_id)
        await office.task(case_id, "mend_delivery")
    finally:
        office.post.answer = "250 taken"
    await office.complete(case_id, "mend_delivery", "resend")
    assert (await office.closing(case_id)).outcome == "answered"
    assert "reply:ACCESS" in await office.sent(case_id)
