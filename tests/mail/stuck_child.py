"""The guard's child with a parser that does what the subject says: no real bytes do so any more."""

from __future__ import annotations

import ctypes
import os
import time

from calends.mail import guard_child, look, message
from calends.mail.ourselves import NOBODY, Ourselves


def parse(raw: bytes) -> message.Mail:
    if b"\n\nbody" in raw:
        _misbehave(raw)
    return message.parse(raw)


def looked(raw: bytes, ours: Ourselves = NOBODY) -> look.Look:
    _misbehave(raw)
    return look.look(raw, ours)


def _misbehave(raw: bytes) -> None:
    if b"Subject: spin" in raw:
        while True:
            pass
    if b"Subject: wait" in raw:
        time.sleep(600)
    if b"Subject: swell" in raw:
        held = [b"x" * (1 << 20) for _ in range(100_000)]
        raise AssertionError(len(held))
    if b"Subject: crash" in raw:
        ctypes.string_at(0)
    if b"Subject: defect" in raw:
        raise KeyError("quotes the message")
    if b"Subject: chatter" in raw:
        os.write(1, b"a library prints")
        os.write(2, b"a library complains")
    if b"Subject: environment" in raw:
        secrets = [name for name in os.environ if "CALENDS" in name or "PASSWORD" in name]
        assert not secrets


if __name__ == "__main__":
    guard_child.parse = parse  # type: ignore[attr-defined]
    guard_child.look = looked  # type: ignore[attr-defined]
    guard_child.main()
