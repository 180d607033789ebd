"""Documents and lists inside columns: searched inside where the store can, refused where not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from calends.systems.dataset import load_datasets
from calends.systems.protocol import Failure, Record, Seeds, SystemFailed
from calends.systems.sql import SqlSystem
from tests.systems.databases import KINDS, Place, empty, mariadb

__all__ = ["mariadb"]

ANN: Seeds = {"email": ["ANN@b.example"]}
DATASET = """
dataset:
  - fides_key: d
    collections:
      - name: account
        fields:
          - {name: id, fides_meta: {primary_key: true}}
          - name: doc
            fides_meta: {data_type: object}
            fields:
"""


@pytest.fixture
async def pg(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    async for made in empty("postgresql", request, tmp_path):
        yield made


@pytest.fixture(params=KINDS)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    async for made in empty(request.param, request, tmp_path):
        yield made


async def found(place: Place, folder: Path, dataset: str) -> list[Record]:
    path = folder / "d.yml"
    path.write_text(dataset)
    system = SqlSystem("d", load_datasets([path]), place.url)
    try:
        return [record async for record in system.locate(ANN)]
    finally:
        await system.close()


async def test_an_identity_inside_a_document_is_found(place: Place, tmp_path: Path) -> None:
    await place.run(
        "CREATE TABLE account (id int primary key, doc json)",
        """INSERT INTO account VALUES (1, '{"who": {"the mail": "ann@b.example", "x": 1}}'),
        (2, '{"who": {"the mail": "bob@b.example"}}'), (3, '{"who": null}'), (4, NULL),
        (5, '[]'), (6, '"ann@b.example"')""",
    )
    records = await found(
        place,
        tmp_path,
        DATASET
        + "              - name: who\n"
        + "                fields: [{name: the mail, fides_meta: {identity: email}}]\n",
    )
    assert [r.values for r in records] == [{"id": 1, "doc": {"who": {"the mail": "ann@b.example"}}}]


@pytest.mark.parametrize("place", ["mariadb", "sqlite"], indirect=True)
async def test_text_that_is_no_document_is_nobodys(place: Place, tmp_path: Path) -> None:
    await place.run(
        "CREATE TABLE account (id int primary key, doc varchar(200))",
        """INSERT INTO account VALUES (1, '{"mail": "ann@b.example"}'), (2, '{"mail": "ann@b'),
        (3, 'ann@b.example')""",
    )
    fields = "              - {name: mail, fides_meta: {identity: email}}\n"
    records = await found(place, tmp_path, DATASET + fields)
    assert [r.key for r in records] == [{"id": 1}]


@pytest.mark.parametrize("kind", ["json", "jsonb"])
async def test_a_list_inside_a_document_is_searched_member_by_member(
    pg: Place, tmp_path: Path, kind: str
) -> None:
    await pg.run(
        f"CREATE TABLE account (id int primary key, doc {kind})",
        """INSERT INTO account VALUES (1, '{"mails": ["x@b.example", "Ann@b.example"]}'),
        (2, '{"mails": ["y@b.example"]}'), (3, '{"mails": "ann@b.example"}'), (4, '{"mails": []}'),
        (5, '{"mails": [["ann@b.example"]]}'), (6, 'null')""",
    )
    fields = "              - {name: mails, fides_meta: {identity: email, data_type: 'string[]'}}\n"
    records = await found(pg, tmp_path, DATASET + fields)
    assert [r.key["id"] for r in records] == [1, 3]


async def test_a_list_of_documents_is_searched_member_by_member(pg: Place, tmp_path: Path) -> None:
    await pg.run(
        "CREATE TABLE account (id int primary key, doc jsonb)",
        """INSERT INTO account VALUES (1, '{"users": [{"mail": "b@b.example"},
        {"mail": "ann@b.example", "pay": 1}]}'), (2, '{"users": [{"mail": "b@b.example"}]}')""",
    )
    fields = (
        "              - name: users\n                fides_meta: {data_type: 'object[]'}\n"
        "                fields: [{name: mail, fides_meta: {identity: email}}]\n"
    )
    (record,) = await found(pg, tmp_path, DATASET + fields)
    assert record.values["doc"] == {"users": [{"mail": "b@b.example"}, {"mail": "ann@b.example"}]}


async def test_an_array_column_is_searched_member_by_member(pg: Place, tmp_path: Path) -> None:
    await pg.run(
        "CREATE TABLE account (id int primary key, mails text[])",
        "INSERT INTO account VALUES (1, '{x@b.example,Ann@b.example}'), (2, '{}'), (3, NULL),"
        " (4, '{annn@b.example}')",
    )
    records = await found(
        pg,
        tmp_path,
        "dataset: [{fides_key: d, collections: [{name: account, fields: [{name: id},"
        " {name: mails, fides_meta: {identity: email, data_type: 'string[]'}}]}]}]",
    )
    assert [r.values for r in records] == [{"id": 1, "mails": ["x@b.example", "Ann@b.example"]}]


@pytest.mark.parametrize("place", ["mariadb", "sqlite"], indirect=True)
async def test_a_list_where_the_store_cannot_look_inside_is_a_failure_and_never_nothing(
    place: Place, tmp_path: Path
) -> None:
    await place.run("CREATE TABLE account (id int primary key, doc json)")
    fields = "              - {name: mails, fides_meta: {identity: email, data_type: 'string[]'}}\n"
    with pytest.raises(SystemFailed, match=r"d\.account\.doc\.mails") as failure:
        await found(place, tmp_path, DATASET + fields)
    assert failure.value.reason is Failure.MAPPING
