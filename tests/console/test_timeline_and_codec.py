"""The timeline in words, its evidence, and the codec server that only decodes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from google.protobuf import json_format
from temporalio.api.common.v1 import Payload, Payloads

from calends.evidence.verify import verify_file
from calends.vault.codec import CaseCodec
from console.app import create_app
from console.desk.texts.timeline import FAMILIES
from console.who import Role, User, current_user
from tests.console.site import OURS, Site
from tests.office import Office, mail

DPO = User("user-1", "Ada Régnier", frozenset({Role.DPO}))
APPROVER = User("user-3", "Louis Ferrand", frozenset({Role.APPROVER}))
AUDITOR = User("user-4", "Irène Vidal", frozenset({Role.AUDITOR}))
ENGINEER = User("user-6", "Max Ide", frozenset({Role.ENGINEER}))
VAGUE = "Bonjour, une question sur le RGPD. Merci."
DECODE = "/desk/codec/decode"


@pytest.fixture
async def site(office_site: Site) -> AsyncIterator[Site]:
    object.__setattr__(office_site.app.state.deciding, "undo", timedelta())
    office_site.sign_in(DPO)
    yield office_site
    office_site.sign_in(None)


async def closed(office: Office) -> tuple[str, str]:
    case = await office.receive(mail("quelquun@courriel.example", VAGUE, subject="RGPD"))
    await office.complete(case, "triage", "not_a_request", reason="une question")
    await office.closing(case)
    return case, str((await office.row(case)).reference)


async def test_every_event_of_a_case_is_told_in_words_in_both_languages(
    office: Office, site: Site
) -> None:
    case, reference = await closed(office)
    kinds = {kind for kind, _ in await office.ledger(case)}
    assert kinds <= set(FAMILIES["event_"])
    for language, words in (("fr", "Dossier clos"), ("en", "Case closed")):
        page = await site.browser.get(f"/desk/case/{reference}/timeline?lang={language}")
        assert words in page.text
        assert page.text.count("<li class=") >= len(await office.ledger(case))


async def test_the_evidence_that_is_downloaded_verifies(
    office: Office, site: Site, tmp_path: Path
) -> None:
    case, reference = await closed(office)
    await site.browser.get(f"/desk/case/{reference}")  # a look of the console is evidence too
    file = tmp_path / "case.calends"
    site.sign_in(AUDITOR)
    answer = await site.browser.get(f"/desk/case/{reference}/evidence")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{reference}.calends"'
    file.write_bytes(answer.content)
    assert verify_file(file).case_id == case
    site.sign_in(APPROVER)
    assert (await site.browser.get(f"/desk/case/{reference}/evidence")).status_code == 403


async def sealed(site: Site, case: str, words: bytes) -> str:
    codec = CaseCodec(site.house.keyring, case)
    payloads = await codec.encode([Payload(metadata={"encoding": b"json/plain"}, data=words)])
    return json_format.MessageToJson(Payloads(payloads=payloads))


async def test_an_engineer_decodes_and_each_look_is_in_the_ledger_of_the_case(
    office: Office, site: Site
) -> None:
    case, _ = await closed(office)
    body = await sealed(site, case, b'"hello"')
    site.sign_in(ENGINEER)
    answer = await site.browser.post(DECODE, content=body, headers=OURS)
    opened = json_format.ParseDict(answer.json(), Payloads())
    assert opened.payloads[0].data == b'"hello"'
    looks = [facts for kind, facts in await office.ledger(case) if kind == "looked_at"]
    assert {"what": "payloads", "by": ENGINEER.id} in looks


async def test_nobody_but_an_engineer_decodes_and_there_is_no_way_to_encode(
    office: Office, site: Site
) -> None:
    case, _ = await closed(office)
    body = await sealed(site, case, b'"hello"')
    for user in (DPO, AUDITOR, APPROVER):
        site.sign_in(user)
        assert (await site.browser.post(DECODE, content=body, headers=OURS)).status_code == 403
    site.sign_in(ENGINEER)
    assert (await site.browser.post("/desk/codec/encode", headers=OURS)).status_code == 404


async def test_what_is_no_payload_or_was_changed_is_refused_without_a_trace(
    office: Office, site: Site
) -> None:
    case, _ = await closed(office)
    site.sign_in(ENGINEER)
    for nonsense in (b"", b"{", b'{"payloads": 3}', b"\xff"):
        answer = await site.browser.post(DECODE, content=nonsense, headers=OURS)
        assert answer.status_code in (200, 400)
    body = json.loads(await sealed(site, case, b'"hello"'))
    body["payloads"][0]["data"] = body["payloads"][0]["data"][::-1]
    answer = await site.browser.post(DECODE, content=json.dumps(body), headers=OURS)
    assert answer.status_code in (400, 410)


async def test_the_temporal_ui_asks_from_its_own_origin_and_no_other_does(
    office: Office, site: Site
) -> None:
    """As the UI does it: a preflight, then a POST with cookies and its namespace."""
    case, _ = await closed(office)
    body = await sealed(site, case, b'"hello"')
    ui = "https://temporal.page.test"
    settings = office.house.settings.model_copy(update={"temporal_ui_url": f"{ui}/"})
    house = replace(office.house, settings=settings)
    app = create_app(house, office.skipper.client)
    app.dependency_overrides[current_user] = lambda: ENGINEER
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://page.test") as browser:
        preflight = await browser.options(DECODE, headers={"Origin": ui})
        assert preflight.headers["Access-Control-Allow-Origin"] == ui
        assert preflight.headers["Access-Control-Allow-Credentials"] == "true"
        assert "X-Namespace" in preflight.headers["Access-Control-Allow-Headers"]
        asked = {"Sec-Fetch-Site": "same-site", "X-Namespace": "calends"}
        answer = await browser.post(DECODE, content=body, headers={**asked, "Origin": ui})
        opened = json_format.ParseDict(answer.json(), Payloads())
        assert opened.payloads[0].data == b'"hello"'
        assert answer.headers["Access-Control-Allow-Origin"] == ui
        other = {**asked, "Origin": "https://evil.page.test"}
        assert (await browser.post(DECODE, content=body, headers=other)).status_code == 403
        page = await browser.get(f"/desk/case/{(await office.row(case)).reference}/timeline")
        assert page.status_code == 403


async def test_the_timeline_leads_who_may_to_the_workflow_in_the_temporal_ui(
    office: Office, site: Site
) -> None:
    case, reference = await closed(office)
    settings = office.house.settings.model_copy(update={"temporal_ui_url": "https://ui.test/"})
    house = replace(office.house, settings=settings)
    app = create_app(house, office.skipper.client)
    both = User("user-7", "Max Ide", frozenset({Role.DPO, Role.ENGINEER}))
    app.dependency_overrides[current_user] = lambda: both
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://page.test") as browser:
        page = await browser.get(f"/desk/case/{reference}/timeline")
    namespace = settings.temporal_namespace
    assert f'href="https://ui.test/namespaces/{namespace}/workflows/{case}"' in page.text
    site.sign_in(DPO)
    page = await site.browser.get(f"/desk/case/{reference}/timeline")
    assert "/workflows/" not in page.text


async def test_another_site_may_not_call_the_codec_server(office: Office, site: Site) -> None:
    site.sign_in(ENGINEER)
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    assert (await site.browser.post(DECODE, content="{}", headers=headers)).status_code == 403
