"""A processor that calls back: believed with its signature alone, and then asked at once."""

from __future__ import annotations

import json
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from console.app import create_app
from tests.office import Office, mail, open_office, until
from tests.systems.processors import Processor, certificate, running, signed

ADDRESS = "called.back@courriel.example"
ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."
OURS = "https://page.test/api/opendsr"
DATASET = (
    "dataset: [{fides_key: p, collections: [{name: profile, fields: ["
    "{name: id, fides_meta: {primary_key: true}}, {name: mail, fides_meta: {identity: email}},"
    "{name: clicks}]}]}]"
)
DAYS = 10**6
"""A processor that answers only after having been asked so often has not answered yet."""


@pytest.fixture(scope="module")
def processor() -> Iterator[Processor]:
    with running() as server:
        server.rows = [{"id": 1, "mail": ADDRESS, "clicks": 3}]
        server.patience = DAYS
        yield server


@pytest.fixture(scope="module")
async def office(processor: Processor) -> AsyncIterator[Office]:
    with tempfile.TemporaryDirectory(prefix="calends-office-") as name:
        folder = Path(name)
        (folder / "mailer.yml").write_text(DATASET)
        (folder / "mailer.pem").write_bytes(certificate("localhost"))

        def entry(system: str, **more: str) -> dict[str, Any]:
            http = {"base_url": processor.url, "own_network": True, **more}
            dataset = str(folder / "mailer.yml")
            return {"id": system, "name": system, "kind": "http", "dataset": dataset, "http": http}

        signing = {"certificate": str(folder / "mailer.pem")}
        systems = [
            entry("mailer", callback_url=f"{OURS}/mailer", **signing),
            entry("unsigned", callback_url=f"{OURS}/unsigned"),
            entry("silent", **signing),
        ]
        async with open_office(folder / "var", company={"systems": systems}) as opened:
            yield opened


@pytest.fixture
async def web(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(office.house, office.skipper.client)
    transport = httpx.ASGITransport(app, client=("203.0.113.9", 4321))
    async with httpx.AsyncClient(transport=transport, base_url="https://page.test") as browser:
        yield browser


def told(where: str, number: str = "6f8c1f5e-54a1-4f4e-9f2e-0a8a4b7d1c11") -> bytes:
    status = {
        "controller_id": "c",
        "subject_request_id": number,
        "request_status": "completed",
        "status_callback_url": where,
    }
    return json.dumps(status).encode()


async def call(web: httpx.AsyncClient, where: str, body: bytes, domain: str = "localhost") -> int:
    return (await web.post(where, content=body, headers=signed(body, domain))).status_code


async def test_a_case_that_waits_for_a_processor_asks_it_again_as_soon_as_it_calls_back(
    office: Office, web: httpx.AsyncClient, processor: Processor
) -> None:
    case_id = await office.receive(mail(ADDRESS, ACCESS))
    await office.prove_contact(case_id)

    async def waits() -> bool:
        searches = (await office.case(case_id).query("view"))["searches"]
        return set(searches.values()) == {"failed"}  # asked, and has not answered yet

    await until(waits, seconds=60)
    (where,) = [
        url
        for request in processor.requests.values()
        for url in request.get("status_callback_urls", [])
        if f"/mailer/{case_id}:" in url
    ]
    processor.patience = 0
    try:
        assert await call(web, where, told(where)) == 202
        assert await call(web, where, told(where)) == 202  # a second time changes nothing

        async def found() -> bool:
            return bool((await office.case(case_id).query("view"))["searches"]["mailer"] == "found")

        # No time is skipped in this office: without the call it would be asked in two hours.
        await until(found, seconds=60)
    finally:
        processor.patience = DAYS
    view = await office.case(case_id).query("view")
    assert view["searches"]["silent"] == "failed"


CASE = f"case-{'0' * 32}"


async def test_what_the_processor_did_not_sign_is_refused_and_tells_nobody(
    web: httpx.AsyncClient,
) -> None:
    where = f"{OURS}/mailer/{CASE}:0:0"
    body = told(where)
    assert (await web.post(where, content=body)).status_code == 403
    assert await call(web, where, body, domain="other.example") == 403
    headers = signed(told(f"{OURS}/mailer/{CASE}:0:1"), "localhost")
    assert (await web.post(where, content=body, headers=headers)).status_code == 403


async def test_a_signed_word_that_was_meant_for_another_address_is_refused(
    web: httpx.AsyncClient,
) -> None:
    body = told(f"{OURS}/mailer/{CASE}:0:0")
    assert await call(web, f"{OURS}/mailer/case-{'1' * 32}:0:0", body) == 403


@pytest.mark.parametrize("system", ["unsigned", "silent", "nothing"])
async def test_a_system_that_may_not_call_back_has_no_such_address(
    web: httpx.AsyncClient, system: str
) -> None:
    where = f"{OURS}/{system}/{CASE}:0:0"
    assert await call(web, where, told(where)) == 404


async def test_a_case_that_is_not_there_is_none_of_its_business(web: httpx.AsyncClient) -> None:
    for reference in (f"{CASE}:0:0", "housekeeping", "case-1"):
        where = f"{OURS}/mailer/{reference}"
        assert await call(web, where, told(where)) == 404


async def test_one_request_cannot_fill_a_cases_history(web: httpx.AsyncClient) -> None:
    where = f"{OURS}/mailer/case-{'2' * 32}:0:0"
    answers = [await call(web, where, told(where)) for _ in range(12)]
    assert answers[:10] == [404] * 10
    assert answers[10:] == [429, 429]
