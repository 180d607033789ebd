"""What reaches a case after its first message: mail, the person's page, letters that came back."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow

from calends.rules.demands import withdrawal_of
from calends.rules.identity import required_assurance
from calends.rules.vocabulary import Right
from workflows.asking import ask, outcome_of
from workflows.calling import note
from workflows.case import Case
from workflows.clock import begin_month
from workflows.identity import look_at_document, prove_contact
from workflows.messages import InformationAdded
from workflows.tasks import TaskKind
from workflows.telling import recipient_answered
from workflows.writing import beside, mend_bounce, write

with workflow.unsafe.imports_passed_through():
    from activities import orders
    from activities.further import Further
    from activities.months import Months
    from activities.triage import Triage


async def read_all(case: Case) -> None:
    """Reads what comes, in the order in which it came."""
    while True:
        await workflow.wait_condition(lambda: bool(case.mail or case.bounced))
        case.reading = True
        if case.bounced:
            purpose = sorted(case.bounced)[0]
            await mend_bounce(case, purpose)
            case.bounced.discard(purpose)
        else:
            await _read(case, case.mail[0])
            case.mail.pop(0)
        case.reading = False


async def _read(case: Case, inbox_id: str) -> None:
    """A code quoted proves the contact; a right added has its own month (rule book §5 row 38)."""
    read = await note(
        Further.read_reply,
        orders.ReadReply(
            case_id=case.id,
            at=workflow.now(),
            inbox_id=inbox_id,
            open_rights=[demand.right for demand in case.unanswered()],
        ),
    )
    case.heard += 1
    if read.proves:
        await prove_contact(case, "mail", read.proves)
    if read.notices:
        recipient_answered(case, read.notices, read.recipient_says)
        return
    if read.adds:
        await add_rights(case, read.adds, inbox_id)
    silenced = read.gives_up and not await give_up(case, read.gives_up)
    if read.needs_reading or silenced:
        beside(case, case.lasting, lambda case: _by_a_human(case, inbox_id))


async def _by_a_human(case: Case, inbox_id: str) -> None:
    task = await ask(case, TaskKind.READ_MAIL, workflow.now() + timedelta(days=1))
    outcome = await outcome_of(task)
    if outcome.outcome == "add_rights":
        await add_rights(case, outcome.rights, inbox_id)
    elif outcome.outcome == "give_up":
        await give_up(case, outcome.rights, sure=True)


async def add_rights(case: Case, rights: list[Right], inbox_id: str) -> None:
    """Rights that were not open yet; they count from the receipt of the message that adds them."""
    new = [r for r in rights if r not in case.demands or not case.demands[r].open]
    if not new:
        return
    begun = await note(
        Months.begin_month,
        orders.BeginMonth(
            case_id=case.id,
            at=workflow.now(),
            inbox_id=inbox_id,
            rights=new,
            number=len(case.months),
        ),
    )
    begin_month(case, new, begun.milestones)


async def give_up(case: Case, rights: list[Right], *, sure: bool = False) -> bool:
    """The person takes a demand back, as surely known as the demand needs (rule book §5 row 37);
    False when nothing was: else a stranger could silence a request.

    What was stopped already (restriction, objection) stays stopped until they ask otherwise.
    `sure`: a human read it and says so.
    """
    gone = []
    for demand in case.unanswered():
        need = required_assurance(demand.right).assurance
        may = withdrawal_of(demand.right, have=case.assurance, need=need, written=True)
        if (demand.right in rights or not rights) and (may.accepted or sure):
            demand.state = "withdrawn"
            gone.append(demand.right)
    if gone:
        await note(
            Triage.give_up,
            orders.SetDemands(case_id=case.id, at=workflow.now(), rights=gone, why="given up"),
        )
        case.given_up += 1
        await write(case, "withdrawal_confirmed", case.given_up)
    return bool(gone)


async def take_information(case: Case, added: InformationAdded) -> None:
    """Words or a document from the person's page, sealed already."""
    case.heard += 1
    if added.document:
        case.documents.add(added.blob)
        beside(case, case.lasting, lambda case: look_at_document(case, added.blob))
    else:
        beside(case, case.lasting, lambda case: _by_a_human(case, ""))
