"""What a colleague looks at is told, and what is theirs to do is all that they are given."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from calends.accounts import roles
from calends.accounts.directory import Profile
from console.who import Role, User
from tests.console.site import OURS, Site
from tests.office import Office, mail

DPO = User("user-1", "Ada Régnier", frozenset({Role.DPO}))
ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."


@pytest.fixture
async def site(office_site: Site) -> AsyncIterator[Site]:
    object.__setattr__(office_site.app.state.deciding, "undo", timedelta())
    office_site.sign_in(DPO)
    yield office_site
    office_site.sign_in(None)


async def reviewed(office: Office, sender: str) -> tuple[str, str, str]:
    """Case, reference and id of the open review of an access request."""
    case = await office.receive(mail(sender, ACCESS))
    await office.prove_contact(case)
    await office.nothing_on_paper(case)
    task = await office.task(case, "review_access")
    return case, str((await office.row(case)).reference), task.id


async def test_a_letter_that_writes_itself_is_a_look_and_only_at_its_own_case(
    office: Office, site: Site
) -> None:
    case, reference, task = await reviewed(office, "maelle.leguen@courriel.example")
    _, other, _ = await reviewed(office, "gerard.dherouville@courriel.example")
    typed = {"task": task, "outcome": "refuse", "reason": "…"}
    for query in ("?part=letter", ""):
        wrong = await site.browser.post(
            f"/desk/case/{other}/letter{query}", data=typed, headers=OURS
        )
        assert wrong.status_code == 404
    right = await site.browser.post(
        f"/desk/case/{reference}/letter?part=letter", data=typed, headers=OURS
    )
    assert right.status_code == 200
    looks = [facts["what"] for kind, facts in await office.ledger(case) if kind == "looked_at"]
    assert looks == ["reply"]


async def colleague(office: Office, site: Site, name: str, role: str, *systems: str) -> str:
    directory = site.app.state.entry.door.directory
    async with office.house.register.session() as session:
        row = await directory.add(
            session,
            Profile(name),
            frozenset({roles.Role(role)}),
            frozenset(systems),
            actor="command line",
        )
        row.state = "active"
        await session.commit()
        return str(row.id)


async def test_a_task_is_given_only_to_somebody_who_may_do_it(office: Office, site: Site) -> None:
    _, _, task = await reviewed(office, "maelle.leguen@courriel.example")
    for role, systems in (
        ("admin", ()), ("engineer", ()), ("auditor", ()), ("approver", ()),
        ("system_owner", ("archive_papier",)),
    ):  # fmt: skip
        theirs = await colleague(office, site, f"Nora {role}", role, *systems)
        given = {"to": theirs, "back": "/desk"}
        answer = await site.browser.post(f"/desk/task/{task}/assign", data=given, headers=OURS)
        assert answer.status_code == 422, role
    deputy = await colleague(office, site, "Basile Otto", "deputy")
    given = {"to": deputy, "back": "/desk"}
    answer = await site.browser.post(f"/desk/task/{task}/assign", data=given, headers=OURS)
    assert answer.status_code == 303


async def test_who_was_looked_for_is_not_kept_and_that_somebody_looked_is(
    office: Office, site: Site
) -> None:
    await reviewed(office, "Maëlle Le Guen <maelle.leguen@courriel.example>")
    await site.browser.post("/desk/search", data={"q": "Le Guen"}, headers=OURS)
    rows = await site.rows("SELECT actor, facts FROM account_events WHERE kind = 'searched'")
    assert rows[-1]["actor"] == "user-1"
    assert "Guen" not in str(rows)
    assert rows[-1]["facts"]["how"] == "name"  # type: ignore[index]


async def test_a_file_that_is_uploaded_never_lies_unsealed_on_a_disk(
    office: Office, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    rolled: list[object] = []
    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", lambda file: rolled.append(file))
    case = await office.receive(mail("maelle.leguen@courriel.example", ACCESS))
    await office.prove_contact(case)
    task = await office.task(case, "search_by_hand")
    scan = {"file": ("scan.pdf", b"%PDF-1.4 " + b"x" * 5_000_000, "application/pdf")}
    done = await site.browser.post(
        f"/desk/task/{task.id}/answer", data={"outcome": "found"}, files=scan, headers=OURS
    )
    assert done.status_code == 303
    assert rolled == []


async def test_who_proposes_to_give_a_copy_does_not_confirm_it(office: Office, site: Site) -> None:
    case, _, task = await reviewed(office, "maelle.leguen@courriel.example")
    given = {"outcome": "release", "recipient": "1"}
    await site.browser.post(f"/desk/task/{task}/answer", data=given, headers=OURS)
    (row,) = await site.rows("SELECT id FROM decisions WHERE task_id = :t", t=task)
    # With every role at once they are still the same person.
    site.sign_in(User("user-1", "Ada", frozenset({Role.DPO, Role.DEPUTY, Role.APPROVER})))
    refused = await site.browser.post(f"/desk/decision/{row['id']}/confirm", headers=OURS)
    assert refused.status_code == 403
    (row,) = await site.rows("SELECT state FROM decisions WHERE task_id = :t", t=task)
    assert row["state"] == "proposed"
    assert "decision_confirmed" not in [kind for kind, _ in await office.ledger(case)]
