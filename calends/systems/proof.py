"""After an act: is it so? Asked twice, for a search alone would not find orphans, whose way from
the person was erased with the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass

from calends.systems.protocol import NoDryRun, Order, Seeds, System
from calends.systems.table_rows import named


@dataclass(frozen=True)
class Proof:
    """Counts by collection; nothing personal."""

    left: Mapping[str, int]
    """Ordered records that are not as ordered."""
    found: Mapping[str, int]
    """Records that leave by the orders and that a search from the person still finds."""
    new: Mapping[str, int]
    """Records of the person that the orders do not name: came since, or kept."""

    @property
    def holds(self) -> bool:
        return not self.left and not self.found


async def prove(
    system: System, orders: Sequence[Order], seeds: Seeds, reference: str = ""
) -> Proof:
    """Looks for each ordered record by its key, where the system can, then for the person again.
    `seeds` may be empty: then only the keys are looked for. `reference`: the acts'; the search has
    a name of its own, for a processor remembers what it answered to the first one.

    Raises SystemFailed, Problem.
    """
    left: Counter[str] = Counter()
    gone = {(order.collection, named(order.key)) for order in orders if order.act == "erase"}
    with suppress(NoDryRun):
        async with aclosing(system.preview(orders, reference)) as effects:
            async for effect in effects:
                left[effect.order.collection] += effect.outcome != "already"
    ordered = {(order.collection, named(order.key)) for order in orders}
    found: Counter[str] = Counter()
    new: Counter[str] = Counter()
    if any(value.strip() for values in seeds.values() for value in values):
        again = f"{reference}:again" if reference else ""
        async with aclosing(system.locate(seeds, again)) as records:
            async for record in records:
                place = (record.collection, named(record.key))
                found[record.collection] += place in gone
                new[record.collection] += place not in ordered
    return Proof(dict(+left), dict(+found), dict(+new))
