"""`calends digest`: shown, sent once a day over real SMTP, never about a person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from activities.digesting import DigestsSent, send_digests
from activities.house import House
from calends.accounts.directory import Directory, Profile
from calends.accounts.roles import Role
from calends.register.database import Register
from calends.settings import Settings
from tests.commands.conftest import Calends
from tests.commands.sample import put_case, put_task
from tests.conftest import Postgres
from tests.office import SAMPLE, MailServer, mail_server

MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 7, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 22, 7, tzinfo=UTC)
ARMISTICE = datetime(2026, 11, 11, 7, tzinfo=UTC)


@pytest.fixture
async def post() -> AsyncIterator[tuple[MailServer, int]]:
    async with mail_server() as opened:
        yield opened


@pytest.fixture
async def house(
    postgres: Postgres,
    database: str,
    register: Register,
    tmp_path: Path,
    post: tuple[MailServer, int],
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[House]:
    key = tmp_path / "master.key"
    settings = Settings(
        company_file=SAMPLE / "company.yml",
        database_url=SecretStr(postgres.url(database)),
        master_key_file=key,
        smtp_port=post[1],
    )
    monkeypatch.setenv("CALENDS_MASTER_KEY_FILE", str(key))
    monkeypatch.setenv("CALENDS_SMTP_PORT", str(post[1]))
    opened = House.open(settings)
    yield opened
    await opened.close()


async def add(house: House, name: str, email: str, role: Role, state: str = "active") -> None:
    directory = Directory(house.register, house.keyring)
    async with house.register.session() as session:
        row = await directory.add(
            session, Profile(name, email), frozenset({role}), frozenset(), actor="test"
        )
        row.state = state
        await session.commit()


async def test_each_receiver_gets_one_a_working_day(
    house: House, post: tuple[MailServer, int]
) -> None:
    await add(house, "Ada", "ada@impro.example", Role.DPO)
    await add(house, "Auditor", "aud@impro.example", Role.AUDITOR)
    await add(house, "No Address", "", Role.DEPUTY)
    await add(house, "No Queue", "adm@impro.example", Role.ADMIN)
    await add(house, "Gone", "gone@impro.example", Role.DEPUTY, "disabled")
    assert await send_digests(house, MONDAY) == DigestsSent(sent=2)
    assert await send_digests(house, MONDAY) == DigestsSent()
    assert await send_digests(house, TUESDAY) == DigestsSent(sent=2)
    told = [letter.recipients for letter in post[0].letters]
    assert sorted(told) == [["ada@impro.example"]] * 2 + [["aud@impro.example"]] * 2


@pytest.mark.parametrize("day", [SUNDAY, ARMISTICE])
async def test_no_digest_goes_on_a_day_without_work(
    house: House, post: tuple[MailServer, int], day: datetime
) -> None:
    await add(house, "Ada", "ada@impro.example", Role.DPO)
    assert await send_digests(house, day) == DigestsSent()
    assert post[0].letters == []


async def test_what_the_server_refuses_is_tried_at_the_next_call(
    house: House, post: tuple[MailServer, int]
) -> None:
    await add(house, "Ada", "ada@impro.example", Role.DPO)
    post[0].answer = "451 later"
    assert await send_digests(house, MONDAY) == DigestsSent(failed=1)
    post[0].answer = "250 taken"
    assert await send_digests(house, MONDAY) == DigestsSent(sent=1)


async def test_the_command_shows_without_sending_and_sends_when_told(
    calends: Calends, house: House, post: tuple[MailServer, int]
) -> None:
    assert "nobody has an address" in (await calends("digest")).out
    await add(house, "Ada", "ada@impro.example", Role.DPO)
    case = await put_case(house.register, 42)
    await put_task(house.register, case)
    shown = await calends("digest", "--print")
    assert shown.code == 0, shown.err
    assert "To: ada@impro.example" in shown.out
    assert f"{case.reference}\u00a0: Relire la copie" in shown.out
    assert post[0].letters == []
    sent = await calends("digest", "--send")
    assert sent.code == 0, sent.err
    assert sent.out in ("1 sent\n", "0 sent\n")  # on a day without work none goes


@pytest.mark.parametrize("arguments", [("--print", "--send"), ("--always",)])
async def test_a_wrong_wish_is_one_line(calends: Calends, arguments: tuple[str, ...]) -> None:
    ran = await calends("digest", *arguments)
    assert ran.code == 2
    assert len(ran.err.splitlines()) == 1
