"""Decisions: at once or in a while, by one or by two, never by the same twice; told to the case."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calends.desk.deciding import Deciding
from calends.register.models import TaskRow
from console.who import Role, User
from tests.console.site import OURS, Site
from tests.office import Office, mail

DPO = User("user-1", "Ada Régnier", frozenset({Role.DPO}))
DEPUTY = User("user-2", "Basile Otto", frozenset({Role.DEPUTY}))
APPROVER = User("user-3", "Louis Ferrand", frozenset({Role.APPROVER}))
AUDITOR = User("user-4", "Irène Vidal", frozenset({Role.AUDITOR}))

VAGUE = "Bonjour, une question sur le RGPD. Merci."
ERASE = "Bonjour, merci d'effacer toutes mes données personnelles de vos fichiers."


@pytest.fixture
async def site(office_site: Site) -> AsyncIterator[Site]:
    """Nothing waits: what needs no second person is told at once."""
    _set(office_site, undo=0)
    yield office_site
    office_site.sign_in(None)


def _set(
    site: Site, *, undo: int, second_eyes: tuple[str, ...] = ("disclosure", "destruction")
) -> None:
    deciding: Deciding = site.app.state.deciding
    object.__setattr__(deciding, "undo", timedelta(seconds=undo))
    object.__setattr__(deciding, "second_eyes", frozenset(second_eyes))


async def post(site: Site, user: User, path: str, **data: Any) -> Any:
    site.sign_in(user)
    return await site.browser.post(path, data=data, headers=OURS)


async def answer(site: Site, user: User, task: TaskRow, **data: Any) -> Any:
    return await post(site, user, f"/desk/task/{task.id}/answer", **data)


async def vague(office: Office) -> tuple[str, TaskRow]:
    case = await office.receive(mail("quelquun@courriel.example", VAGUE, subject="RGPD"))
    return case, await office.task(case, "triage")


async def to_erase(office: Office, sender: str) -> tuple[str, TaskRow]:
    case = await office.receive(mail(sender, ERASE))
    await office.prove_contact(case)
    await office.nothing_on_paper(case)
    return case, await office.task(case, "approve_erasure")


async def decision_of(site: Site, task: TaskRow) -> dict[str, Any]:
    (row,) = await site.rows("SELECT * FROM decisions WHERE task_id = :task", task=task.id)
    return row


async def kinds(office: Office, case: str) -> list[str]:
    return [kind for kind, _ in await office.ledger(case)]


async def test_a_triage_in_the_browser_sets_the_rights_of_the_case(
    office: Office, site: Site
) -> None:
    case, task = await vague(office)
    done = await answer(
        site, DPO, task, outcome="accept", **{"rights-accept": ["ACCESS", "ERASURE"]}
    )
    assert done.status_code == 303
    await office.letter(case, "identity_request")
    assert set(await office.demands(case)) == {"ACCESS", "ERASURE"}


async def test_a_reason_that_is_missing_is_asked_for_and_what_was_typed_stays(
    office: Office, site: Site
) -> None:
    _, task = await vague(office)
    page = await answer(site, DPO, task, outcome="not_a_request")
    assert page.status_code == 422
    assert "Il faut un motif" in page.text
    assert re.search(r'value="not_a_request" required checked', page.text)
    assert (await site.rows("SELECT 1 FROM decisions WHERE task_id = :t", t=task.id)) == []


async def test_an_answer_that_does_not_fit_the_task_is_refused(office: Office, site: Site) -> None:
    _, task = await vague(office)
    for outcome in ("release", "", "approve_all", "<script>"):
        page = await answer(site, DPO, task, outcome=outcome)
        assert page.status_code == 422
        assert "<script>alert" not in page.text


async def test_two_who_decide_at_once_one_wins_and_the_other_is_told_what_happened(
    office: Office, site: Site
) -> None:
    _set(site, undo=60)
    _, task = await vague(office)
    results = await asyncio.gather(
        site.app.state.deciding.decide(DPO.id, task, _answer("not_a_request", "une blague")),
        site.app.state.deciding.decide(DEPUTY.id, task, _answer("not_a_request", "un essai")),
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in results) == ["Decided", "Refused"]
    winner = (await decision_of(site, task))["proposed_by"]
    loser = DEPUTY if winner == DPO.id else DPO
    page = await answer(site, loser, task, outcome="accept", **{"rights-accept": ["ACCESS"]})
    assert page.status_code == 409
    assert re.search(r"vient de décider\s*: pas une demande", page.text)


def _answer(outcome: str, reason: str) -> Any:
    from calends.desk.completing import Answer

    return Answer(outcome, reason)


async def test_what_the_case_has_heard_from_somebody_else_is_told(
    office: Office, site: Site
) -> None:
    case, task = await vague(office)
    await office.complete(case, "triage", "accept", rights=["ACCESS"])
    page = await answer(site, DPO, task, outcome="not_a_request", reason="trop tard")
    assert page.status_code == 409
    assert "faite entre-temps" in page.text or "plus nécessaire" in page.text


async def test_within_the_time_to_think_again_nothing_has_happened_and_it_can_be_taken_back(
    office: Office, site: Site
) -> None:
    _set(site, undo=60)
    case, task = await vague(office)
    await answer(site, DPO, task, outcome="not_a_request", reason="une erreur")
    decision = await decision_of(site, task)
    assert await site.app.state.deciding.due(datetime.now(UTC)) == []
    back = await post(site, DPO, f"/desk/decision/{decision['id']}/take-back")
    assert back.status_code == 303
    assert (await office.row(case)).closed_at is None
    assert (await decision_of(site, task))["state"] == "taken_back"
    assert "decision_taken_back" in await kinds(office, case)
    await office.task(case, "triage")


async def test_after_that_time_the_case_is_told_and_it_cannot_be_taken_back(
    office: Office, site: Site
) -> None:
    _set(site, undo=60)
    case, task = await vague(office)
    await answer(site, DPO, task, outcome="not_a_request", reason="une question de voisin")
    decision = await decision_of(site, task)
    later = datetime.now(UTC) + timedelta(seconds=61)
    assert await site.app.state.deciding.carry_due(later) >= 1
    assert (await office.closing(case)).outcome == "not_a_request"
    late = await post(site, DPO, f"/desk/decision/{decision['id']}/take-back")
    assert late.status_code == 409


async def test_an_erasure_is_approved_by_two_and_never_by_the_same_person(
    office: Office, site: Site
) -> None:
    case, task = await to_erase(office, "maelle.leguen@courriel.example")
    await answer(site, DPO, task, outcome="approve")
    decision = await decision_of(site, task)
    assert decision["state"] == "proposed"
    confirm = f"/desk/decision/{decision['id']}/confirm"
    alone = await post(site, DPO, confirm)
    assert alone.status_code == 403
    assert "ne peut pas confirmer" in alone.text
    with pytest.raises(Exception, match="may not confirm"):
        await site.app.state.deciding.confirm(DPO.id, "dpo", decision["id"])
    assert (await decision_of(site, task))["state"] == "proposed"
    assert (await post(site, APPROVER, confirm)).status_code == 303
    await office.letter(case, "reply:ERASURE")
    events = await office.ledger(case)
    by = {kind: facts["by"] for kind, facts in events if kind.startswith("decision_")}
    assert by == {"decision_proposed": DPO.id, "decision_confirmed": APPROVER.id}
    assert [kind for kind, _ in events].index("decision_confirmed") < [
        kind for kind, _ in events
    ].index("plan_approved")


async def test_an_approver_decides_nothing_alone_and_an_auditor_nothing_at_all(
    office: Office, site: Site
) -> None:
    _, task = await vague(office)
    for user in (APPROVER, AUDITOR):
        assert (await answer(site, user, task, outcome="accept")).status_code == 403
    assert (await post(site, AUDITOR, "/desk/decision/x/confirm")).status_code == 403


async def test_the_name_of_a_colleague_is_not_in_the_ledger(office: Office, site: Site) -> None:
    case, task = await vague(office)
    await answer(site, DPO, task, outcome="not_a_request", reason="Madame Secret")
    told = str(await office.ledger(case))
    assert "Régnier" not in told
    assert "Secret" not in told
    rows = str(await site.rows("SELECT * FROM decisions WHERE case_id = :case", case=case))
    assert "Secret" not in rows


async def test_a_decision_told_twice_is_told_once(office: Office, site: Site) -> None:
    _set(site, undo=60)
    case, task = await vague(office)
    await answer(site, DPO, task, outcome="not_a_request", reason="un test")
    decision = await decision_of(site, task)
    deciding: Deciding = site.app.state.deciding
    told = await asyncio.gather(deciding.carry(decision["id"]), deciding.carry(decision["id"]))
    assert sorted(told) == [False, True]
    # Whoever told the case died before noting so: told again, it is the same answer.
    await site.execute(
        "UPDATE decisions SET state = 'confirmed', told_at = NULL WHERE id = :id", id=decision["id"]
    )
    await office.closing(case)
    assert await deciding.carry(decision["id"])
    assert (await decision_of(site, task))["state"] == "told"


async def test_every_look_at_a_message_is_in_the_ledger_and_a_reload_is_one_look(
    office: Office, site: Site
) -> None:
    case, _ = await vague(office)
    row = await office.row(case)
    site.sign_in(AUDITOR)
    for _ in range(2):
        assert (await site.browser.get(f"/desk/case/{row.reference}")).status_code == 200
    looks = [facts for kind, facts in await office.ledger(case) if kind == "looked_at"]
    assert looks == [{"what": "message", "by": AUDITOR.id}]
