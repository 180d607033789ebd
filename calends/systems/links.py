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

from calends.systems.dataset import Collection as Declared
from calends.systems.dataset import Datasets
from calends.systems.graph import Edge, Route
from calends.systems.protocol import Failure, Located, Record, Seeds, SystemFailed
from calends.systems.walk import values_at

MOST_VALUES = 10_000
"""Values that one system may tell another of one person; more is a mistake in a declaration."""


class Links:
    """The declared links between systems. Several systems may have the same dataset: a link leads
    to each of them. Raises Problem when a reference names a field that its dataset does not have.
    """

    def __init__(self, systems: Mapping[str, Datasets]) -> None:
        self._keys = {system: set(datasets.keys) for system, datasets in systems.items()}
        once: dict[str, list[Declared]] = {}
        for datasets in systems.values():
            for key in set(datasets.keys) - set(once):
                once[key] = [collection for collection in datasets if collection.dataset == key]
        self._all = Datasets(collection for parts in once.values() for collection in parts)

    @property
    def datasets(self) -> Collection[str]:
        """The keys of all datasets."""
        return self._all.keys

    def onward(self, system: str, kinds: Collection[str]) -> Onward:
        """A collector for one search of that system, begun from these kinds of identity."""
        return Onward(
            (edge, other) for edge in self._leaving(system, kinds) for other in self._at(edge)
        )

    def feeds(self, system: str) -> list[str]:
        """The systems that can learn something from this one, whatever the identity."""
        edges = self._leaving(system, self._all.identities())
        return sorted({other for edge in edges for other in self._at(edge)})

    def entries(self, system: str) -> list[str]:
        """The fields of the system, by their full names, to which links of others lead."""
        kinds = self._all.identities()
        edges = (e for other in self._keys if other != system for e in self._leaving(other, kinds))
        return sorted({edge.target_name for edge in edges if system in self._at(edge)})

    def unreachable(self, kinds: Collection[str]) -> dict[str, list[str]]:
        """System -> its collections that no way leads to from these kinds, over all systems."""
        found: dict[str, list[str]] = {}
        for name in Route(self._all, kinds).unreachable():
            for system in self._with(name):
                found.setdefault(system, []).append(name)
        return found

    def _leaving(self, system: str, kinds: Collection[str]) -> list[Edge]:
        route, own = Route(self._all, kinds), self._keys[system]
        edges = (edge for c in self._all if c.dataset in own for edge in route.outgoing(c.name))
        return [edge for edge in edges if self._all.collection(edge.target).dataset not in own]

    def _at(self, edge: Edge) -> list[str]:
        return self._with(edge.target)

    def _with(self, collection: str) -> list[str]:
        key = self._all.collection(collection).dataset
        return [system for system, keys in self._keys.items() if key in keys]


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
