"""The copy of a person's data, built as a stream from sealed findings to a sealed archive.

The archive is written by a synchronous library in a thread; findings come from the register's
asynchronous driver. The two meet chunk by chunk, so that no whole copy is ever in memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from activities.house import House
from activities.locate import third_party_fields
from calends.exports.archive import write_reply_archive
from calends.letters.facts import common_facts
from calends.letters.inputs import CaseFacts, SystemOutcome
from calends.letters.render import render
from calends.register.models import SearchRow

PIECE_BYTES = 1 << 18
FEW_RECORDS = 2000


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
        readme = render("archive_readme", case.language, common_facts(self.house.company, case))
        pieces = write_reply_archive(
            readme,
            self._records(searches, without_others, loop),
            outcomes,
            modified=at.replace(tzinfo=None),
            uploads=self._uploads(searches, loop),
        )
        return _from_thread(iter(pieces))

    def _records(
        self,
        searches: Sequence[SearchRow],
        without_others: bool,
        loop: asyncio.AbstractEventLoop,
    ) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Collection by collection, as the archive wants them."""
        for search in searches:
            if self._by_hand(search):
                continue
            declared = self.house.declared(search.system)
            findings = self._findings(f"finding:{search.system}", loop)
            for collection in search.collections:
                others = third_party_fields(declared.collection(collection))
                for record in findings():
                    if record["collection"] == collection:
                        values = record["values"]
                        if without_others:
                            values = {k: v for k, v in values.items() if k not in others}
                        yield search.system, collection, values

    def _uploads(
        self, searches: Sequence[SearchRow], loop: asyncio.AbstractEventLoop
    ) -> Iterator[tuple[str, Iterator[bytes]]]:
        for search in searches:
            if self._by_hand(search):
                for blob in search.collections:
                    yield f"{search.system}.bin", self._chunks(blob, loop)

    def _by_hand(self, search: SearchRow) -> bool:
        return self.house.company.system(search.system).kind == "manual"

    def _findings(
        self, blob: str, loop: asyncio.AbstractEventLoop
    ) -> Callable[[], Iterable[dict[str, Any]]]:
        """The records of a system, to be gone through once a collection: kept in memory when
        they are few, read again when they are many."""
        few: list[dict[str, Any]] = []
        for line in self._lines(blob, loop):
            few.append(orjson.loads(line))
            if len(few) > FEW_RECORDS:
                return lambda: map(orjson.loads, self._lines(blob, loop))
        return lambda: few

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
