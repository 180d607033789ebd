"""My desk: absence with a deputy, and single keys that can be switched off."""

from __future__ import annotations

from datetime import date, timedelta

from calends.accounts import roles
from calends.accounts.directory import Directory, Profile
from console.who import Role, User
from tests.console.site import OURS, Site

DPO = User("user-1", "Ada Régnier", frozenset({Role.DPO}))
TODAY = date.today()  # noqa: DTZ011 - a day's difference does not matter here


async def colleague(site: Site, name: str, role: roles.Role) -> str:
    directory = Directory(site.house.register, site.house.keyring)
    async with site.house.register.session() as session:
        row = await directory.add(
            session, Profile(name), frozenset({role}), frozenset(), actor="command line"
        )
        row.state = "active"
        await session.commit()
        return row.id


async def away(site: Site, first: str, last: str, deputy: str) -> int:
    answer = await site.browser.post(
        "/desk/mine/away", data={"first": first, "last": last, "deputy": deputy}, headers=OURS
    )
    return answer.status_code


async def test_an_absence_is_kept_shown_and_taken_back(site: Site) -> None:
    deputy = await colleague(site, "Nour Haddad", roles.Role.DEPUTY)
    site.sign_in(DPO)
    first, last = TODAY.isoformat(), (TODAY + timedelta(days=7)).isoformat()
    assert await away(site, first, last, deputy) == 303
    page = await site.browser.get("/desk/mine")
    assert page.text.count("Nour Haddad") == 2
    await site.browser.post("/desk/mine/back", data={"first": first}, headers=OURS)
    assert await site.rows("SELECT * FROM absences") == []


async def test_an_absence_that_makes_no_sense_is_refused_and_told(site: Site) -> None:
    deputy = await colleague(site, "Nour Haddad", roles.Role.DEPUTY)
    admin = await colleague(site, "Sacha Lemoine", roles.Role.ADMIN)
    site.sign_in(DPO)
    later = (TODAY + timedelta(days=7)).isoformat()
    for first, last, who in (
        (later, TODAY.isoformat(), deputy),
        (TODAY.isoformat(), "2099-01-01", deputy),
        ("", later, deputy),
        ("31/12/2026", later, deputy),
        (TODAY.isoformat(), later, DPO.id),
        (TODAY.isoformat(), later, admin),
        (TODAY.isoformat(), later, "user-x"),
    ):
        assert await away(site, first, last, who) == 422
    assert await site.rows("SELECT * FROM absences") == []


async def test_single_keys_are_switched_off_and_on_again(site: Site) -> None:
    site.sign_in(DPO)
    assert 'data-keys="on"' in (await site.browser.get("/desk")).text
    await site.browser.post("/desk/mine/keys", data={"keys": "off"}, headers=OURS)
    assert 'data-keys="off"' in (await site.browser.get("/desk")).text
    await site.browser.post("/desk/mine/keys", data={"keys": "on"}, headers=OURS)
    assert 'data-keys="on"' in (await site.browser.get("/desk")).text
