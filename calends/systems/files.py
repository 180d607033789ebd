"""A system that is a folder of tables: CSV, Excel workbooks, JSON lines. Read row by row."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Sequence
from contextlib import aclosing, closing
from pathlib import Path

from calends.kinds import FilesSettings
from calends.systems.connector import Connector, Opening, key_of, meets
from calends.systems.dataset import Collection
from calends.systems.likeness import Key, candidates, mark, matches
from calends.systems.protocol import Candidate, CheckLine, Failure, Record, Seeds, SystemFailed
from calends.systems.records import record_of
from calends.systems.sheets import READERS, TableRow, Unreadable, sheet_names
from calends.systems.walk import Criterion, Row

SCANNED = 2_000
"""Rows looked at in one go, beside the event loop."""
MATCHED = 20
"""… or as many that met: each may be large."""


class FilesSystem(Connector):
    def __init__(self, opening: Opening) -> None:
        super().__init__(opening)
        self._settings = FilesSettings.model_validate(dict(opening.settings))
        self._folder = (opening.folder / self._settings.folder).resolve()

    async def find(
        self, collection: Collection, criteria: Sequence[Criterion]
    ) -> AsyncGenerator[Row, None]:
        scanned = self._scan(collection)
        async with aclosing(_in_batches(scanned, lambda row: meets(row, criteria))) as batches:
            async for batch in batches:
                for values in batch:
                    yield self.row(collection, values)

    async def candidates(self, seeds: Seeds) -> AsyncGenerator[Candidate, None]:
        known: set[Key] = set()
        if any(kind != "name" and values for kind, values in seeds.items()):
            async with aclosing(self.locate(seeds)) as found:
                async for record in found:
                    known.add(mark(record))
        async for candidate in candidates(self.datasets, seeds, known, self._browse):
            yield candidate

    async def _browse(
        self, collection: Collection, columns: Sequence[str], patterns: Sequence[str]
    ) -> AsyncGenerator[Record, None]:
        def alike(row: TableRow) -> bool:
            return any(matches(row.get(name), patterns) for name in columns)

        async with aclosing(_in_batches(self._scan(collection), alike)) as batches:
            async for batch in batches:
                for values in batch:
                    kept = self.row(collection, values).values
                    yield record_of(collection, key_of(collection, kept), kept)

    async def check_place(self) -> list[CheckLine]:
        return await asyncio.to_thread(lambda: list(self._checked()))

    def _checked(self) -> Iterator[CheckLine]:
        yield CheckLine("ok", f"{len(self._files())} files in the folder")
        taken: set[Path] = set()
        for collection in self.datasets:
            places = self._places(collection)
            taken |= {path for path, _ in places}
            if not places:
                mend = "put it there, or take it out of the dataset"
                yield CheckLine("error", f"{collection.name}: no file of that name", mend)
                continue
            try:
                with closing(self._scan(collection)) as rows:
                    first = next(rows, None)
            except SystemFailed as failure:
                yield CheckLine("error", str(failure), "mend the file, or the dataset")
                continue
            for name in sorted(set(first or ()) - set(collection.columns)):
                text = f"{collection.name}.{name}: present and not declared"
                yield CheckLine("warning", text, "declare it, or it is in no answer")
        for path in sorted(set(self._files()) - taken):
            text = f"file {path.name}: present and not declared"
            yield CheckLine("warning", text, "declare it if it holds anything personal")

    def _scan(self, collection: Collection) -> Generator[TableRow, None, None]:
        """Every row of the collection's files. Raises SystemFailed; names files, no values."""
        places = self._places(collection)
        if not places:
            raise SystemFailed(Failure.MAPPING, f"{collection.name}: no file of that name")
        for path, sheet in places:
            try:
                yield from self._declared_rows(collection, path, sheet)
            except FileNotFoundError:
                raise SystemFailed(Failure.UNREACHABLE, f"{collection.name}: {path.name}") from None
            except PermissionError:
                raise SystemFailed(Failure.DENIED, f"{collection.name}: {path.name}") from None
            except (Unreadable, OSError):
                text = f"{collection.name}: {path.name} is not readable"
                raise SystemFailed(Failure.ERROR, text) from None

    def _declared_rows(self, collection: Collection, path: Path, sheet: str) -> Iterator[TableRow]:
        reader = READERS[path.suffix.lower()]
        always = path.suffix.lower() not in (".jsonl", ".ndjson")
        for number, row in enumerate(reader(path, sheet, self._settings)):
            if always and number == 0:
                for name in collection.columns:
                    if name not in row:
                        text = f"{collection.name}.{name}: no such column in {path.name}"
                        raise SystemFailed(Failure.MAPPING, text)
            yield row

    def _places(self, collection: Collection) -> list[tuple[Path, str]]:
        """The files (and sheet) of a collection: `<name>.ext`, `<name>-….ext`, or a workbook with
        a sheet of that name."""
        found = []
        for path in self._files():
            if path.stem == collection.table or path.stem.startswith(f"{collection.table}-"):
                found.append((path, ""))
            elif path.suffix.lower() == ".xlsx" and collection.table in sheet_names(path):
                found.append((path, collection.table))
        return found

    def _files(self) -> list[Path]:
        """Names are compared, never put together: a collection's name leads out of no folder."""
        try:
            inside = sorted(self._folder.iterdir())
        except FileNotFoundError:
            raise SystemFailed(Failure.UNREACHABLE, f"{self.name}: no such folder") from None
        except OSError:
            raise SystemFailed(Failure.DENIED, f"{self.name}: the folder") from None
        return [
            path
            for path in inside
            if path.suffix.lower() in READERS
            and not path.name.startswith(("~$", "."))
            and path.resolve().parent == self._folder
            and path.is_file()
        ]


async def _in_batches(
    rows: Generator[TableRow, None, None], wanted: Callable[[TableRow], bool]
) -> AsyncGenerator[list[TableRow], None]:
    """The wanted rows; files are read in a thread, a bounded part at a time."""

    def part() -> tuple[list[TableRow], bool]:
        matched: list[TableRow] = []
        for _ in range(SCANNED):
            row = next(rows, None)
            if row is None:
                return matched, True
            if wanted(row):
                matched.append(row)
                if len(matched) == MATCHED:
                    break
        return matched, False

    ended, work = False, None
    try:
        while not ended:
            work = asyncio.ensure_future(asyncio.to_thread(part))
            batch, ended = await asyncio.shield(work)
            yield batch
    finally:
        if work is not None and not work.done():  # cancelled: the thread ends its part first
            await asyncio.wait([work])
        rows.close()
