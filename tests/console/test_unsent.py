"""The card of a letter that has not left says why, and what to mend."""

from __future__ import annotations

import pytest

from console.who import Role, User
from tests.commands.sample import put_case, put_letter, put_task
from tests.console.site import Site

DPO = User("user-1", "Ada Régnier", frozenset({Role.DPO}))

WHY = [
    ("refused", "SMTP 550", "refused by the recipient&#39;s server (code 550)"),
    ("refused", "Bounced", "came back: it did not arrive"),
    ("refused", "NoAddress", "there is no address to write to"),
    ("written", "login", "our mail server refuses the password that is set"),
    ("written", "unreachable", "our mail server does not answer"),
    ("sending", None, "handed to the server, which did not answer"),
]


@pytest.mark.parametrize(("state", "reason", "says"), WHY, ids=[f"{s}-{r}" for s, r, _ in WHY])
async def test_the_card_of_a_letter_that_has_not_left_says_why(
    site: Site, state: str, reason: str | None, says: str
) -> None:
    register = site.house.register
    case = await put_case(register, 1)
    await put_task(register, case, kind="mend_delivery")
    await put_letter(register, case, "reply:ACCESS", state=state, reason=reason)
    await put_letter(register, case, "acknowledgment", state="sent")
    site.sign_in(DPO)
    page = await site.browser.get(f"/desk/case/{case.reference}/reply?lang=en")
    assert page.status_code == 200
    assert says in page.text
    assert page.text.count(says) == 1


async def test_other_tasks_say_nothing_of_letters(site: Site) -> None:
    register = site.house.register
    case = await put_case(register, 1)
    await put_task(register, case, kind="triage")
    await put_letter(register, case, "reply:ACCESS", state="refused", reason="SMTP 550")
    site.sign_in(DPO)
    page = await site.browser.get(f"/desk/case/{case.reference}?lang=en")
    assert "code 550" not in page.text
