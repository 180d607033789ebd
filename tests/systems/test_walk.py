"""The walk against an independent search, on graphs and tables that Hypothesis makes up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calends.problems import Problem
from calends.systems import walk as walking
from calends.systems.dataset import Collection, Datasets, DeclaredField
from calends.systems.fideslang import CollectionMeta, FieldFidesMeta, FieldMeta, Reference
from calends.systems.graph import Route, erasure_order
from calends.systems.walk import Criterion, Row, values_at, walk

FIELDS = ("a", "b", "c")
Link = tuple[str, str, str, str, str | None]
"""collection, field, other collection, other field, direction"""
Tables = dict[str, list[dict[str, Any]]]


def datasets_of(names: Sequence[str], links: Sequence[Link], entries: set[str]) -> Datasets:
    def field(collection: str, name: str) -> DeclaredField:
        references = [
            Reference(dataset="d", field=f"{other}.{there}", direction=direction)
            for here, its, other, there, direction in links
            if (here, its) == (collection, name)
        ]
        identity = "person" if name == "a" and collection in entries else None
        fides = FieldFidesMeta(references=references, identity=identity)
        return DeclaredField((name,), fides, (), None, FieldMeta())

    return Datasets(
        Collection(
            dataset="d",
            table=name,
            schema=None,
            fields=tuple(field(name, column) for column in FIELDS),
            data_categories=(),
            after=(),
            erase_after=(),
            skipped=False,
            meta=CollectionMeta(),
        )
        for name in names
    )


class MemoryStore:
    """Tables in lists; it remembers what it was asked."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.asked: list[tuple[str, Criterion]] = []

    async def find(
        self, collection: Collection, criteria: Sequence[Criterion]
    ) -> AsyncGenerator[Row, None]:
        assert criteria
        self.asked += [(collection.name, criterion) for criterion in criteria]
        for number, row in enumerate(self.tables[collection.table]):
            if any(row[criterion.path[0]] == criterion.value for criterion in criteria):
                yield Row(key=number, values=row)


def brute_force(
    tables: Tables, links: Sequence[Link], entries: set[str], seeds: list[str]
) -> set[tuple[str, int]]:
    """Looks at every pair of rows again and again until nothing new is found."""
    steps = dict.fromkeys(entries, 0)
    for _ in tables:
        for here, _, other, _, direction in links:
            for first, second, ways in ((here, other, ("to", None)), (other, here, ("from", None))):
                if direction in ways and first in steps:
                    steps[second] = min(steps.get(second, 99), steps[first] + 1)
    found = {
        (name, number)
        for name in entries
        for number, row in enumerate(tables[name])
        if row["a"] in seeds
    }
    while True:
        more = set()
        for here, its, other, there, direction in links:
            for first, x, second, y, way in (
                (here, its, other, there, "to"),
                (other, there, here, its, "from"),
            ):
                allowed = direction == way or (
                    direction is None and steps.get(first, 99) < steps.get(second, 99)
                )
                if not allowed:
                    continue
                for name, number in found:
                    value = tables[name][number][x] if name == first else None
                    if value:
                        more |= {
                            (second, n) for n, row in enumerate(tables[second]) if row[y] == value
                        }
        if more <= found:
            return found
        found |= more


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[str], list[Link], set[str], Tables, list[str]]:
    names = [f"t{n}" for n in range(draw(st.integers(1, 5)))]
    name, field = st.sampled_from(names), st.sampled_from(FIELDS)
    way = st.sampled_from(["to", "from", None])
    links = draw(st.lists(st.tuples(name, field, name, field, way), max_size=7))
    value = st.sampled_from(["", None, "1", "2", "3", "4"])
    row = st.fixed_dictionaries(dict.fromkeys(FIELDS, value))
    tables = {n: draw(st.lists(row, max_size=5)) for n in names}
    entries = draw(st.sets(name, max_size=2))
    seeds = draw(st.lists(st.sampled_from(["1", "2", "9"]), min_size=1, max_size=2))
    return names, links, entries, tables, seeds


@settings(max_examples=300, deadline=None)
@given(worlds(), st.sampled_from([1, 2, 1000]))
def test_the_walk_finds_what_a_brute_force_search_finds_each_row_once_and_asks_nothing_twice(
    world: tuple[list[str], list[Link], set[str], Tables, list[str]], chunk: int
) -> None:
    names, links, entries, tables, seeds = world
    store = MemoryStore(tables)
    route = Route(datasets_of(names, links, entries), {"person"})

    async def found() -> list[tuple[str, Any]]:
        return [(c.table, row.key) async for c, row in walk(route, {"person": seeds}, store)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walking, "CHUNK", chunk)
        rows = asyncio.run(found())
    assert len(rows) == len(set(rows))
    assert set(rows) == brute_force(tables, links, entries, seeds)
    assert len(store.asked) == len(set(store.asked))
    assert {name for name, _ in rows}.isdisjoint(n.removeprefix("d.") for n in route.unreachable())


@settings(max_examples=100, deadline=None)
@given(worlds())
def test_the_order_of_erasure_holds_every_collection_once_and_keeps_the_databases_own_keys(
    world: tuple[list[str], list[Link], set[str], Tables, list[str]],
) -> None:
    names, links, entries, _, _ = world
    # Foreign keys without a cycle: from a later name to an earlier one.
    keys = [(f"d.{a}", f"d.{b}") for a, _, b, _, _ in links if a > b]
    order = erasure_order(datasets_of(names, links, entries), keys)
    assert sorted(order) == sorted(f"d.{name}" for name in names)
    assert all(order.index(child) < order.index(parent) for child, parent in keys)


async def test_an_address_two_people_share_does_not_lead_from_one_to_the_other() -> None:
    links: list[Link] = [("person", "b", "address", "a", None)]
    datasets = datasets_of(["person", "address"], links, {"person"})
    tables: Tables = {
        "person": [{"a": "me", "b": "1", "c": None}, {"a": "you", "b": "1", "c": None}],
        "address": [{"a": "1", "b": None, "c": None}],
    }
    route = Route(datasets, {"person"})
    found = [
        (c.table, row.key) async for c, row in walk(route, {"person": ["me"]}, MemoryStore(tables))
    ]
    assert found == [("person", 0), ("address", 0)]


async def test_no_identity_is_refused_before_anything_is_asked() -> None:
    store = MemoryStore({"person": [{"a": "", "b": "", "c": ""}]})
    route = Route(datasets_of(["person"], [], {"person"}), {"person"})
    with pytest.raises(Problem):
        async for _ in walk(route, {"person": ["", " "]}, store):
            pass
    assert store.asked == []


def test_values_of_equal_sort_but_other_type_are_other_questions() -> None:
    assert Criterion(("a",), 1) != Criterion(("a",), True)
    assert len({Criterion(("a",), 1), Criterion(("a",), True), Criterion(("a",), 1)}) == 2


def test_values_inside_documents_and_lists_are_all_found_and_blank_ones_are_none() -> None:
    document = {"x": [{"y": 1}, {"y": [2, None, " "]}, {"z": 3}, 4]}
    assert list(values_at(document, ("x", "y"))) == [1, 2]
