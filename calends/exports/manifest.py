"""The list of an archive's files, with the digest of each: what was given can be shown later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

import orjson

from calends.exports.shelf import Table
from calends.letters.render import Rendered

VERSION = "calends-export/1"


class Format(StrEnum):
    """Formats beside JSON, which is always there."""

    CSV = "csv"
    XLSX = "xlsx"
    HTML = "html"


FORMATS = frozenset(Format)
_MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Entry:
    """One file of the archive."""

    path: str
    bytes: int
    sha256: str
    media_type: str
    system: str = ""
    collection: str = ""
    records: int | None = None

    @classmethod
    def of(cls, path: str, size: int, sha256: str, table: Table | None) -> Entry:
        kind = path.rpartition(".")[2] if not path.startswith("uploads/") else ""
        media_type = _MEDIA_TYPES.get(kind, "application/octet-stream")
        if table is None:
            return cls(path, size, sha256, media_type)
        return cls(path, size, sha256, media_type, table.system, table.collection, table.count)


def manifest_file(entries: Sequence[Entry], readme: Rendered, modified: datetime) -> bytes:
    manifest = {
        "format": VERSION,
        "title": readme.subject,
        "language": readme.language,
        "written": modified.isoformat(timespec="seconds"),
        "files": [_told(entry) for entry in entries],
    }
    return orjson.dumps(manifest, option=orjson.OPT_INDENT_2)


def _told(entry: Entry) -> dict[str, object]:
    """Without what does not apply."""
    return {name: value for name, value in asdict(entry).items() if value not in ("", None)}
