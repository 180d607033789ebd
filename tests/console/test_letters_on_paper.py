"""A request on paper and its answer on paper: registered, decided, printed, posted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from html import unescape
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader
from temporalio.client import WorkflowUpdateFailedError

from calends.rules.calendar import add_working_days
from calends.rules.milestones import POST_DAYS
from console.who import Role, User
from tests.console.site import OURS, Site
from tests.console.visiting import PDF
from tests.office import Office, mail, until

DPO = User("user-1", "Ada Régnier", frozenset({Role.DPO}))
APPROVER = User("user-3", "Louis Ferrand", frozenset({Role.APPROVER}))
SAYS = "Je souhaite une copie de mes données. Mon adresse : maelle.leguen@courriel.example."
POSTAL = "12 rue des Tilleuls\n69003 Lyon"


@pytest.fixture
async def site(office_site: Site) -> AsyncIterator[Site]:
    object.__setattr__(office_site.app.state.deciding, "undo", timedelta())
    office_site.sign_in(DPO)
    yield office_site
    office_site.sign_in(None)


def local(days_ago: int = 0) -> str:
    return str((datetime.now(ZoneInfo("Europe/Paris")) - timedelta(days=days_ago)).date())


async def cases(site: Site) -> set[str]:
    return {str(row["case_id"]) for row in await site.rows("SELECT case_id FROM inbox")}


async def registered(office: Office, site: Site, name: str, **more: str) -> str:
    """A letter that was handed over two days ago, typed in at the desk; returns its case."""
    typed = {
        "way": "post", "delivered": local(2), "right": "ACCESS", "language": "fr",
        "name": name, "postal": POSTAL, **more,
    }  # fmt: skip
    files: list[tuple[str, Any]] = [(field, (None, value)) for field, value in typed.items()]
    files.append(("scans", ("scan.pdf", PDF + name.encode(), "application/pdf")))
    before = await cases(site)
    page = await site.browser.post("/desk/letters", files=files, headers=OURS)
    assert page.status_code == 200, page.text
    await office.starter.dispatch_waiting()
    (case,) = await cases(site) - before
    return case


async def answer(site: Site, task_id: str, **typed: str) -> int:
    form = await site.browser.post(f"/desk/task/{task_id}/answer", data=typed, headers=OURS)
    return form.status_code


async def vouched(office: Office, site: Site, name: str, **more: str) -> str:
    """… accepted as it is, its writer vouched for, nothing found on paper."""
    case = await registered(office, site, name, **more)
    triage = await office.task(case, "triage")
    accept = {"outcome": "accept", "rights-accept": "ACCESS"}
    assert await answer(site, triage.id, **accept) == 303
    identity = await office.task(case, "verify_identity")
    means = {"outcome": "confirm", "detail-confirm-means": "rappel au numéro du dossier"}
    assert await answer(site, identity.id, **means) == 303
    await office.nothing_on_paper(case)
    return case


async def to_post(office: Office, site: Site, case: str, purpose: str) -> dict[str, object]:
    """The open task to post that letter."""

    async def opened() -> dict[str, object] | None:
        rows = await site.rows(
            "SELECT * FROM tasks WHERE case_id = :c AND kind = 'post_letter' AND state = 'open'"
            " AND facts->>'purpose' = :p",
            c=case,
            p=purpose,
        )
        return rows[0] if rows else None

    return await until(opened)


async def printed(site: Site, case: str, task: dict[str, object]) -> str:
    """What is on the PDF that the card of the task offers."""
    row = (await site.rows("SELECT reference FROM cases WHERE id = :c", c=case))[0]
    page = await site.browser.get(f"/desk/case/{row['reference']}/reply")
    card = page.text.partition(f'id="{task["id"]}"')[2]
    link = card.partition('?as=pdf"')[0].rpartition('href="')[2]
    pdf = await site.browser.get(f"{link}?as=pdf")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.headers["Content-Disposition"].startswith("attachment")
    return "\n".join(sheet.extract_text() for sheet in PdfReader(BytesIO(pdf.content)).pages)


async def test_who_wrote_a_letter_is_answered_by_a_letter_to_print_and_post(
    office: Office, site: Site
) -> None:
    case = await vouched(office, site, "Maëlle Le Guen", says=SAYS)
    review = await office.task(case, "review_access")
    row = await office.row(case)
    page = await site.browser.get(f"/desk/case/{row.reference}/reply")
    assert "Maëlle Le Guen, 12 rue des Tilleuls, 69003 Lyon" in unescape(page.text)
    assert await answer(site, review.id, outcome="release", recipient="1") == 303
    (decision,) = await site.rows("SELECT id FROM decisions WHERE task_id = :t", t=review.id)
    site.sign_in(APPROVER)
    await site.browser.post(f"/desk/decision/{decision['id']}/confirm", headers=OURS)
    site.sign_in(DPO)
    task = await to_post(office, site, case, "reply:ACCESS")
    words = await printed(site, case, task)
    for line in ("Maëlle Le Guen", "12 rue des Tilleuls", "69003 Lyon"):
        assert line in words
    due = task["due_at"]
    assert isinstance(due, datetime)
    earliest = add_working_days(row.safe_due, -POST_DAYS, "FR")
    assert due.astimezone(ZoneInfo("Europe/Paris")).date() <= earliest
    posted = {"outcome": "posted", "detail-posted-posted_on": local()}
    assert await answer(site, str(task["id"]), **posted) == 303
    told = [facts for kind, facts in await office.ledger(case) if kind == "letter_sent"]
    assert any(f["purpose"] == "reply:ACCESS" and f["posted_on"] == local() for f in told)
    assert (await office.demands(case)) == {"ACCESS": "answered"}
    assert "letter" in [f["what"] for k, f in await office.ledger(case) if k == "looked_at"]


@pytest.mark.parametrize("day", ["hier", "2019-01-01", "2999-01-01", "2026-02-30"])
async def test_a_day_on_which_no_letter_can_have_been_posted_is_refused(
    office: Office, site: Site, day: str
) -> None:
    case = await registered(office, site, f"Zoé {day}")
    task = await to_post(office, site, case, "acknowledgment")
    posted = {"outcome": "posted", "detail-posted-posted_on": day}
    assert await answer(site, str(task["id"]), **posted) == 422
    assert await site.rows("SELECT 1 FROM decisions WHERE task_id = :t", t=task["id"]) == []


@pytest.mark.parametrize("day", ["hier", "20261124", "2026-02-30"])
async def test_the_case_itself_takes_no_day_that_is_none(
    office: Office, site: Site, day: str
) -> None:
    case = await registered(office, site, f"Anna {day}")
    await to_post(office, site, case, "acknowledgment")
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await office.complete(case, "post_letter", "posted", details={"posted_on": day})
    assert "YYYY-MM-DD" in str(refused.value.cause)


async def test_a_letter_that_names_a_mail_address_is_answered_by_mail(
    office: Office, site: Site
) -> None:
    case = await registered(office, site, "Zoé Quint", email="zoe.quint@courriel.example")
    letter = await office.letter(case, "identity_request")
    assert letter.recipients == ["zoe.quint@courriel.example"]


async def test_a_mail_that_says_it_is_a_letter_prints_nothing(office: Office, site: Site) -> None:
    """The headers of a registered letter are believed on a registered letter only."""
    raw = mail(
        "mallory@courriel.example", "Je veux une copie de mes données.",
        **{"Calends-Name": "Maëlle", "Calends-Postal-Line": "1 rue X"},
    )  # fmt: skip
    case = await office.receive(raw)
    await office.letter(case, "identity_request")
    async with office.house.register.session() as session:
        person = await office.house.person(session, case)
    assert person.postal == []
