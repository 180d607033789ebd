"""Whether a text is one mail address, as we write to it."""

from __future__ import annotations

import re
from typing import Final

_ATOM: Final = r"[!#-'*+\-/0-9=?A-Z^-~]{1,64}"
_ADDRESS: Final = re.compile(
    rf"{_ATOM}(?:\.{_ATOM}){{0,31}}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+){{1,10}}"
)


def is_address(text: str) -> bool:
    """One plain address: no name, no list, no quoted part, ASCII alone."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None
