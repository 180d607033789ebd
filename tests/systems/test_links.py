"""From one system to the next: declared links only, each value once, until nothing is new."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calends.systems.dataset import Collection, Datasets, DeclaredField
from calends.systems.fideslang import CollectionMeta, FieldFidesMeta, FieldMeta, Reference
from calends.systems.graph import Route
from calends.systems.links import Links, Onward, fresh, merged, search_all
from calends.systems.protocol import Failure, Record, Seeds, System, SystemFailed
from calends.systems.sql import SqlSystem
from calends.systems.walk import Criterion, Row, walk
from tests.conftest import Postgres

FIELDS = ("a", "b", "c")
Link = tuple[str, str, str, str, str]
"""table, field, other table, other field, direction"""
Rows = dict[str, list[dict[str, Any]]]


class Lists:
    """A system of lists, searched by the walk as every system is."""

    def __init__(self, datasets: Datasets, tables: Rows, broken: bool = False) -> None:
        self.datasets, self.tables, self.broken = datasets, tables, broken
        self.asked: list[Seeds] = []

    async def locate(self, seeds: Seeds, reference: str = "") -> AsyncGenerator[Record, None]:
        self.asked.append(seeds)
        if self.broken:
            raise SystemFailed(Failure.UNREACHABLE, "lists")
        route = Route(self.datasets, {kind for kind, values in seeds.items() if values})
        async for collection, row in walk(route, seeds, self):
            yield Record(collection.name, {"n": row.key}, row.values)

    async def find(
        self, collection: Collection, criteria: Sequence[Criterion]
    ) -> AsyncGenerator[Row, None]:
        assert criteria
        for number, row in enumerate(self.tables[collection.table]):
            if any(row[criterion.path[0]] == criterion.value for criterion in criteria):
                yield Row(key=number, values=row)


def declared(
    home: Mapping[str, str], links: Sequence[Link], entries: set[str]
) -> dict[str, Datasets]:
    """One dataset a system, named after it."""

    def collection(table: str) -> Collection:
        fields = []
        for name in FIELDS:
            references = [
                Reference(dataset=home[other], field=f"{other}.{there}", direction=direction)
                for here, its, other, there, direction in links
                if (here, its) == (table, name)
            ]
            identity = "person" if name == "a" and table in entries else None
            fides = FieldFidesMeta(references=references, identity=identity)
            fields.append(DeclaredField((name,), fides, (), None, FieldMeta()))
        return Collection(
            home[table], table, None, tuple(fields), (), (), (), False, CollectionMeta()
        )

    return {
        system: Datasets(collection(table) for table in home if home[table] == system)
        for system in dict.fromkeys(home.values())
    }


def joined(tables: Rows, links: Sequence[Link], entries: set[str], seeds: list[str]) -> set[Any]:
    """All rows of all systems, looked at again and again until nothing new is found."""
    found = {(t, n) for t in entries for n, row in enumerate(tables[t]) if row["a"] in seeds}
    while True:
        more = set()
        for here, its, other, there, direction in links:
            first, x, second, y = (
                (here, its, other, there) if direction == "to" else (other, there, here, its)
            )
            for table, number in found:
                if table == first and (value := tables[table][number][x]):
                    more |= {(second, n) for n, row in enumerate(tables[second]) if row[y] == value}
        if more <= found:
            return found
        found |= more


@st.composite
def worlds(draw: st.DrawFn) -> tuple[dict[str, str], list[Link], set[str], Rows, list[str]]:
    tables = [f"t{n}" for n in range(draw(st.integers(1, 6)))]
    home = {table: draw(st.sampled_from(["s0", "s1", "s2"])) for table in tables}
    table, field = st.sampled_from(tables), st.sampled_from(FIELDS)
    links = draw(
        st.lists(st.tuples(table, field, table, field, st.sampled_from(["to", "from"])), max_size=9)
    )
    row = st.fixed_dictionaries(dict.fromkeys(FIELDS, st.sampled_from(["", None, "1", "2", "3"])))
    rows = {t: draw(st.lists(row, max_size=4)) for t in tables}
    entries = draw(st.sets(table, max_size=2))
    return home, links, entries, rows, draw(st.lists(st.sampled_from(["1", "9"]), min_size=1))


@settings(max_examples=300, deadline=None)
@given(worlds())
def test_a_search_over_systems_finds_what_a_search_over_one_would_each_record_once(
    world: tuple[dict[str, str], list[Link], set[str], Rows, list[str]],
) -> None:
    home, links, entries, tables, seeds = world
    datasets = declared(home, links, entries)
    systems = {name: Lists(part, tables) for name, part in datasets.items()}

    async def found() -> list[tuple[str, Any]]:
        searched = search_all(systems, Links(datasets), {"person": seeds})
        rows = []
        async for name, record in searched:
            assert isinstance(record, Record)
            assert record.collection.startswith(f"{name}.")
            rows.append((record.collection.split(".")[1], record.key["n"]))
        return rows

    rows = asyncio.run(found())
    assert len(rows) == len(set(rows))
    assert set(rows) == joined(tables, links, entries, seeds)
    unreachable = Links(datasets).unreachable({"person"})
    assert {f"{home[t]}.{t}" for t, _ in rows}.isdisjoint(
        name for names in unreachable.values() for name in names
    )
    for system in systems.values():
        asked = [{k: sorted(v) for k, v in seeds.items()} for seeds in system.asked]
        assert all(later != earlier for earlier, later in pairwise(asked))


CRM_TO_ERP: list[Link] = [("contact", "b", "account", "a", "to")]


def two_systems(broken: str = "") -> dict[str, Lists]:
    home = {"contact": "crm", "account": "erp"}
    tables: Rows = {
        "contact": [{"a": "me", "b": "42", "c": "9"}, {"a": "you", "b": "43", "c": "9"}],
        "account": [{"a": "42", "b": None, "c": None}, {"a": "43", "b": None, "c": None}],
    }
    datasets = declared(home, CRM_TO_ERP, {"contact"})
    return {name: Lists(part, tables, name == broken) for name, part in datasets.items()}


def links_of(systems: Mapping[str, Lists]) -> Links:
    return Links({name: system.datasets for name, system in systems.items()})


async def test_only_the_persons_own_number_leads_to_the_next_system() -> None:
    systems = two_systems()
    found = search_all(systems, links_of(systems), {"person": ["me"]})
    records = [record async for _, record in found]
    assert [(r.collection, r.key["n"]) for r in records if isinstance(r, Record)] == [
        ("crm.contact", 0),
        ("erp.account", 0),
    ]


async def test_a_system_that_is_down_is_named_and_the_others_are_searched() -> None:
    systems = two_systems(broken="crm")
    seeds = {"person": ["me"], "erp.account.a": ["43"]}
    found = [part async for part in search_all(systems, links_of(systems), seeds)]
    assert [(name, type(part)) for name, part in found] == [("crm", SystemFailed), ("erp", Record)]


def test_links_say_who_feeds_whom_and_where() -> None:
    links = links_of(two_systems())
    assert links.feeds("crm") == ["erp"]
    assert links.feeds("erp") == []
    assert links.entries("erp") == ["erp.account.a"]
    assert links.unreachable({"person"}) == {}
    assert links.unreachable({"loyalty"}) == {
        "crm": ["crm.contact"],
        "erp": ["erp.account"],
    }


def test_what_is_told_twice_is_not_fresh() -> None:
    asked: Seeds = {"email": ["a@b.example"], "erp.account.a": ["42"]}
    assert fresh(asked, {"erp.account.a": ["42"]}) == {}
    assert fresh(asked, {"erp.account.a": ["42", "7"]}) == {"erp.account.a": ["7"]}
    assert merged(asked, {"erp.account.a": ["7", "42"]})["erp.account.a"] == ["42", "7"]


def test_no_value_is_told_that_could_be_anybodys() -> None:
    onward = links_of(two_systems()).onward("crm", {"person"})
    for value in ("", "  ", None, True, 1.5, {"x": 1}):
        onward.add(Record("crm.contact", {}, {"a": "me", "b": value}))
    assert onward.seeds == {}
    onward.add(Record("crm.contact", {}, {"a": "me", "b": 42}))
    assert onward.seeds == {"erp": {"erp.account.a": ["42"]}}


def test_a_declaration_that_links_everybody_is_stopped() -> None:
    onward = links_of(two_systems()).onward("crm", {"person"})
    with pytest.raises(SystemFailed) as failure:
        add_many(onward)
    assert failure.value.reason is Failure.TOO_MANY


def add_many(onward: Onward) -> None:
    for number in range(20_000):
        onward.add(Record("crm.contact", {}, {"b": f"c-{number}"}))


def test_a_link_leads_to_each_system_that_has_the_dataset() -> None:
    systems = two_systems()
    datasets = {name: system.datasets for name, system in systems.items()}
    links = Links({**datasets, "erp_old": datasets["erp"]})
    assert links.feeds("crm") == ["erp", "erp_old"]
    onward = links.onward("crm", {"person"})
    onward.add(Record("crm.contact", {}, {"b": "42"}))
    assert onward.seeds == {
        "erp": {"erp.account.a": ["42"]},
        "erp_old": {"erp.account.a": ["42"]},
    }
    assert links.feeds("erp") == []


def test_a_link_without_direction_is_still_followed_when_another_system_tells_more() -> None:
    """What others tell must never make a second search find less than the first."""
    home = {"person": "s", "address": "s"}
    link: Any = ("person", "b", "address", "a", None)
    datasets = declared(home, [link], {"person"})["s"]
    told = Route(datasets, {"person", "s.address.a"})
    assert [edge.target for edge in told.outgoing("s.person")] == ["s.address"]


async def test_an_id_found_in_one_database_finds_the_account_in_another(
    postgres: Postgres, database: str, sql: asyncpg.Connection, tmp_path: Any
) -> None:
    from calends.systems.dataset import load_datasets

    other = await postgres.new_database()
    try:
        await sql.execute(
            "CREATE TABLE contact (id int primary key, email text, number bigint);"
            "INSERT INTO contact VALUES (1, 'a@b.example', 42), (2, 'c@d.example', 43)"
        )
        await postgres.execute(
            "CREATE TABLE account (number text primary key, name text);"
            "INSERT INTO account VALUES ('42', 'Ann'), ('43', 'Bob')",
            other,
        )
        crm, erp = tmp_path / "crm.yml", tmp_path / "erp.yml"
        crm.write_text(
            "dataset: [{fides_key: crm, collections: [{name: contact, fields: [{name: id},"
            " {name: email, fides_meta: {identity: email}}, {name: number}]}]}]"
        )
        erp.write_text(
            "dataset: [{fides_key: erp, collections: [{name: account, fields: [{name: name},"
            " {name: number, fides_meta: {references:"
            " [{dataset: crm, field: contact.number, direction: from}]}}]}]}]"
        )
        files = {"erp": erp, "crm": crm}
        urls = {"erp": postgres.url(other), "crm": postgres.url(database)}
        systems: dict[str, System] = {
            name: SqlSystem(name, load_datasets([files[name]]), urls[name]) for name in files
        }
        links = Links({name: load_datasets([path]) for name, path in files.items()})
        found = [
            (name, record.values.get("name"))
            async for name, record in search_all(systems, links, {"email": ["A@b.example"]})
            if isinstance(record, Record)
        ]
        for system in systems.values():
            await system.close()
        assert found == [("crm", None), ("erp", "Ann")]
    finally:
        await postgres.execute(f"DROP DATABASE {other} WITH (FORCE)")
