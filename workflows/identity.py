"""Who asks: as lightly as the stake allows (GDPR 12(2), 12(6); rule book §1, "assurance")."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow

from calends.rules.documents import LIFETIME_HOURS
from calends.rules.identity import Stake, enough, highest, required_assurance
from calends.rules.vocabulary import Assurance
from workflows.asking import answered_by, ask, decided, withdraw
from workflows.calling import note
from workflows.case import Case, Demand, OpenTask, Settled, happens, waits_for_nobody
from workflows.clock import begin_month
from workflows.messages import TaskOutcome
from workflows.pausing import may_pause, resume
from workflows.tasks import TaskKind
from workflows.writing import answer, beside, send_beside, write

with workflow.unsafe.imports_passed_through():
    from activities import orders
    from activities.identify import Identify
    from activities.months import Months


async def identify(case: Case, demand: Demand) -> None:
    """Control of the contact that was written from, nothing more (IA1)."""
    assert case.opened is not None
    if not case.identified:
        case.stage = "identifying"
        if case.identity_asked is None:
            case.identity_asked = workflow.now()
            await _ask_who(case)
        may_pause(case)
    await happens(demand, lambda: case.identified)


STANDING = {
    "agent": "mandate_request",  # décret 2019-536 art. 77-81
    "parent": "minor_request",  # C. civ. 371-1, 372-2
    "heir": "heirship_request",  # loi 78-17 art. 85
    "lawyer": "",
    "guardian": "",
    "association": "",  # GDPR 80
}
"""In what quality somebody writes for another -> the letter that asks what shows it. What comes
is for a human to read; control of the writer's own contact proves nothing about the person."""


async def _ask_who(case: Case) -> None:
    assert case.opened is not None
    writes_as = case.opened.writes_as
    if case.opened.can_write_back and writes_as not in STANDING:
        await write(case, "identity_request")
        return
    if case.opened.can_write_back and STANDING[writes_as]:
        await write(case, STANDING[writes_as])
    # Else a posted letter, or a sender that reads in two ways: a human finds another way.
    beside(case, case.deliveries, by_hand)


async def by_hand(case: Case) -> None:
    """Who the writer is, and for whom they may act, is a human's to say."""
    assert case.opened is not None
    facts = {"writes_as": case.opened.writes_as} if case.opened.writes_as in STANDING else {}
    while waiting := [d for d in case.unanswered() if not waits_for_nobody(d.right)]:
        task = await ask(case, TaskKind.VERIFY_IDENTITY, case.due("identity_ask"), facts=facts)
        await workflow.wait_condition(
            lambda t=task, w=waiting: t.outcome is not None or not any(d.open for d in w)  # type: ignore[misc]
        )
        match task.outcome.outcome if task.outcome else "":
            case "confirm":
                await reach(case, Assurance.IA2, "dpo", means=_means(task))
                return
            case "second_factor":  # they write for themselves after all
                if case.opened.can_write_back:
                    await write(case, "identity_request")
                    await workflow.wait_condition(lambda: case.identified)
                    return
            case "ask_document":
                case.asked_more += 1
                reason = task.outcome.reason if task.outcome else ""
                await write(case, "identity_document", case.asked_more, reason=reason)
            case "not_identified":
                for demand in waiting:
                    await _turn_away(case, demand, task)
            case _:
                await withdraw(case, task)


def _means(task: OpenTask) -> str:
    assert task.outcome is not None
    return task.outcome.details["means"]


async def _turn_away(case: Case, demand: Demand, task: OpenTask) -> None:
    """What was shown does not do: a refusal with its reasons (GDPR 12(4))."""
    assert case.opened is not None
    assert task.outcome is not None
    if demand.open:
        details = {"writes_as": case.opened.writes_as}
        await answer(case, "final", demand, refused=task.outcome.reason, details=details)


async def prove_contact(case: Case, channel: str, purpose: str = "identity") -> None:
    """The person controls the contact; said once, whichever way it came first."""
    if purpose in case.proofs:
        return
    case.proofs.add(purpose)
    if purpose == "confirm_change":
        await note(
            Identify.record_consent,
            orders.RecordIdentity(
                case_id=case.id, at=workflow.now(), channel=channel, assurance=case.assurance
            ),
        )
        return
    await reach(case, Assurance.IA1, channel, purpose=purpose)


async def reach(
    case: Case, assurance: Assurance, channel: str, *, purpose: str = "", means: str = ""
) -> None:
    """The person is now known so surely: noted, and what waited for it goes on."""
    await note(
        Identify.record_identity,
        orders.RecordIdentity(
            case_id=case.id,
            at=workflow.now(),
            channel=channel,
            assurance=assurance,
            purpose=purpose,
            means=means,
        ),
    )
    case.assurance = highest([case.assurance, assurance])
    await resume(case)
    await wake(case)


async def wake(case: Case) -> None:
    """The contact is proved after the art. 12(6) answer: a new month begins."""
    asleep = [d.right for d in case.demands.values() if d.state == "not_identified"]
    if asleep:
        begun = await note(
            Months.begin_month,
            orders.BeginMonth(
                case_id=case.id,
                at=workflow.now(),
                received_at=workflow.now(),
                rights=asleep,
                number=len(case.months),
            ),
        )
        begin_month(case, asleep, begun.milestones)


async def sure_enough(case: Case, demand: Demand) -> None:
    """What was found may ask for more (IA2): bank data, sensitive data, the end of a contract.

    A document (IA3) only with a reasonable doubt that the DPO writes down. Raises Settled when
    the person cannot be known surely enough: they are told so.
    """
    assert case.opened is not None
    stakes = {Stake(s) for search in case.searches.values() for s in search.stakes}
    required = required_assurance(demand.right, stakes if case.opened.stakes_count else ())
    facts = {
        "right": str(demand.right),
        "needed": str(required.assurance),
        "why": "; ".join(step.words for step in required.why if step.value == required.assurance),
    }
    while not enough(case.assurance, required.assurance):
        case.stage = "identifying"
        task = await ask(case, TaskKind.VERIFY_IDENTITY, demand.due("approval"), facts=facts)
        outcome = await decided(case, demand, task)
        await _as_decided(case, demand, required.assurance, outcome)


async def _as_decided(case: Case, demand: Demand, needed: Assurance, outcome: TaskOutcome) -> None:
    match outcome.outcome:
        case "confirm":
            await reach(case, needed, "dpo", means=outcome.details["means"])
        case "second_factor":
            await _hear_more(case, demand, "identity_second_factor")
        case "ask_document":
            await _hear_more(case, demand, "identity_document", outcome.reason)
        case _:
            await answer(case, "final", demand, refused=outcome.reason)
            raise Settled


async def _hear_more(case: Case, demand: Demand, letter: str, reason: str = "") -> None:
    """Asks the person for one thing more, and waits until they sent something."""
    before = case.heard
    case.asked_more += 1
    await write(case, letter, case.asked_more, reason=reason)
    await happens(demand, lambda: case.heard > before)
    # A document is looked at first: its own task says what it proves.
    await happens(demand, lambda: not case.documents)


async def look_at_document(case: Case, blob: str) -> None:
    """A document is seen by a human and destroyed at the decision, or after 72 hours
    (EDPB 01/2022 §79); what remains is "seen by, on"."""
    received = workflow.now()
    task = await ask(case, TaskKind.CHECK_DOCUMENT, received + timedelta(days=1))
    await answered_by(task, received + timedelta(hours=LIFETIME_HOURS))
    if task.outcome is None:
        await withdraw(case, task)
    matched = task.outcome is not None and task.outcome.outcome == "matches"
    told = await note(
        Identify.forget_document,
        orders.ForgetDocument(
            case_id=case.id,
            at=workflow.now(),
            blob=blob,
            seen_by=task.outcome.by_role if task.outcome else "",
            matched=matched,
        ),
    )
    case.documents.discard(blob)
    if matched:
        await reach(case, Assurance.IA3, "document")
    if told.purpose:
        send_beside(case, told.purpose)
