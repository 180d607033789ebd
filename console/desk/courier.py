"""Tells the cases what was decided, once the time to think again is over."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from calends.desk.deciding import Deciding

log = logging.getLogger("calends.desk")

EVERY_SECONDS = 1.0


@asynccontextmanager
async def courier(deciding: Deciding) -> AsyncIterator[None]:
    """Runs beside the pages. Several consoles may: each decision is told by one of them."""
    running = asyncio.create_task(_run(deciding))
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _run(deciding: Deciding) -> None:
    while True:
        try:
            await deciding.carry_due(datetime.now(UTC))
        except (SQLAlchemyError, OSError) as error:
            log.error("decisions wait, the register is away: %s", type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)
