"""The real application on a real register, with cases, links and copies to try it on."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import text
from temporalio.client import Client

from activities.house import House
from activities.letterbox import Letterbox
from activities.orders import CaseStep
from calends.engine.client import connect
from calends.register.ledger import append_event
from calends.register.migrate import migrate
from calends.register.models import CaseRow, DemandRow
from calends.rules.vocabulary import Right
from calends.settings import Settings
from calends.vault.codec import sealed_converter
from console.app import create_app
from console.who import User, current_user
from tests.conftest import Postgres

OURS = {"Sec-Fetch-Site": "same-origin"}
WRONG = "WRNG-WRNG"
COMPANY = Path(__file__).parents[2] / "examples/impro-solutions/company.yml"
NOWHERE = "127.0.0.1:9"


@dataclass
class Link:
    """A link of the person's page, as their letter tells it."""

    case_id: str
    purpose: str
    token: str
    code: str

    @property
    def path(self) -> str:
        return f"/p/{self.token}"


@dataclass
class Site:
    house: House
    client: Client
    browser: httpx.AsyncClient
    app: FastAPI

    async def case(
        self,
        *,
        reference: str = "2026-00042-K7",
        closed: bool = False,
        opened_at: datetime | None = None,
        demand: str = "open",
    ) -> str:
        """A case of its own key, with one demand and the first event of its ledger."""
        case_id, now = f"case-{uuid.uuid4()}", opened_at or datetime.now(UTC)
        async with self.house.register.session() as session:
            key = await self.house.keyring.make(session, case_id)
            session.add(
                CaseRow(
                    id=case_id,
                    reference=reference,
                    state="open",
                    language="fr",
                    received_at=now,
                    opened_at=now,
                    closed_at=now if closed else None,
                    assurance="IA0",
                    clock={"received_local": "2026-11-02", "extended_safe_due": "2027-01-29"},
                    milestones={},
                    safe_due=date(2026, 12, 1),
                    legal_due=date(2026, 12, 2),
                    sealed_person=key.seal(b"{}", "person"),
                )
            )
            await session.flush()
            session.add(
                DemandRow(case_id=case_id, right=Right.ACCESS, received_at=now, state=demand)
            )
            await append_event(
                session, case_id, once="opened", kind="case_opened", at=now, activity=""
            )
            await session.commit()
        return case_id

    async def link(
        self, case_id: str, purpose: str = "identity", *, made_at: datetime | None = None
    ) -> Link:
        """The link that the letterbox makes for a letter."""
        step = CaseStep(case_id=case_id, at=made_at or datetime.now(UTC))
        async with self.house.register.session() as session:
            page = await Letterbox(self.house).page(session, step, purpose)
            await session.commit()
        return Link(case_id, purpose, page.url.rpartition("/")[2], page.code)

    async def copy(
        self, content: bytes, *, reference: str = "2026-00042-K7", closed: bool = True
    ) -> Link:
        """A case whose copy waits under the purpose `reply:ACCESS`."""
        case_id = await self.case(reference=reference, closed=closed)
        async with self.house.register.session() as session:
            key = await self.house.keyring.get(case_id)
            await self.house.blobs.write(session, key, "export:reply:ACCESS", content)
            await session.commit()
        return await self.link(case_id, "reply:ACCESS")

    def sign_in(self, user: User | None) -> None:
        """From now on this user asks; None: nobody is signed in."""
        if user is None:
            self.app.dependency_overrides.pop(current_user, None)
        else:
            self.app.dependency_overrides[current_user] = lambda: user

    async def post(
        self, link: Link | str, code: str, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """Types a code on a link's page, as a browser does."""
        path = link if isinstance(link, str) else link.path
        return await self.browser.post(path, data={"code": code}, headers=headers or OURS)

    async def set_state(self, link: Link, state: str) -> None:
        await self.execute(
            "UPDATE tokens SET state = :state WHERE case_id = :case AND purpose = :purpose",
            state=state,
            case=link.case_id,
            purpose=link.purpose,
        )

    async def execute(self, sql: str, **values: object) -> None:
        async with self.house.register.session() as session:
            await session.execute(text(sql), values)
            await session.commit()

    async def rows(self, sql: str, **values: object) -> list[dict[str, object]]:
        async with self.house.register.session() as session:
            found = await session.execute(text(sql), values)
            return [dict(row) for row in found.mappings()]

    async def snapshot(self) -> dict[str, list[dict[str, object]]]:
        """Everything that the register says, but for the sealed contents."""
        names = ("tokens", "cases", "demands", "ledger", "outbox", "inbox", "blobs", "keys")
        return {name: await self.rows(f"SELECT * FROM {name} ORDER BY 1, 2") for name in names}


@asynccontextmanager
async def open_site(
    postgres: Postgres,
    database: str,
    folder: Path,
    temporal: str = NOWHERE,
    public_url: str = "https://page.test",
) -> AsyncIterator[Site]:
    """Without `temporal` no server is behind the client: only proving a contact needs one."""
    await migrate(postgres.url(database))
    settings = Settings(
        var=folder,
        company_file=COMPANY,
        database_url=SecretStr(postgres.url(database)),
        master_key_file=folder / "master.key",
        temporal_address=temporal,
        temporal_namespace="default",
        public_url=public_url,
    )
    house = House.open(settings)
    try:
        if temporal == NOWHERE:
            converter = sealed_converter(house.keyring)
            client = await Client.connect(NOWHERE, lazy=True, data_converter=converter)
        else:
            client = await connect(settings, house.keyring)
        app = create_app(house, client)
        transport = httpx.ASGITransport(app, client=("203.0.113.9", 4321))
        async with httpx.AsyncClient(transport=transport, base_url="https://page.test") as browser:
            yield Site(house, client, browser, app)
    finally:
        await house.close()
