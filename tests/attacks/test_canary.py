"""A canary person goes through whole cases; the canary is found nowhere outside what is sealed,
the systems themselves, and the mails themselves.

The worker, starter and web process are the real ones, at debug level; so are the servers.
"""

from __future__ import annotations

import asyncio
import base64
import quopri
import urllib.parse
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx
import pytest
from sqlalchemy import inspect, select, text
from temporalio.client import Client

from activities.house import House
from calends.desk.completing import Answer, complete_task
from calends.desk.queue import waiting
from calends.engine.embedded import Engine
from calends.engine.parts import service_parts
from calends.engine.ports import free_ports
from calends.evidence.exporting import export_case
from calends.problems import Problem
from calends.register.models import CaseRow, TaskRow
from calends.settings import Settings
from tests.engine.service import own_directory
from tests.office import CODE, LINK, SAMPLE, MailServer, mail, mail_server, until

ADDRESS = "zebulon.quetzalcoatl@canary.example"
NAME = "Zébulon Quetzalcoatl"
CANARIES = ("quetzalcoatl", "zebulon", "zébulon", "xylophone7731", "0639987731")
"""Parts of the person that no other text holds: name, address, a word of theirs, a phone."""

ACCESS = "Bonjour, je veux une copie de mes données personnelles. xylophone7731, 06 39 98 77 31"
ERASURE = "Bonjour, merci d'effacer toutes les données que vous avez sur moi. xylophone7731"
STOP = "Arrêtez de m'envoyer vos publicités. xylophone7731"


def forms(canary: str) -> Iterator[bytes]:
    """A canary as the encodings of mail, web and logs would write it."""
    for plain in {canary, canary.upper(), canary.title()}:
        raw = plain.encode()
        yield raw
        yield raw.hex().encode()
        yield quopri.encodestring(raw)
        yield urllib.parse.quote(plain).encode()
        yield plain.encode("unicode_escape")
        for shift in range(3):  # base64 of a text that holds it at any place
            coded = base64.b64encode(b"\0" * shift + raw)
            yield coded[4 if shift else 0 : -4]


NEEDLES = sorted({form for canary in CANARIES for form in forms(canary) if len(form) > 5})


def found_in(haystack: bytes) -> list[str]:
    lowered = haystack.lower()
    return [n.decode("latin-1") for n in NEEDLES if n in haystack or n.lower() in lowered]


@dataclass
class Service:
    engine: Engine
    settings: Settings
    house: House
    post: MailServer
    url: str
    cases: dict[str, str] = field(default_factory=dict)
    """What was asked -> id of its case."""


async def _plant(engine: Engine) -> None:
    """The canary becomes a customer of the sample company."""
    admin = engine.env["CALENDS_DATABASE_URL"].replace("+asyncpg", "")
    connection = await asyncpg.connect(admin.replace("/calends?", "/sample_crm?"))
    try:
        await connection.execute(
            "INSERT INTO contact (id, first_name, last_name, email, phone, status,"
            " created_on, last_activity_on)"
            " VALUES (990, 'Zébulon', 'Quetzalcoatl', $1, '0639987731', 'prospect',"
            " '2026-01-02', '2026-02-03')",
            ADDRESS,
        )
    finally:
        await connection.close()


async def _send(service: Service, asked: str, words: str) -> None:
    import aiosmtplib

    await aiosmtplib.send(
        mail(f"{NAME} <{ADDRESS}>", words, subject=f"xylophone7731 {asked}"),
        sender=ADDRESS,
        recipients=["contact@impro-solutions.fr"],
        hostname="127.0.0.1",
        port=service.settings.listen_port,
        start_tls=False,
    )

    async def opened() -> str | None:
        async with service.house.register.session() as session:
            ids = set(await session.scalars(select(CaseRow.id)))
        return next(iter(ids - set(service.cases.values())), None)

    service.cases[asked] = await until(opened)


async def _type_the_code(service: Service, letters_before: int) -> None:
    """Opens the newest link that was mailed and types its code."""

    async def linked() -> str | None:
        for letter in reversed(service.post.letters[letters_before:]):
            if LINK.search(letter.text):
                return letter.text
        return None

    content = await until(linked)
    link, code = LINK.search(content), CODE.search(content)
    assert link is not None
    assert code is not None
    async with httpx.AsyncClient() as browser:
        answer = await browser.post(
            link.group(), data={"code": code.group()}, headers={"Sec-Fetch-Site": "same-origin"}
        )
        answer.raise_for_status()


async def _answer_tasks(service: Service, stop: asyncio.Event) -> None:
    answers = {
        "search_by_hand": Answer("found", upload=f"paper on {NAME}".encode()),
        "review_access": Answer("release"),
        "approve_erasure": Answer("approve_all"),
        "chase_recipient": Answer("confirmed"),
        "mend_system": Answer("skip", reason=f"{NAME} is not in there"),
    }
    while not stop.is_set():
        for task in await waiting(service.house.register, None):
            if task["kind"] in answers:
                with suppress(Problem):  # the case may have closed meanwhile
                    await complete_task(
                        service.house.register, service.settings, task["id"], answers[task["kind"]]
                    )
        await asyncio.sleep(0.2)


async def _recipients_answer(service: Service, stop: asyncio.Event) -> None:
    """Recipients who were told write back, naming the person as recipients do."""
    import aiosmtplib

    answered = set[str]()
    addresses = [r.email for r in service.house.company.recipients if r.email]
    while not stop.is_set():
        for address in addresses:
            for notice in service.post.to(address):
                if (told := str(notice.mail["Message-ID"])) not in answered:
                    answered.add(told)
                    await aiosmtplib.send(
                        mail(address, f"FAIT pour {NAME} <{ADDRESS}>", In_Reply_To=told),
                        sender=address,
                        recipients=["contact@impro-solutions.fr"],
                        hostname="127.0.0.1",
                        port=service.settings.listen_port,
                        start_tls=False,
                    )
        await asyncio.sleep(0.2)


async def _closed(service: Service, asked: str) -> None:
    async def over() -> bool:
        async with service.house.register.session() as session:
            case = await session.get_one(CaseRow, service.cases[asked])
            return case.closed_at is not None

    await until(over, seconds=60)


@pytest.fixture(scope="module")
async def service() -> AsyncIterator[Service]:
    """The whole service, after the canary went through an access, an erasure, an objection and a
    case that meets failures."""
    async with AsyncExitStack() as stack:
        var = stack.enter_context(own_directory())
        post, port = await stack.enter_async_context(mail_server())
        web, listen, metrics = free_ports(3)
        env = {
            "CALENDS_COMPANY_FILE": str(SAMPLE / "company.yml"),
            "CALENDS_WEB_HOST": "127.0.0.1",
            "CALENDS_WEB_PORT": str(web),
            "CALENDS_LISTEN_HOST": "127.0.0.1",
            "CALENDS_LISTEN_PORT": str(listen),
            "CALENDS_PUBLIC_URL": f"http://127.0.0.1:{web}",
            "CALENDS_SMTP_PORT": str(port),
            "CALENDS_LOG_LEVEL": "DEBUG",
            "CALENDS_METRICS_PORT": str(metrics),
        }
        engine = await stack.enter_async_context(
            Engine(var, parts=service_parts, settings=env, report=lambda line: None)
        )
        fields = {
            name.removeprefix("CALENDS_").lower(): value
            for name, value in engine.env.items()
            if name.removeprefix("CALENDS_").lower() in Settings.model_fields
        }
        settings = Settings(_env_file=None, **fields)  # type: ignore[arg-type]
        house = House.open(settings)
        stack.push_async_callback(house.close)
        opened = Service(engine, settings, house, post, f"http://127.0.0.1:{web}")
        await _live_through(opened)
        yield opened


async def _live_through(service: Service) -> None:
    await _plant(service.engine)
    stop = asyncio.Event()
    desk = asyncio.gather(_answer_tasks(service, stop), _recipients_answer(service, stop))
    try:
        await _send(service, "access", ACCESS)
        await _type_the_code(service, 0)
        await _closed(service, "access")
        await _type_the_code(service, 0)  # fetches the copy
        await _send(service, "objection", STOP)
        await _closed(service, "objection")
        before = len(service.post.letters)
        await _send(service, "erasure", ERASURE)
        await _type_the_code(service, before)
        await _closed(service, "erasure")
        service.post.answer = f"451 who is {ADDRESS}?"
        await _send(service, "failing", ACCESS)

        async def failing() -> TaskRow | None:
            async with service.house.register.session() as session:
                row: TaskRow | None = await session.scalar(
                    select(TaskRow).where(TaskRow.kind == "mend_delivery")
                )
                return row

        await until(failing, seconds=60)
    finally:
        stop.set()
        await desk


def test_the_scanner_finds_what_is_there() -> None:
    assert found_in(f"log: {ADDRESS}".encode())
    assert found_in(base64.b64encode(f"..{NAME}..".encode()))
    assert found_in(quopri.encodestring(NAME.encode()))
    assert not found_in(b"nothing of anybody")


async def test_the_canary_was_found_and_answered_so_that_there_is_something_to_leak(
    service: Service,
) -> None:
    assert len(service.cases) == 4
    copies = [le for le in service.post.letters if ADDRESS in le.recipients]
    assert len(copies) >= 6
    copy = await service.house.blobs.read(service.cases["access"], "finding:crm")
    assert found_in(copy)


async def test_no_workflow_holds_the_canary(service: Service) -> None:
    client = await Client.connect(
        service.settings.temporal_address, namespace=service.settings.temporal_namespace
    )
    for case_id in service.cases.values():
        handle = client.get_workflow_handle(case_id)
        history = await handle.fetch_history()
        assert found_in(history.to_json().encode()) == []
        for event in history.events:
            assert found_in(event.SerializeToString()) == []
        described = await handle.describe()
        assert found_in(described.raw_description.SerializeToString()) == []


async def test_no_file_of_the_engine_holds_the_canary(service: Service) -> None:
    """Logs of every part at debug level, and Temporal's own database with its journal."""
    var = service.engine.layout.var
    files = [*var.glob("logs/*"), *var.glob("temporal/*"), *var.glob("postgres/log*")]
    assert any(file.name == "worker.log" for file in files)
    leaks = {file.name: found_in(file.read_bytes()) for file in files if file.is_file()}
    assert {name: leak for name, leak in leaks.items() if leak} == {}


async def test_no_metric_holds_the_canary(service: Service) -> None:
    worker = f"http://127.0.0.1:{service.settings.metrics_port}/metrics"
    exposed = await asyncio.to_thread(lambda: urllib.request.urlopen(worker).read())
    assert b"temporal_" in exposed
    assert found_in(exposed) == []


async def test_no_row_of_the_register_holds_the_canary(service: Service) -> None:
    async with service.house.register.engine.connect() as connection:
        tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        assert {"cases", "inbox", "outbox", "ledger", "tasks", "blob_chunks"} <= set(tables)
        for table in tables:
            rows = await connection.execute(text(f'SELECT * FROM "{table}"'))
            for row in rows:
                plain = b" ".join(
                    bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    for value in row
                )
                assert found_in(plain) == [], table


async def test_no_evidence_file_holds_the_canary(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in service.engine.env.items():
        monkeypatch.setenv(name, value)
    for asked, case_id in service.cases.items():
        file = tmp_path / asked
        await asyncio.to_thread(export_case, case_id, file)
        assert found_in(file.read_bytes()) == []


async def test_no_link_holds_the_canary(service: Service) -> None:
    for letter in service.post.letters:
        for link in LINK.finditer(letter.text):
            assert found_in(link.group().encode()) == []
