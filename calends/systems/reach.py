"""What a declaration reaches, whatever the store: collections without a way to them, links that
are not followed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from calends.systems.dataset import Datasets
from calends.systems.graph import Route
from calends.systems.protocol import CheckLine


def reach_lines(datasets: Datasets, entries: Sequence[str] = ()) -> Iterable[CheckLine]:
    """`entries` are fields to which links of other systems lead, by their full names."""
    route = Route(datasets, {*datasets.identities(), *entries})
    for name in route.waived():
        reason = datasets.collection(name).meta.unreachable_because
        yield CheckLine("ok", f"{name}: reached from no identity, because {reason}")
    for name in route.unreachable():
        mend = "declare an identity or a reference that leads to it, or `unreachable_because`"
        yield CheckLine("error", f"{name}: reached from no identity", mend)
    for edge in route.not_followed:
        here = f"{edge.source}.{'.'.join(edge.path)}"
        mend = "declare its direction (from or to)"
        yield CheckLine("warning", f"{here} - {edge.target_name}: not followed either way", mend)
    for collection in datasets:
        if collection.skipped:
            mend = "remove skip_processing, unless nothing personal is in it"
            yield CheckLine("warning", f"{collection.name}: is never searched", mend)
