"""Thousands of records of one person: pages stay small, and what is read leaves the list."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from console.who import Role, User
from tests.console.site import OURS, Site
from tests.office import Office, mail
from tests.workflows.ends import rows

DPO = User("user-1", "Ada Régnier", frozenset({Role.DPO}))
ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."
MANY = 3000
CONTACT = (
    "INSERT INTO contact SELECT (jsonb_populate_record(c, "
    '\'{"id": 9000, "email": "much.spoken@courriel.example"}\')).* FROM contact c WHERE id = 3'
)
NOTES = (
    "INSERT INTO interaction (id, contact_id, happened_at, channel, subject, notes) "
    "SELECT 90000 + n, 9000, '2026-01-01', 'call', 'Suivi', "
    "'Appel ' || n || ' : Mme Sophie Bernard rappelle demain.' "
    f"FROM generate_series(1, {MANY}) n"
)


@pytest.fixture
async def site(office_site: Site) -> AsyncIterator[Site]:
    office_site.sign_in(DPO)
    yield office_site
    office_site.sign_in(None)


def shown(html: str) -> list[str]:
    return re.findall(r'name="shown" value="(\w+)"', html)


async def test_three_thousand_records_are_reviewed_in_small_pages_that_grow_shorter(
    office: Office, site: Site
) -> None:
    await rows(office, "sample_crm", CONTACT)
    await rows(office, "sample_crm", NOTES)
    case = await office.receive(mail("much.spoken@courriel.example", ACCESS))
    await office.prove_contact(case)
    await office.nothing_on_paper(case)
    await office.task(case, "review_access")
    here = f"/desk/case/{(await office.row(case)).reference}/review"
    here = f"{here}?system=crm&set=crm.interaction"
    last = await site.browser.get(f"{here}&page={MANY // 20}")
    assert len(shown(last.text)) == 20
    assert f"Appel {MANY} :" in last.text
    assert len(last.content) < 150_000
    first = await site.browser.get(f"{here}&left=1")
    items = shown(first.text)
    form = {"seen": "0", "shown": items, **{f"give-{item}": "1" for item in items}}
    kept = await site.browser.post(f"{here}&left=1", data=form, headers=OURS)
    after = await site.browser.get(kept.headers["Location"])
    assert len(shown(after.text)) == 20
    assert not set(shown(after.text)) & set(items)
