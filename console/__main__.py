"""Process: the person's own page, and the desk.

python -m console      serves on CALENDS_WEB_HOST:CALENDS_WEB_PORT until told to stop
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Iterator

import uvicorn

from activities.house import House
from calends.engine.client import connect
from calends.engine.leaving import run_process
from calends.engine.ports import require_free
from calends.settings import load_settings
from console.app import create_app
from console.desk.courier import courier

GRACE_SECONDS = 10
"""How long a download may go on after the process was told to stop."""


class Server(uvicorn.Server):
    """Says when it listens, and leaves the signals to `serve`: uvicorn would raise them again
    after its end, and the register would not be closed."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print("web: ready", flush=True)  # noqa: T201

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve() -> None:
    """Runs until told to stop. Raises Problem when a setting, a server or the port is wrong."""
    settings = load_settings()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(name)s %(message)s")
    require_free(settings.web_host, settings.web_port, "CALENDS_WEB")
    house = House.open(settings)
    try:
        client = await connect(settings, house.keyring)
        app = create_app(house, client)
        config = uvicorn.Config(
            app,
            host=settings.web_host,
            port=settings.web_port,
            access_log=False,  # addresses of pages hold their tokens
            log_config=None,
            log_level="warning",
            server_header=False,
            forwarded_allow_ips=settings.web_proxies,
            lifespan="off",
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        server = Server(config)

        def stop() -> None:
            server.should_exit = True

        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop)
        async with courier(app.state.deciding):
            await server.serve()
    finally:
        await house.close()


def main() -> None:
    argparse.ArgumentParser(prog="python -m console", description=__doc__).parse_args()
    run_process("web", serve())


if __name__ == "__main__":
    main()
