"""The site on a port of this machine, for a real browser: signed into by its real door."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pyotp
import uvicorn
from playwright.async_api import Page

from calends.engine.ports import free_ports
from console.__main__ import Server
from tests.conftest import Postgres
from tests.console.door import PASSWORD
from tests.console.scene import Desk
from tests.console.site import Site, open_site
from tests.office import until


@asynccontextmanager
async def serve(
    postgres: Postgres, database: str, folder: Path
) -> AsyncIterator[tuple[Site, Desk]]:
    """`localhost`: browsers give passkeys to no IP address."""
    (port,) = free_ports(1)
    url = f"http://localhost:{port}"
    async with open_site(postgres, database, folder, public_url=url) as site:
        config = uvicorn.Config(
            site.app, host="127.0.0.1", port=port, log_config=None, lifespan="off"
        )
        server = Server(config)
        serving = asyncio.create_task(server.serve())

        async def started() -> bool:
            return server.started

        try:
            await until(started)
            yield site, Desk(cast(Any, None), url)
        finally:
            server.should_exit = True
            await serving


async def set_up(page: Page, url: str, token: str) -> str:
    """From the link to the recovery codes, with an authenticator app; returns its secret."""
    await page.goto(f"{url}/desk/set-up/{token}")
    await page.locator("#password").fill(PASSWORD)
    await page.locator("#again").fill(PASSWORD)
    await page.locator("form:has(#password) button").click()
    secret = await page.locator("form:has(#code) .ref").inner_text()
    plain = re.sub(r"\s", "", secret)
    await page.locator("#code").fill(pyotp.TOTP(plain).now())
    await page.locator("form:has(#code) button").click()
    return plain


async def sign_in(page: Page, url: str, name: str) -> None:
    """The first step of the door."""
    await page.goto(f"{url}/desk/sign-in")
    await page.locator("#name").fill(name)
    await page.locator("#password").fill(PASSWORD)
    await page.locator("form:has(#password) button").click()
