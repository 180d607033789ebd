"""How often each page of a case asks the register: a number that is known."""

from __future__ import annotations

import pytest

from console.who import Role, User
from tests.console.site import Site
from tests.console.test_statements import statements
from tests.office import Office, mail

DPO = User("user-1", "Ada Régnier", frozenset({Role.DPO}))
ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."
MOST = {
    "": 14,
    "/identity": 18,
    "/data": 10,
    "/review": 17,
    "/decide": 10,
    "/reply": 23,
    "/timeline": 11,
}


@pytest.mark.parametrize("place", MOST)
async def test_a_page_of_a_case_asks_no_more_than_this(
    office: Office, office_site: Site, place: str
) -> None:
    office_site.sign_in(DPO)
    case = await office.receive(mail("maelle.leguen@courriel.example", ACCESS))
    await office.prove_contact(case)
    await office.nothing_on_paper(case)
    await office.task(case, "review_access")
    path = f"/desk/case/{(await office.row(case)).reference}{place}"
    await office_site.browser.get(path)
    with statements(office_site) as sent:
        assert (await office_site.browser.get(path)).status_code == 200
    office_site.sign_in(None)
    assert len(sent) <= MOST[place]
