from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.service import Service, own_directory


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty directory that PostgreSQL's system user can be let into."""
    with own_directory() as directory:
        yield directory


@pytest.fixture
def service(home: Path) -> Iterator[Service]:
    """A `calends up` with stand-ins, not started."""
    with Service(home) as made:
        yield made
