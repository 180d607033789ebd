"""What the office's commands share: one run on the open register."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from calends.register.database import Register
from calends.register.opening import opened_register
from calends.settings import Settings, load_settings

Done = TypeVar("Done")


def run(work: Callable[[Register, Settings], Awaitable[Done]]) -> Done:
    """Does the work on the open register. Raises Problem when the register does not answer."""

    async def opened() -> Done:
        settings = load_settings()
        async with opened_register(settings) as register:
            return await work(register, settings)

    return asyncio.run(opened())
