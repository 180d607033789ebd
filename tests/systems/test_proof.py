"""After an act it is looked for again: by key, and from the person."""

from __future__ import annotations

from calends.systems.proof import prove
from calends.systems.protocol import Order
from calends.systems.sql import SqlSystem
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
