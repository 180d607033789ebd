"""A company that never extends, and what may not be: the last word falls inside the month."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from calends.rules.vocabulary import Right
from tests.office import Office, mail, open_office
from tests.workflows.asks import ASKS
from tests.workflows.ends import lawful_turn


@pytest.fixture(scope="module")
async def unextended() -> AsyncIterator[Office]:
    changes = {"deadline": {"extension_enabled": False}}
    with tempfile.TemporaryDirectory(prefix="calends-office-") as folder:
        async with open_office(Path(folder) / "var", company=changes) as opened:
            yield opened


async def test_where_extensions_are_off_nobody_is_asked_and_the_last_word_goes_in_the_month(
    unextended: Office,
) -> None:
    case_id = await unextended.receive(mail("maelle.leguen@courriel.example", ASKS[Right.ERASURE]))
    await unextended.prove_contact(case_id)
    await unextended.skip(case_id, timedelta(days=34))
    await lawful_turn(unextended, case_id, "forced", "final_forced_reply")
    assert await unextended.demands(case_id) == {"ERASURE": "forced"}
    sent = await unextended.sent(case_id)
    assert not {"extension", "partial"} & set(sent)
    asked = {f["task_kind"] for k, f in await unextended.ledger(case_id) if k == "task_opened"}
    assert "extension" not in asked


async def test_the_erasure_of_a_childs_data_is_never_extended(office: Office) -> None:
    """Loi 78-17 art. 51 II."""
    text = f"Bonjour, j'ai 16 ans. {ASKS[Right.ERASURE]}"
    case_id = await office.receive(mail("ado.efface@courriel.example", text))
    await office.prove_contact(case_id)
    await office.skip(case_id, timedelta(days=34))
    await lawful_turn(office, case_id, "forced", "final_forced_reply")
    assert "partial" not in await office.sent(case_id)
