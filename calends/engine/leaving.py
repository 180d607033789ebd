"""How our processes run, and end: at once, once everything of ours is closed and said."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Coroutine
from typing import Any, NoReturn

from calends.problems import Problem


def leave(code: int) -> NoReturn:
    """Ends the process without waiting for the interpreter to take itself apart.

    Threads of the Temporal SDK may still be trying to reach a server; one that calls back into an
    interpreter that is shutting down aborts it (exit code 134 instead of ours).
    """
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            code = code or 1  # whoever read us has gone
    os._exit(code)


def run_process(name: str, work: Coroutine[Any, Any, None]) -> NoReturn:
    """Runs a process of ours to its end: 0, or 2 and one line for a Problem."""
    import uvloop  # a fifth less CPU; and `calends evidence verify` runs where it is not

    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(work)
    except Problem as problem:
        print(f"{name}: {problem}", file=sys.stderr)  # noqa: T201
        leave(2)
    leave(0)
