"""Whether a text is one mail address, as we write to it."""

from __future__ import annotations

import re
from typing import Final

_ADDRESS: Final = re.compile(r"[^\s@,;<>()\[\]:\\\"]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+){1,10}")


def is_address(text: str) -> bool:
    """One plain address: no name, no list, no quoted part, a domain of ASCII labels."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None
