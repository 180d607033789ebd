"""Nobody acts, ever: the month passes on the real server's skipped time, and still a lawful
message leaves before `safe_due`."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime, timedelta

from calends.redaction.masking import LABELS
from calends.rules.vocabulary import Language
from tests.office import SAMPLE, Office, mail

ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."
ERASURE = "Bonjour, je vous demande d'effacer toutes les données que vous avez sur moi."


async def before_safe_due(office: Office, case_id: str, purpose: str) -> bool:
    row = await office.row(case_id)
    sent: datetime = (await office.sent(case_id))[purpose]
    return sent.date() <= row.safe_due


async def test_a_person_who_never_proves_their_contact_is_answered_before_safe_due(
    office: Office,
) -> None:
    case_id = await office.receive((SAMPLE / "mailbox/07-access-never-confirmed.eml").read_bytes())
    await office.letter(case_id, "identity_request")
    closing = await office.let_time_pass(case_id)
    assert closing.outcome == "not_identified"
    sent = await office.sent(case_id)
    assert {"identity_reminder:1", "identity_reminder:2", "not_identified"} <= set(sent)
    assert await before_safe_due(office, case_id, "not_identified")
    assert (await office.demands(case_id)) == {"ACCESS": "not_identified"}


async def test_an_access_that_no_human_touches_gets_a_partial_copy_and_an_extension(
    office: Office,
) -> None:
    case_id = await office.receive(mail("maelle.leguen@courriel.example", ACCESS))
    await office.prove_contact(case_id)
    closing = await office.let_time_pass(case_id)
    assert closing.forced
    assert await before_safe_due(office, case_id, "partial")
    partial = await office.letter(case_id, "partial")
    assert "/p/" in partial.text
    assert "Archives papier" in partial.text
    raw = await office.house.blobs.read(case_id, "export:partial")
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        notes = json.loads(archive.read(next(n for n in archive.namelist() if "interaction" in n)))
    assert notes
    unreviewed = {note["notes"] for note in notes} - {None}
    assert unreviewed == {LABELS[Language.FR]}, "unreviewed notes may speak of others"
    sent = await office.sent(case_id)
    assert sent["partial"] < sent["forced"]
    alerts = office.post.to("contact@impro-solutions.fr")
    assert any(closing.reference in letter.mail["Subject"] for letter in alerts)


async def test_an_erasure_that_nobody_approves_destroys_nothing_and_is_answered(
    office: Office,
) -> None:
    case_id = await office.receive(mail("maelle.leguen@courriel.example", ERASURE))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    await office.task(case_id, "approve_erasure")
    closing = await office.let_time_pass(case_id)
    assert closing.rights == {"ERASURE": "forced"}
    assert await before_safe_due(office, case_id, "partial")
    kinds = [kind for kind, _ in await office.ledger(case_id)]
    assert "carried_out" not in kinds
    assert "plan_approved" not in kinds


async def test_a_vague_text_that_nobody_triages_is_treated_as_access(office: Office) -> None:
    case_id = await office.receive(
        mail("vague@courriel.example", "Bonjour, RGPD svp. Cordialement.", subject="RGPD")
    )
    await office.task(case_id, "triage")
    closing = await office.let_time_pass(case_id)
    assert closing.rights == {"ACCESS": "not_identified"}
    assert await before_safe_due(office, case_id, "not_identified")


async def test_a_late_proof_reopens_the_case_with_a_new_month(office: Office) -> None:
    case_id = await office.receive(mail("late@courriel.example", ACCESS))
    await office.letter(case_id, "identity_request")
    await office.skip(case_id, timedelta(days=32))
    await office.letter(case_id, "not_identified")
    before = (await office.row(case_id)).safe_due
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    closing = await office.closing(case_id)
    assert closing.rights == {"ACCESS": "answered"}
    assert (await office.row(case_id)).safe_due > before
