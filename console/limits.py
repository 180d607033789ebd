"""How often one client may try: a token bucket for each address, in bounded memory."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, IPv6Network, ip_address

REMEMBERED = 10_000
"""Addresses; beyond it the one not seen for longest is forgotten."""


class Limiter:
    """`burst` tries at once, then one more every `refill_seconds`."""

    def __init__(
        self,
        burst: int,
        refill_seconds: float,
        *,
        remembered: int = REMEMBERED,
        place: Callable[[str], str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`place`: what makes two names one client; none: the names are network addresses."""
        self._place = place or _place
        self._burst, self._refill = burst, refill_seconds
        self._remembered, self._clock = remembered, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, address: str) -> bool:
        """Counts a try; False when this address has none left for now."""
        place, now = self._place(address), self._clock()
        left, seen = self._left.pop(place, (float(self._burst), now))
        left = min(float(self._burst), left + (now - seen) / self._refill)
        allowed = left >= 1
        self._left[place] = (left - 1 if allowed else left, now)
        if len(self._left) > self._remembered:
            self._left.popitem(last=False)
        return allowed

    def __len__(self) -> int:
        return len(self._left)


def _place(address: str) -> str:
    """One household has a whole /64 of IPv6, so that is what counts as one client."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return ""  # a server on a Unix socket knows no address: all of its clients are one
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((parsed, 64), strict=False))
