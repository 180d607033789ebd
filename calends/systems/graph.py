"""The links between declared collections: which way values flow, and which row goes first.

A link declared without a direction is followed only away from the seeds: from a collection that
can be reached in fewer steps to one that needs more. Followed both ways, an address that two
people share would lead from the first person to the second. Fides keeps to the same rule by
visiting each collection once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection as Container
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter

from calends.systems.dataset import Collection, Datasets, DeclaredField
from calends.systems.fideslang import FieldPath, Reference


@dataclass(frozen=True)
class Edge:
    """Values found in `path` of `source` are looked for in `target_path` of `target`."""

    source: str
    path: FieldPath
    target: str
    target_path: FieldPath

    @property
    def target_name(self) -> str:
        return f"{self.target}.{'.'.join(self.target_path)}"

    def reversed(self) -> Edge:
        return Edge(self.target, self.target_path, self.source, self.path)


class Route:
    """The way through the collections from some kinds of identity. Full field names among the
    kinds are entries too, for values that other systems tell (see links.py)."""

    def __init__(self, datasets: Datasets, kinds: Container[str]) -> None:
        self.datasets = datasets
        self._kinds = kinds
        one_way, both_ways = _edges(datasets)
        self.level = self._levels([*one_way, *both_ways, *(e.reversed() for e in both_ways)])
        away = [e for edge in both_ways for e in (edge, edge.reversed()) if self._leads_away(e)]
        self._outgoing: dict[str, list[Edge]] = {}
        for edge in dict.fromkeys([*one_way, *away]):
            self._outgoing.setdefault(edge.source, []).append(edge)
        self.not_followed = [
            edge
            for edge in both_ways
            if edge not in away and edge.reversed() not in away and edge.source in self.level
        ]
        """Links without direction between collections equally near the seeds."""

    def outgoing(self, name: str) -> list[Edge]:
        return self._outgoing.get(name, [])

    @cached_property
    def entries(self) -> Sequence[tuple[Collection, DeclaredField]]:
        """Where the walk begins: the fields that hold one of the identities."""
        return list(self._entries())

    def _entries(self) -> Iterable[tuple[Collection, DeclaredField]]:
        for collection in self.datasets:
            for field in collection.fields:
                named = field.fides.identity in self._kinds or self._told(collection, field)
                if named and not collection.skipped:
                    yield collection, field

    def unreachable(self) -> list[str]:
        """Collections that no way leads to, without those where a reason says that none has to."""
        missed = (c for c in self.datasets if c.name not in self.level and not c.skipped)
        return [c.name for c in missed if not c.meta.unreachable_because]

    def waived(self) -> list[str]:
        """Collections that no way leads to, for a reason."""
        missed = (c for c in self.datasets if c.name not in self.level and not c.skipped)
        return [c.name for c in missed if c.meta.unreachable_because]

    def leading_to(self, targets: Iterable[str]) -> set[str]:
        """The collections through which the walk can come to the targets, and these."""
        wanted = set(targets)
        grown = True
        while grown:
            above = {
                n for n, edges in self._outgoing.items() if any(e.target in wanted for e in edges)
            }
            grown = not above <= wanted
            wanted |= above
        return wanted

    def _leads_away(self, edge: Edge) -> bool:
        here, there = self.level.get(edge.source), self.level.get(edge.target)
        return here is not None and there is not None and here < there

    def _levels(self, edges: list[Edge]) -> dict[str, int]:
        """Steps from the nearest entry, for each collection that can be reached at all.

        What other systems tell opens only what no identity opens: were it an entry like others, a
        link without direction might no longer be followed, and a second search find less."""
        own: dict[str, int] = {}
        told: dict[str, int] = {}
        for collection, field in self.entries:
            (own if field.fides.identity in self._kinds else told)[collection.name] = 0
        level: dict[str, int] = {}
        for starts in (own, told):
            waiting = deque(name for name in starts if name not in level)
            level |= dict.fromkeys(waiting, 0)
            while waiting:
                name = waiting.popleft()
                for edge in edges:
                    if edge.source == name and edge.target not in level:
                        level[edge.target] = level[name] + 1
                        waiting.append(edge.target)
        return level

    def _told(self, collection: Collection, field: DeclaredField) -> bool:
        return collection.name_of(field) in self._kinds


def _edges(datasets: Datasets) -> tuple[list[Edge], list[Edge]]:
    """The declared links: with a direction, and without."""
    one_way: list[Edge] = []
    both_ways: list[Edge] = []
    for collection, field, reference in _references(datasets):
        edge = Edge(collection.name, field.path, reference.collection, reference.path)
        if reference.direction == "to":
            one_way.append(edge)
        elif reference.direction == "from":
            one_way.append(edge.reversed())
        else:
            both_ways.append(edge)
    return one_way, both_ways


def _references(datasets: Datasets) -> Iterable[tuple[Collection, DeclaredField, Reference]]:
    for collection in datasets:
        for field in collection.fields:
            for reference in field.fides.references:
                if reference.collection not in datasets or collection.skipped:
                    continue
                if not datasets.collection(reference.collection).skipped:
                    yield collection, field, reference


def erasure_order(datasets: Datasets, foreign_keys: Iterable[tuple[str, str]]) -> list[str]:
    """The collections, children first. `foreign_keys` are (child, parent) pairs of the database.

    The database's own keys are laws, `erase_after` is a wish, a declared link is a hint: each is
    kept unless it contradicts a stronger one.
    """
    wishes = [
        (other, collection.name)
        for collection in datasets
        for other in collection.erase_after
        if other in datasets
    ]
    before: dict[str, set[str]] = {collection.name: set() for collection in datasets}
    for child, parent in [*foreign_keys, *wishes, *_children(datasets)]:
        if not _comes_before(parent, child, before):
            before[parent].add(child)
    return list(TopologicalSorter(before).static_order())


def _children(datasets: Datasets) -> Iterable[tuple[str, str]]:
    """(child, parent) of each declared link: the child is the one that holds the other's key."""
    for collection, field, reference in _references(datasets):
        other = datasets.collection(reference.collection)
        other_is_key = other.by_path[reference.path].fides.primary_key
        if field.fides.primary_key and not other_is_key:
            yield other.name, collection.name
        else:
            yield collection.name, other.name


def _comes_before(first: str, second: str, before: dict[str, set[str]]) -> bool:
    """Whether `first` is `second`, or must already go before it."""
    waiting, seen = [second], {second}
    while waiting:
        name = waiting.pop()
        if name == first:
            return True
        waiting.extend(before[name] - seen)
        seen |= before[name]
    return False
