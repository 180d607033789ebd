from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.evidence.chain import (
    FIRST,
    EvidenceBroken,
    LedgerEvent,
    chain,
    check_chain,
    event_hash,
    from_json,
    instant,
    parse_instant,
)
from tests.evidence.sample import REAL_STEPS, ledger

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

words = st.text("abz_09", max_size=5).map("k{}".format)
moments = st.integers(0, 10**15).map(lambda us: instant(EPOCH + timedelta(microseconds=us)))
facts = st.dictionaries(words, st.integers(-1000, 1000) | st.text("abcé\n ") | st.booleans())


@st.composite
def ledgers(draw: st.DrawFn, least: int = 1) -> list[LedgerEvent]:
    events: list[LedgerEvent] = []
    for _ in range(draw(st.integers(least, 6))):
        events.append(
            chain(
                events[-1] if events else None,
                case_id="case-1",
                kind=draw(words),
                at=draw(moments),
                wall=draw(moments),
                actor=draw(words),
                activity=draw(words | st.just("")),
                facts=draw(facts),
            )
        )
    return events


@given(ledgers())
def test_a_chain_holds_as_it_was_made(events: list[LedgerEvent]) -> None:
    check_chain(events)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert events[0].previous == FIRST


@given(ledgers())
def test_an_event_comes_back_equal_from_its_json(events: list[LedgerEvent]) -> None:
    assert [from_json(event.as_json()) for event in events] == events


@given(ledgers(), st.data())
def test_any_field_of_any_event_changed_is_noticed_there(
    events: list[LedgerEvent], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(events) - 1))
    change: dict[str, Any] = data.draw(
        st.sampled_from(
            [
                {"case_id": "case-2"},
                {"kind": events[place].kind + "x"},
                {"at": "1999-01-01T00:00:00.000000Z"},
                {"wall": "1999-01-01T00:00:00.000000Z"},
                {"actor": events[place].actor + "x"},
                {"activity": events[place].activity + "x"},
                {"facts": {**events[place].facts, "more": 1}},
                {"previous": "f" * 64},
                {"hash": "f" * 64},
            ]
        )
    )
    events[place] = replace(events[place], **change)
    with pytest.raises(EvidenceBroken, match=f"ledger: event {place + 1} was changed"):
        check_chain(events)


@given(ledgers(least=2), st.data())
def test_a_missing_event_that_is_not_the_last_is_named(
    events: list[LedgerEvent], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(events) - 2))
    del events[place]
    with pytest.raises(EvidenceBroken, match=f"event {place + 1} is missing or out of order"):
        check_chain(events)


@given(ledgers(least=2), st.data())
def test_two_events_in_each_others_place_are_noticed(
    events: list[LedgerEvent], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(events) - 2))
    events[place], events[place + 1] = events[place + 1], events[place]
    with pytest.raises(EvidenceBroken, match=f"event {place + 1} is missing or out of order"):
        check_chain(events)


@given(ledgers(least=2), st.data())
def test_an_event_rewritten_with_a_new_hash_breaks_the_next_link(
    events: list[LedgerEvent], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(events) - 2))
    forged = replace(events[place], kind=events[place].kind + "x")
    events[place] = replace(forged, hash=event_hash(forged))
    with pytest.raises(EvidenceBroken, match=f"event {place + 2} does not follow"):
        check_chain(events)


def test_an_event_of_another_case_cannot_be_chained_on() -> None:
    first = ledger(REAL_STEPS)[0]
    with pytest.raises(ValueError, match="another case"):
        chain(first, case_id="case-2", kind="k", at=first.at, wall=first.wall, actor="engine")
    foreign = replace(first, case_id="case-2", seq=2, previous=first.hash)
    with pytest.raises(EvidenceBroken, match="event 2 is of another case"):
        check_chain([first, replace(foreign, hash=event_hash(foreign))])


def test_facts_changed_by_their_maker_afterwards_do_not_change_the_event() -> None:
    mine: dict[str, Any] = {"systems": ["crm"]}
    first = ledger(REAL_STEPS)[0]
    event = chain(
        None, case_id="c", kind="k", at=first.at, wall=first.wall, actor="engine", facts=mine
    )
    mine["systems"].append("mail")
    check_chain([event])


@pytest.mark.parametrize(
    "wrong",
    [
        {"actor": "Ada Lovelace"},
        {"kind": ""},
        {"activity": "two words"},
        {"at": "2026-01-31T09:30:00Z"},
        {"at": "2026-01-31T09:30:00.000000+00:00"},
        {"wall": "2026-02-31T09:30:00.000000Z"},
        {"case_id": "a case"},
        {"facts": {"ratio": 0.5}},
    ],
    ids=str,
)
def test_a_field_without_its_form_is_refused_when_the_event_is_made(wrong: dict[str, Any]) -> None:
    given = {
        "case_id": "case-1",
        "kind": "case_opened",
        "at": "2026-01-31T09:30:00.000000Z",
        "wall": "2026-01-31T09:30:00.000000Z",
        "actor": "engine",
    }
    with pytest.raises(ValueError):
        chain(None, **{**given, **wrong})


@pytest.mark.parametrize("missing", ["hash", "facts", "seq"])
def test_json_without_all_fields_is_no_event(missing: str) -> None:
    value = ledger(REAL_STEPS)[0].as_json()
    del value[missing]
    with pytest.raises(ValueError, match="exactly the fields"):
        from_json(value)


@pytest.mark.parametrize("seq", [True, "1", 0, -1, None])
def test_a_seq_that_is_no_number_from_one_is_no_event(seq: Any) -> None:
    with pytest.raises(ValueError, match="seq"):
        from_json({**ledger(REAL_STEPS)[0].as_json(), "seq": seq})


def test_the_hash_is_the_sha256_of_the_canonical_json_without_it() -> None:
    event = chain(
        None,
        case_id="case-1",
        kind="case_opened",
        at="2026-01-31T09:30:00.000000Z",
        wall="2026-01-31T09:30:01.000000Z",
        actor="engine",
        activity="open_case",
        facts={"rights": ["ACCESS"], "channel": "mail"},
    )
    # jq -cS 'del(.hash)' event.json | tr -d '\n' | sha256sum
    assert event.hash == "460f42a563aae5d6d99977bbdb7a334b3c28117a4cd0c6496b7452a99e134b02"


def test_an_instant_is_written_in_utc_with_microseconds() -> None:
    paris = timezone(timedelta(hours=2))
    text = instant(datetime(2026, 7, 1, 1, 30, 0, 5, tzinfo=paris))
    assert text == "2026-06-30T23:30:00.000005Z"
    assert parse_instant(text) == datetime(2026, 7, 1, 1, 30, 0, 5, tzinfo=paris)


def test_an_instant_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        instant(datetime(2026, 7, 1))  # noqa: DTZ001
