"""The commands against a running office: real cases, real tasks, real evidence."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from calends.register.models import BlobRow, TaskRow
from tests.commands.conftest import Calends
from tests.office import Office, mail

WRITER = "maelle.leguen@courriel.example"
ACCESS = "Bonjour, je souhaite obtenir une copie de mes données personnelles. Article 15 du RGPD."
ERASE = "Bonjour, merci de supprimer toutes mes données personnelles, article 17 du RGPD."
VAGUE = "Bonjour, pouvez-vous m'en dire plus sur le RGPD et mes données personnelles ?"


async def searched(office: Office, text: str = ACCESS, writer: str = WRITER) -> str:
    """A case that has searched all and waits for the search on paper."""
    case_id = await office.receive(mail(writer, text))
    await office.prove_contact(case_id)
    await office.task(case_id, "search_by_hand")
    return case_id


async def uploads(office: Office, case_id: str) -> list[str]:
    async with office.house.register.session() as session:
        names = await session.scalars(
            select(BlobRow.name).where(
                BlobRow.case_id == case_id, BlobRow.name.startswith("upload:")
            )
        )
        return list(names)


async def test_a_search_by_hand_is_completed_with_its_file_and_the_file_is_sealed(
    office: Office, calends: Calends, tmp_path: Path
) -> None:
    case_id = await searched(office)
    task = await office.task(case_id, "search_by_hand")
    found = tmp_path / "paper.txt"
    found.write_text("on paper")
    ran = await calends(
        "task", "complete", task.id[:13], "--outcome", "found", "--file", str(found)
    )
    assert (ran.code, ran.err) == (0, "")
    assert "took it as `found`" in ran.out
    assert await uploads(office, case_id) == [f"upload:{task.id}"]
    assert await office.house.blobs.read(case_id, f"upload:{task.id}") == b"on paper"


async def test_a_second_completion_is_refused_with_the_first_outcome(
    office: Office, calends: Calends
) -> None:
    case_id = await searched(office)
    task = await office.task(case_id, "search_by_hand")
    assert (await calends("task", "complete", task.id, "--outcome", "nothing")).code == 0
    again = await calends("task", "complete", task.id, "--outcome", "nothing")
    assert (again.code, again.out) == (2, "")
    assert again.err == "calends: this task was already done: nothing\n"


async def test_what_the_case_refuses_is_one_clear_line_and_leaves_no_upload(
    office: Office, calends: Calends, tmp_path: Path
) -> None:
    case_id = await searched(office)
    task = await office.task(case_id, "search_by_hand")
    unfit = await calends("task", "complete", task.id, "--outcome", "approve")
    assert unfit.code == 2
    assert unfit.err == "calends: outcome must be one of: found, nothing\n"
    without = await calends("task", "complete", task.id, "--outcome", "found")
    assert without.err == "calends: `found` needs the file that was found\n"
    file = tmp_path / "paper.txt"
    file.write_text("on paper")
    await calends("task", "complete", task.id, "--outcome", "approve", "--file", str(file))
    assert await uploads(office, case_id) == []
    assert (await office.task(case_id, "search_by_hand")).id == task.id


async def test_an_erasure_is_shown_as_a_plan_and_refused_only_with_a_reason(
    office: Office, calends: Calends
) -> None:
    case_id = await searched(office, ERASE)
    await office.nothing_on_paper(case_id)
    task = await office.task(case_id, "approve_erasure")
    ran = await calends("task", "show", task.id, "--json")
    facts = json.loads(ran.out)
    assert facts["outcomes"] == ["approve", "approve_all", "refuse"]
    assert facts["plan"], "no line of the plan"
    assert sum(line["count"] for line in facts["plan"]) == sum(map(int, facts["facts"].values()))
    page = await calends("task", "show", task.id)
    assert WRITER not in ran.out + page.out
    assert facts["plan"][0]["data_set"] in page.out
    refused = await calends("task", "complete", task.id, "--outcome", "refuse")
    assert refused.err == "calends: `refuse` needs a reason\n"


async def test_a_triage_shows_what_was_understood_and_the_look_is_in_the_ledger(
    office: Office, calends: Calends
) -> None:
    case_id = await office.receive(mail(WRITER, VAGUE, subject="Question"))
    task = await office.task(case_id, "triage")
    ran = await calends("task", "show", task.id)
    assert ran.code == 0
    assert "understood as" in ran.out
    assert "en dire plus" in ran.out
    assert [kind for kind, _ in await office.ledger(case_id)].count("message_seen") == 1
    done = await calends(
        "task", "complete", task.id, "--outcome", "accept", "--rights", "access,erasure"
    )
    assert done.code == 0, done.err
    await office.letter(case_id, "identity_request")
    assert await office.demands(case_id) == {"ACCESS": "open", "ERASURE": "open"}


async def test_who_wrote_is_shown_only_when_asked_for_and_the_look_is_in_the_ledger(
    office: Office, calends: Calends
) -> None:
    case_id = await searched(office)
    assert WRITER not in (await calends("case", "show", case_id)).out
    assert WRITER not in (await calends("case", "show", case_id, "--json")).out
    assert WRITER in (await calends("case", "show", case_id, "--person")).out
    assert [kind for kind, _ in await office.ledger(case_id)].count("person_seen") == 1


async def test_the_evidence_of_an_open_and_of_a_closed_case_verifies_and_names_nobody(
    office: Office, calends: Calends, tmp_path: Path
) -> None:
    case_id = await searched(office)
    await calends("case", "show", case_id, "--person")
    still_open, closed = tmp_path / "open.evidence", tmp_path / "closed.evidence"
    ran = await calends("evidence", "export", case_id, "-o", str(still_open))
    assert (ran.code, ran.err) == (0, "")
    await office.nothing_on_paper(case_id)
    await office.complete(case_id, "review_access", "release")
    await office.closing(case_id)
    reference = (await office.row(case_id)).reference
    assert reference is not None
    ran = await calends("evidence", "export", reference, "-o", str(closed))
    assert (ran.code, ran.err) == (0, "")
    key = office.house.settings.signing_key_file.with_suffix(".pub")
    ran = await calends("evidence", "verify", str(closed), "--public-key", str(key))
    assert ran.code == 0
    for file in (still_open, closed):
        content = file.read_text().lower()
        assert "leguen" not in content
        assert "courriel.example" not in content


async def test_a_closed_case_takes_no_outcome(office: Office, calends: Calends) -> None:
    case_id = await office.receive(mail(WRITER, VAGUE, subject="Question"))
    task = await office.task(case_id, "triage")
    await calends(
        "task", "complete", task.id, "--outcome", "not_a_request", "--reason", "a question"
    )
    await office.closing(case_id)
    ran = await calends("task", "complete", task.id, "--outcome", "accept")
    assert (ran.code, ran.err) == (2, "calends: the case is closed\n")


async def test_cases_at_work_give_the_auditor_nothing_to_say(
    office: Office, calends: Calends
) -> None:
    await searched(office)
    ran = await calends("audit")
    assert (ran.code, ran.err) == (0, ""), ran.out
    assert ran.out.endswith(", nothing wrong\n")


async def test_the_auditor_sees_a_terminated_workflow(office: Office, calends: Calends) -> None:
    case_id = await searched(office)
    await office.case(case_id).terminate()
    reference = (await office.row(case_id)).reference
    ran = await calends("audit")
    assert ran.code == 1
    assert f"{reference}: open, but its workflow is terminated" in ran.out
    async with office.house.register.session() as session:
        waiting = await session.scalars(select(TaskRow.id).where(TaskRow.case_id == case_id))
        task_id = waiting.first()
    assert task_id is not None
    told = await calends("task", "complete", task_id, "--outcome", "nothing")
    assert told.err == "calends: the case has no running workflow; see `calends audit`\n"


async def test_a_letter_to_post_is_printed_and_completed_with_its_day(
    office: Office, calends: Calends, tmp_path: Path
) -> None:
    scan, pdf = tmp_path / "scan.pdf", tmp_path / "letter.pdf"
    scan.write_bytes(b"%PDF-1.7 a letter")
    today = datetime.now(ZoneInfo("Europe/Paris")).date()
    day = str(today - timedelta(days=1))
    ran = await calends(
        "letter",
        str(scan),
        "--delivered",
        day,
        "--name",
        "Zoé Quint",
        "--postal",
        "1 rue X;69003 Lyon",
    )
    case_id = ran.out.partition(":")[0]
    await office.starter.dispatch_waiting()
    task = await office.task(case_id, "post_letter")
    shown = await calends("task", "show", task.id)
    assert "posted --detail posted_on=TEXT" in shown.out
    assert (await calends("task", "print", task.id, "-o", str(pdf))).code == 0
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert pdf.stat().st_mode & 0o077 == 0
    assert (await calends("task", "print", task.id, "-o", str(pdf))).code == 2
    looks = [facts for kind, facts in await office.ledger(case_id) if kind == "looked_at"]
    assert looks[0] == {"what": "letter", "by": "command line"}
    done = ("task", "complete", task.id, "--outcome", "posted", "--detail")
    for wrong in ("posted_on", "posted_on=hier", "posted_on=2999-01-01"):
        refused = await calends(*done, wrong)
        assert refused.code == 2
        assert len(refused.err.splitlines()) == 1
    assert (await calends(*done, f"posted_on={today}")).code == 0
    told = [facts for kind, facts in await office.ledger(case_id) if kind == "letter_sent"]
    assert told[0]["posted_on"] == str(today)
