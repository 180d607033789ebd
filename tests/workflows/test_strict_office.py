"""A company that keeps the defaults of real use: cases linger, the clock may pause, and more is
asked before what cannot be undone."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from temporalio.client import WorkflowUpdateFailedError

from calends.register.case_rows import MonthRow
from calends.rules.vocabulary import Right
from calends.vault.blobs import NoSuchBlob
from calends.vault.documents import keep_document, read_document
from calends.vault.keys import KeyDestroyed
from tests.office import Office, mail, open_office, until
from tests.workflows.asks import ASKS
from tests.workflows.ends import sent_in_time
from workflows.messages import InformationAdded, LetterBounced
from workflows.rights_request import RightsRequest

ACCESS, ERASURE = ASKS[Right.ACCESS], ASKS[Right.ERASURE]


@pytest.fixture(scope="module")
async def strict() -> AsyncIterator[Office]:
    changes = {
        "mail": {"bounce_hours": 24},
        "deadline": {"identity_pause": "fr_decree_77_stop_clock"},
        "identity": {"ladder": "proportionate"},
    }
    with tempfile.TemporaryDirectory(prefix="calends-office-") as folder:
        async with open_office(Path(folder) / "var", company=changes) as opened:
            yield opened


async def answered(office: Office, writer: str) -> str:
    case_id = await office.receive(mail(writer, ACCESS))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    await office.letter(case_id, "reply:ACCESS")
    return case_id


async def stage(office: Office, case_id: str, wanted: str) -> None:
    async def there() -> bool:
        return bool((await office.case(case_id).query("view"))["state"] == wanted)

    await until(there)


async def test_row_40_a_reply_that_comes_back_while_the_case_lingers_unanswers_its_demand(
    strict: Office,
) -> None:
    case_id = await answered(strict, "comes.back@courriel.example")
    await stage(strict, case_id, "lingering")
    await strict.case(case_id).signal(
        RightsRequest.letter_bounced, LetterBounced(purpose="reply:ACCESS")
    )
    await strict.task(case_id, "mend_delivery")
    assert await strict.demands(case_id) == {"ACCESS": "open"}
    await strict.complete(case_id, "mend_delivery", "resend")
    await strict.skip(case_id, timedelta(hours=30))
    assert (await strict.closing(case_id)).rights == {"ACCESS": "answered"}
    assert await strict.demands(case_id) == {"ACCESS": "answered"}
    assert len(strict.post.to("comes.back@courriel.example")) == 3  # the code, the reply, again


async def test_an_answered_case_closes_by_itself_when_nothing_comes_back(strict: Office) -> None:
    case_id = await answered(strict, "nothing.back@courriel.example")
    await stage(strict, case_id, "lingering")
    await strict.skip(case_id, timedelta(hours=25))
    assert (await strict.closing(case_id)).outcome == "answered"


async def test_a_right_demanded_while_the_case_lingers_is_taken_up_in_it(strict: Office) -> None:
    writer = "one.more.thing@courriel.example"
    case_id = await answered(strict, writer)
    reply = await strict.letter(case_id, "reply:ACCESS")
    await strict.receive(
        mail(
            writer,
            ASKS[Right.RECIPIENTS],
            subject=f"Re: {reply.mail['Subject']}",
            In_Reply_To=reply.mail["Message-ID"],
        )
    )
    await strict.letter(case_id, "reply:RECIPIENTS:1")
    await strict.skip(case_id, timedelta(hours=26))
    closing = await strict.closing(case_id)
    assert closing.rights == {"ACCESS": "answered", "RECIPIENTS": "answered"}


async def test_the_clock_pauses_only_when_the_dpo_says_so_and_goes_on_with_the_answer(
    strict: Office,
) -> None:
    case_id = await strict.receive(mail("paused@courriel.example", ACCESS))
    await strict.letter(case_id, "identity_request")
    before = (await strict.row(case_id)).safe_due
    await strict.complete(case_id, "approve_pause", "pause", reason="Doute raisonnable.")

    async def moved() -> bool:
        return (await strict.row(case_id)).safe_due > before

    await until(moved)
    await strict.skip(case_id, timedelta(days=5))
    await strict.prove_contact(case_id)
    await strict.task(case_id, "search_by_hand")
    after = (await strict.row(case_id)).safe_due
    assert timedelta(0) < after - before <= timedelta(days=7), "stopped, never started anew"
    kinds = [kind for kind, _ in await strict.ledger(case_id)]
    assert kinds.index("pause_begun") < kinds.index("pause_ended")


async def test_an_extension_that_the_dpo_reasons_is_told_before_the_safe_day_and_kept(
    strict: Office,
) -> None:
    case_id = await strict.receive(mail("extended@courriel.example", ERASURE))
    await strict.complete(case_id, "approve_pause", "no_pause")
    await strict.prove_contact(case_id)
    await strict.skip(case_id, timedelta(days=24))
    why = "Votre demande porte sur dix ans de dossiers papier."
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await strict.complete(
            case_id, "extension", "extend", reason=why, details={"ground": "absence"}
        )
    assert "complexity or number" in str(refused.value.cause)
    await strict.complete(
        case_id, "extension", "extend", reason=why, details={"ground": "complexity"}
    )
    await strict.skip(case_id, timedelta(days=8))
    letter = await strict.letter(case_id, "extension")
    assert why in " ".join(letter.text.split())
    assert await sent_in_time(strict, case_id, "extension")
    (decided,) = [f for kind, f in await strict.ledger(case_id) if kind == "extension_decided"]
    assert decided["rights"] == ["ERASURE"]
    async with strict.house.register.session() as session:
        month = await session.scalar(select(MonthRow).where(MonthRow.case_id == case_id))
    assert month is not None
    assert month.answer_by > month.safe_due
    await strict.nothing_on_paper(case_id)
    await strict.letter(case_id, "reply:ERASURE")


async def test_row_43_an_identity_document_is_destroyed_after_72_hours_whoever_looked(
    strict: Office,
) -> None:
    case_id = await strict.receive(mail("document@courriel.example", ACCESS))
    await strict.letter(case_id, "identity_request")
    async with strict.house.register.session() as session:
        name = await keep_document(
            session, strict.house.keyring, strict.house.blobs, case_id, b"a scanned card"
        )
        await session.commit()
    await strict.case(case_id).execute_update(
        RightsRequest.add_information, InformationAdded(blob=name, document=True)
    )
    await strict.task(case_id, "check_document")
    await strict.skip(case_id, timedelta(hours=73))

    async def gone() -> bool:
        return any(kind == "document_destroyed" for kind, _ in await strict.ledger(case_id))

    await until(gone)
    with pytest.raises((NoSuchBlob, KeyDestroyed)):
        await read_document(strict.house.blobs, case_id, name)
    assert not (await strict.case(case_id).query("view"))["identified"]
