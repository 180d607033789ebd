"""The other datasets of Fides, on tables made from their own declarations: every identity of every
one, against joins by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from calends.systems.dataset import Datasets, load_datasets
from calends.systems.protocol import Seeds
from calends.systems.sql import SqlSystem
from tests.systems.databases import Place, empty, mariadb

__all__ = ["mariadb"]

Found = dict[str, list[str]]


@pytest.fixture
async def pg(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    async for made in empty("postgresql", request, tmp_path):
        yield made


@pytest.fixture
async def my(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    async for made in empty("mariadb", request, tmp_path):
        yield made


async def made(place: Place, datasets: Datasets, rows: dict[str, list[dict[str, str]]]) -> None:
    """A table for each collection with every declared column, and these rows."""
    quote = "`" if place.kind == "mariadb" else '"'
    for collection in datasets:
        columns = ", ".join(f"{quote}{name}{quote} varchar(80)" for name in collection.columns)
        await place.run(f"CREATE TABLE {quote}{collection.table}{quote} ({columns})")
        for row in rows.get(collection.table, []):
            names = ", ".join(f"{quote}{name}{quote}" for name in row)
            values = ", ".join(f"'{value}'" for value in row.values())
            await place.run(
                f"INSERT INTO {quote}{collection.table}{quote} ({names}) VALUES ({values})"
            )


async def ids(place: Place, datasets: Datasets, seeds: Seeds) -> tuple[Found, list[str]]:
    system = SqlSystem("s", datasets, place.url)
    found: Found = {}
    async for record in system.locate(seeds):
        found.setdefault(record.collection.split(".")[1], []).append(str(record.values.get("id")))
    missed = [name.split(".")[1] for name in system.unreachable(seeds)]
    await system.close()
    return {name: sorted(values) for name, values in found.items()}, missed


async def test_each_of_several_identities_finds_the_person(pg: Place, shared: Path) -> None:
    datasets = load_datasets([shared / "fides/graph_multiple_identities.yml"])
    await made(
        pg,
        datasets,
        {"customer": [{"id": "7", "email": "a@b.example"}, {"id": "8", "email": "c@b.example"}]},
    )
    assert await ids(pg, datasets, {"email": ["A@b.example"]}) == ({"customer": ["7"]}, [])
    assert await ids(pg, datasets, {"user_id": ["7"]}) == ({"customer": ["7"]}, [])
    both: Seeds = {"user_id": ["7"], "email": ["c@b.example"]}
    assert await ids(pg, datasets, both) == ({"customer": ["7", "8"]}, [])


async def test_an_identity_that_is_not_given_leaves_its_collection_unreached_and_said_so(
    pg: Place, shared: Path
) -> None:
    datasets = load_datasets([shared / "fides/graph_optional_identities.yml"])
    rows = {"customer": [{"id": "7"}], "address": [{"id": "1", "email": "a@b.example"}]}
    await made(pg, datasets, rows)
    assert await ids(pg, datasets, {"email": ["a@b.example"]}) == ({"address": ["1"]}, ["customer"])
    assert await ids(pg, datasets, {"user_id": ["7"]}) == ({"customer": ["7"]}, ["address"])


async def test_what_only_a_reference_leads_to_is_found(pg: Place, shared: Path) -> None:
    datasets = load_datasets([shared / "fides/graph_reachable_by_reference.yml"])
    rows = {
        "customer": [{"id": "7", "address_id": "1"}, {"id": "8", "address_id": "2"}],
        "address": [{"id": "1", "email": "a@b.example"}, {"id": "2"}],
    }
    await made(pg, datasets, rows)
    found, missed = await ids(pg, datasets, {"user_id": ["7"]})
    assert (found, missed) == ({"customer": ["7"], "address": ["1"]}, [])


async def test_what_nothing_leads_to_is_named_and_not_found(pg: Place, shared: Path) -> None:
    datasets = load_datasets([shared / "fides/graph_unreachable_with_data_categories.yml"])
    rows = {"customer": [{"id": "7", "email": "a@b.example"}], "address": [{"id": "1"}]}
    await made(pg, datasets, rows)
    found, missed = await ids(pg, datasets, {"email": ["a@b.example"]})
    assert (found, missed) == ({"customer": ["7"]}, ["address"])


async def test_the_shop_of_fides_in_mariadb(my: Place, shared: Path) -> None:
    datasets = load_datasets([shared / "fides/mysql_example_test_dataset.yml"])
    rows: dict[str, list[dict[str, str]]] = {
        "customer": [
            {"id": "1", "email": "ann@b.example", "address_id": "1"},
            {"id": "2", "email": "bob@b.example", "address_id": "2"},
        ],
        "address": [{"id": str(n)} for n in (1, 2, 3, 4)],
        "login": [{"id": "1", "customer_id": "1"}, {"id": "2", "customer_id": "2"}],
        "orders": [
            {"id": "o1", "customer_id": "1", "shipping_address_id": "3"},
            {"id": "o2", "customer_id": "2", "shipping_address_id": "2"},
        ],
        "order_item": [
            {"order_id": "o1", "product_id": "p1"},
            {"order_id": "o2", "product_id": "p2"},
        ],
        "product": [{"id": "p1"}, {"id": "p2"}],
        "payment_card": [{"id": "c1", "customer_id": "1", "billing_address_id": "4"}],
        "employee": [{"id": "9", "email": "eve@b.example", "address_id": "2"}],
        "service_request": [
            {"id": "s1", "alt_email": "ann@b.example"},
            {"id": "s2", "employee_id": "9"},
        ],
        "Lead": [{"email": "ANN@b.example"}],
        "visit": [{"email": "ann@b.example"}, {"email": "bob@b.example"}],
        "report": [{"id": "r1", "email": "bob@b.example"}],
    }
    await made(my, datasets, rows)
    found, missed = await ids(my, datasets, {"email": ["ann@b.example"]})
    assert missed == []
    assert found == {
        "customer": ["1"],
        "service_request": ["s1"],
        "visit": ["None"],
        "Lead": ["None"],
        "address": ["1", "3", "4"],
        "login": ["1"],
        "orders": ["o1"],
        "payment_card": ["c1"],
        "order_item": ["None"],
        "product": ["p1"],
    }
    found, _ = await ids(my, datasets, {"email": ["eve@b.example"]})
    assert found == {"employee": ["9"], "address": ["2"], "service_request": ["s2"]}
