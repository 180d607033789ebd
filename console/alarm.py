"""Many refusals in a short time are told: in the log, and in the events that the digest reads."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable

from calends.accounts.events import note
from calends.register.database import Register

log = logging.getLogger("calends.page")

MANY, WITHIN_SECONDS = 50, 600.0
"""Refusals, of whatever kind and address, that no ordinary day has."""


class Alarm:
    def __init__(self, register: Register, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._register, self._clock = register, clock
        self._refusals: deque[float] = deque(maxlen=MANY)
        self._silent_until = 0.0

    async def refused(self) -> bool:
        """Counts a refusal; True when it gave the alarm, at most once in the time."""
        now = self._clock()
        self._refusals.append(now)
        many = len(self._refusals) == MANY and now - self._refusals[0] < WITHIN_SECONDS
        if not many or now < self._silent_until:
            return False
        self._silent_until = now + WITHIN_SECONDS
        log.error("ALARM page: %d refusals in %d minutes", MANY, WITHIN_SECONDS // 60)
        async with self._register.session() as session:
            note(session, "page_guessed_at", user_id=None, actor="", refusals=MANY)
            await session.commit()
        return True
