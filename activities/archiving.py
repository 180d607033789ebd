"""The copy of a person's data, built as a stream from sealed findings to a sealed archive.

The archive is written by a synchronous library in a thread; findings come from the register's
asynchronous driver. The two meet chunk by chunk, so that no whole copy is ever in memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from activities.house import House
from activities.locate import third_party_fields
from calends.exports.archive import write_reply_archive
from calends.exports.describe import described
from calends.exports.schema import DataSetFacts
from calends.letters.facts import common_facts
from calends.letters.inputs import CaseFacts, SystemOutcome
from calends.register.models import SearchRow
from calends.rules.vocabulary import Language

PIECE_BYTES = 1 << 18


@dataclass(frozen=True)
class Archivist:
    house: House
    case_id: str

    def archive(
        self,
        case: CaseFacts,
        searches: Sequence[SearchRow],
        outcomes: Sequence[SystemOutcome],
        at: datetime,
        *,
        without_others: bool,
    ) -> AsyncIterator[bytes]:
        """The zip, piece by piece; the same findings give the same bytes.

        `without_others`: leave out the fields declared `third_party`, which nobody has reviewed.
        """
        loop = asyncio.get_running_loop()
        readme = self.house.letter(
            "archive_readme", case.language, common_facts(self.house.company, case)
        )
        pieces = write_reply_archive(
            readme,
            self._records(searches, without_others, loop),
            outcomes,
            modified=at.replace(tzinfo=None),
            uploads=self._uploads(searches, loop),
            facts=self._facts(searches, case.language),
        )
        return _from_thread(iter(pieces))

    def _records(
        self,
        searches: Sequence[SearchRow],
        without_others: bool,
        loop: asyncio.AbstractEventLoop,
    ) -> Iterator[tuple[str, str, dict[str, Any]]]:
        for search in searches:
            if self._by_hand(search):
                continue
            declared = self.house.declared(search.system)
            others = {one.name: third_party_fields(one) for one in declared}
            for line in self._lines(f"finding:{search.system}", loop):
                record = orjson.loads(line)
                values, hidden = record["values"], others[record["collection"]]
                if without_others:
                    values = {k: v for k, v in values.items() if k not in hidden}
                yield search.system, record["collection"], values

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

    def _by_hand(self, search: SearchRow) -> bool:
        return self.house.company.system(search.system).kind == "manual"

    def _lines(self, blob: str, loop: asyncio.AbstractEventLoop) -> Iterator[bytes]:
        pending = b""
        for chunk in self._chunks(blob, loop):
            *whole, pending = (pending + chunk).split(b"\n")
            yield from whole

    def _chunks(self, blob: str, loop: asyncio.AbstractEventLoop) -> Iterator[bytes]:
        chunks = self.house.blobs.stream(self.case_id, blob)

        async def following() -> bytes | None:
            return await anext(chunks, None)

        while True:
            chunk = asyncio.run_coroutine_threadsafe(following(), loop).result()
            if chunk is None:
                return
            yield chunk


async def _from_thread(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(_gather, pieces):
        yield piece


def _gather(pieces: Iterator[bytes]) -> bytes:
    """Up to PIECE_BYTES at once: a change of thread costs more than a small piece."""
    gathered = bytearray()
    while len(gathered) < PIECE_BYTES:
        piece = next(pieces, None)
        if piece is None:
            break
        gathered += piece
    return bytes(gathered)
