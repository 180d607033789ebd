"""Erasures applied again to a system whose backup was restored, and looked for afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from calends.systems.protocol import ActRefused, Effect, Order, System


class Erased(Protocol):
    """An erased record, as it is remembered."""

    @property
    def order(self) -> Order: ...

    def resembles(self, held: Mapping[str, Any]) -> bool:
        """Whether a record with these values is the one that was erased."""
        ...


E = TypeVar("E", bound=Erased)


@dataclass
class Replay(Generic[E]):
    """How one case's erasures stand in one system."""

    remembered: int = 0
    back: list[E] = field(default_factory=list)
    """Records that the backup brought back."""
    others: int = 0
    """Records of another person under the same key: left alone, a human looks."""
    done: int = 0
    left: int = 0
    """Brought back and still there."""
    refused: str = ""
    """Why nothing was done, in names of tables and fields."""

    @property
    def proved(self) -> bool:
        """Nothing is left that should be gone, and nothing is in doubt."""
        return not (self.left or self.others or self.refused)


async def replay(system: System, erased: Sequence[E], *, dry_run: bool) -> Replay[E]:
    """Applies the erasures of one case again. Raises SystemFailed; changes nothing in a dry run."""
    result: Replay[E] = Replay(remembered=len(erased))
    known = {_name(one.order): one for one in erased}
    async for effect in system.preview([one.order for one in erased]):
        one = known[_name(effect.order)]
        if effect.outcome == "already":
            continue
        if one.resembles(_held(effect)):
            result.back.append(one)
            result.refused = result.refused or effect.reason
        else:
            result.others += 1
    result.left = len(result.back)
    if dry_run or not result.back or result.refused:
        return result
    orders = [one.order for one in result.back]
    try:
        report = await system.carry_out(orders)
    except ActRefused as refused:
        result.refused = str(refused)
        return result
    result.done = sum(report.done.values())
    result.left = 0
    async for effect in system.preview(orders):
        result.left += effect.outcome != "already"
    return result


def _held(effect: Effect) -> dict[str, Any]:
    return {name: change.before for name, change in effect.changes.items()}


def _name(order: Order) -> str:
    return repr((order.collection, sorted(order.key.items()), order.act))
