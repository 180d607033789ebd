"""After an act it is looked for again: by key, and from the person."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import pytest

from calends.systems.connector import Connector, Opening
from calends.systems.dataset import Collection, load_datasets
from calends.systems.proof import prove
from calends.systems.protocol import ActReport, NoDryRun, Order
from calends.systems.sql import SqlSystem
from calends.systems.walk import Criterion, Row
from tests.systems.stores import Store
from tests.systems.test_acts_everywhere import ANN, bills, person, shop

__all__ = ["shop"]
ORDERS = [person("anonymise"), *bills("erase")]


async def test_a_carried_out_erasure_is_proved(shop: SqlSystem) -> None:
    before = await prove(shop, ORDERS, ANN)
    assert before.left == {"s.person": 1, "s.bill": 2, "s.line": 3}
    assert before.found == {"s.bill": 2, "s.line": 3}
    assert not before.holds
    await shop.carry_out(ORDERS)
    after = await prove(shop, ORDERS, ANN)
    assert after.holds
    assert after.new == {}


async def test_an_orphan_that_no_search_reaches_any_more_is_found_by_its_key(
    shop: SqlSystem, store: Store
) -> None:
    await shop.carry_out(ORDERS)
    await store.run("INSERT INTO bill VALUES ('b1', 2, 1.00, NULL, 0)")
    proof = await prove(shop, ORDERS, ANN)
    assert proof.left == {"s.bill": 1}
    assert proof.found == {}
    assert not proof.holds


async def test_what_came_since_is_told_apart_from_what_is_left(
    shop: SqlSystem, store: Store
) -> None:
    orders = [Order("s.line", {"bill": "b1", "position": 1}, "erase")]
    await shop.carry_out(orders)
    proof = await prove(shop, orders, ANN)
    assert proof.holds
    assert proof.new == {"s.person": 1, "s.bill": 2, "s.line": 2}
    assert (await prove(shop, orders, {})).new == {}


class Notebook(Connector):
    """A connector that erases, and cannot say beforehand what it would do."""

    pages = 1

    async def find(
        self, collection: Collection, criteria: Sequence[Criterion]
    ) -> AsyncGenerator[Row, None]:
        for number in range(self.pages):
            yield self.row(collection, {"id": number, "mail": "ann@b.example"})

    async def carry_out(self, orders: Sequence[Order], reference: str = "") -> ActReport:
        self.pages = 0
        return ActReport({"n.page:erase": len(orders)}, 0)


async def test_a_connector_without_a_dry_run_says_so_and_is_proved_by_a_search(
    tmp_path: Path,
) -> None:
    path = tmp_path / "n.yml"
    path.write_text(
        "dataset: [{fides_key: n, collections: [{name: page, fields: ["
        "{name: id, fides_meta: {primary_key: true}},"
        "{name: mail, fides_meta: {identity: email}}]}]}]"
    )
    notebook = Notebook(Opening("n", load_datasets([path])))
    orders, ann = [Order("n.page", {"id": 0}, "erase")], {"email": ["ann@b.example"]}
    with pytest.raises(NoDryRun):
        await anext(notebook.preview(orders))
    assert notebook.pages == 1
    assert (await prove(notebook, orders, ann)).found == {"n.page": 1}
    await notebook.carry_out(orders)
    assert (await prove(notebook, orders, ann)).holds
