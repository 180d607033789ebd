"""What leaves the house in an evidence file: sealed payloads, and nothing when one is not."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path

import pytest
from temporalio.api.common.v1 import Payload, Payloads, SearchAttributes
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

import activities
from calends.engine.observing import SEALED, in_the_clear, observer, sealed_history
from calends.evidence.exporting import HISTORY_BLOB, TESTIFYING, history_lines
from calends.evidence.signing import load_signing_key
from calends.register.models import CaseRow
from calends.vault.codec import CaseCodec
from tests.commands.conftest import Calends
from tests.office import Office, mail

PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=b'"in the clear"')
CLOSED = Payload(metadata={"encoding": SEALED}, data=b"sealed")


def signalled(payload: Payload) -> HistoryEvent:
    event = HistoryEvent(event_id=5)
    event.workflow_execution_signaled_event_attributes.input.CopyFrom(Payloads(payloads=[payload]))
    return event


def marked(name: str, detail: str, payload: Payload) -> HistoryEvent:
    event = HistoryEvent(event_id=5)
    marker = event.marker_recorded_event_attributes
    marker.marker_name = name
    marker.details[detail].CopyFrom(Payloads(payloads=[payload]))
    return event


def summarised(payload: Payload) -> HistoryEvent:
    event = HistoryEvent(event_id=5)
    event.user_metadata.summary.CopyFrom(payload)
    return event


def failed(payload: Payload) -> HistoryEvent:
    event = HistoryEvent(event_id=5)
    failure = event.activity_task_failed_event_attributes.failure
    failure.cause.cause.encoded_attributes.CopyFrom(payload)
    return event


def memorised(payload: Payload) -> HistoryEvent:
    event = HistoryEvent(event_id=1)
    event.workflow_execution_started_event_attributes.memo.fields["note"].CopyFrom(payload)
    return event


def carried(payload: Payload) -> HistoryEvent:
    event = HistoryEvent(event_id=1)
    event.workflow_execution_started_event_attributes.header.fields["x"].CopyFrom(payload)
    return event


@pytest.mark.parametrize("event", [signalled, summarised, failed, memorised, carried])
def test_a_payload_in_the_clear_is_seen_wherever_it_lies(event: object) -> None:
    assert callable(event)
    assert in_the_clear(event(PLAIN))
    assert not in_the_clear(event(CLOSED))


def test_of_a_marker_only_what_the_sdk_writes_itself_may_be_in_the_clear() -> None:
    assert not in_the_clear(marked("core_local_activity", "data", PLAIN))
    assert in_the_clear(marked("core_local_activity", "result", PLAIN))
    assert not in_the_clear(marked("core_patch", "patch-data", PLAIN))
    assert in_the_clear(marked("another", "data", PLAIN))


def test_search_attributes_are_ours_and_may_be_in_the_clear() -> None:
    event = HistoryEvent(event_id=3)
    attributes = event.upsert_workflow_search_attributes_event_attributes
    attributes.search_attributes.CopyFrom(SearchAttributes(indexed_fields={"CalendsState": PLAIN}))
    assert not in_the_clear(event)


def test_the_encoding_that_is_looked_for_is_the_one_that_the_codec_gives() -> None:
    sealed = asyncio.run(CaseCodec(_Keys()).encode([PLAIN]))  # type: ignore[arg-type]
    assert sealed[0].metadata["encoding"] == SEALED


class _Keys:
    """A keyring of one key."""

    async def get(self, key_id: str) -> object:
        from calends.vault.keys import CaseKey

        return CaseKey(key_id, b"k" * 32)


def test_every_activity_that_is_said_to_testify_exists() -> None:
    source = "".join(path.read_text() for path in Path(str(activities.__path__[0])).glob("*.py"))
    for name in TESTIFYING:
        assert f"    @activity.defn\n    async def {name}(" in source


async def test_an_archived_history_is_exported_without_the_engine(
    office: Office, calends: Calends, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = await office.receive(
        mail(
            "huguette.pincon@poste.example",
            "Je m'oppose à l'utilisation de mes données à des fins de prospection.",
        )
    )
    await office.recipients_answer(case_id)
    await office.closing(case_id)
    await archive(office, case_id)
    monkeypatch.setenv("CALENDS_TEMPORAL_ADDRESS", "127.0.0.1:1")
    file = tmp_path / "case.evidence"
    ran = await calends("evidence", "export", case_id, "-o", str(file))
    assert (ran.code, ran.err) == (0, "")
    again = await calends("evidence", "export", case_id, "-o", str(file))
    assert (again.code, again.out) == (2, "")
    forced = await calends("evidence", "export", case_id, "-o", str(file), "--force")
    assert forced.code == 0
    payloads = [
        p
        for p in _payloads([json.loads(line) for line in file.read_text().splitlines()])
        if "data" in p
    ]
    kinds = {base64.b64decode(payload["metadata"]["encoding"]) for payload in payloads}
    assert SEALED in kinds


async def archive(office: Office, case_id: str) -> None:
    client: Client = await observer(office.house.settings)
    lines = history_lines(await sealed_history(client, case_id))
    key = await office.house.keyring.get(case_id)
    async with office.house.register.session() as session:
        await office.house.blobs.write(session, key, HISTORY_BLOB, lines)
        case = await session.get_one(CaseRow, case_id)
        case.history_archived = True
        await session.commit()


def _payloads(value: object) -> list[dict[str, dict[str, str]]]:
    if isinstance(value, dict):
        own = [value] if isinstance(value.get("metadata"), dict) else []
        return own + [found for inner in value.values() for found in _payloads(inner)]
    if isinstance(value, list):
        return [found for inner in value for found in _payloads(inner)]
    return []


async def test_the_key_to_publish_verifies_what_its_machine_signs(
    calends: Calends, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CALENDS_DATABASE_URL", "postgresql+asyncpg://nobody@/none")
    ran = await calends("evidence", "key")
    assert ran.code == 0
    key = load_signing_key(tmp_path / "var/keys/signing.key").public
    assert (ran.out, key.fingerprint in ran.err) == (f"{key.text}\n", True)
