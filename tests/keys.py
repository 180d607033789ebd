"""Master keys of tests: in no file, each its own."""

from __future__ import annotations

import os
from collections.abc import Callable

from calends.vault.master import KEY_BYTES, MasterKey


def some_master(content: bytes | None = None) -> Callable[[], MasterKey]:
    """As a keyring wants it."""
    key = MasterKey.parse(content or os.urandom(KEY_BYTES))
    return lambda: key
