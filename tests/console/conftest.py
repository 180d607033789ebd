"""The site of the person's page, new for each test."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser

from console.app import create_app
from tests.conftest import Postgres
from tests.console.browser import chromium
from tests.console.scene import Desk, a_morning, open_desk
from tests.console.site import Site, open_site
from tests.office import Office, open_office


@pytest.fixture
async def site(postgres: Postgres, database: str, tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(postgres, database, tmp_path) as opened:
        yield opened


@pytest.fixture
async def office_site(office: Office) -> AsyncIterator[Site]:
    """The site of an office at work: what is decided there reaches real cases."""
    client = office.skipper.client
    app = create_app(office.house, client)
    transport = httpx.ASGITransport(app, client=("203.0.113.9", 4321))
    async with httpx.AsyncClient(transport=transport, base_url="https://page.test") as browser:
        yield Site(office.house, client, browser, app)


@pytest.fixture(scope="package")
async def office() -> AsyncIterator[Office]:
    """Everything that runs behind the page: one for all tests of this folder that need it."""
    with tempfile.TemporaryDirectory(prefix="calends-office-") as folder:
        async with open_office(Path(folder) / "var") as opened:
            yield opened


@pytest.fixture(scope="package")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


@pytest.fixture(scope="package")
async def desk(office: Office) -> AsyncIterator[Desk]:
    """The desk on a morning on which people have written; one for all that only look at it."""
    async with open_desk(office) as opened:
        await a_morning(opened)
        yield opened
