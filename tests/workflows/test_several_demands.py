"""Several demands in one case: one clock each, in the order of the law (rule book §5 rows 1-4,
34-38)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from calends.register.case_rows import MonthRow
from calends.register.models import CaseRow, DemandRow, InboxRow
from calends.rules.vocabulary import Right
from tests.office import Office, mail, until
from tests.workflows.asks import ASKS
from tests.workflows.ends import rows

ACCESS, ERASURE = ASKS[Right.ACCESS], ASKS[Right.ERASURE]
BOTH = (
    "Bonjour, effacez toutes les données que vous avez sur moi. Avant cela je veux une copie de "
    "toutes mes données personnelles."
)


async def again(office: Office, case_id: str, writer: str, text: str, **more: str) -> str:
    """The person writes again in the thread of their case; returns once the case has read it."""
    first = await office.letter(case_id, "identity_request")
    raw = mail(
        writer, text, subject=f"Re: {first.mail['Subject']}", In_Reply_To=first.mail["Message-ID"]
    )
    before = await joined(office, case_id)
    await office.receive(raw, **more)  # type: ignore[arg-type]

    async def read() -> bool:
        return await joined(office, case_id) > before

    await until(read)
    return case_id


async def joined(office: Office, case_id: str) -> int:
    return sum(kind == "message_joined" for kind, _ in await office.ledger(case_id))


async def months(office: Office, case_id: str) -> list[MonthRow]:
    async with office.house.register.session() as session:
        found = await session.scalars(
            select(MonthRow).where(MonthRow.case_id == case_id).order_by(MonthRow.number)
        )
        return list(found)


async def test_row_01_several_rights_in_one_mail_are_one_case_with_one_receipt(
    office: Office,
) -> None:
    text = f"{ACCESS}\n{ASKS[Right.RESTRICTION]}\n{ASKS[Right.PROSPECTING_OBJECTION]} la publicité"
    case_id = await office.receive(mail("rows.one@courriel.example", text))
    await office.prove_contact(case_id)
    assert set(await office.demands(case_id)) >= {"ACCESS", "RESTRICTION"}
    await office.nothing_on_paper(case_id)
    await office.task(case_id, "decide_restriction")
    await office.letter(case_id, "reply:ACCESS")  # what is frozen stays readable for the person
    (month,) = await months(office, case_id)
    async with office.house.register.session() as session:
        received = await session.scalars(
            select(DemandRow.received_at).where(DemandRow.case_id == case_id)
        )
        assert set(received) == {month.received_at}


async def test_row_02_the_copy_is_made_before_the_erasure_that_was_written_first(
    office: Office,
) -> None:
    writer = "copy.first@courriel.example"
    await rows(
        office,
        "sample_crm",
        "INSERT INTO newsletter_subscription (id, email, status, subscribed_on, last_response_on) "
        f"VALUES (910, '{writer}', 'subscribed', '2026-01-01', '2026-01-01')",
    )
    case_id = await office.receive(mail(writer, BOTH))
    await office.prove_contact(case_id)
    assert set(await office.demands(case_id)) == {"ACCESS", "ERASURE"}
    await office.nothing_on_paper(case_id)
    await office.complete(case_id, "approve_erasure", "approve_all")
    await office.recipients_answer(case_id)
    assert (await office.closing(case_id)).rights == {"ACCESS": "answered", "ERASURE": "answered"}
    kinds = [
        facts.get("purpose") or kind
        for kind, facts in await office.ledger(case_id)
        if kind in ("reply_composed", "plan_approved", "carried_out")
    ]
    assert kinds.index("reply:ACCESS") < kinds.index("plan_approved") < kinds.index("carried_out")
    assert kinds.index("carried_out") < kinds.index("reply:ERASURE")
    gone = "SELECT 1 FROM newsletter_subscription WHERE id = 910"
    assert not await rows(office, "sample_crm", gone)


async def test_row_03_a_mail_for_two_people_becomes_two_cases_of_the_same_receipt(
    office: Office,
) -> None:
    text = "Bonjour, mon mari et moi souhaitons une copie de nos données. Anne et Paul Kerbrat"
    case_id = await office.receive(mail("two.people@courriel.example", text))
    await office.complete(case_id, "triage", "split", details={"people": "2"})
    await office.starter.dispatch_waiting()
    async with office.house.register.session() as session:
        (copy,) = await session.scalars(
            select(InboxRow).where(InboxRow.channel == "split", InboxRow.case_id != case_id)
        )
        first = await session.get_one(CaseRow, case_id)
    assert copy.received_at == first.received_at
    await office.task(copy.case_id, "triage")
    assert copy.case_id != case_id


async def test_row_38_a_right_added_later_has_a_month_of_its_own(office: Office) -> None:
    writer = "adds.later@courriel.example"
    begun = datetime.now(UTC) - timedelta(days=9)
    case_id = await office.receive(mail(writer, ACCESS), received_at=begun)
    await office.prove_contact(case_id)
    await again(office, case_id, writer, ASKS[Right.RECIPIENTS])

    async def both() -> list[MonthRow] | None:
        found = await months(office, case_id)
        return found if len(found) == 2 else None

    first, second = await until(both)
    assert first.received_at == begun
    assert second.received_at > begun + timedelta(days=8)
    assert second.safe_due > first.safe_due
    async with office.house.register.session() as session:
        assert (await session.get_one(DemandRow, (case_id, "ACCESS"))).month == 0
        assert (await session.get_one(DemandRow, (case_id, "RECIPIENTS"))).month == 1
    await office.nothing_on_paper(case_id)
    closing = await office.closing(case_id)
    assert closing.rights == {"ACCESS": "answered", "RECIPIENTS": "answered"}
    await office.letter(case_id, "reply:RECIPIENTS:1")


async def test_row_38_another_scope_of_the_same_demand_keeps_its_clock_and_is_read_by_a_human(
    office: Office,
) -> None:
    writer = "other.scope@courriel.example"
    case_id = await office.receive(mail(writer, ACCESS))
    await again(
        office,
        case_id,
        writer,
        "En complément de ma demande du 3 mars, je veux aussi une copie de mes appels.",
    )
    await office.task(case_id, "read_mail")
    assert len(await months(office, case_id)) == 1
    assert await office.demands(case_id) == {"ACCESS": "open"}


async def test_row_37_a_request_is_given_up_in_writing_and_confirmed(office: Office) -> None:
    writer = "gives.up@courriel.example"
    case_id = await office.receive(mail(writer, ACCESS))
    await office.prove_contact(case_id)
    await again(
        office, case_id, writer, "Bonjour, j'annule ma demande d'accès à mes données. Cordialement."
    )
    closing = await office.closing(case_id)
    assert closing.outcome == "withdrawn"
    assert closing.rights == {"ACCESS": "withdrawn"}
    await office.letter(case_id, "withdrawal_confirmed:1")


async def test_row_37_who_is_not_known_cannot_silence_a_request_and_a_human_reads_it(
    office: Office,
) -> None:
    writer = "not.known.yet@courriel.example"
    case_id = await office.receive(mail(writer, ACCESS))
    await again(
        office, case_id, writer, "Bonjour, j'annule ma demande d'accès à mes données. Cordialement."
    )
    await office.task(case_id, "read_mail")
    assert await office.demands(case_id) == {"ACCESS": "open"}
    await office.complete(case_id, "read_mail", "give_up", rights=["ACCESS"])
    assert (await office.closing(case_id)).outcome == "withdrawn"


async def test_row_34_a_reminder_changes_nothing_and_asks_nobody(office: Office) -> None:
    writer = "reminds@courriel.example"
    case_id = await office.receive(mail(writer, ACCESS))
    await again(office, case_id, writer, "Bonjour, où en est ma demande ? Merci de me répondre.")
    assert len(await months(office, case_id)) == 1
    assert await office.demands(case_id) == {"ACCESS": "open"}
    view = await office.case(case_id).query("view")
    assert "read_mail" not in {task["kind"] for task in view["tasks"]}


async def test_row_34_the_same_demand_in_the_thread_is_a_reminder_under_the_first_receipt(
    office: Office,
) -> None:
    writer = "same.words@courriel.example"
    case_id = await office.receive(mail(writer, ACCESS))
    await again(office, case_id, writer, ACCESS)
    (month,) = await months(office, case_id)
    assert month.received_at == (await office.row(case_id)).received_at
    assert await office.demands(case_id) == {"ACCESS": "open"}


async def test_row_34_a_duplicate_that_a_human_recognises_joins_the_case_it_belongs_to(
    office: Office,
) -> None:
    writer = "duplicate@courriel.example"
    first = await office.receive(mail(writer, ACCESS))
    await office.letter(first, "identity_request")
    second = await office.receive(mail(writer, "Bonjour, RGPD svp.", subject="RGPD"))
    reference = (await office.row(first)).reference
    await office.complete(second, "triage", "duplicate", details={"reference": reference})
    assert (await office.closing(second)).outcome == "duplicate"

    async def read() -> bool:
        return await joined(office, first) == 1

    await until(read)
    assert len(await months(office, first)) == 1


async def test_row_35_a_demand_made_again_after_its_answer_has_its_own_month(
    office: Office,
) -> None:
    """Within the open case as a turn of its own; after its close as a case of its own."""
    writer = "once.more@courriel.example"
    case_id = await office.receive(mail(writer, ACCESS))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    await office.closing(case_id)
    reply = await office.letter(case_id, "reply:ACCESS")
    raw = mail(
        writer, ACCESS, subject=f"Re: {reply.mail['Subject']}", In_Reply_To=reply.mail["Message-ID"]
    )
    second = await office.receive(raw)
    row = await until(lambda: _opened(office, second))
    assert row.id != case_id
    assert row.received_at > (await office.row(case_id)).received_at


async def _opened(office: Office, case_id: str) -> CaseRow | None:
    async with office.house.register.session() as session:
        return await session.get(CaseRow, case_id)
