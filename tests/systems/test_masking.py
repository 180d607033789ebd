"""Masks: as the declaration asks, fitting their columns, never two alike, nothing to undo."""

from __future__ import annotations

import re
import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table
from sqlalchemy import types as sql
from sqlalchemy.types import TypeEngine

from calends.systems.dataset import Collection, DeclaredField
from calends.systems.fideslang import CollectionMeta, FieldFidesMeta, FieldMeta, Masking
from calends.systems.masking import STRATEGIES, base36, mask
from calends.systems.protocol import ActRefused
from calends.systems.tables import Schema


def masked(
    key: dict[str, Any],
    kind: TypeEngine[Any],
    strategy: str = "",
    *,
    nullable: bool = False,
    unique: bool = False,
    length: int | None = None,
    **configuration: Any,
) -> Any:
    """The mask of the field `v` in a table with that key."""
    masking = Masking(strategy=strategy, configuration=configuration) if strategy else None
    field = DeclaredField(
        ("v",), FieldFidesMeta(length=length), ("user.name",), masking, FieldMeta()
    )
    collection = Collection("s", "t", None, (field,), (), (), (), False, CollectionMeta())
    table = Table("t", MetaData(), Column("v", kind, nullable=nullable))
    schema = Schema(tables={"s.t": table}, places={"s.t": ("", "t")})
    schema.unique["s.t"] = {"v"} if unique else set()
    return mask(schema, collection, "v", key)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("length", [None, 1, 8, 200])
def test_every_strategy_of_fides_gives_a_text_that_fits(strategy: str, length: int | None) -> None:
    text = masked({"id": 7}, sql.String(40), strategy, length=length, rewrite_value="gone")
    assert isinstance(text, str)
    assert 1 <= len(text) <= min(40, length or 40)
    assert text == masked({"id": 7}, sql.String(40), strategy, length=length, rewrite_value="gone")


@pytest.mark.parametrize("strategy", ["", "null_rewrite"])
def test_what_may_be_empty_is_emptied(strategy: str) -> None:
    assert masked({"id": 7}, sql.String(40), strategy, nullable=True) is None


def test_a_constant_keeps_its_words_and_a_suffix_its_form() -> None:
    preserved = {"suffix": "@masked.example"}
    text = masked(
        {"id": 7},
        sql.String(40),
        "string_rewrite",
        rewrite_value="x",
        format_preservation=preserved,
    )
    assert text == "x@masked.example"
    other = masked(
        {"id": 7},
        sql.String(40),
        "random_string_rewrite",
        length=30,
        format_preservation=preserved,
    )
    assert re.fullmatch("[0-9a-f]+@masked.example", other)
    assert len(other) == 30


@pytest.mark.parametrize("strategy", ["hash", "hmac", "aes_encrypt"])
def test_what_fides_makes_from_the_value_is_made_from_the_place(strategy: str) -> None:
    """The mask does not see the value at all: there is nothing to guess back or decipher."""
    long = masked({"id": 7}, sql.Text(), strategy)
    assert re.fullmatch("[0-9a-f]{128}", long)
    assert long != masked({"id": 8}, sql.Text(), strategy)


@given(st.sets(st.integers(-(2**31), 2**31 - 1), min_size=2, max_size=60), st.integers(9, 40))
def test_no_two_masks_of_a_unique_text_are_equal_even_to_a_database_that_ignores_case(
    numbers: set[int], length: int
) -> None:
    masks = [masked({"id": n}, sql.String(length), "string_rewrite", unique=True) for n in numbers]
    assert len({text.casefold() for text in masks}) == len(numbers)
    assert all(len(text) <= length for text in masks)


@given(st.sets(st.integers(0, 2**31 - 1), min_size=2, max_size=60))
def test_no_two_masks_of_a_unique_number_are_equal(numbers: set[int]) -> None:
    masks = {masked({"id": n}, sql.Integer(), unique=True) for n in numbers}
    assert len(masks) == len(numbers)
    assert all(-(2**31) <= value < 0 for value in masks)


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ({"id": 10**9}, sql.String(4)),
        ({"code": "abc"}, sql.String(12)),
        ({"a": 1, "b": 2}, sql.Integer()),
        ({"id": 2**15}, sql.SmallInteger()),
        ({"id": 1}, sql.Date()),
    ],
)
def test_a_unique_column_too_narrow_for_sure_masks_is_refused(
    key: dict[str, Any], kind: TypeEngine[Any]
) -> None:
    with pytest.raises(ActRefused, match="unique"):
        masked(key, kind, unique=True)


@pytest.mark.parametrize(
    ("kind", "filler"),
    [
        (sql.Boolean(), False),
        (sql.Integer(), 0),
        (sql.BigInteger(), 0),
        (sql.Numeric(8, 2), Decimal(0)),
        (sql.Float(), 0.0),
        (sql.Date(), date(1970, 1, 1)),
        (sql.DateTime(), datetime(1970, 1, 1)),  # noqa: DTZ001
        (sql.LargeBinary(), b""),
        (sql.JSON(), {}),
        (sql.ARRAY(sql.Text()), []),
        (sql.Uuid(), uuid.UUID(int=0)),
    ],
)
def test_a_mandatory_column_of_each_type_gets_a_value_that_says_nothing(
    kind: TypeEngine[Any], filler: Any
) -> None:
    assert masked({"id": 1}, kind, "string_rewrite") == filler


def test_a_column_that_no_mask_fits_is_refused() -> None:
    with pytest.raises(ActRefused, match="none can mask"):
        masked({"id": 1}, sql.Enum("a", "b", name="letters"))


@given(st.integers(0, 2**80))
def test_base_36_is_read_back(number: int) -> None:
    assert int(base36(number), 36) == number
