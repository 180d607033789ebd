"""Records on their way to the vault: counted, and watched for what a human must know of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator

import orjson

from activities.orders import Searched
from calends.company import Company, SystemEntry
from calends.rules.identity import Stake
from calends.rules.vocabulary import SearchState
from calends.systems.dataset import Collection, Datasets
from calends.systems.protocol import Record

# GDPR 9(1), 10, as fideslang names them.
_SENSITIVE = (
    "user.health_and_medical",
    "user.biometric",
    "user.genetic",
    "user.political_opinion",
    "user.demographic.political_opinion",
    "user.demographic.religious_belief",
    "user.demographic.race_ethnicity",
    "user.demographic.sexual_orientation",
    "user.criminal_history",
)
_BANK = ("user.financial.bank_account", "user.financial.account_number", "user.payment")


class Findings:
    def __init__(self, declared: Datasets, entry: SystemEntry, company: Company) -> None:
        self._declared, self._entry, self._company = declared, entry, company
        self._others = {c.name: third_party_fields(c) for c in declared}
        self.counts: Counter[str] = Counter()
        self.speak_of_others = False

    async def lines(self, records: AsyncIterator[Record]) -> AsyncIterator[bytes]:
        """JSON Lines, one record a line."""
        async for record in records:
            self.counts[record.collection] += 1
            self.speak_of_others |= any(
                record.values.get(name) for name in self._others[record.collection]
            )
            line = {"collection": record.collection, "key": record.key, "values": record.values}
            # Column names come as a kind of str of SQLAlchemy's own.
            yield orjson.dumps(line, option=orjson.OPT_NON_STR_KEYS) + b"\n"

    def result(self, tells: dict[str, str]) -> Searched:
        """What the case is told of them: counts and kinds, no content."""
        found = [self._declared.collection(name) for name in self.counts]
        return Searched(
            system=self._entry.id,
            state=SearchState.FOUND if found else SearchState.NOTHING,
            count=self.counts.total(),
            speaks_of_others=self.speak_of_others,
            released=all(self._released(collection) for collection in found),
            stakes=sorted({stake for c in found for stake in self._stakes(c)}),
            tells=tells,
        )

    def _released(self, collection: Collection) -> bool:
        own = collection.meta.auto_release
        return self._entry.auto_release if own is None else own

    def _stakes(self, collection: Collection) -> set[Stake]:
        """By the harm of a mistake (rules `identity`)."""
        categories = [
            *collection.data_categories,
            *(name for field in collection.fields for name in field.data_categories),
        ]
        stakes = set()
        if any(c.startswith(_SENSITIVE) for c in categories):
            stakes.add(Stake.SENSITIVE)
        bank = any(field.meta.bank for field in collection.fields)
        if bank or any(c.startswith(_BANK) for c in categories):
            stakes.add(Stake.BANK)
        purposes = self._company.purposes
        purpose = next((p for p in purposes if p.id == collection.meta.purpose), None)
        if purpose is not None and purpose.basis == "contract":
            stakes.add(Stake.ACCOUNT_OR_CONTRACT)
        return stakes


def third_party_fields(collection: Collection) -> list[str]:
    """Fields that may hold data of others (GDPR 15(4)); a document field as a whole."""
    return [field.path[0] for field in collection.fields if field.third_party]
