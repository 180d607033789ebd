"""`calends up` with small real processes in the place of worker, starter and web.

Run as a script: it is `calends up` with another table of parts.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace

import calends.engine.parts
from calends.engine.supervisor import Part

WORKER = """
import asyncio, os
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

@workflow.defn(sandboxed=False)
class Nothing:
    @workflow.run
    async def run(self) -> None: ...

async def main():
    client = await Client.connect(os.environ["CALENDS_TEMPORAL_ADDRESS"],
                                  namespace=os.environ["CALENDS_TEMPORAL_NAMESPACE"])
    await Worker(client, task_queue="calends", workflows=[Nothing]).run()

asyncio.run(main())
"""

STARTER = """
import os, socket
listener = socket.create_server(("127.0.0.1", int(os.environ["CALENDS_LISTEN_PORT"])))
while True:
    peer, _ = listener.accept()
    with peer:
        peer.sendall(b"220 stand-in\\r\\n")
"""

WEB = """
import os, http.server
port = int(os.environ["CALENDS_WEB_PORT"])
http.server.HTTPServer(("127.0.0.1", port), http.server.SimpleHTTPRequestHandler).serve_forever()
"""

SCRIPTS = {"migrate": "print('migrated')", "worker": WORKER, "starter": STARTER, "web": WEB}

real_parts = calends.engine.parts.service_parts


def stand_ins(env: Mapping[str, str]) -> Sequence[Part]:
    """The service's own table, with its checks, and other commands."""
    only = os.environ.get("STAND_INS", "migrate starter web").split()
    return [
        replace(part, command=(sys.executable, "-c", SCRIPTS[part.name]))
        for part in real_parts(env)
        if part.name in only
    ]


if __name__ == "__main__":
    from calends.cli import command_line

    calends.engine.parts.service_parts = stand_ins
    command_line(["up", *sys.argv[1:]])
