"""Mail fixtures of other projects, where somebody has put them: $MAIL_FIXTURES names a folder.

Nothing of them is kept here; what is demanded is that none breaks the reader and each has a kind.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from calends.mail.guard import Guard
from calends.rules.vocabulary import MessageKind

MAX_BYTES = 30_000_000
NO_MAIL = {".rb", ".pm", ".t", ".yml", ".json", ".md", ".png", ".jpg", ".pdf", ".zip"}


@pytest.fixture
def folder() -> Path:
    named = os.environ.get("MAIL_FIXTURES")
    if not named:
        pytest.skip("MAIL_FIXTURES names no folder")
    found = Path(named)
    if not found.is_dir():
        pytest.skip(f"MAIL_FIXTURES: no folder {found}")
    return found


@pytest.mark.external
async def test_no_fixture_of_other_projects_breaks_the_reader_and_each_has_a_kind(
    folder: Path,
) -> None:
    files = [f for f in sorted(folder.rglob("*")) if f.is_file() and f.suffix not in NO_MAIL]
    assert files, f"no mail in {folder}"
    guard, kinds, broken = Guard(), Counter[str](), []
    for file in files:
        raw = file.read_bytes()
        if len(raw) > MAX_BYTES:
            continue
        seen = await guard.look(raw)
        assert isinstance(seen.reading.kind, MessageKind)
        kinds[seen.reading.kind] += 1
        if seen.unreadable in ("time", "memory", "crash", "defect"):
            broken.append((file.name, seen.unreadable))
    await guard.close()
    print(f"{sum(kinds.values())} messages: {dict(kinds)}")
    assert broken == []
