"""Calendar feed and digest: what each role is told, and that nobody is named."""

from __future__ import annotations

import email
import email.policy
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from calends.accounts.events import note
from calends.accounts.roles import Role, User
from calends.agenda.calendar import calendar_of
from calends.agenda.deadlines import Deadline, Due, deadlines_of
from calends.agenda.digest import SHOWN, Digest, Elsewhere, body, digest_mail, digest_of, subject
from calends.agenda.seeing import seer_of
from calends.agenda.words import TASKS, TEXTS
from calends.register.database import Register
from calends.register.migrate import migrate
from calends.register.models import CaseRow
from calends.rules.vocabulary import Language
from tests.commands.sample import put_case, put_task
from tests.conftest import Postgres
from workflows.tasks import TaskKind

TZ = "Europe/Paris"
DPO = User("user-1", "Ada Régnier", frozenset({Role.DPO}))
OWNER = User("user-2", "Otto Bern", frozenset({Role.SYSTEM_OWNER}), frozenset({"archive_papier"}))
ADMIN = User("user-3", "Max Ide", frozenset({Role.ADMIN}))
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.fixture
async def register(postgres: Postgres, database: str) -> AsyncIterator[Register]:
    url = postgres.url(database)
    await migrate(url)
    opened = Register(url)
    yield opened
    await opened.close()


async def filled(register: Register) -> CaseRow:
    """A case with a task of the DPO's, one of a system's owner, and one of another system."""
    case = await put_case(register, 42)
    await put_task(register, case)
    for system in ("archive_papier", "crm"):
        await put_task(register, case, kind="search_by_hand", role="system_owner", system=system)
    await put_case(register, 43, closed=True, demands={"ACCESS": "answered"})
    return case


async def due(register: Register, user: User) -> list[Deadline]:
    today = datetime.now(UTC).date()
    async with register.session() as session:
        return await deadlines_of(session, await seer_of(session, user, today), tz=TZ)


async def test_a_dpo_is_told_of_answers_and_tasks_of_open_cases(register: Register) -> None:
    case = await filled(register)
    found = await due(register, DPO)
    assert {one.reference for one in found} == {case.reference}
    assert [one.due for one in found].count(Due.ANSWER) == 1
    kinds = sorted(one.kind for one in found if one.due is Due.TASK)
    assert kinds == ["review_access", "search_by_hand", "search_by_hand"]


async def test_a_system_owner_is_told_of_the_searches_of_that_system_alone(
    register: Register,
) -> None:
    await filled(register)
    found = await due(register, OWNER)
    assert [(one.due, one.kind, one.system) for one in found] == [
        (Due.TASK, "search_by_hand", "archive_papier")
    ]


async def test_who_sees_no_case_is_told_nothing(register: Register) -> None:
    await filled(register)
    assert await due(register, ADMIN) == []


async def test_a_case_that_owes_no_answer_is_in_no_calendar(register: Register) -> None:
    await put_case(register, 44, demands={"ACCESS": "answered"})
    assert await due(register, DPO) == []


def feed(*deadlines: Deadline, language: Language = Language.EN) -> Calendar:
    made = calendar_of(deadlines, language=language, now=NOW, url="https://desk.test/")
    found = Calendar.from_ical(made.decode())
    assert isinstance(found, Calendar)
    return found


ANSWER = Deadline(Due.ANSWER, date(2026, 12, 1), "2026-00042-K7", "case-1")
TASK = Deadline(Due.TASK, date(2026, 11, 26), "2026-00042-K7", "case-1", "task-1",
                "search_by_hand", "crm")  # fmt: skip


def test_a_deadline_is_a_whole_day_with_an_alarm_on_the_day_before() -> None:
    [event] = feed(ANSWER).walk("VEVENT")
    assert event.decoded("dtstart") == date(2026, 12, 1)
    assert event.decoded("dtend") == date(2026, 12, 2)
    assert str(event["summary"]) == "2026-00042-K7: answer by today"
    [alarm] = event.walk("VALARM")
    assert alarm.decoded("trigger") == -timedelta(hours=15)


def test_the_same_deadline_keeps_its_uid_when_its_day_moves() -> None:
    moved = Deadline(Due.ANSWER, date(2027, 1, 29), "2026-00042-K7", "case-1")
    one, two = (feed(each).walk("VEVENT")[0]["uid"] for each in (ANSWER, moved))
    assert one == two
    assert feed(TASK).walk("VEVENT")[0]["uid"] != one


def test_a_feed_of_nothing_is_a_calendar_still() -> None:
    assert str(feed()["x-wr-calname"]) == "Calends deadlines"


def test_a_hostile_reference_stays_in_its_line() -> None:
    hostile = Deadline(Due.ANSWER, date(2026, 12, 1), "x\r\nATTACH:http://evil.test\r\n", "case-1")
    made = calendar_of([hostile], language=Language.FR, now=NOW, url="https://desk.test")
    assert not any(line.startswith(b"ATTACH") for line in made.split(b"\r\n"))


@pytest.mark.parametrize("language", list(Language))
def test_every_kind_of_task_has_its_words(language: Language) -> None:
    assert set(TASKS) == set(TaskKind)
    for words in (*TASKS.values(), *TEXTS.values()):
        assert words[language].strip() == words[language] != ""


DAY = date(2026, 11, 24)


def test_a_digest_tells_the_late_first_then_what_waits() -> None:
    late = Deadline(Due.ANSWER, date(2026, 11, 20), "2026-00040-AA", "case-0")
    digest = Digest(DAY, (late,), (TASK,), Elsewhere(9, 5, 1), 0)
    assert subject(digest, Language.EN) == "Calends, 24 November 2026: 1 late, 1 to do"
    told = body(digest, Language.EN, url="https://desk.test")
    assert told.index("2026-00040-AA") < told.index("2026-00042-K7")
    assert "2026-11-26  2026-00042-K7: Search by hand (crm)" in told
    assert "https://desk.test/desk" in told


def test_a_calm_day_is_told_too_so_that_silence_means_a_fault() -> None:
    digest = Digest(DAY)
    assert subject(digest, Language.FR).endswith("rien à faire")
    assert "Rien n'attend de vous" in body(digest, Language.FR, url="https://x.test")


def test_a_long_list_is_cut_with_a_number() -> None:
    digest = Digest(DAY, (), (TASK,) * (SHOWN + 7))
    told = body(digest, Language.EN, url="https://x.test")
    assert told.count("2026-00042-K7") == SHOWN
    assert "and 7 more" in told


def test_a_digest_is_an_automatic_mail_with_the_same_id_all_day() -> None:
    made = digest_mail(Digest(DAY), Language.FR, sender=("Impro", "contact@impro.fr"),
                       to="ada@impro.fr", url="https://x.test", mark="abc")  # fmt: skip
    mail = email.message_from_bytes(made, policy=email.policy.default)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == "<digest.abc@impro.fr>"
    assert mail["To"] == "ada@impro.fr"


async def test_alarms_of_the_last_day_are_told_to_those_who_can_act(register: Register) -> None:
    async with register.session() as session:
        note(session, "page_guessed_at", user_id=None, actor="", refusals=50)
        await session.commit()
        now = datetime.now(UTC)
        for user, told in ((DPO, 50), (OWNER, 0)):
            digest = await digest_of(session, user, now=now, tz=TZ, today=now.date())
            assert digest.guesses == told


async def test_what_is_past_its_day_is_late(register: Register) -> None:
    case = await put_case(register, 42, age=timedelta(days=60))
    async with register.session() as session:
        now = datetime.now(UTC)
        digest = await digest_of(session, DPO, now=now, tz=TZ, today=now.date())
    assert [one.reference for one in digest.late] == [case.reference]
