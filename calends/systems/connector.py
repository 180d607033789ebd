"""The ground for every kind of system that is no SQL database: the walk, the refusals, the checks.

A connector says what it holds that meets some criteria (`find`); everything else is here. See
examples/plugin for one, and testkit.py for what it must prove.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from calends.systems.dataset import Collection, Datasets
from calends.systems.graph import Route
from calends.systems.matching import normal
from calends.systems.protocol import (
    ActRefused,
    ActReport,
    Candidate,
    Channel,
    CheckLine,
    Effect,
    Event,
    Failure,
    NoDryRun,
    Order,
    Record,
    Seeds,
    SystemFailed,
)
from calends.systems.reach import reach_lines
from calends.systems.records import record_of
from calends.systems.walk import Criterion, Row, values_at, walk

ROW_LIMIT = 1_000_000


@dataclass(frozen=True)
class Opening:
    """What a connector is made of: its declaration, and its own settings with secrets put in."""

    name: str
    datasets: Datasets
    settings: Mapping[str, Any] = field(default_factory=dict)
    folder: Path = Path()
    """Where the company file stands: relative paths count from here."""
    for_acts: bool = False


class Connector(ABC):
    """A system that can be searched. Failures are raised as SystemFailed, without any value."""

    row_limit = ROW_LIMIT

    def __init__(self, opening: Opening) -> None:
        self.name, self.datasets = opening.name, opening.datasets

    @abstractmethod
    def find(
        self, collection: Collection, criteria: Sequence[Criterion]
    ) -> AsyncGenerator[Row, None]:
        """The rows that meet any one criterion, as they come; `self.row` makes them. Never called
        without a criterion. A store that can only search roughly filters with `meets`."""

    async def check_place(self) -> list[CheckLine]:
        """What is right and wrong with the place itself; the declaration is checked already."""
        return []

    async def close(self) -> None:  # noqa: B027  most hold nothing open
        """Gives back what it holds open."""

    # What follows is the same for every connector.

    def row(self, collection: Collection, values: Mapping[str, Any]) -> Row:
        """A row of these values; what is not declared is left out."""
        kept = {name: values.get(name) for name in collection.columns}
        return Row(key=repr(key_of(collection, kept)), values=kept)

    async def locate(self, seeds: Seeds, reference: str = "") -> AsyncGenerator[Record, None]:
        found = 0
        async with aclosing(walk(self._route(seeds), seeds, self)) as rows:
            async for collection, row in rows:
                found += 1
                if found > self.row_limit:
                    raise SystemFailed(Failure.TOO_MANY, collection.name)
                yield record_of(collection, key_of(collection, row.values), row.values)

    async def candidates(self, seeds: Seeds) -> AsyncGenerator[Candidate, None]:
        """None, unless the connector can search by likeness."""
        nobody: list[Candidate] = []
        for candidate in nobody:
            yield candidate

    def unreachable(self, seeds: Seeds) -> list[str]:
        return self._route(seeds).unreachable()

    async def preview(
        self, orders: Sequence[Order], reference: str = ""
    ) -> AsyncGenerator[Effect, None]:
        """What is not changed by us is refused. A connector that can change something has its own,
        or this raises NoDryRun."""
        if type(self).carry_out is not Connector.carry_out:
            raise NoDryRun(self.name)
        for order in orders:
            yield Effect(order, "refused", {}, BY_HAND)

    async def carry_out(self, orders: Sequence[Order], reference: str = "") -> ActReport:
        """Raises ActRefused; a connector that can change something has its own."""
        for order in orders:
            raise ActRefused(order.collection, BY_HAND)
        return ActReport(done={}, already=0)

    async def mark(self, seeds: Seeds, event: Event, channels: Sequence[Channel] = ()) -> int:
        """Raises ActRefused when the declaration asks for a mark."""
        for collection in self.datasets:
            if collection.meta.marks(event, channels):
                raise ActRefused(collection.name, BY_HAND)
        return 0

    async def object_to_prospecting(self, seeds: Seeds) -> int:
        return await self.mark(seeds, "prospecting_objection")

    async def check(self, entries: Sequence[str] = ()) -> list[CheckLine]:
        lines = [*reach_lines(self.datasets, entries), *self._declaration()]
        try:
            return [*lines, *await self.check_place()]
        except SystemFailed as failure:
            mend = "see that it runs, and that its settings are right"
            return [*lines, CheckLine("error", str(failure), mend)]

    def _declaration(self) -> Iterable[CheckLine]:
        for collection in self.datasets:
            if collection.acts_declared and type(self).carry_out is Connector.carry_out:
                mend = "take the acts out of the dataset: a human does them"
                yield CheckLine("warning", f"{collection.name}: acts are not done here", mend)

    def _route(self, seeds: Seeds) -> Route:
        return Route(self.datasets, {kind for kind, values in seeds.items() if values})


BY_HAND = "is not changed by us, but by hand"


def key_of(collection: Collection, values: Mapping[str, Any]) -> dict[str, Any]:
    """The declared primary key of a row; all its values when there is none, or a part is blank."""
    names = [f.path[0] for f in collection.fields if f.fides.primary_key and len(f.path) == 1]
    if not names or any(values.get(name) in (None, "") for name in names):
        names = list(collection.columns)
    return {name: values.get(name) for name in names}


def meets(values: Mapping[str, Any], criteria: Iterable[Criterion]) -> bool:
    """Whether a row meets one of the criteria, as exactly as a database would say."""
    return any(
        _equals(stored, criterion)
        for criterion in criteria
        for stored in values_at(values, criterion.path)
    )


def _equals(stored: Any, criterion: Criterion) -> bool:
    if isinstance(stored, bool) or isinstance(criterion.value, bool):
        return stored is criterion.value
    if isinstance(stored, float) and stored.is_integer():
        stored = int(stored)  # as spreadsheets keep whole numbers
    return normal(criterion.match, str(stored)) == str(criterion.value)
