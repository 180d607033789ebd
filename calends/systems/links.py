"""What one system tells of a person that another system is searched with.

A reference to a dataset of another system (`references: [{dataset: crm, field: contact.id}]`) is a
link between systems. Only declared links lead on: an e-mail address or a number that happens to
stand in a record proves nothing of another person's system.

How a search over all systems goes (`search_all` does it in one process; a workflow does the same
with one activity a system):

1. every system is searched with the verified identities;
2. while the records of a system stream, `Links.onward(system, kinds)` collects what they tell of
   the others (`watch`), and its `seeds` go sealed to whom they concern;
3. a system that was told something it was not yet asked (`fresh`) is searched again with all that
   is known (`merged`): its records are then the whole result, each once;
4. until nothing is fresh. Values only grow, and come from declared links, so this ends.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Iterable, Mapping
from contextlib import aclosing

from calends.problems import Problem
from calends.systems.dataset import Datasets
from calends.systems.graph import Edge, Route
from calends.systems.protocol import Failure, Located, Record, Seeds, SystemFailed
from calends.systems.walk import values_at

MOST_VALUES = 10_000
"""Values that one system may tell another of one person; more is a mistake in a declaration."""


class Links:
    """The declared links between systems. Raises Problem when two systems declare one collection,
    or a reference names a field that its dataset does not have."""

    def __init__(self, systems: Mapping[str, Datasets]) -> None:
        self._home: dict[str, str] = {}
        for system, datasets in systems.items():
            for key in datasets.keys:
                if self._home.setdefault(key, system) != system:
                    raise Problem(f"dataset {key} is declared by {self._home[key]} and {system}")
        self._all = Datasets(c for datasets in systems.values() for c in datasets)

    def onward(self, system: str, kinds: Collection[str]) -> Onward:
        """A collector for one search of that system, begun from these kinds of identity."""
        edges = self._between(kinds)
        return Onward(
            [(edge, self._system(edge.target)) for edge in edges if self._is_in(edge, system)]
        )

    def feeds(self, system: str) -> list[str]:
        """The systems that can learn something from this one, whatever the identity."""
        edges = self._between(self._all.identities())
        fed = (self._system(edge.target) for edge in edges if self._is_in(edge, system))
        return sorted(set(fed))

    def entries(self, system: str) -> list[str]:
        """The fields of the system, by their full names, to which links of others lead."""
        edges = self._between(self._all.identities())
        return sorted({e.target_name for e in edges if self._system(e.target) == system})

    def unreachable(self, kinds: Collection[str]) -> dict[str, list[str]]:
        """System -> its collections that no way leads to from these kinds, over all systems."""
        found: dict[str, list[str]] = {}
        for name in Route(self._all, kinds).unreachable():
            found.setdefault(self._system(name), []).append(name)
        return found

    def _between(self, kinds: Collection[str]) -> list[Edge]:
        route = Route(self._all, kinds)
        edges = (edge for c in self._all for edge in route.outgoing(c.name))
        return [edge for edge in edges if self._system(edge.source) != self._system(edge.target)]

    def _system(self, collection: str) -> str:
        return self._home[self._all.collection(collection).dataset]

    def _is_in(self, edge: Edge, system: str) -> bool:
        return self._system(edge.source) == system


class Onward:
    """Collects from the records of one system what other systems are to be searched with."""

    def __init__(self, edges: Iterable[tuple[Edge, str]]) -> None:
        self._edges: dict[str, list[tuple[Edge, str]]] = {}
        for edge, system in edges:
            self._edges.setdefault(edge.source, []).append((edge, system))
        self._found: dict[str, dict[str, dict[str, None]]] = {}

    async def watch(self, records: AsyncIterator[Record]) -> AsyncIterator[Record]:
        """The records as they come, each looked at."""
        async for record in records:
            self.add(record)
            yield record

    def add(self, record: Record) -> None:
        """Raises SystemFailed (TOO_MANY) when the record would lead to more than a person has."""
        for edge, system in self._edges.get(record.collection, ()):
            values = self._found.setdefault(system, {}).setdefault(edge.target_name, {})
            for value in values_at(record.values, edge.path):
                if (text := _as_seed(value)) is not None:
                    values[text] = None
            if len(values) > MOST_VALUES:
                raise SystemFailed(Failure.TOO_MANY, edge.target_name)

    @property
    def seeds(self) -> dict[str, Seeds]:
        """System -> what it is to be searched with. Personal: it travels sealed."""
        return {
            system: {name: list(values) for name, values in fields.items() if values}
            for system, fields in self._found.items()
            if any(fields.values())
        }


def merged(*parts: Seeds) -> Seeds:
    """All that is known, each value once."""
    found: dict[str, dict[str, None]] = {}
    for part in parts:
        for kind, values in part.items():
            found.setdefault(kind, {}).update(dict.fromkeys(values))
    return {kind: list(values) for kind, values in found.items()}


def fresh(asked: Seeds, told: Seeds) -> Seeds:
    """What of `told` was not yet asked; empty when the search need not be made again."""
    new = {k: [v for v in values if v not in asked.get(k, ())] for k, values in told.items()}
    return {kind: values for kind, values in new.items() if values}


async def search_all(
    systems: Mapping[str, Located], links: Links, seeds: Seeds
) -> AsyncGenerator[tuple[str, Record | SystemFailed], None]:
    """Every record of every system, each once; a system that fails is one SystemFailed, and the
    others go on. Raises Problem when no identity has a value."""
    kinds = [kind for kind, values in seeds.items() if values]
    known = dict.fromkeys(systems, seeds)
    given: set[tuple[str, str]] = set()
    # Those that others feed come last, so that most are searched once.
    waiting = deque(sorted(systems, key=lambda name: bool(links.entries(name))))
    while waiting:
        name = waiting.popleft()
        onward = links.onward(name, kinds)
        try:
            async with aclosing(systems[name].locate(known[name])) as records:
                async for record in records:
                    onward.add(record)
                    mark = (record.collection, json.dumps(record.key, sort_keys=True))
                    if mark not in given:
                        given.add(mark)
                        yield name, record
        except SystemFailed as failure:
            yield name, failure
        for other, told in onward.seeds.items():
            if other in systems and fresh(known[other], told):
                known[other] = merged(known[other], told)
                if other not in waiting:
                    waiting.append(other)


def _as_seed(value: object) -> str | None:
    """Numbers and words link; truth values and fractions are nobody's key."""
    if isinstance(value, bool | float):
        return None
    return str(value) if isinstance(value, str | int) else None
