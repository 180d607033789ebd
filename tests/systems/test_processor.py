"""A processor asked in the OpenDSR shape: once a case, believed only with its signature."""

from __future__ import annotations

import json
import ssl
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from calends.problems import Problem
from calends.systems import opendsr, proof
from calends.systems.connector import Opening
from calends.systems.dataset import Datasets, load_datasets
from calends.systems.processor import ProcessorSystem
from calends.systems.protocol import (
    ActRefused,
    Failure,
    Order,
    Record,
    Seeds,
    System,
    SystemFailed,
)
from calends.systems.testkit import prove
from tests.systems.processors import Handler, Processor, certificate, running, signed

ANN: Seeds = {"email": ["ann@b.example"]}
ROWS: list[dict[str, Any]] = [
    {"id": 1, "mail": "ann@b.example", "clicks": 3, "internal": "x"},
    {"id": 2, "mail": "bob@b.example", "clicks": 4},
]
Make = Callable[..., ProcessorSystem]


@pytest.fixture
def processor() -> Iterator[Processor]:
    with running() as server:
        server.rows = ROWS
        server.patience = 0
        yield server


@pytest.fixture
def datasets(tmp_path: Path) -> Datasets:
    path = tmp_path / "p.yml"
    path.write_text(
        "dataset: [{fides_key: p, collections: [{name: profile, fields: ["
        "{name: id, fides_meta: {primary_key: true, identity: user_id}},"
        "{name: mail, fides_meta: {identity: email}}, {name: clicks}]}]}]"
    )
    return load_datasets([path])


@pytest.fixture
def make(processor: Processor, datasets: Datasets, tmp_path: Path) -> Make:
    (tmp_path / "processor.pem").write_bytes(certificate("localhost"))

    def made(for_acts: bool = False, verify: Any = True, **more: Any) -> ProcessorSystem:
        settings = {
            "base_url": processor.url,
            "own_network": True,
            "certificate": "processor.pem",
            "token": "word",
            **more,
        }
        return ProcessorSystem(Opening("p", datasets, settings, tmp_path, for_acts), verify=verify)

    return made


async def located(system: System, seeds: Seeds, reference: str = "case-1") -> list[Record]:
    try:
        return [record async for record in system.locate(seeds, reference)]
    finally:
        await system.close()


async def test_a_processor_keeps_the_rules_of_every_kind(make: Make, processor: Processor) -> None:
    async def made() -> System:
        return make()

    async def content() -> object:
        return json.dumps(processor.rows)

    (record,) = await prove(made, ANN, content)
    assert record.values == {"id": 1, "mail": "ann@b.example", "clicks": 3}
    assert all("ann" not in line for line in processor.seen)


async def test_a_processor_that_takes_its_time_is_asked_once_and_then_for_its_status(
    make: Make, processor: Processor
) -> None:
    processor.patience = 2
    for _ in range(2):
        with pytest.raises(SystemFailed) as failure:
            await located(make(), ANN)
        assert failure.value.reason is Failure.PENDING
        assert failure.value.passing
    assert [r.key for r in await located(make(), ANN)] == [{"id": 1}]
    assert processor.posts == 1
    (request,) = processor.requests.values()
    assert request["subject_request_type"] == "access"
    assert uuid.UUID(request["subject_request_id"]).version == 4
    assert request["subject_identities"] == [
        {"identity_type": "email", "identity_value": "ann@b.example", "identity_format": "raw"}
    ]


async def test_another_case_is_another_request(make: Make, processor: Processor) -> None:
    await located(make(), ANN, "case-1")
    await located(make(), ANN, "case-2")
    assert processor.posts == 2


async def test_an_answer_without_the_processors_signature_is_not_believed(
    make: Make, processor: Processor
) -> None:
    def unsigned(handler: Handler) -> bool:
        handler.reply(200, {"subject_request_id": str(uuid.uuid4())}, sign=False)
        return True

    processor.answer = unsigned
    with pytest.raises(SystemFailed, match="without its signature") as failure:
        await located(make(), ANN)
    assert failure.value.reason is Failure.DENIED


async def test_rows_of_somebody_else_spoil_the_whole_answer(
    make: Make, processor: Processor
) -> None:
    def everybody(handler: Handler) -> bool:
        if handler.path.startswith("/results/"):
            handler.raw(200, "".join(json.dumps(row) + "\n" for row in ROWS[::-1]).encode())
            return True
        return False

    processor.answer = everybody
    with pytest.raises(SystemFailed, match="somebody else") as failure:
        await located(make(), ANN)
    assert failure.value.reason is Failure.MAPPING


CODES = {401: Failure.DENIED, 429: Failure.BUSY, 500: Failure.UNREACHABLE, 400: Failure.ERROR}


@pytest.mark.parametrize("code", CODES)
async def test_each_refusal_is_a_failure_of_its_class(
    make: Make, processor: Processor, code: int
) -> None:
    def refuse(handler: Handler) -> bool:
        handler.raw(code, b"ann@b.example is not here")
        return True

    processor.answer = refuse
    with pytest.raises(SystemFailed) as failure:
        await located(make(), ANN)
    assert failure.value.reason is CODES[code]
    assert "ann" not in str(failure.value)


NOT_RESULTS: dict[str, bytes] = {
    "no JSON": b"<html>",
    "no rows": b"1\n2\n",
    "nested too deep": b"[" * 100_000,
    "half a line": b'{"id": 1, "mail": "ann@b.ex',
}


@pytest.mark.parametrize("fault", NOT_RESULTS)
async def test_results_that_are_none_are_a_failure(
    make: Make, processor: Processor, fault: str
) -> None:
    def broken(handler: Handler) -> bool:
        if handler.path.startswith("/results/"):
            handler.raw(200, NOT_RESULTS[fault])
            return True
        return False

    processor.answer = broken
    with pytest.raises(SystemFailed) as failure:
        await located(make(), ANN)
    assert failure.value.reason is Failure.ERROR


async def test_an_endless_answer_is_cut_off(make: Make, processor: Processor) -> None:
    def endless(handler: Handler) -> bool:
        handler.raw(200, b" " * 11_000_000)
        return True

    processor.answer = endless
    with pytest.raises(SystemFailed) as failure:
        await located(make(), ANN)
    assert failure.value.reason is Failure.TOO_MANY


async def test_a_processor_that_dies_in_the_middle_is_unreachable(
    make: Make, processor: Processor
) -> None:
    def half(handler: Handler) -> bool:
        if not handler.path.startswith("/results/"):
            return False
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(json.dumps(ROWS[0]).encode() + b"\n")
        handler.wfile.flush()
        handler.connection.close()
        return True

    processor.answer = half
    with pytest.raises(SystemFailed) as failure:
        await located(make(), ANN)
    assert failure.value.reason is Failure.UNREACHABLE


async def test_a_processor_that_says_nothing_is_a_timeout(make: Make, processor: Processor) -> None:
    import threading

    gone = threading.Event()

    def silent(handler: Handler) -> bool:
        gone.wait(30)
        return True

    processor.answer = silent
    with pytest.raises(SystemFailed) as failure:
        await located(make(timeout_seconds=1), ANN)
    gone.set()
    assert failure.value.reason is Failure.TIMEOUT


async def test_erasure_is_one_request_for_the_person_that_the_records_name(
    make: Make, processor: Processor
) -> None:
    orders = [Order("p.profile", {"id": 1}, "erase")]
    processor.patience = 1
    system = make(for_acts=True)
    with pytest.raises(SystemFailed) as failure:
        await system.carry_out(orders)
    assert failure.value.reason is Failure.PENDING
    report = await system.carry_out(orders)
    await system.close()
    assert report.done == {"p.profile:erase": 1}
    (request,) = processor.requests.values()
    assert processor.posts == 1
    assert request["subject_request_type"] == "erasure"
    assert request["subject_identities"][0]["identity_type"] == "controller_customer_id"
    assert request["subject_identities"][0]["identity_value"] == "1"


async def test_a_dry_run_of_an_erasure_asks_how_it_stands_and_makes_no_request(
    make: Make, processor: Processor
) -> None:
    orders, system = [Order("p.profile", {"id": 1}, "erase")], make(for_acts=True)
    assert [e.outcome async for e in system.preview(orders, "case")] == ["deleted"]
    assert processor.posts == 0
    await system.carry_out(orders, "case")
    assert [e.outcome async for e in system.preview(orders, "case")] == ["already"]
    await system.close()


async def test_the_same_person_in_a_later_case_is_another_request(
    make: Make, processor: Processor
) -> None:
    orders, system = [Order("p.profile", {"id": 1}, "erase")], make(for_acts=True)
    for reference in ("case-1", "case-1", "case-2"):
        await system.carry_out(orders, reference)
    await system.close()
    assert processor.posts == 2


async def test_an_erasure_is_proved_by_the_processors_word_and_by_a_search_of_its_own(
    make: Make, processor: Processor
) -> None:
    orders, system = [Order("p.profile", {"id": 1}, "erase")], make(for_acts=True)
    await system.carry_out(orders, "case")
    assert (await proof.prove(system, orders, ANN, "case")).found == {"p.profile": 1}
    processor.rows = ROWS[1:]
    assert (await proof.prove(system, orders, ANN, "case")).holds
    await system.close()


@pytest.mark.parametrize("act", ["anonymise", "archive", "restrict"])
async def test_what_a_processor_cannot_do_is_refused(make: Make, act: Any) -> None:
    system = make(for_acts=True)
    with pytest.raises(ActRefused):
        await system.carry_out([Order("p.profile", {"id": 1}, act)])
    await system.close()


async def test_over_tls_the_name_is_verified_though_the_address_is_pinned(
    datasets: Datasets, tmp_path: Path
) -> None:
    with running(tls=tmp_path) as server:
        server.rows, server.patience = ROWS, 0
        url = f"https://localhost:{server.server_port}/opendsr_requests"
        results = f"https://localhost:{server.server_port}/results/"

        def over_tls(handler: Handler) -> bool:
            number = handler.path.rpartition("/")[2]
            if handler.path.startswith("/results/") or number not in server.requests:
                return False
            status = {"subject_request_id": number, "request_status": "completed"}
            handler.reply(200, {**status, "results_url": results + number})
            return True

        server.answer = over_tls
        trusted = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
        for name, verify, reached in (
            ("localhost", trusted, True),
            ("localhost", True, False),
            ("127.0.0.1", trusted, False),
        ):
            settings = {"base_url": url.replace("localhost", name), "own_network": True}
            settings["hosts"] = ["localhost", "127.0.0.1"]
            system = ProcessorSystem(Opening("p", datasets, settings, tmp_path), verify=verify)
            if reached:
                assert len(await located(system, ANN)) == 1
            else:
                with pytest.raises(SystemFailed) as failure:
                    await located(system, ANN)
                assert failure.value.reason is Failure.UNREACHABLE


def callback(**more: Any) -> bytes:
    body = {
        "controller_id": "c",
        "subject_request_id": str(uuid.uuid4()),
        "request_status": "completed",
        "status_callback_url": "https://us.example/callback",
        "expected_completion_time": "2030-01-01T00:00:00Z",
        **more,
    }
    return json.dumps(body).encode()


def read(body: bytes, headers: dict[str, str], pem: bytes | None = None) -> opendsr.Status:
    known = opendsr.read_certificate(pem or certificate("p.example"), "p.example")
    return opendsr.read_callback(
        body, headers, known, "p.example", "https://us.example/callback", datetime.now(UTC)
    )


def test_a_signed_callback_is_read_under_each_name_of_the_headers() -> None:
    body = callback()
    for name in opendsr.HEADERS:
        headers = {k.replace("X-OpenDSR", name): v for k, v in signed(body, "p.example").items()}
        assert read(body, headers).request_status == "completed"


def test_a_callback_that_is_not_the_processors_is_refused() -> None:
    body = callback()
    good = signed(body, "p.example")
    elsewhere = callback(status_callback_url="https://them.example/callback")
    unknown = callback(request_status="perhaps")
    refused: list[tuple[bytes, dict[str, str], bytes | None]] = [
        (body + b" ", good, None),
        (body, {}, None),
        (body, {**good, "X-OpenDSR-Signature": "AAAA"}, None),
        (body, {**good, "X-OpenDSR-Signature": "é"}, None),
        (body, {**good, "X-OpenDSR-Processor-Domain": "q.example"}, None),
        (body, {**good, "X-OpenGDPR-Signature": good["X-OpenDSR-Signature"]}, None),
        (body, good, certificate("p.example", days=-1)),
        (elsewhere, signed(elsewhere, "p.example"), None),
        (unknown, signed(unknown, "p.example"), None),
    ]
    for content, headers, pem in refused:
        with pytest.raises(opendsr.Unsigned):
            read(content, headers, pem)


def test_a_certificate_of_another_domain_or_none_at_all_is_one_problem() -> None:
    for pem in (certificate("q.example"), b"no pem"):
        with pytest.raises(Problem):
            opendsr.read_certificate(pem, "p.example")


async def test_check_says_what_the_processor_answers(make: Make, processor: Processor) -> None:
    system = make()
    assert [line.level for line in await system.check()] == ["ok"]

    def unknown(handler: Handler) -> bool:
        handler.raw(401, b"")
        return True

    processor.answer = unknown
    assert [line.text for line in await system.check()] == ["it refuses the token"]
    await system.close()
    unverified = make(certificate="")
    assert "warning" in [line.level for line in await unverified.check()]
    await unverified.close()
