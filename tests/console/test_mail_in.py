"""How mail comes in, on the first page when it is wrong and under set-up always."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calends.mail.imap_ledger import Place, note
from calends.register.mail_rows import MailboxRow
from calends.register.models import InboxRow
from console.who import Role, User
from tests.console.site import Site

NOW = datetime.now(UTC)
DPO = User("user-1", "Ada Régnier", frozenset({Role.DPO}))
APPROVER = User("user-2", "Basile Otto", frozenset({Role.APPROVER}))
OWNER = User("user-3", "Odile Marchand", frozenset({Role.SYSTEM_OWNER}), frozenset({"crm"}))


async def put_mailbox(site: Site, **more: Any) -> None:
    """A mailbox that is read; instants are given as how long ago they are."""
    values: dict[str, Any] = {
        "id": "contact", "watched": True, "began_at": timedelta(days=9),
        "succeeded_at": timedelta(), "compared_at": timedelta(), "in_mailbox": 3, "in_ledger": 3,
        "not_taken": [],
    } | more  # fmt: skip
    now = datetime.now(UTC)
    values = {k: now - v if isinstance(v, timedelta) else v for k, v in values.items()}
    async with site.house.register.session() as session:
        session.add(MailboxRow(**values))
        await session.commit()


async def page(site: Site, path: str, user: User = DPO) -> str:
    site.sign_in(user)
    answer = await site.browser.get(f"{path}?lang=en")
    assert answer.status_code == 200
    return answer.text


WRONG: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "silent": (
        {"succeeded_at": timedelta(minutes=61), "failure": "login"},
        ("`contact` could not be read since", "refuses the user or the password"),
    ),
    "never read": ({"succeeded_at": None, "compared_at": None}, ("`contact` could not be read",)),
    "not compared": (
        {"compared_at": timedelta(hours=27)},
        ("`contact` was not compared",),
    ),
    "differs": (
        {"in_mailbox": 5, "not_taken": [41, 44]},
        ("`contact`: 2 message(s) could not be taken (UID 41, 44)",),
    ),
}


@pytest.mark.parametrize("what", WRONG)
async def test_what_is_wrong_with_a_mailbox_stands_on_the_first_page(site: Site, what: str) -> None:
    row, says = WRONG[what]
    await put_mailbox(site, **row)
    for text in (await page(site, "/desk"), await page(site, "/desk/setup/mail")):
        assert all(words in text for words in says), what
        assert text.count('role="alert"') == 1


async def test_a_mailbox_read_within_the_hour_and_compared_today_is_no_alarm(site: Site) -> None:
    await put_mailbox(site, succeeded_at=timedelta(minutes=55))
    assert 'role="alert"' not in await page(site, "/desk")
    told = await page(site, "/desk/setup/mail")
    assert 'role="alert"' not in told
    assert "3 in the mailbox, 3 taken" in told


async def test_a_mailbox_no_longer_declared_is_no_alarm_and_said_to_be_past(site: Site) -> None:
    await put_mailbox(site, watched=False, succeeded_at=timedelta(days=3))
    assert 'role="alert"' not in await page(site, "/desk")
    assert "not read any more" in await page(site, "/desk/setup/mail")


async def test_the_alarm_links_to_its_page_only_for_those_who_may_see_it(site: Site) -> None:
    await put_mailbox(site, not_taken=[7])
    assert 'href="/desk/setup/mail"' in await page(site, "/desk")
    told = await page(site, "/desk", APPROVER)
    assert "UID 7" in told
    assert 'href="/desk/setup/mail"' not in told
    assert "UID 7" not in await page(site, "/desk", OWNER)


async def test_what_came_is_counted_by_kind_with_what_waits_and_what_nobody_could_read(
    site: Site,
) -> None:
    await put_mailbox(site)
    rows = [("request", None, "dispatched"), ("request", None, "dispatched"),
            ("quarantine", "time", "dispatched"), (None, "OSError", "received")]  # fmt: skip
    async with site.house.register.session() as session:
        for number, (kind, failure, state) in enumerate(rows):
            session.add(
                InboxRow(
                    id=f"row-{number}", delivery=bytes([number]), case_id=f"case-{number}",
                    received_at=NOW, channel="imap", state=state, kind=kind, failure=failure,
                    attempts=int(state == "received"),
                )
            )  # fmt: skip
        await session.flush()
        place = Place("contact", 1)
        await note(session, place, 1, "kept", NOW, "row-0")
        await note(session, place, 2, "older", NOW)
        await session.commit()
    told = await page(site, "/desk/setup/mail")
    assert "1 message taken" in told
    assert "1 message waits" in told
    assert "1 of them tried in vain" in told
    assert "<span>requests</span> <span>2</span>" in told
    assert "1 message that could not be read" in told
