"""The site of the person's page, new for each test."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import Postgres
from tests.console.site import Site, open_site
from tests.office import Office, open_office


@pytest.fixture
async def site(postgres: Postgres, database: str, tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(postgres, database, tmp_path) as opened:
        yield opened


@pytest.fixture(scope="package")
async def office() -> AsyncIterator[Office]:
    """Everything that runs behind the page: one for all tests of this folder that need it."""
    with tempfile.TemporaryDirectory(prefix="calends-office-") as folder:
        async with open_office(Path(folder) / "var") as opened:
            yield opened
