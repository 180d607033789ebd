"""The child process in which mail is parsed: it may run out of time or memory, and only it.

Talks to `guard.py` over its pipes: a job is a letter, eight bytes of length and the message; an
answer is a letter, eight bytes of length and JSON. It knows no key, no database and no secret.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import struct
import sys
from typing import BinaryIO, NoReturn

from pydantic import TypeAdapter

from calends.mail.look import look
from calends.mail.message import Mail, Unparseable, parse
from calends.mail.ourselves import Ourselves

FRAME = struct.Struct(">cQ")
LOOK, PARSE = b"L", b"P"
DONE, UNPARSEABLE, DEFECT = b"D", b"U", b"X"
OUT_OF_MEMORY = 81
"""Exit code: an interpreter that ran out of memory is not used again."""

_MAIL = TypeAdapter(Mail)


def main() -> None:
    memory_bytes, cpu_seconds = int(sys.argv[1]), int(sys.argv[2])
    ours = Ourselves.model_validate_json(sys.argv[3])
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    _keep_to_itself()
    _bound_memory(memory_bytes)
    while len(header := jobs.read(FRAME.size)) == FRAME.size:
        job, size = FRAME.unpack(header)
        _bound_time(cpu_seconds)
        try:
            kind, answer = _done(job, jobs.read(size), ours)
        except MemoryError:
            _leave(OUT_OF_MEMORY)
        except Exception as error:  # noqa: BLE001 - a defect of a parser is one message's affair
            kind, answer = DEFECT, type(error).__name__.encode()
        _say(answers, kind, answer)


def _done(job: bytes, raw: bytes, ours: Ourselves) -> tuple[bytes, bytes]:
    if job == LOOK:
        return DONE, look(raw, ours).model_dump_json().encode()
    try:
        return DONE, _MAIL.dump_json(parse(raw))
    except Unparseable as error:
        return UNPARSEABLE, error.reason.encode()


def _say(answers: BinaryIO, kind: bytes, answer: bytes) -> None:
    try:
        answers.write(FRAME.pack(kind, len(answer)) + answer)
        answers.flush()
    except BrokenPipeError:
        _leave(0)  # nobody listens any more


def _keep_to_itself() -> None:
    """Nothing that a library prints gets anywhere; Ctrl-C is the parent's to hear."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _bound_memory(more: int) -> None:
    """At most `more` bytes of address space beyond what the loaded code takes."""
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:
            now = int(statm.read().split()[0]) * resource.getpagesize()
    except OSError:
        return  # a system without /proc does not enforce the limit either
    resource.setrlimit(resource.RLIMIT_AS, (now + more, now + more))


def _bound_time(seconds: int) -> None:
    """So much processor time for the next job; beyond it the kernel ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    with contextlib.suppress(ValueError):
        soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _leave(code: int) -> NoReturn:
    os._exit(code)


if __name__ == "__main__":
    main()
