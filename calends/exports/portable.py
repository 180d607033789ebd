"""The file that a person takes with them (GDPR 20): what they provided, on consent or a contract,
as JSON and CSV with a schema each; and what stays out, with the reason (GDPR 12(4)).

The law of it is `calends.rules.portability`; here it is asked field by field, for in one record
stand a name that the person gave and a score that was made of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, cast

from calends.company import UNSET, Company, SystemEntry
from calends.exports.archive import Record, ReplyArchive, write_reply_archive
from calends.exports.describe import described
from calends.exports.manifest import Format
from calends.exports.schema import DataSetFacts
from calends.letters.inputs import ExcludedSet, PortableSet, SystemOutcome
from calends.letters.render import Rendered
from calends.rules.portability import DataSet, Origin, Portable, is_portable
from calends.rules.vocabulary import Language
from calends.systems.dataset import Collection, Datasets, DeclaredField

Place = tuple[str, str]
"""System id, collection."""
Why = Literal["other_basis", "not_provided", "not_automated", "rights_of_others", "stated"]
_UNSAID = {
    Language.FR: "leur origine ou leur base légale reste à confirmer par notre délégué",
    Language.EN: "their origin or their legal basis remains to be confirmed by our officer",
}
_FIELDS = {Language.FR: "{title} (champs {names})", Language.EN: "{title} (fields {names})"}


@dataclass
class Portability:
    """What of the declared data sets is portable."""

    language: Language
    fields: dict[Place, frozenset[str]] = field(default_factory=dict)
    """The portable fields of each data set that has some."""
    facts: dict[Place, DataSetFacts] = field(default_factory=dict)
    _bases: dict[Place, str] = field(default_factory=dict)
    _excluded: dict[Place, list[tuple[tuple[str, ...], Portable]]] = field(default_factory=dict)
    """Per data set: fields (all of them when empty), and why they stay out."""

    def add(
        self, company: Company, entry: SystemEntry, declared: Datasets, *, reviewed: bool
    ) -> None:
        """One system's data sets. `reviewed`: what may speak of others is masked where it must be
        (GDPR 20(4)), so that it need not stay out."""
        bases = {purpose.id: purpose.basis for purpose in company.purposes}
        self.facts.update(described(company, entry, declared, self.language))
        for collection in declared:
            basis = bases.get(collection.meta.purpose, UNSET)
            self._add(entry, collection, basis, reviewed)

    def _add(self, entry: SystemEntry, collection: Collection, basis: str, reviewed: bool) -> None:
        place = (entry.id, collection.name)
        out: dict[Portable, list[str]] = {}
        kept = []
        for name in collection.columns:
            inside = collection.within(name)
            verdict = _verdict(entry, collection, inside, basis, reviewed)
            if verdict is Portable.INCLUDED:
                kept.append(name)
            else:
                out.setdefault(verdict, []).append(name)
        self._bases[place] = basis
        if kept:
            self.fields[place] = frozenset(kept)
        self._excluded[place] = [
            (tuple(names) if kept or len(out) > 1 else (), verdict)
            for verdict, names in out.items()
        ]

    def portable(self, records: Iterable[Record]) -> Iterator[Record]:
        """The records less what is not portable; those without anything portable are left out."""
        for system, collection, values in records:
            kept = self.fields.get((system, collection))
            if kept:
                yield system, collection, {n: v for n, v in values.items() if n in kept}

    def sets(self, counts: Mapping[Place, int]) -> list[PortableSet]:
        """What is in the file, for the reply. `counts`: records found, by data set."""
        return [
            PortableSet(
                system=self.facts[place].system,
                title=self.facts[place].title,
                count=counts[place],
                basis=cast("Literal['consent', 'contract']", self._bases[place]),
            )
            for place in self.fields
            if counts.get(place)
        ]

    def excluded(self, found: Iterable[Place]) -> list[ExcludedSet]:
        """What of the data sets in which something was found stays out, and why (GDPR 12(4))."""
        return [
            self._told(place, names, verdict)
            for place in found
            for names, verdict in self._excluded.get(place, ())
        ]

    def _told(self, place: Place, names: tuple[str, ...], verdict: Portable) -> ExcludedSet:
        facts = self.facts[place]
        title = f"{facts.system}, {facts.title}"
        what = _FIELDS[self.language].format(title=title, names=", ".join(names))
        why: Why = "stated" if verdict is Portable.HUMAN else cast("Why", str(verdict))
        return ExcludedSet.model_validate(
            {
                "what": what if names else title,
                "why": why,
                "basis": self._bases[place] if why == "other_basis" else UNSET,
                "text": _UNSAID[self.language] if why == "stated" else "",
            }
        )


def write_portable_package(
    readme: Rendered,
    records: Iterable[Record],
    portability: Portability,
    outcomes: Sequence[SystemOutcome],
    *,
    modified: datetime,
    masked: Callable[[], Sequence[str]] = tuple,
) -> ReplyArchive:
    """The package, to be iterated once; equal inputs give equal bytes. `readme`: the letter
    `portability_readme`. `excluded.json` says what is not in it. Raises Problem as
    `write_reply_archive` does."""
    found: Counter[Place] = Counter()

    def counted() -> Iterator[Record]:
        for record in records:
            found[record[0], record[1]] += 1
            yield record

    def notes() -> dict[str, Any]:
        return {
            "excluded.json": [one.model_dump(mode="json") for one in portability.excluded(found)]
        }

    return write_reply_archive(
        readme,
        portability.portable(counted()),
        outcomes,
        modified=modified,
        facts=portability.facts,
        formats=frozenset({Format.CSV}),
        masked=masked,
        notes=notes,
    )


def _verdict(
    entry: SystemEntry,
    collection: Collection,
    inside: Sequence[DeclaredField],
    basis: str,
    reviewed: bool,
) -> Portable:
    """Of a field: the first of the fields inside it that is not portable decides."""
    for one in inside:
        provided = collection.provided(one)
        data = DataSet(
            basis=basis,
            origin=Origin(provided) if provided else None,
            automated=entry.declared,
            speaks_of_others=one.third_party and not reviewed,
        )
        verdict = is_portable(data).verdict
        if verdict is not Portable.INCLUDED:
            return verdict
    return Portable.INCLUDED
