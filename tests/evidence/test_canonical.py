from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.evidence.canonical import (
    MAX_DEPTH,
    MAX_INTEGER,
    MAX_VALUES,
    NotCanonical,
    canonical,
    parse_canonical,
)

text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
scalars = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | text
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(text, inner), max_leaves=20
)


@given(values)
def test_what_is_written_is_read_back_equal(value: Any) -> None:
    assert parse_canonical(canonical(value)) == value


@given(values, values)
def test_two_lines_are_equal_exactly_when_json_values_are(one: Any, other: Any) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (canonical(one) == canonical(other)) == same


@given(st.dictionaries(text, scalars))
def test_the_order_in_which_keys_were_set_does_not_show(value: dict[str, Any]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


@given(values)
def test_a_line_holds_no_newline(value: Any) -> None:
    assert b"\n" not in canonical(value)


@given(st.binary(max_size=200))
def test_bytes_are_canonical_or_refused_and_nothing_else(line: bytes) -> None:
    try:
        value = parse_canonical(line)
    except NotCanonical:
        return
    assert canonical(value) == line


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        (1, 2),
        {1: "a"},
        {"a": {None: 1}},
        "\ud800",
        {"\udfff": 1},
        "nul \x00",
        MAX_INTEGER + 1,
        -MAX_INTEGER - 1,
        b"bytes",
        Decimal(1),
        {1, 2},
    ],
    ids=repr,
)
def test_a_value_that_would_not_come_back_equal_is_refused(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b'{"b":1,"a":2}',
        b'{"a":1,"a":2}',
        b'{"a": 1}',
        b'{"a":1} ',
        b'"\\u00e9"',
        b'"\\/"',
        b"1.0",
        b"1e3",
        b"-0",
        b"01",
        b"NaN",
        b"Infinity",
        b'"\xff"',
        b'"\\ud800"',
        b'"\\u0000"',
        b"\xef\xbb\xbf1",
        b"9" * 5000,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" + b"0," * MAX_VALUES + b"0]",
    ],
    ids=lambda line: repr(line[:20]),
)
def test_a_line_of_any_other_form_is_refused(line: bytes) -> None:
    with pytest.raises(NotCanonical):
        parse_canonical(line)


def test_nesting_is_allowed_up_to_its_limit_and_not_beyond() -> None:
    value: Any = 1
    for _ in range(MAX_DEPTH):
        value = [value]
    assert parse_canonical(canonical(value)) == value
    with pytest.raises(NotCanonical, match="deep"):
        canonical([value])


def test_a_refusal_does_not_quote_what_it_refuses() -> None:
    with pytest.raises(NotCanonical) as refused:
        canonical({"name": ("Ada", "Lovelace")})
    assert "Ada" not in str(refused.value)
