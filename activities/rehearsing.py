"""The dry run of a plan in one system: its effects as lines, and their counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing

import orjson

from activities.orders import Rehearsed
from calends.systems.protocol import ActRefused, Effect, NoDryRun, Order, System
from calends.systems.table_rows import named


def rehearsal_blob(system: str) -> str:
    """The blob with what each record of the plan would become, one a line."""
    return f"rehearsal:{system}"


class Rehearsal:
    """What `sure` orders would do, and `doubtful` ones besides, which a human may add to them."""

    def __init__(self, system: System, reference: str) -> None:
        self._system, self._reference = system, reference
        self._counts: Counter[str] = Counter()
        self._doubtful: Counter[str] = Counter()
        self._can = True

    async def lines(self, sure: Sequence[Order], doubtful: Sequence[Order]) -> AsyncIterator[bytes]:
        """JSON lines: `undecided` says that it would happen only if all were approved. What would
        be refused for the whole is one line without a key."""
        async for effect in self._effects(sure):
            self._counts[effect.outcome] += 1
            yield _line(effect, undecided=False)
        if not doubtful:
            return
        # What holds a record back may itself be among the undecided: all are looked at together.
        added = {_place(order) for order in doubtful}
        async for effect in self._effects([*sure, *doubtful]):
            self._doubtful[effect.outcome] += 1
            if _place(effect.order) in added:
                yield _line(effect, undecided=True)

    def result(self, name: str) -> Rehearsed:
        return Rehearsed(
            system=name, can=self._can, counts=dict(self._counts), with_all=dict(self._doubtful)
        )

    async def _effects(self, orders: Sequence[Order]) -> AsyncIterator[Effect]:
        if not orders or not self._can:
            return
        try:
            async with aclosing(self._system.preview(orders, self._reference)) as effects:
                async for effect in effects:
                    yield effect
        except NoDryRun:
            self._can = False
        except ActRefused as refused:
            order = Order(refused.table, {}, orders[0].act)
            yield Effect(order, "refused", {}, refused.reason)


def _place(order: Order) -> tuple[str, str]:
    return order.collection, named(order.key)


def _line(effect: Effect, *, undecided: bool) -> bytes:
    line = {
        "collection": effect.order.collection,
        "key": effect.order.key,
        "act": effect.order.act,
        "outcome": effect.outcome,
        "reason": effect.reason,
        "fields": {n: [change.before, change.after] for n, change in effect.changes.items()},
        "undecided": undecided,
    }
    return orjson.dumps(line, option=orjson.OPT_NON_STR_KEYS) + b"\n"
