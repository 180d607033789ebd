"""Writes the golden histories anew."""

import asyncio

from tests.engine.service import own_directory
from tests.office import open_office
from tests.replay.recording import record


async def main() -> None:
    with own_directory() as folder:
        async with open_office(folder / "var") as office:
            await record(office)


asyncio.run(main())
