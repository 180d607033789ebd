"""Every page of the console against every role: who may not, gets nothing and is noted.

The table names each page. A page that is not in it fails the test: nobody adds one by accident.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI

from calends.accounts.roles import Role
from console.app import create_app
from console.who import User
from tests.console.site import OURS, Site
from tests.office import Office, mail, open_office

DPO, DEPUTY, OWNER, APPROVER, AUDITOR, ADMIN, ENGINEER = Role
EVERYBODY = frozenset(Role)
DECIDE = frozenset({DPO, DEPUTY})
SEE = DECIDE | {APPROVER, AUDITOR}
QUEUE = SEE | {OWNER}
DO = DECIDE | {OWNER}
EYES = DECIDE | {APPROVER}
EXPORT = DECIDE | {AUDITOR}
SETUP = DECIDE | {ADMIN, ENGINEER}
MANAGE = frozenset({DPO, ADMIN})
NOBODY: frozenset[Role] = frozenset()

OPEN = {
    ("GET", "/desk/sign-in"), ("POST", "/desk/sign-in"), ("GET", "/desk/sign-in/code"),
    ("POST", "/desk/sign-in/code"), ("POST", "/desk/sign-in/provider"),
    ("GET", "/desk/sign-in/provider/back"), ("POST", "/desk/sign-out"),
    ("GET", "/desk/set-up/{token}"), ("HEAD", "/desk/set-up/{token}"),
    ("POST", "/desk/set-up/{token}"), ("OPTIONS", "/desk/codec/decode"),
}  # fmt: skip
"""The door itself; it has tests of its own."""

OWN = {
    ("GET", "/desk/enrol"), ("POST", "/desk/enrol"), ("GET", "/desk/account"),
    ("GET", "/desk/account/confirm"), ("POST", "/desk/account/confirm"),
    ("POST", "/desk/account/profile"), ("POST", "/desk/account/password"),
    ("POST", "/desk/account/recovery-codes"), ("POST", "/desk/account/factor/remove"),
    ("POST", "/desk/account/calendar"), ("POST", "/desk/account/calendar/revoke"),
    ("POST", "/desk/account/sign-out-everywhere"),
}  # fmt: skip
"""One's own account: needs the session itself."""

REACHES: dict[tuple[str, str], frozenset[Role]] = {
    ("GET", "/desk"): QUEUE,
    ("GET", "/desk/task/{task_id}"): QUEUE,
    ("POST", "/desk/task/{task_id}/take"): DO,
    ("POST", "/desk/task/{task_id}/give-back"): DO,
    ("POST", "/desk/task/{task_id}/assign"): DECIDE,
    ("POST", "/desk/task/{task_id}/answer"): DO,
    ("POST", "/desk/decision/{decision_id}/confirm"): EYES,
    ("POST", "/desk/decision/{decision_id}/take-back"): EYES,
    ("GET", "/desk/case/{reference}"): SEE,
    ("GET", "/desk/case/{reference}/data"): SEE,
    ("GET", "/desk/case/{reference}/decide"): SEE,
    ("POST", "/desk/case/{reference}/letter"): SEE,
    ("GET", "/desk/case/{reference}/reply"): SEE,
    ("GET", "/desk/case/{reference}/reply/{right}.{form}"): SEE,
    ("GET", "/desk/case/{reference}/letters/{number}"): SEE,
    ("GET", "/desk/case/{reference}/links"): SEE,
    ("POST", "/desk/case/{reference}/links"): DECIDE,
    ("POST", "/desk/case/{reference}/reply/{right}/words"): DECIDE,
    ("GET", "/desk/case/{reference}/review"): SEE,
    ("POST", "/desk/case/{reference}/review"): DECIDE,
    ("GET", "/desk/case/{reference}/files/{system}"): SEE,
    ("GET", "/desk/case/{reference}/messages/{number}.eml"): SEE,
    ("GET", "/desk/case/{reference}/messages/{number}/files/{place}"): SEE,
    ("GET", "/desk/case/{reference}/documents/{name}"): DECIDE,
    ("GET", "/desk/case/{reference}/copy.zip"): SEE,
    ("GET", "/desk/case/{reference}/identity"): SEE,
    ("GET", "/desk/case/{reference}/timeline"): SEE,
    ("GET", "/desk/case/{reference}/evidence"): EXPORT,
    ("GET", "/desk/mine"): QUEUE,
    ("POST", "/desk/mine/away"): QUEUE,
    ("POST", "/desk/mine/back"): QUEUE,
    ("POST", "/desk/mine/keys"): QUEUE,
    ("POST", "/desk/codec/decode"): frozenset({ENGINEER}),
    ("GET", "/desk/search"): SEE,
    ("POST", "/desk/search"): SEE,
    ("GET", "/desk/users"): MANAGE,
    ("POST", "/desk/users"): MANAGE,
    ("POST", "/desk/users/{user_id}/roles"): MANAGE,
    ("POST", "/desk/users/{user_id}/reset"): MANAGE,
    ("POST", "/desk/users/{user_id}/disable"): MANAGE,
    ("GET", "/desk/letters"): DECIDE,
    ("POST", "/desk/letters"): DECIDE,
    ("GET", "/desk/figures"): EXPORT,
    ("GET", "/desk/figures/report.{form}"): EXPORT,
    ("GET", "/desk/setup"): SETUP,
    ("GET", "/desk/setup/mail"): SETUP,
    ("POST", "/desk/setup/mail"): SETUP,
    ("GET", "/desk/setup/letters"): SETUP,
    ("GET", "/desk/setup/letters/{letter}"): SETUP,
    ("GET", "/desk/setup/letters/{letter}/{number}.pdf"): SETUP,
    ("GET", "/desk/setup/keys"): SETUP,
    ("GET", "/desk/setup/events"): MANAGE,
}


def pages(app: FastAPI) -> Iterator[tuple[str, str]]:
    def walk(routes: list[Any]) -> Iterator[tuple[str, str]]:
        for route in routes:
            inner = getattr(getattr(route, "original_router", None), "routes", None)
            if inner is not None:
                yield from walk(inner)
            elif getattr(route, "path", "").startswith("/desk") and hasattr(route, "endpoint"):
                for method in route.methods:
                    yield method, route.path

    yield from walk(app.routes)


@pytest.fixture(scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    folder: Path = tmp_path_factory.mktemp("office")
    async with open_office(folder / "var") as opened:
        yield opened


@pytest.fixture(scope="module")
async def names(office: Office) -> dict[str, str]:
    """What the addresses of pages are filled in with: a case at work, and its task."""
    case_id = await office.receive(
        mail(
            "Zebulon Quetzal <jeanne.martin@courriel.example>", "Je veux une copie de mes données."
        )
    )
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    task = await office.task(case_id, "review_access")
    row = await office.row(case_id)
    return {
        "task_id": task.id, "reference": str(row.reference), "decision_id": secrets.token_hex(8),
        "right": "ACCESS", "form": "csv", "number": "1", "system": "crm", "letter": "refusal",
        "token": "a" * 43, "place": "1", "name": "document-1",
        "user_id": f"user-{secrets.token_hex(16)}",
    }  # fmt: skip


@pytest.fixture
async def site(office: Office) -> AsyncIterator[Site]:
    client = office.skipper.client
    app = create_app(office.house, client)
    transport = httpx.ASGITransport(app, client=("203.0.113.9", 4321))
    async with httpx.AsyncClient(transport=transport, base_url="https://page.test") as browser:
        yield Site(office.house, client, browser, app)


async def asked(
    site: Site, page: tuple[str, str], names: dict[str, str], **headers: str
) -> httpx.Response:
    method, path = page
    form = {"to": names["user_id"], "back": "/desk"} if method == "POST" else None
    return await site.browser.request(
        method, path.format(**names), data=form, headers=headers or OURS
    )


async def test_every_page_of_the_desk_is_in_the_table_and_no_other(site: Site) -> None:
    assert set(pages(site.app)) == {*OPEN, *OWN, *REACHES}


async def test_nobody_without_a_session_reaches_a_page(site: Site, names: dict[str, str]) -> None:
    for page in (*OWN, *REACHES):
        answer = await asked(site, page, names)
        assert answer.status_code == 401, page
        assert "Zebulon" not in answer.text


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_reaches_its_pages_and_no_other(
    site: Site, names: dict[str, str], role: Role
) -> None:
    systems = frozenset({"archive_papier"}) if role is OWNER else frozenset()
    site.sign_in(User("user-1", "Max Ide", frozenset({role}), systems))
    wrong = []
    for page, roles in REACHES.items():
        answer = await asked(site, page, names)
        refused = answer.status_code in (401, 403)
        if role not in roles and not refused:
            wrong.append(f"{page}: {answer.status_code}, and {role} may not")
        if role in roles and refused and not hidden(role, page):
            wrong.append(f"{page}: {answer.status_code}, and {role} may")
        if role not in SEE and ("Zebulon" in answer.text or "jeanne" in answer.text):
            wrong.append(f"{page} names the person to {role}")
    assert wrong == []


def hidden(role: Role, page: tuple[str, str]) -> bool:
    """The task of this case is not of the owner's system; accounts need a fresh session."""
    method, path = page
    return (role is OWNER and "{task_id}" in path) or (method == "POST" and "/users" in path)


@pytest.mark.parametrize("role", [role for role in Role if role not in SEE])
async def test_nobody_outside_the_cases_learns_that_a_reference_exists(
    site: Site, names: dict[str, str], role: Role
) -> None:
    """A case that is there and one that is not look alike to who may see none."""
    site.sign_in(User("user-1", "Max Ide", frozenset({role}), frozenset({"archive_papier"})))
    there = await site.browser.get(f"/desk/case/{names['reference']}")
    nowhere = await site.browser.get("/desk/case/2026-99999-XX")
    assert (there.status_code, there.content) == (nowhere.status_code, nowhere.content)


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
     {"Origin": "https://sub.page.test"}, {"Origin": "null"}],
)  # fmt: skip
async def test_no_form_of_another_site_reaches_any_page(
    site: Site, names: dict[str, str], headers: dict[str, str]
) -> None:
    site.sign_in(User("user-1", "Ada Régnier", frozenset({DPO, ENGINEER})))
    for page in (*OPEN, *OWN, *REACHES):
        if page[0] == "POST":
            assert (await asked(site, page, names, **headers)).status_code == 403, page


@pytest.mark.parametrize("role", [AUDITOR, APPROVER])
async def test_who_only_looks_changes_nothing_in_the_register(
    site: Site, names: dict[str, str], role: Role
) -> None:
    site.sign_in(User("user-1", "Max Ide", frozenset({role})))
    tables = ("tasks", "cases", "demands", "outbox", "users", "inbox", "decisions")

    async def state() -> list[list[dict[str, object]]]:
        rows = [await site.rows(f"SELECT * FROM {table} ORDER BY 1") for table in tables]
        for case in rows[1]:  # a look is an event of the ledger
            del case["head_seq"], case["head_hash"]
        return rows

    before = await state()
    for page in REACHES:
        await asked(site, page, names)
    assert await state() == before


FIELDS = (
    "to", "back", "force", "outcome", "reason", "ground", "task", "purpose", "act", "q", "name",
    "email", "first", "last", "deputy", "keys", "role", "system", "seen", "shown", "mask", "factor",
    "code", "passkey", "password", "next", "invitation", "language", "way", "delivered",
    "recipient",
)  # fmt: skip
"""Of all forms of the desk."""


@pytest.mark.parametrize(
    "hostile",
    ["\0", "a\0b", "' OR 1=1--", "%", "\ud7ff\U0010ffff", "9" * 400, "../../etc", "\r\nX: y"],
)
async def test_no_page_breaks_on_what_stands_in_its_address_or_its_form(
    site: Site, names: dict[str, str], hostile: str
) -> None:
    """A refusal is a page; 500 and 503 are for defects and for servers that are away."""
    site.sign_in(User("user-1", "Ada Régnier", frozenset({DPO, ENGINEER})))
    typed = dict.fromkeys(FIELDS, hostile)
    broken = []
    for method, path in (*OPEN, *OWN, *REACHES):
        for filled in ({name: quote(hostile, safe="") for name in names}, names):
            form = typed if method == "POST" else None
            query = {} if method == "POST" else typed
            answer = await site.browser.request(
                method, path.format(**filled), data=form, params=query, headers=OURS
            )
            if answer.status_code >= 500:
                broken.append(f"{method} {path}: {answer.status_code}")
    assert broken == []
