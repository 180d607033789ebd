from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from calends.register.database import Register
from calends.register.migrate import migrate
from tests.conftest import Postgres


@pytest.fixture
async def register(postgres: Postgres, database: str) -> AsyncIterator[Register]:
    """A migrated register of this test's own."""
    url = postgres.url(database)
    await migrate(url)
    opened = Register(url)
    yield opened
    await opened.close()
