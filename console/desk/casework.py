"""What every page of a case shows: its head, its dates, how far it is, what is to be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from calends.accounts.directory import Account
from calends.company import SystemEntry
from calends.desk.board import Looker
from calends.desk.deciding import DISCLOSURE, act_of
from calends.desk.dossier import Dossier, read_dossier
from calends.problems import Problem
from calends.register.cases import find_case
from calends.register.desk_rows import DecisionRow
from calends.register.models import CaseRow, TaskRow
from calends.rules.rights import in_order, rule_for
from calends.rules.vocabulary import Assurance, Right, SearchState
from console.desk.asked import about
from console.desk.errors import error_page
from console.desk.frame import Frame
from console.desk.looker import looker_of, names_of
from console.desk.naming import system_name
from console.desk.strip import Strip, paused_on, strip_of
from console.desk.tasks import PLACES, may_do
from console.desk.unsent import unsent
from console.who import DECIDES, SEES_CASES, Role, User
from workflows.tasks import NEEDS_REASON, OUTCOMES, TAKES_UPLOAD, WANTS, WANTS_RIGHTS, TaskKind

RESTRICTION_GROUNDS = ("a", "b", "c", "d")
"""The points of GDPR 18(1)."""

STEPS = ("request", "identity", "data", "review", "decide", "reply", "timeline")


@dataclass(frozen=True)
class Typed:
    """What was typed, to be shown again; `problem` says why it was not taken."""

    task_id: str = ""
    outcome: str = ""
    ground: str = ""
    reason: str = ""
    rights: frozenset[str] = field(default_factory=frozenset)
    details: dict[str, str] = field(default_factory=dict)
    problem: str = ""


NOTHING_TYPED = Typed()


@dataclass(frozen=True)
class Step:
    """A page of the case in its navigation, and how far the case is there."""

    key: str
    path: str
    state: str
    """done, now, ahead, none (the case does not need it)."""


@dataclass(frozen=True)
class AskedTask:
    """An open task as its card shows it."""

    row: TaskRow
    title: str
    outcomes: list[str]
    needs_reason: frozenset[str]
    place: str
    mine: bool
    """Whether this reader may answer it."""
    holder: str = ""
    held_by_me: bool = False
    decision: DecisionRow | None = None
    decided_by: str = ""
    may_confirm: bool = False
    may_take_back: bool = False
    refused: DecisionRow | None = None
    about: list[str] = field(default_factory=list)
    choices: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Detail -> what may be said there and its words; all other details are free text."""
    wants_second: frozenset[str] = frozenset()
    """Outcomes that a second person must confirm."""
    letter: int = 0
    """The number of the letter that is to be posted; 0: none."""

    def may_need_reason(self, offered: Sequence[str]) -> bool:
        return not self.needs_reason.isdisjoint(offered)

    def discloses(self, offered: Sequence[str]) -> bool:
        """Whether one of these answers gives data away: the recipient is confirmed first."""
        return any(act_of(self.row.kind, outcome) == DISCLOSURE for outcome in offered)

    def wants(self, outcome: str) -> tuple[str, ...]:
        """Short texts that the outcome must say."""
        return WANTS.get((TaskKind(self.row.kind), outcome), ())

    def wants_rights(self, outcome: str) -> bool:
        return (TaskKind(self.row.kind), outcome) in WANTS_RIGHTS

    def takes_file(self, outcome: str) -> bool:
        return (TaskKind(self.row.kind), outcome) in TAKES_UPLOAD


@dataclass(frozen=True)
class Casework:
    dossier: Dossier
    user: User
    strip: Strip
    steps: list[Step]
    tasks: list[AskedTask]
    extended: bool
    names: dict[str, str] = field(default_factory=dict)
    colleagues: list[tuple[str, str]] = field(default_factory=list)
    """Id and name of those to whom a task can be given."""
    eyes: list[tuple[str, str]] = field(default_factory=list)
    """… and of those who may confirm what somebody else proposed."""

    @property
    def case(self) -> CaseRow:
        return self.dossier.case

    @property
    def unanswered(self) -> bool:
        """A case without a demand has not been read yet, and its clock runs all the same."""
        demands = self.dossier.demands
        return not demands or any(demand.state == "open" for demand in demands)

    @property
    def rights_offered(self) -> list[str]:
        """What a triage may say is asked: the rights that a case carries out."""
        return [str(right) for right in in_order(Right)]

    @property
    def path(self) -> str:
        return f"/desk/case/{self.case.reference}"

    def tasks_on(self, place: str) -> list[AskedTask]:
        return [task for task in self.tasks if task.place == place]

    def elsewhere(self, place: str) -> list[AskedTask]:
        """What is to be done on other pages of the case."""
        return [task for task in self.tasks if task.place != place]


async def open_case(
    frame: Frame, request: Request, session: AsyncSession, user: User, reference: str
) -> Casework | Response:
    """The case of a reference, or the page that says that there is none."""
    try:
        case = await find_case(session, reference)
    except Problem:
        return error_page(frame, request, 404)
    words, dates = frame.words(request), frame.dates(request)
    dossier = await read_dossier(session, case)
    looker = await looker_of(session, user, dates.today)
    ids = {d.proposed_by for d in dossier.decisions} | {
        task.claimed_by for task in dossier.tasks if task.claimed_by
    }
    names = await names_of(session, frame.directory, user, ids)
    extended = case.answer_by > case.safe_due
    accounts = await frame.directory.accounts(session) if user.has(*SEES_CASES) else []
    asked = [
        _asked(frame, request, dossier, task, looker, user, names) for task in dossier.open_tasks
    ]
    return Casework(
        dossier,
        user,
        strip=strip_of(case, extended, await paused_on(session, case), words, dates),
        steps=_steps(dossier, frame.house.company.systems),
        tasks=asked,
        extended=extended,
        names=names,
        colleagues=_with(accounts, user, *DECIDES, Role.SYSTEM_OWNER) if user.has(*DECIDES) else [],
        eyes=_with(accounts, None, *DECIDES, Role.APPROVER),
    )


def _with(accounts: Sequence[Account], but: User | None, *roles: Role) -> list[tuple[str, str]]:
    """Id and name of the active colleagues that have one of these roles, but for one of them."""
    return [
        (account.user.id, account.profile.name)
        for account in accounts
        if account.state == "active"
        and (but is None or account.user.id != but.id)
        and account.user.has(*roles)
    ]


def _asked(
    frame: Frame,
    request: Request,
    dossier: Dossier,
    task: TaskRow,
    looker: Looker,
    user: User,
    names: dict[str, str],
) -> AskedTask:
    words = frame.words(request)
    title = words.get(f"task_{task.kind}", words["task_unknown"])
    if task.system:
        title = f"{title} · {system_name(frame.house.company, task.system)}"
    outcomes = list(OUTCOMES.get(TaskKind(task.kind), ())) if task.kind in set(TaskKind) else []
    standing = dossier.standing(task.id)
    second = frame.house.company.desk.second_eyes
    return AskedTask(
        row=task,
        title=title,
        outcomes=outcomes,
        needs_reason=NEEDS_REASON & frozenset(outcomes),
        place=PLACES.get(task.kind, "request"),
        mine=may_do(user, task),
        holder=names.get(task.claimed_by, task.claimed_by) if task.claimed_by else "",
        held_by_me=task.claimed_by in looker.ids,
        decision=standing,
        decided_by=names.get(standing.proposed_by, "") if standing else "",
        may_confirm=standing is not None and may_confirm(user, standing),
        may_take_back=standing is not None and may_take_back(user, standing),
        refused=dossier.refused(task.id) if standing is None else None,
        about=[
            *about(frame.house.company, words, task),
            *unsent(frame.house.company, words, task, dossier.letters),
        ],
        choices={"ground": [(g, words[f"restrict_{g}"]) for g in RESTRICTION_GROUNDS]},
        wants_second=frozenset(
            outcome for outcome in outcomes if act_of(task.kind, outcome) in second
        ),
        letter=_letter_to_post(dossier, task),
    )


def _letter_to_post(dossier: Dossier, task: TaskRow) -> int:
    purposes = [letter.purpose for letter in dossier.letters]
    wanted = task.facts.get("purpose") if task.kind == TaskKind.POST_LETTER else None
    return purposes.index(wanted) + 1 if wanted in purposes else 0


def may_confirm(user: User, decision: DecisionRow) -> bool:
    """The second pair of eyes: whoever decides or approves, never who proposed."""
    eyes = user.has(*DECIDES, Role.APPROVER)
    return eyes and decision.state == "proposed" and decision.proposed_by != user.id


def may_take_back(user: User, decision: DecisionRow) -> bool:
    return user.has(*DECIDES) or user.id in (decision.proposed_by, decision.confirmed_by)


def _steps(dossier: Dossier, systems: Sequence[SystemEntry]) -> list[Step]:
    states = _states(dossier, [system.id for system in systems])
    path = f"/desk/case/{dossier.case.reference}"
    return [Step(key, path if key == "request" else f"{path}/{key}", states[key]) for key in STEPS]


def _states(dossier: Dossier, systems: list[str]) -> dict[str, str]:
    case = dossier.case
    now = {PLACES.get(task.kind, "request") for task in dossier.open_tasks}
    done = {PLACES.get(task.kind, "request") for task in dossier.tasks if task.state == "done"}
    needs_identity = any(rule_for(right).waits_for_identity for right in dossier.rights)
    known = case.assurance != Assurance.IA0
    answered = {s.system for s in dossier.searches if s.state != SearchState.WAITING}
    if needs_identity and not known and case.closed_at is None:
        now.add("identity")
    if known and case.closed_at is None and not answered >= set(systems):
        now.add("data")
    done |= {
        key
        for key, reached in (
            ("request", bool(dossier.demands)),
            ("identity", known),
            ("data", known and answered >= set(systems)),
            ("reply", bool(dossier.demands) and all(d.state != "open" for d in dossier.demands)),
        )
        if reached
    }
    idle = {"timeline"} if needs_identity else {"timeline", "identity", "data", "review"}
    return {
        key: "now" if key in now else "done" if key in done else "none" if key in idle else "ahead"
        for key in STEPS
    }


def case_page(
    frame: Frame,
    request: Request,
    work: Casework,
    template: str,
    place: str,
    *,
    typed: Typed = NOTHING_TYPED,
    status: int = 200,
    **facts: Any,
) -> Response:
    """A page of the case, with its head and its navigation; `typed`: what was not taken."""
    return frame.page(
        request,
        work.user,
        template,
        here="today",
        status=status,
        w=work,
        place=place,
        typed=typed,
        now=datetime.now(UTC),
        **facts,
    )


def undo_seconds(decision: DecisionRow, now: datetime) -> int:
    """How long it can still be taken back, in whole seconds."""
    if decision.goes_at is None:
        return 0
    return max(0, round((decision.goes_at - now).total_seconds()))
