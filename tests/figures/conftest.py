"""A register of a year: demands received, answered, extended, late, as activities leave them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calends.figures.counting import Figures, figures_of
from calends.register.database import Register
from calends.register.migrate import migrate
from calends.rules.vocabulary import Right
from tests.commands.sample import put_case, put_letter
from tests.conftest import Postgres

TZ, YEAR, TODAY = "Europe/Paris", 2026, datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
async def register(postgres: Postgres, database: str) -> AsyncIterator[Register]:
    url = postgres.url(database)
    await migrate(url)
    opened = Register(url)
    yield opened
    await opened.close()


class Year:
    """Puts demands into the year."""

    def __init__(self, register: Register) -> None:
        self.register, self._number = register, 0

    async def demand(
        self,
        received: datetime,
        right: Right = Right.ACCESS,
        *,
        state: str = "answered",
        days: float | None = 10,
        extended_after: float | None = None,
    ) -> str:
        """One case of one demand; `days`: until the answer, None while it is open."""
        self._number += 1
        case = await put_case(
            self.register,
            self._number,
            age=datetime.now(UTC) - received,
            demands={right: "open" if days is None else state},
            closed=days is not None,
        )
        if days is not None:
            await self._set(
                "UPDATE demands SET answered_at = :at WHERE case_id = :id",
                at=received + timedelta(days=days), id=case.id,
            )  # fmt: skip
        if extended_after is not None:
            sent = received + timedelta(days=extended_after)
            await put_letter(self.register, case, "extension", state="sent", sent_at=sent)
        assert case.reference is not None
        return case.reference

    async def _set(self, sql: str, **values: Any) -> None:
        from sqlalchemy import text

        async with self.register.session() as session:
            await session.execute(text(sql), values)
            await session.commit()

    async def figures(self, year: int = YEAR) -> Figures:
        async with self.register.session() as session:
            return await figures_of(session, year, tz=TZ, today=TODAY.date())


@pytest.fixture
def year(register: Register) -> Year:
    return Year(register)


def on(month: int, day: int, hour: int = 9, year: int = YEAR) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)
