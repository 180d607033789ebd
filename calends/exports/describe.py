"""What company file and datasets say of each data set, for the person who reads the copy."""

from __future__ import annotations

from collections.abc import Iterator

from calends.company import Company, SystemEntry
from calends.exports.schema import DataSetFacts, FieldFacts
from calends.rules.vocabulary import Language
from calends.systems.dataset import Collection, Datasets

PORTABLE = ("by_person", "observed")
"""What counts as provided by the person (GDPR 20(1); WP 242 rev.01): not what was inferred."""


def described(
    company: Company, entry: SystemEntry, declared: Datasets, language: Language
) -> Iterator[tuple[tuple[str, str], DataSetFacts]]:
    """(system id, collection) -> its facts, for all data sets of a system."""
    purposes = {purpose.id: purpose.title[language] for purpose in company.purposes}
    for collection in declared:
        yield (
            (entry.id, collection.name),
            DataSetFacts(
                system=entry.name,
                title=collection.title(language),
                purpose=purposes.get(collection.meta.purpose, ""),
                fields=_fields(collection),
            ),
        )


def _fields(collection: Collection) -> dict[str, FieldFacts]:
    return {
        field.path[0]: FieldFacts(
            categories=field.data_categories,
            provided=collection.provided(field) in PORTABLE,
        )
        for field in collection.fields
        if len(field.path) == 1
    }
