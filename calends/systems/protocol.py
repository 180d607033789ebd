"""What every kind of system can do, and what crosses its border."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, Protocol

Act = Literal["erase", "anonymise", "archive"]
Seeds = Mapping[str, Sequence[str]]
"""Kind of identity (`email`, `phone_number`, …) -> the values the person is known by."""


@dataclass(frozen=True)
class Record:
    """One record of a person. All values are JSON-safe."""

    collection: str
    """`<fides_key>.<collection>`"""
    key: Mapping[str, Any]
    """Primary key column -> value; all declared values when the table has no primary key."""
    values: Mapping[str, Any]
    """Declared field -> value; a field holding a document has only its declared parts."""


@dataclass(frozen=True)
class Order:
    """One decided act on one record, named by the key that `locate` gave."""

    collection: str
    key: Mapping[str, Any]
    act: Act


@dataclass(frozen=True)
class ActReport:
    done: Mapping[str, int]
    """`<collection>:<act>` -> records changed now."""
    already: int
    """Records that were already gone or already as ordered."""


@dataclass(frozen=True)
class CheckLine:
    level: Literal["ok", "warning", "error"]
    text: str
    mend: str = ""


class Failure(StrEnum):
    """Why a system could not answer; the classes a person can act upon."""

    UNREACHABLE = "unreachable"
    DENIED = "denied"
    TIMEOUT = "timeout"
    BUSY = "busy"
    MAPPING = "mapping"
    SETTINGS = "settings"
    TOO_MANY = "too_many"
    ERROR = "error"


class SystemFailed(Exception):
    """The system did not answer. Its text is the class of failure and declared names only: what
    databases say quotes values, and those are personal."""

    def __init__(self, reason: Failure, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason

    @property
    def passing(self) -> bool:
        """True when trying again later may help."""
        return self.reason in (Failure.UNREACHABLE, Failure.TIMEOUT, Failure.BUSY)


class ActRefused(Exception):
    """An act cannot be done as ordered and nothing was changed; names a table, no record."""

    def __init__(self, table: str, reason: str) -> None:
        super().__init__(f"{table}: {reason}")
        self.table = table
        self.reason = reason


class System(Protocol):
    """A place where personal data lives. Every method may raise SystemFailed."""

    def locate(self, seeds: Seeds) -> AsyncGenerator[Record, None]:
        """Every record reached from the identities, each once, changing nothing.

        Raises Problem when no identity has a value.
        """
        ...

    def unreachable(self, seeds: Seeds) -> list[str]:
        """Declared collections that no link reaches from these kinds of identity."""
        ...

    async def carry_out(self, orders: Sequence[Order]) -> ActReport:
        """All orders or none, children before parents; a second time changes nothing.

        Raises ActRefused when one of them cannot be done.
        """
        ...

    async def object_to_prospecting(self, seeds: Seeds) -> int:
        """Marks the person's records as `on_prospecting_objection` says (GDPR 21(3)); returns the
        number of records so marked, newly or before."""
        ...

    async def check(self) -> list[CheckLine]:
        """What is right and wrong with the declaration, the place and the roles."""
        ...

    async def close(self) -> None: ...
