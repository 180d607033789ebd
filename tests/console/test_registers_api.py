"""What other tools ask the registers, over HTTP."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.register.api_tokens import Scope, make_token, revoke_token
from calends.register.asking import Contact
from calends.register.case_rows import RestrictionRow
from calends.register.marks import mark_of, normal
from calends.register.objections import object_by_hand
from console.api.door import ASKS_AT_ONCE, TRIES_AT_ONCE
from tests.console.site import Site

CHECK, BATCH = "/api/v1/suppression/check", "/api/v1/suppression/batch"
TOUCH, IMPORT = "/api/v1/restriction/check", "/api/v1/import-check"
SINCE = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
CANARY = "canary.ann@example.test"


async def token(site: Site, *scopes: Scope, name: str = "newsletter") -> str:
    async with site.house.register.session() as session:
        made = await make_token(session, name, scopes or Scope)
        await session.commit()
    return made


async def objected(site: Site, *contacts: Contact) -> None:
    async with site.house.register.session() as session:
        await object_by_hand(
            session, site.house.keyring, contacts, how="phone", reason="said so", at=SINCE
        )
        await session.commit()


async def restrict(site: Site, contact: Contact, ground: str | None) -> None:
    case_id = await site.case()
    mark = mark_of(site.house.keyring, contact.channel, contact.value)
    assert mark is not None
    async with site.house.register.session() as session:
        session.add(
            RestrictionRow(
                case_id=case_id,
                right="RESTRICTION",
                channel=contact.channel,
                mark=mark,
                ground=ground,
                since=SINCE,
                lifted_at=None,
            )
        )
        await session.commit()


async def ask(site: Site, path: str, told: str, **question: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {told}"}
    return await site.browser.post(path, json=question, headers=headers)


async def test_without_a_token_there_is_no_such_address(site: Site) -> None:
    for path in (CHECK, BATCH, TOUCH, IMPORT):
        assert (await ask(site, path, "calends_guessed", channel="email")).status_code == 404
    await token(site)
    assert (await ask(site, CHECK, "calends_guessed", channel="email")).status_code == 401


async def test_whoever_objected_may_not_be_contacted_on_that_channel(site: Site) -> None:
    await objected(site, Contact("email", "Ann.Example@Example.TEST"), Contact("sms", "0612345678"))
    told = await token(site)
    answered = await ask(site, CHECK, told, channel="email", value=" ann.example@example.test ")
    assert answered.json() == {
        "may_contact": False,
        "since": "2026-11-02T09:30:00+00:00",
        "why": "objected",
        "source": "GDPR 21(3)",
    }
    for channel, value, may in (
        ("email", "bea@example.test", True),
        ("sms", "+33 6 12 34 56 78", False),
        ("phone", "+33612345678", True),
    ):
        answered = await ask(site, CHECK, told, channel=channel, value=value)
        assert answered.json()["may_contact"] is may, channel


async def test_what_can_be_no_address_is_not_written_to(site: Site) -> None:
    told = await token(site)
    answered = await ask(site, CHECK, told, channel="phone", value="twelve")
    assert answered.json() == {"may_contact": False, "why": "unreadable"}


async def test_a_batch_is_answered_in_its_order(site: Site) -> None:
    await objected(site, Contact("email", "n7@example.test"), Contact("post", "12 rue de l’Île"))
    told = await token(site)
    contacts = [{"channel": "email", "value": f"n{n}@example.test"} for n in range(999)]
    contacts.append({"channel": "post", "value": "12, RUE DE L'ILE"})
    answers = (await ask(site, BATCH, told, contacts=contacts)).json()["answers"]
    assert [n for n, one in enumerate(answers) if not one["may_contact"]] == [7, 999]


async def test_restricted_data_may_be_stored_and_not_read_changed_or_purged(site: Site) -> None:
    ann = Contact("email", "ann@example.test")
    await restrict(site, ann, "18(1)(b)")
    told = await token(site)
    for use, allowed in (("read", 0), ("change", 0), ("purge", 0), ("storage", 1)):
        found = (await ask(site, TOUCH, told, channel="email", value=ann.value, use=use)).json()
        assert found["allowed"] is bool(allowed), use
        assert (found["ground"], found["since"]) == ("18(1)(b)", "2026-11-02T09:30:00+00:00")
        assert found["source"].startswith("GDPR 18")
    other = await ask(site, TOUCH, told, channel="email", value="bea@example.test", use="purge")
    assert other.json() == {"allowed": True}


async def test_a_lifted_restriction_is_none(site: Site) -> None:
    await restrict(site, Contact("email", "ann@example.test"), None)
    await site.execute("UPDATE restrictions SET lifted_at = now()")
    told = await token(site)
    found = await ask(site, TOUCH, told, channel="email", value="ann@example.test", use="read")
    assert found.json() == {"allowed": True}


async def test_rows_of_suppressed_persons_must_not_be_imported_again(site: Site) -> None:
    await objected(site, Contact("email", "ann@example.test"), Contact("phone", "0612345678"))
    told = await token(site)
    rows = [
        {"email": "bea@example.test"},
        {"email": "ANN@example.test", "phone": "06 12 34 56 78"},
        {"phone": "+33612345678"},
        {},
    ]
    found = (await ask(site, IMPORT, told, rows=rows)).json()
    assert [(one["row"], one["channels"]) for one in found["refuse"]] == [
        (1, ["email", "phone"]),
        (2, ["phone"]),
    ]
    assert found["rows"] == 4


async def test_a_token_opens_only_what_it_was_made_for(site: Site) -> None:
    told = await token(site, Scope.SUPPRESSION)
    question = {"channel": "email", "value": "ann@example.test"}
    assert (await ask(site, CHECK, told, **question)).status_code == 200
    assert (await ask(site, TOUCH, told, **question, use="read")).status_code == 403


async def test_a_revoked_token_opens_nothing_from_the_next_question_on(site: Site) -> None:
    told, other = await token(site), await token(site, name="crm")
    question = {"channel": "email", "value": "ann@example.test"}
    assert (await ask(site, CHECK, told, **question)).status_code == 200
    async with site.house.register.session() as session:
        await revoke_token(session, "newsletter")
        await session.commit()
    assert (await ask(site, CHECK, told, **question)).status_code == 401
    assert (await ask(site, CHECK, other, **question)).status_code == 200


async def test_no_token_is_kept_that_could_be_used(site: Site) -> None:
    told = await token(site)
    [row] = await site.rows("SELECT api_tokens::text AS kept FROM api_tokens")
    assert told not in str(row["kept"])
    assert told.removeprefix("calends_") not in str(row["kept"])


FAULTY: list[tuple[bytes, str]] = [
    (b"", "not JSON"),
    (b"\xff\xfe", "not JSON"),
    (b'{"channel": "email"}', "value: Field required"),
    (b'{"channel": "pigeon", "value": "canary@example.test"}', "channel: Input should be"),
    (b'{"channel": "email", "value": "x", "canary": 1}', "Extra inputs"),
    (b'{"channel": "email", "value": ["canary"]}', "value: Input should be a valid string"),
    (b'{"channel": "email", "value": "' + b"canary" * 200 + b'"}', "value: String should have"),
    (b"[" * 5000, "not JSON"),
]


@pytest.mark.parametrize(("body", "fault"), FAULTY)
async def test_a_wrong_question_is_told_where_it_is_wrong_and_nothing_is_repeated(
    site: Site, body: bytes, fault: str
) -> None:
    headers = {"Authorization": f"Bearer {await token(site)}"}
    answered = await site.browser.post(CHECK, content=body, headers=headers)
    assert answered.status_code == 422
    assert answered.json()["error"].startswith(fault)
    assert "canary" not in answered.text


async def test_a_batch_of_more_than_a_thousand_or_a_megabyte_is_refused(site: Site) -> None:
    told = await token(site)
    contact = {"channel": "email", "value": "ann@example.test"}
    assert (await ask(site, BATCH, told, contacts=[contact] * 1001)).status_code == 422
    large = {"channel": "email", "value": "a" * 1000}
    over = await ask(site, BATCH, told, contacts=[large] * 1000)
    assert (over.status_code, over.json()) == (413, {"error": "too large"})


@pytest.fixture
def no_refill(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the site is made: a slow machine must not be refilled faster than it asks."""
    monkeypatch.setattr("console.api.door.ASKS_REFILL_SECONDS", 3600.0)


async def test_questions_beyond_the_pace_of_a_token_wait(no_refill: None, site: Site) -> None:
    told = await token(site)
    codes = [(await ask(site, CHECK, told)).status_code for _ in range(ASKS_AT_ONCE + 1)]
    assert codes.count(429) == 1
    assert codes[-1] == 429


async def test_tokens_are_not_guessed_quickly(site: Site) -> None:
    await token(site)
    codes = [(await ask(site, CHECK, f"calends_{n}")).status_code for n in range(25)]
    assert codes == [401] * TRIES_AT_ONCE + [429] * (25 - TRIES_AT_ONCE)


async def test_addresses_stand_in_no_url_and_no_log(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    told = await token(site)
    caplog.set_level(logging.DEBUG)
    await objected(site, Contact("email", CANARY))
    await ask(site, CHECK, told, channel="email", value=CANARY)
    await ask(site, BATCH, told, contacts=[{"channel": "nobody", "value": CANARY}])
    await site.execute("ALTER TABLE suppression RENAME TO elsewhere")
    broken = await ask(site, CHECK, told, channel="email", value=CANARY)
    assert broken.status_code == 503
    assert "canary" not in broken.text
    assert "canary" not in caplog.text.lower()
    get = await site.browser.get(f"{CHECK}?value={CANARY}", headers={"Authorization": told})
    assert get.status_code == 405


async def test_a_question_on_a_connection_that_died_is_asked_again(site: Site) -> None:
    told = await token(site)
    question = {"channel": "email", "value": "ann@example.test"}
    assert (await ask(site, CHECK, told, **question)).status_code == 200
    await site.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    assert (await ask(site, CHECK, told, **question)).status_code == 200


@given(st.text(max_size=80), st.sampled_from(["email", "phone", "sms", "post"]))
def test_no_odd_value_is_an_error_and_its_normal_form_is_stable(text: str, channel: str) -> None:
    known = normal(channel, text)
    assert normal(channel, known) == known


SAME: Sequence[tuple[str, str, str]] = [
    ("email", "Ann <Ann@Example.test>", "ann@example.test"),
    ("email", "mailto:ann@example.test", "ann@example.test"),
    ("phone", "06.12.34.56.78", "+33612345678"),
    ("phone", "0033 6 12 34 56 78", "+33612345678"),
    ("post", "12 rue de l'Église, 44000 NANTES", "12 rue de l eglise 44000 nantes"),
]


@pytest.mark.parametrize(("channel", "written", "known"), SAME)
def test_ways_of_writing_one_address_are_one(channel: str, written: str, known: str) -> None:
    assert normal(channel, written) == known
