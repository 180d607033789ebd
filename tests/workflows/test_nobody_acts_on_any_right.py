"""For each right: a month in which no human acts, and one in which every system is down besides,
end with a lawful message before `safe_due`. Everything fails but the post."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from calends.letters.check import owed_by
from calends.register.case_rows import MonthRow
from calends.rules.replies import missing, required_items
from calends.rules.rights import rule_for
from calends.rules.vocabulary import Right
from tests.office import Office, mail, open_office, until
from tests.workflows.asks import ASKS
from tests.workflows.ends import items_of

A_MONTH, THREE = timedelta(days=34), timedelta(days=96)
TEMPLATES = {
    "partial": "partial_reply",
    "forced": "final_forced_reply",
    "not_identified": "not_identified",
}
KNOWN = "maelle.leguen@courriel.example"
DEAD = "postgresql+asyncpg://nobody@127.0.0.1:9/gone"


@pytest.fixture(scope="module")
async def dead_office() -> AsyncIterator[Office]:
    """An office none of whose systems can be reached, and where nobody works."""
    systems = [
        {
            "id": name,
            "name": name,
            "kind": "sql",
            "url": DEAD,
            "act_url": DEAD,
            "dataset": f"datasets/{name}.yml",
        }
        for name in ("crm", "billing")
    ]
    with tempfile.TemporaryDirectory(prefix="calends-office-") as folder:
        async with open_office(Path(folder) / "var", company={"systems": systems}) as opened:
            yield opened


async def lawful_answer(office: Office, case_id: str, right: Right) -> str:
    """The first letter that answers: every item that it owes, and sent by the safe day."""

    async def answers() -> dict[str, datetime] | None:
        """The case's time has passed; the mail server's may be a second behind."""
        sent = await office.sent(case_id)
        return {p: at for p, at in sent.items() if p in TEMPLATES or p == f"reply:{right}"} or None

    sent = await until(answers, seconds=120)
    first = min(sent, key=lambda purpose: sent[purpose])
    said = await items_of(office, case_id, first)
    owed = required_items(right) if first.startswith("reply:") else owed_by(TEMPLATES[first])
    assert not missing(owed, said)
    async with office.house.register.session() as session:
        month = await session.scalar(select(MonthRow).where(MonthRow.case_id == case_id))
    assert month is not None
    assert sent[first].date() <= month.safe_due
    return first


async def asked(office: Office, right: Right, writer: str, *, proves: bool) -> str:
    case_id = await office.receive(mail(writer, ASKS[right], subject="Demande"))
    if rule_for(right).waits_for_identity and proves:
        await office.prove_contact(case_id)
    return case_id


@pytest.mark.parametrize("right", list(ASKS))
async def test_a_right_on_which_no_human_acts_is_answered_in_time(
    office: Office, right: Right
) -> None:
    case_id = await asked(office, right, KNOWN, proves=True)
    await office.skip(case_id, A_MONTH)
    first = await lawful_answer(office, case_id, right)
    if first == "partial":  # no further delay exists after the second last call
        await office.skip(case_id, THREE - A_MONTH)
        await office.letter(case_id, "forced")
    kinds = {kind for kind, _ in await office.ledger(case_id)}
    assert not kinds & {"plan_approved", "rectification_approved", "carried_out"}


@pytest.mark.parametrize("right", [r for r in ASKS if rule_for(r).waits_for_identity])
async def test_a_right_of_somebody_who_never_proves_their_contact_is_answered_in_time(
    office: Office, right: Right
) -> None:
    case_id = await asked(office, right, f"silent.{right.lower()}@courriel.example", proves=False)
    await office.skip(case_id, A_MONTH)
    assert await lawful_answer(office, case_id, right) == "not_identified"


@pytest.mark.parametrize("right", list(ASKS))
async def test_a_right_is_answered_in_time_although_every_system_is_down_and_nobody_is_there(
    dead_office: Office, right: Right
) -> None:
    case_id = await asked(dead_office, right, KNOWN, proves=True)
    await dead_office.skip(case_id, A_MONTH)
    await lawful_answer(dead_office, case_id, right)
