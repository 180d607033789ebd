"""Cases in which people and systems answer."""

from __future__ import annotations

from tests.office import SAMPLE, Office

ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."


async def test_an_access_request_is_answered_with_a_copy_once_the_contact_is_proved(
    office: Office,
) -> None:
    raw = (SAMPLE / "mailbox" / "08-access-homonym-html-only.eml").read_bytes()
    case_id = await office.receive(raw)
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    closing = await office.closing(case_id)
    assert closing.outcome == "answered"
    assert closing.rights == {"ACCESS": "answered"}
    letter = await office.letter(case_id, "reply:ACCESS")
    assert letter.recipients == ["jeanne.martin@courriel.example"]
    assert closing.reference in letter.mail["Subject"]
