"""Identity on the desk: claimed beside known, how the mail came, what is enough."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from calends.desk.known import _same
from console.who import Role, User
from tests.console.site import Site
from tests.office import Office, mail

DPO = User("user-1", "Ada Régnier", frozenset({Role.DPO}))
ACCESS = (
    "Bonjour, je m'appelle Maëlle Le Goff. Je souhaite une copie de mes données.\n"
    "Mon téléphone : 06 11 22 33 44.\n"
)


@pytest.fixture
async def site(office_site: Site) -> AsyncIterator[Site]:
    office_site.sign_in(DPO)
    yield office_site
    office_site.sign_in(None)


async def rows(site: Site, reference: str | None) -> dict[str, str]:
    """Element -> how claimed and known agree."""
    page = await site.browser.get(f"/desk/case/{reference}/identity?lang=en")
    assert page.status_code == 200
    found = re.findall(r'<tr class="(\w+)"><th scope="row">([^<]+)</th>', page.text)
    return {name: agreement for agreement, name in found}


async def test_what_is_claimed_stands_beside_what_is_known_and_differences_are_marked(
    office: Office, site: Site
) -> None:
    case = await office.receive(mail("maelle.leguen@courriel.example", ACCESS))
    await office.prove_contact(case)
    await office.nothing_on_paper(case)
    await office.task(case, "review_access")
    found = await rows(site, (await office.row(case)).reference)
    assert found["Mail addresses"] == "same"
    assert found["Name"] == "differs"
    assert found["Phones"] == "differs"


async def test_before_the_person_has_proved_anything_nothing_known_is_shown(
    office: Office, site: Site
) -> None:
    case = await office.receive(mail("maelle.leguen@courriel.example", ACCESS))
    await office.letter(case, "identity_request")
    reference = (await office.row(case)).reference
    assert set((await rows(site, reference)).values()) == {"only_claimed"}
    page = await site.browser.get(f"/desk/case/{reference}/identity?lang=en")
    assert "No document is asked for before you have written why" in page.text


@pytest.mark.parametrize(
    ("known", "claimed", "same"),
    [
        ("guen le maelle", "guen le maelle", True),
        ("guen le maelle mme", "guen le maelle", True),
        ("maelle", "guen le maelle", False),
        ("maelle", "maelle", True),
        ("goff le maelle", "guen le maelle", False),
        ("", "guen", False),
    ],
)
def test_a_name_agrees_when_the_words_of_one_are_all_words_of_the_other(
    known: str, claimed: str, same: bool
) -> None:
    assert _same("name", known, {claimed}) is same
