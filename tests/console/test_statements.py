"""How often a page asks the register: a number that is known, and does not grow with the work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from calends.register.terms import index_case, marks_of
from console.who import Role, User
from tests.commands.sample import put_case, put_task
from tests.console.site import OURS, Site
from tests.office import Office, mail

DPO = User("user-1", "Ada Régnier", frozenset({Role.DPO}))
ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."


@contextmanager
def statements(site: Site) -> Iterator[list[str]]:
    """What is sent to the register meanwhile."""
    sent: list[str] = []
    engine = site.house.register.engine.sync_engine

    def keep(conn: Any, cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", keep)


async def some_cases(site: Site, first: int, count: int) -> None:
    for number in range(first, first + count):
        case = await put_case(site.house.register, number)
        await put_task(site.house.register, case)
        async with site.house.register.session() as session:
            await index_case(session, case.id, marks_of(site.house.keyring, ["Martin"], []))
            await session.commit()


async def test_today_and_search_ask_the_same_whether_there_are_three_cases_or_thirty(
    site: Site,
) -> None:
    site.sign_in(DPO)
    await some_cases(site, 1, 3)
    with statements(site) as few:
        await site.browser.get("/desk")
        await site.browser.post("/desk/search", data={"q": "martin"}, headers=OURS)
    await some_cases(site, 10, 30)
    with statements(site) as many:
        await site.browser.get("/desk")
    assert len(many) == 11
    with statements(site) as found:
        await site.browser.post("/desk/search", data={"q": "martin"}, headers=OURS)
    assert len(found) == 3  # that somebody searched is noted
    assert len(few) == len(many) + len(found)


async def test_a_case_asks_the_same_however_long_its_history_is(
    office: Office, office_site: Site
) -> None:
    office_site.sign_in(DPO)
    case = await office.receive(mail("maelle.leguen@courriel.example", ACCESS))
    await office.letter(case, "identity_request")
    path = f"/desk/case/{(await office.row(case)).reference}"
    await office_site.browser.get(path)
    with statements(office_site) as young:
        await office_site.browser.get(path)
    await office.prove_contact(case)
    await office.nothing_on_paper(case)
    await office.task(case, "review_access")
    with statements(office_site) as old:
        await office_site.browser.get(path)
    office_site.sign_in(None)
    assert len(young) == len(old) == 14
