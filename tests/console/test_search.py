"""Search: over sealed data, by what a human remembers, and no name in any address."""

from __future__ import annotations

import re

from calends.register.terms import index_case, marks_of
from console.who import Role, User
from tests.commands.sample import put_case
from tests.console.site import OURS, Site

DPO = User("user-1", "Ada Régnier", frozenset({Role.DPO}))
OWNER = User("user-3", "Odile", frozenset({Role.SYSTEM_OWNER}), frozenset({"crm"}))


async def case_of(site: Site, number: int, names: list[str], addresses: list[str]) -> str:
    case = await put_case(site.house.register, number)
    async with site.house.register.session() as session:
        marks = marks_of(site.house.keyring, names, addresses)
        await index_case(session, case.id, marks)
        await session.commit()
    assert case.reference is not None
    return case.reference


async def found(site: Site, wanted: str) -> list[str]:
    page = await site.browser.post("/desk/search", data={"q": wanted}, headers=OURS)
    assert page.status_code == 200
    return re.findall(r'<span class="ref">([^<]+)</span></a>', page.text)


async def test_a_case_is_found_by_its_person_however_they_are_spelt(site: Site) -> None:
    first = await case_of(site, 1, ["Hélène Martin-Dupré"], ["h.martin@courriel.example"])
    second = await case_of(site, 2, ["Paul Martin"], [])
    site.sign_in(DPO)
    assert await found(site, "martin") == [second, first]
    assert await found(site, "HELENE martin") == [first]
    assert await found(site, "dupré hélène") == [first]
    assert await found(site, "H.Martin@courriel.example") == [first]
    assert await found(site, "<h.martin@courriel.example>") == [first]
    assert await found(site, "martin paul") == [second]
    for nothing in ("hel", "marti", "@courriel.example", "%", "_", "' OR 1=1--", "Durand"):
        assert await found(site, nothing) == []


async def test_a_whole_reference_opens_its_case_and_a_number_finds_it(site: Site) -> None:
    reference = await case_of(site, 42, [], [])
    (row,) = await site.rows("SELECT number FROM cases WHERE reference = :r", r=reference)
    site.sign_in(DPO)
    answer = await site.browser.post(
        "/desk/search", data={"q": f" {reference.lower()} "}, headers=OURS
    )
    assert answer.headers["Location"] == f"/desk/case/{reference}"
    assert await found(site, str(row["number"])) == [reference]
    assert await found(site, f"{reference[:4]}-{row['number']:05}") == [reference]
    assert await found(site, f"1999-{row['number']}") == []


async def test_what_is_looked_for_stands_in_no_address(site: Site) -> None:
    site.sign_in(DPO)
    page = await site.browser.get("/desk/search")
    assert all(
        method == "post"
        for method in re.findall(r'<form method="(\w+)" action="/desk/s', page.text)
    )
    answer = await site.browser.post("/desk/search", data={"q": "martin"}, headers=OURS)
    assert "martin" not in str(answer.url)
    links = re.findall(r'href="([^"]*)"', answer.text)
    assert not [link for link in links if "martin" in link]


async def test_a_search_says_nothing_to_who_sees_no_cases(site: Site) -> None:
    await case_of(site, 1, ["Martin"], [])
    site.sign_in(OWNER)
    answer = await site.browser.post("/desk/search", data={"q": "martin"}, headers=OURS)
    assert answer.status_code == 403


async def test_what_was_typed_is_printed_as_text(site: Site) -> None:
    site.sign_in(DPO)
    answer = await site.browser.post(
        "/desk/search", data={"q": '"><script>alert(1)</script>'}, headers=OURS
    )
    assert "<script>alert" not in answer.text
