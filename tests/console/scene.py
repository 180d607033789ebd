"""A morning at the office: real cases in every state, and the desk served to a real browser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import uvicorn
from starlette.requests import Request

from calends.accounts import roles
from calends.accounts.directory import Directory, Profile
from calends.engine.ports import free_ports
from console.__main__ import Server
from console.app import create_app
from console.desk.courier import courier
from console.who import NotSignedIn, Role, User, current_user
from tests.office import SAMPLE, Office, mail, until

UNDO = timedelta(seconds=3)
"""Long enough to be seen, short enough to be waited for."""

WHO = "calends_test_user"
"""Cookie of the tests' own door: the real one is not what these tests are about."""


@dataclass
class Desk:
    office: Office
    url: str
    people: dict[str, User] = field(default_factory=dict)
    """By role: dpo, deputy, approver, auditor, admin, owner."""
    cases: dict[str, str] = field(default_factory=dict)
    """Story -> case id."""

    async def reference(self, story: str) -> str:
        row = await self.office.row(self.cases[story])
        assert row.reference is not None
        return row.reference


def sample(number: str) -> bytes:
    (file,) = (SAMPLE / "mailbox").glob(f"{number}-*.eml")
    return file.read_bytes()


HOSTILE = mail(
    '"<script>alert(1)</script> Zoé" <zoe@courriel.example>',
    "Bonjour <b>à vous</b>,\n\n<img src=x onerror=alert(2)> vous avez mes données ?\n"
    'Je veux les voir "{{7*7}}" </mark></p><script>alert(3)</script>\n\n'
    "> Le 3 mars vous m'avez écrit :\n> Chère cliente\n\n-- \nZoé <zoe@courriel.example>\n",
    subject="RGPD <svg onload=alert(4)>",
)


@asynccontextmanager
async def open_desk(office: Office) -> AsyncIterator[Desk]:
    """The desk of that office on a port of its own, with one colleague for each role."""
    app = create_app(office.house, office.skipper.client)
    (port,) = free_ports(1)
    desk = Desk(office, f"http://127.0.0.1:{port}", await colleagues(office))

    async def who(request: Request) -> User:
        user = desk.people.get(request.cookies.get(WHO, ""))
        if user is None:
            raise NotSignedIn
        return user

    app.dependency_overrides[current_user] = who
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, lifespan="off")
    server = Server(config)
    object.__setattr__(app.state.deciding, "undo", UNDO)
    serving = asyncio.create_task(server.serve())
    try:
        await until(lambda: _started(server))
        async with courier(app.state.deciding):
            yield desk
    finally:
        server.should_exit = True
        await serving


async def colleagues(office: Office) -> dict[str, User]:
    directory = Directory(office.house.register, office.house.keyring)
    wanted = {
        "dpo": ("Camille Aubry", Role.DPO),
        "deputy": ("Nour Haddad", Role.DEPUTY),
        "approver": ("Louis Ferrand", Role.APPROVER),
        "auditor": ("Irène Vidal", Role.AUDITOR),
        "admin": ("Sacha Lemoine", Role.ADMIN),
        "owner": ("Odile Marchand", Role.SYSTEM_OWNER),
    }
    made = {}
    async with office.house.register.session() as session:
        for key, (name, role) in wanted.items():
            systems = frozenset({"archive_papier"} if role is Role.SYSTEM_OWNER else ())
            row = await directory.add(
                session,
                Profile(name),
                frozenset({roles.Role(role)}),
                systems,
                actor="command line",
            )
            row.state = "active"
            made[key] = User(row.id, name, frozenset({role}), systems)
        await session.commit()
    return made


async def a_morning(desk: Desk) -> None:
    """Six people have written; each case waits for somebody else."""
    office, now = desk.office, datetime.now(UTC)
    stories = {
        "review": (sample("01"), timedelta(days=2)),
        "erasure": (sample("02"), timedelta(days=13)),
        "asked": (sample("05"), timedelta(hours=3)),
        "reminded": (sample("07"), timedelta(days=8)),
        "paper": (sample("08"), timedelta(days=5)),
        "triage": (HOSTILE, timedelta(hours=1)),
        "late": (sample("06"), timedelta(days=34)),
    }
    for story, (raw, age) in stories.items():
        desk.cases[story] = await office.receive(raw, now - age)
    for story in ("review", "erasure", "paper"):
        await office.prove_contact(desk.cases[story])
    for story in ("review", "erasure"):
        await office.nothing_on_paper(desk.cases[story])
    await office.task(desk.cases["review"], "review_access")
    await office.task(desk.cases["erasure"], "approve_erasure")
    await office.task(desk.cases["paper"], "search_by_hand")
    await office.task(desk.cases["triage"], "triage")


async def _started(server: uvicorn.Server) -> bool:
    return server.started
