from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.office import Office, open_office


@pytest.fixture(scope="session")
async def office() -> AsyncIterator[Office]:
    """One office for all tests of this folder; every test writes as another person."""
    with tempfile.TemporaryDirectory(prefix="calends-office-") as folder:
        async with open_office(Path(folder) / "var") as opened:
            yield opened
