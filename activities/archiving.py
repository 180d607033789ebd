"""The copy of a person's data, built as a stream from sealed findings to a sealed archive.

The archive is written by a synchronous library in a thread; findings come from the register's
asynchronous driver. The two meet chunk by chunk, so that no whole copy is ever in memory.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from activities.house import House
from calends.company import SystemEntry
from calends.exports.archive import write_reply_archive
from calends.exports.describe import described
from calends.exports.portable import Place, Portability, write_portable_package
from calends.exports.schema import DataSetFacts
from calends.letters.facts import common_facts
from calends.letters.inputs import CaseFacts, SystemOutcome, Withheld
from calends.letters.render import Rendered
from calends.redaction.listing import as_data, lines, withheld
from calends.redaction.masking import LABELS
from calends.redaction.redactor import Redactor
from calends.redaction.store import read_review
from calends.redaction.subject import Subject
from calends.redaction.texts import Looked, looked_at, subject_in
from calends.register.models import SearchRow
from calends.rules.vocabulary import Language
from calends.systems.dataset import Collection

PIECE_BYTES = 1 << 18


@dataclass
class Archivist:
    house: House
    case_id: str
    withheld: list[Withheld] = field(default_factory=list, init=False)
    """What of the copy was masked, and why: known once it is written."""

    async def archive(
        self,
        case: CaseFacts,
        searches: Sequence[SearchRow],
        outcomes: Sequence[SystemOutcome],
        at: datetime,
        *,
        without_others: bool,
    ) -> AsyncGenerator[bytes, None]:
        """The zip, piece by piece; the same findings and decisions give the same bytes.

        What may speak of others stays masked (GDPR 15(4)) unless a human read it and gave it, or
        gave the rest unread in so many words; `without_others`: even then.
        """
        loop = asyncio.get_running_loop()
        facts = self._facts(searches, case.language)
        redactor = await self._redactor(searches, case.language, without_others, loop)
        titles = {place: f"{one.system}, {one.title}" for place, one in facts.items()}
        pieces = write_reply_archive(
            self._readme("archive_readme", case),
            self._records(searches, redactor, loop),
            outcomes,
            modified=at.replace(tzinfo=None),
            uploads=self._uploads(searches, loop),
            facts=facts,
            masked=lambda: lines(redactor.masked, titles, case.language),
            notes=lambda: {"masked.json": as_data(redactor.masked)} if redactor.masked else {},
        )
        async for piece in _from_thread(iter(pieces)):
            yield piece
        self.withheld = withheld(redactor.masked, titles, case.language)

    async def masked(
        self, searches: Sequence[SearchRow], language: Language, *, without_others: bool
    ) -> list[Withheld]:
        """What the copy would not show, and why, without making it."""
        loop = asyncio.get_running_loop()
        redactor = await self._redactor(searches, language, without_others, loop)
        if redactor.idle:
            return []
        records = self._records(searches, redactor, loop)
        await asyncio.to_thread(deque[object], records, maxlen=0)
        facts = self._facts(searches, language)
        titles = {place: f"{one.system}, {one.title}" for place, one in facts.items()}
        return withheld(redactor.masked, titles, language)

    def portability(self, searches: Sequence[SearchRow], language: Language) -> Portability:
        """What of the systems searched is portable, field by field (GDPR 20)."""
        portability = Portability(language)
        for search in searches:
            if not self._by_hand(search):
                entry = self.house.company.system(search.system)
                declared = self.house.declared(search.system)
                portability.add(self.house.company, entry, declared, reviewed=True)
        return portability

    async def portable(
        self,
        case: CaseFacts,
        searches: Sequence[SearchRow],
        portability: Portability,
        at: datetime,
    ) -> AsyncGenerator[bytes, None]:
        """The package of GDPR 20, piece by piece; nothing on paper."""
        loop = asyncio.get_running_loop()
        redactor = await self._redactor(searches, case.language, False, loop)
        titles = {place: f"{one.system}, {one.title}" for place, one in portability.facts.items()}
        pieces = write_portable_package(
            self._readme("portability_readme", case),
            self._records(searches, redactor, loop, portability.fields),
            portability,
            [],
            modified=at.replace(tzinfo=None),
            masked=lambda: lines(redactor.masked, titles, case.language),
        )
        async for piece in _from_thread(iter(pieces)):
            yield piece
        self.withheld = withheld(redactor.masked, titles, case.language)

    def _readme(self, name: str, case: CaseFacts) -> Rendered:
        return self.house.letter(name, case.language, common_facts(self.house.company, case))

    async def _redactor(
        self,
        searches: Sequence[SearchRow],
        language: Language,
        without_others: bool,
        loop: asyncio.AbstractEventLoop,
    ) -> Redactor:
        review = await read_review(self.house.blobs, self.case_id)
        if without_others:
            review = review.model_copy(update={"rest": "mask"})
        region = self.house.company.controller.region[:2]
        subject = Subject()
        if review.rest == "mask" and self._anything_to_read(searches):
            found = self._found(searches, loop)
            described = ((data_set, record["values"]) for _, data_set, record in found)
            subject = await asyncio.to_thread(subject_in, described, region=region)
        return Redactor(review, subject, region=region, label=LABELS[language])

    def _records(
        self,
        searches: Sequence[SearchRow],
        redactor: Redactor,
        loop: asyncio.AbstractEventLoop,
        only: Mapping[Place, frozenset[str]] | None = None,
    ) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """The records as they may be given. `only`: these fields of each data set; what is masked
        elsewhere is not told, for it is not given either."""
        looked: dict[str, Looked] = {}
        for entry, data_set, record in self._found(searches, loop):
            name, values = data_set.name, record["values"]
            if only is not None:
                kept = only.get((entry.id, name), frozenset())
                values = {field: value for field, value in values.items() if field in kept}
            if not redactor.idle:
                if name not in looked:
                    looked[name] = _looked(entry, data_set)
                if looked[name].anything:
                    values = redactor.record(entry.id, name, record["key"], values, looked[name])
            yield entry.id, name, values

    def _found(
        self, searches: Sequence[SearchRow], loop: asyncio.AbstractEventLoop
    ) -> Iterator[tuple[SystemEntry, Collection, dict[str, Any]]]:
        """Every record of the systems that a program searched, with its declaration."""
        for search in searches:
            if not self._by_hand(search):
                entry = self.house.company.system(search.system)
                declared = self.house.declared(search.system)
                for line in self._lines(f"finding:{search.system}", loop):
                    record = orjson.loads(line)
                    yield entry, declared.collection(record["collection"]), record

    def _facts(
        self, searches: Sequence[SearchRow], language: Language
    ) -> dict[tuple[str, str], DataSetFacts]:
        return {
            place: facts
            for search in searches
            if not self._by_hand(search)
            for place, facts in described(
                self.house.company,
                self.house.company.system(search.system),
                self.house.declared(search.system),
                language,
            )
        }

    def _uploads(
        self, searches: Sequence[SearchRow], loop: asyncio.AbstractEventLoop
    ) -> Iterator[tuple[str, Iterator[bytes]]]:
        for search in searches:
            if self._by_hand(search):
                for blob in search.collections:
                    yield f"{search.system}.bin", self._chunks(blob, loop)

    def _anything_to_read(self, searches: Sequence[SearchRow]) -> bool:
        entries = [self.house.company.system(s.system) for s in searches if not self._by_hand(s)]
        return any(
            _looked(entry, data_set).anything
            for entry in entries
            for data_set in self.house.declared(entry.id)
        )

    def _by_hand(self, search: SearchRow) -> bool:
        return not self.house.company.system(search.system).declared

    def _lines(self, blob: str, loop: asyncio.AbstractEventLoop) -> Iterator[bytes]:
        pending = b""
        for chunk in self._chunks(blob, loop):
            *whole, pending = (pending + chunk).split(b"\n")
            yield from whole

    def _chunks(self, blob: str, loop: asyncio.AbstractEventLoop) -> Iterator[bytes]:
        """One chunk is fetched while the last one is worked on."""
        chunks = self.house.blobs.stream(self.case_id, blob)

        async def following() -> bytes | None:
            return await anext(chunks, None)

        fetching = asyncio.run_coroutine_threadsafe(following(), loop)
        try:
            while (chunk := fetching.result()) is not None:
                fetching = asyncio.run_coroutine_threadsafe(following(), loop)
                yield chunk
        finally:
            fetching.cancel()


def _looked(entry: SystemEntry, data_set: Collection) -> Looked:
    own = data_set.meta.auto_release
    return looked_at(data_set, released=entry.auto_release if own is None else own)


async def _from_thread(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The next piece is made while the last one is sealed and written."""
    making = asyncio.create_task(asyncio.to_thread(_gather, pieces))
    try:
        while piece := await making:
            making = asyncio.create_task(asyncio.to_thread(_gather, pieces))
            yield piece
    finally:
        await asyncio.wait([making])  # a thread cannot be stopped: it ends its piece


def _gather(pieces: Iterator[bytes]) -> bytes:
    """Up to PIECE_BYTES at once: a change of thread costs more than a small piece."""
    gathered = bytearray()
    while len(gathered) < PIECE_BYTES:
        piece = next(pieces, None)
        if piece is None:
            break
        gathered += piece
    return bytes(gathered)
