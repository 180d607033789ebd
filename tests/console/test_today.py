"""Today's queue: which line stands in which group, for whom, and in which order."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from calends.accounts import roles
from calends.accounts.absence import go_away
from calends.accounts.directory import Directory, Profile
from calends.register.models import CaseRow
from console.who import Role, User
from tests.commands.sample import put_case, put_task
from tests.console.site import OURS, Site

DPO = User("user-1", "Ada Régnier", frozenset({Role.DPO}))
OTHER = User("user-2", "Basile Otto", frozenset({Role.DEPUTY}))
OWNER = User("user-3", "Odile Marchand", frozenset({Role.SYSTEM_OWNER}), frozenset({"crm"}))
AUDITOR = User("user-4", "Irène Vidal", frozenset({Role.AUDITOR}))

SHELF = re.compile(r'<section class="shelf shelf-(\w+)"(.*?)</section>', re.DOTALL)


async def groups(site: Site, query: str = "") -> dict[str, list[str]]:
    """Group -> references in the order of the page."""
    page = await site.browser.get(f"/desk?lang=fr{query}")
    assert page.status_code == 200
    found: dict[str, list[str]] = {}
    for name, body in re.findall(
        r'<section class="shelf shelf-(\w+)"(.*?)</section>', page.text, re.S
    ):
        found[name] = re.findall(r'<span class="ref">([^<]+)<', body)
    return found


async def known(site: Site, case: CaseRow, **columns: object) -> None:
    """Changes columns of a case's row."""
    async with site.house.register.session() as session:
        row = await session.get_one(CaseRow, case.id)
        for name, value in columns.items():
            setattr(row, name, value)
        await session.commit()


def days(count: int) -> timedelta:
    return timedelta(days=count)


async def test_the_nearest_legal_date_comes_first_whatever_the_tasks_date(site: Site) -> None:
    register, now = site.house.register, datetime.now(UTC)
    young, old = await put_case(register, 1), await put_case(register, 2, age=days(20))
    await put_task(register, young, due_at=now + days(1))
    await put_task(register, old, due_at=now + days(9))
    site.sign_in(DPO)
    assert (await groups(site))["needs_me"] == [old.reference, young.reference]
    assert (await groups(site, "&sort=task"))["needs_me"] == [young.reference, old.reference]


async def test_every_open_case_stands_in_a_group_and_a_closed_one_in_none(site: Site) -> None:
    register = site.house.register
    asked, searching = await put_case(register, 1), await put_case(register, 2)
    await known(site, searching, assurance="IA1")
    by_hand = await put_case(register, 3)
    await put_task(register, by_hand, kind="search_by_hand", role="system_owner", system="crm")
    closed = await put_case(register, 4, closed=True)
    wrong = await put_case(register, 5)
    await known(site, wrong, attention="dpo:late")
    await owner_of(site, "crm")
    site.sign_in(DPO)
    found = await groups(site)
    assert found["needs_me"] == []
    assert found["person"] == [asked.reference, wrong.reference]
    assert set(found["others"]) == {searching.reference, by_hand.reference}
    assert found["wrong"] == [wrong.reference]
    assert str(closed.reference) not in str(found)


async def owner_of(site: Site, system: str) -> str:
    directory = Directory(site.house.register, site.house.keyring)
    async with site.house.register.session() as session:
        row = await directory.add(
            session,
            Profile("Odile Marchand"),
            frozenset({roles.Role.SYSTEM_OWNER}),
            frozenset({system}),
            actor="command line",
        )
        await session.commit()
        return row.id


async def test_the_search_of_a_system_that_nobody_owns_falls_to_who_decides(site: Site) -> None:
    case = await put_case(site.house.register, 1)
    await put_task(
        site.house.register, case, kind="search_by_hand", role="system_owner", system="crm"
    )
    site.sign_in(DPO)
    assert (await groups(site))["needs_me"] == [case.reference]


async def test_a_systems_owner_sees_the_searches_of_that_system_and_no_case(site: Site) -> None:
    register = site.house.register
    mine, other = await put_case(register, 1), await put_case(register, 2)
    for case, system in ((mine, "crm"), (other, "billing")):
        await put_task(register, case, kind="search_by_hand", role="system_owner", system=system)
    await put_task(register, mine)
    site.sign_in(OWNER)
    assert await groups(site) == {
        "needs_me": [mine.reference],
        "person": [],
        "others": [],
        "wrong": [],
    }


async def test_what_a_colleague_has_taken_waits_for_the_colleague(site: Site) -> None:
    case = await put_case(site.house.register, 1)
    task = await put_task(site.house.register, case)
    site.sign_in(OTHER)
    await site.browser.post(f"/desk/task/{task.id}/take", headers=OURS)
    assert (await groups(site))["needs_me"] == [case.reference]
    site.sign_in(DPO)
    found = await groups(site)
    assert (found["needs_me"], found["others"]) == ([], [case.reference])


async def test_two_who_take_the_same_task_the_second_is_told_who_has_it(site: Site) -> None:
    task = await put_task(site.house.register, await put_case(site.house.register, 1))
    site.sign_in(DPO)
    assert (await site.browser.post(f"/desk/task/{task.id}/take", headers=OURS)).status_code == 303
    site.sign_in(OTHER)
    late = await site.browser.post(f"/desk/task/{task.id}/take", headers=OURS)
    assert late.status_code == 409
    assert "user-1 s&#39;en charge" in late.text


async def test_the_deputy_sees_the_tasks_of_who_is_away_and_only_meanwhile(site: Site) -> None:
    case = await put_case(site.house.register, 1)
    await put_task(site.house.register, case, state="claimed", claimed_by=DPO.id)
    site.sign_in(OTHER)
    assert (await groups(site))["needs_me"] == []
    today = date.today()  # noqa: DTZ011 - within a day of the controller's, and the test has slack
    async with site.house.register.session() as session:
        await go_away(session, DPO.id, today - days(1), today + days(1), OTHER.id)
        await go_away(session, "user-9", today - days(9), today - days(5), OTHER.id)
        await session.commit()
    assert (await groups(site))["needs_me"] == [case.reference]


async def test_a_filter_leaves_what_it_asks_for(site: Site) -> None:
    register = site.house.register
    access = await put_case(register, 1)
    erasure = await put_case(register, 2, demands={"ERASURE": "open"})
    await put_task(register, access, kind="review_access")
    await put_task(register, erasure, kind="approve_erasure")
    site.sign_in(DPO)
    assert (await groups(site, "&right=ERASURE"))["needs_me"] == [erasure.reference]
    assert (await groups(site, "&kind=review_access"))["needs_me"] == [access.reference]
    assert (await groups(site, "&system=crm"))["needs_me"] == []
    assert (await groups(site, "&claimed=1"))["needs_me"] == []


async def test_what_a_query_asks_and_the_desk_does_not_know_is_not_asked(site: Site) -> None:
    case = await put_case(site.house.register, 1)
    await put_task(site.house.register, case)
    site.sign_in(DPO)
    for query in ("&right=%27%3B--", "&kind=x", "&group=x", "&page=-1", "&page=%D9%A3", "&sort=x"):
        assert (await groups(site, query))["needs_me"] == [case.reference]


async def test_a_long_group_is_shown_page_by_page_and_nothing_is_left_out(site: Site) -> None:
    register = site.house.register
    cases = [await put_case(register, number) for number in range(1, 54)]
    for case in cases:
        await put_task(register, case)
    site.sign_in(DPO)
    first = (await groups(site, "&group=needs_me"))["needs_me"]
    second = (await groups(site, "&group=needs_me&page=2"))["needs_me"]
    assert first + second == [case.reference for case in cases]


async def test_a_late_case_is_said_to_be_late_in_words_and_date(site: Site) -> None:
    case = await put_case(site.house.register, 1, age=days(40))
    site.sign_in(DPO)
    page = await site.browser.get("/desk?lang=en")
    assert case.answer_by < date.today()  # noqa: DTZ011
    assert "Late since" in page.text
    assert "days late" in re.sub(r"\s+", " ", page.text)


async def test_an_auditor_reads_the_queue_and_is_offered_no_act(site: Site) -> None:
    case = await put_case(site.house.register, 1)
    task = await put_task(site.house.register, case)
    site.sign_in(AUDITOR)
    assert str(case.reference) in str(await groups(site))
    page = await site.browser.get("/desk")
    assert "/take" not in page.text
    answer = await site.browser.post(f"/desk/task/{task.id}/take", headers=OURS)
    assert answer.status_code == 403


async def test_today_names_no_requester(site: Site) -> None:
    """The queue is read over shoulders: names stand on the case's own page only."""
    await put_case(site.house.register, 1)
    site.sign_in(DPO)
    page = await site.browser.get("/desk")
    assert "@" not in page.text


async def test_a_form_sends_nobody_to_another_site(site: Site) -> None:
    task = await put_task(site.house.register, await put_case(site.house.register, 1))
    site.sign_in(DPO)
    for back in ("https://evil.example", "//evil.example", "/desk//evil", "/desk\\evil", "/other"):
        answer = await site.browser.post(
            f"/desk/task/{task.id}/give-back", data={"back": back}, headers=OURS
        )
        assert answer.headers["Location"] == "/desk"
