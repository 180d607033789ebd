"""Records the golden histories: whole cases lived through in an office, payloads laid open.

python -m tests.replay      writes them anew (only when a change of shape is meant)
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from google.protobuf.json_format import MessageToDict, ParseDict
from temporalio.api.common.v1 import Payload

from calends.vault.codec import CaseCodec
from tests.office import Office, mail

SEALED = base64.b64encode(b"binary/calends-sealed").decode()
HISTORIES = Path(__file__).parent / "histories"
PERSON = "golden.person@replay.example"
ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."
ERASURE = "Bonjour, je vous demande d'effacer toutes les données que vous avez sur moi."
STOP = "STOP"


async def access_answered(office: Office) -> str:
    case_id = await office.receive(mail(PERSON, ACCESS))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    await office.closing(case_id)
    return case_id


async def access_reviewed(office: Office) -> str:
    case_id = await office.receive(mail("maelle.leguen@courriel.example", ACCESS))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    await office.complete(case_id, "review_access", "release")
    await office.closing(case_id)
    return case_id


async def erasure_refused(office: Office) -> str:
    case_id = await office.receive(mail("maelle.leguen@courriel.example", ERASURE))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    await office.complete(case_id, "approve_erasure", "refuse", reason="A claim is pending.")
    await office.closing(case_id)
    return case_id


async def erasure_approved(office: Office) -> str:
    case_id = await office.receive(mail("tom.whitaker@example.org", ERASURE))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    await office.complete(case_id, "approve_erasure", "approve")
    await office.recipients_answer(case_id)
    await office.closing(case_id)
    return case_id


async def prospecting_objection(office: Office) -> str:
    case_id = await office.receive(mail("huguette.pincon@poste.example", STOP, subject="STOP"))
    await office.recipients_answer(case_id)
    await office.closing(case_id)
    return case_id


async def nobody_acts(office: Office) -> str:
    case_id = await office.receive(mail(PERSON, ACCESS))
    await office.prove_contact(case_id)
    await office.task(case_id, "search_by_hand")
    await office.let_time_pass(case_id)
    return case_id


async def not_identified(office: Office) -> str:
    case_id = await office.receive(mail(PERSON, ACCESS))
    await office.case(case_id).query("view")
    await office.let_time_pass(case_id)
    return case_id


async def reopened_late(office: Office) -> str:
    case_id = await office.receive(mail(PERSON, ACCESS))
    await office.letter(case_id, "identity_request")
    await office.skip(case_id, timedelta(days=32))
    await office.letter(case_id, "not_identified")
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    await office.closing(case_id)
    return case_id


async def triaged(office: Office) -> str:
    case_id = await office.receive(mail(PERSON, "RGPD svp, merci.", subject="RGPD"))
    await office.complete(case_id, "triage", "accept", rights=["ACCESS"])
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    await office.closing(case_id)
    return case_id


async def open_waiting_for_identity(office: Office) -> str:
    case_id = await office.receive(mail(PERSON, ACCESS))
    await office.letter(case_id, "identity_request")
    return case_id


async def open_waiting_for_approval(office: Office) -> str:
    case_id = await office.receive(mail("maelle.leguen@courriel.example", ERASURE))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    await office.task(case_id, "approve_erasure")
    return case_id


CASES: tuple[Callable[[Office], Awaitable[str]], ...] = (
    access_answered,
    access_reviewed,
    erasure_refused,
    erasure_approved,
    prospecting_objection,
    nobody_acts,
    not_identified,
    reopened_late,
    triaged,
    open_waiting_for_identity,
    open_waiting_for_approval,
)


async def record(office: Office) -> None:
    """Lives through each case and writes its history. Nothing personal may stand in one."""
    HISTORIES.mkdir(exist_ok=True)
    codec = CaseCodec(office.house.keyring)
    for live in CASES:
        case_id = await live(office)
        fetched = await office.case(case_id).fetch_history()
        opened = await _laid_open(codec, json.loads(fetched.to_json()))
        text = json.dumps(opened, separators=(",", ":"), sort_keys=True)
        assert not re.search(r"@[a-z]+\.example", _decoded(opened)), f"{live.__name__}: an address"
        (HISTORIES / f"{live.__name__}.json").write_text(text + "\n", encoding="utf-8")


async def _laid_open(codec: CaseCodec, value: Any) -> Any:
    """The same JSON with every sealed payload opened, so that it replays without a register."""
    if isinstance(value, list):
        return [await _laid_open(codec, each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get("metadata", {}).get("encoding") == SEALED:
        (opened,) = await codec.decode([ParseDict(value, Payload())])
        return MessageToDict(opened)
    return {name: await _laid_open(codec, each) for name, each in value.items()}


def _decoded(value: Any) -> str:
    """All texts of a history, those inside payloads too."""
    if isinstance(value, list):
        return " ".join(_decoded(each) for each in value)
    if isinstance(value, dict):
        inside = base64.b64decode(value["data"]) if isinstance(value.get("data"), str) else b""
        return " ".join([inside.decode(errors="replace"), *map(_decoded, value.values())])
    return str(value)
