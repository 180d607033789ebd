from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.service import Service


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A `calends up` with stand-ins, not started."""
    made = Service(tmp_path)
    yield made
    made.close()
