"""What every kind of system can do, and what crosses its border."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, Protocol

Act = Literal["erase", "anonymise", "archive", "restrict", "lift", "rectify", "object"]
"""What can be ordered for one record: GDPR 17 (three ways), 18 and its end, 16, 21(1)."""

Event = Literal["prospecting_objection", "objection", "consent_withdrawal", "restriction", "lift"]
"""What a person may say that sets marks on all their records at once: `on_<event>` of the
declaration. GDPR 21(2)-(3), 21(1), 7(3), 18."""

Channel = Literal["email", "phone", "sms", "post"]
"""By what a person is prospected."""

Seeds = Mapping[str, Sequence[str]]
"""Kind of identity (`email`, `phone_number`, …) -> the values the person is known by. A value that
a link of another system leads to stands under its field, `<fides_key>.<collection>.<field>`. Under
`name` stands what they call themselves: only `candidates` looks at it, `locate` never does."""


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
class Candidate:
    """A record that may be the person's, because it looks like it. Never a finding: a human
    resolves it."""

    record: Record
    score: int
    """Likeness, 0 to 100."""
    fields: Sequence[str]
    """The fields that look alike."""


@dataclass(frozen=True)
class Change:
    """What a field holds, and what it is to hold; JSON-safe. `before` is a condition: a field that
    holds a third value is not touched."""

    before: Any
    after: Any


@dataclass(frozen=True)
class Order:
    """One decided act on one record, named by the key that `locate` gave."""

    collection: str
    key: Mapping[str, Any]
    act: Act
    values: Mapping[str, Change] | None = None
    """Field -> its change; for `rectify`, and for nothing else."""


@dataclass(frozen=True)
class Effect:
    """What an order would do to its record now. Its values are personal: seal them."""

    order: Order
    outcome: Literal["changed", "deleted", "moved", "already", "refused"]
    """`already`: the record is gone, or already as ordered. `moved`: to the archive, so changed."""
    changes: Mapping[str, Change]
    """Every field that would change; of a record to be deleted, all that is declared."""
    reason: str = ""
    """Why it is refused, in names of fields and tables. One refused order refuses them all."""


@dataclass(frozen=True)
class ActReport:
    done: Mapping[str, int]
    """`<collection>:<act>` -> records changed now."""
    already: int
    """Records that were already gone or already as ordered."""
    rectified: Sequence[Effect] = ()
    """What rectified records held before, and hold now. Its values are personal: seal them."""

    @property
    def was_done(self) -> bool:
        """True when nothing was left to do: an earlier try, cut off before it could say so, had
        been carried out whole."""
        return not self.done and self.already > 0


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
    PENDING = "pending"
    """Asked, and the answer is to come: a processor has hours or days."""
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
        return self.reason in _PASSING


_PASSING = (Failure.UNREACHABLE, Failure.TIMEOUT, Failure.BUSY, Failure.PENDING)


class ActRefused(Exception):
    """An act cannot be done as ordered and nothing was changed; names a table, no record."""

    def __init__(self, table: str, reason: str) -> None:
        super().__init__(f"{table}: {reason}")
        self.table = table
        self.reason = reason


class NoDryRun(ActRefused):
    """This kind of system cannot say beforehand what it would do; nothing was changed."""

    def __init__(self, system: str) -> None:
        super().__init__(system, "this kind of system has no dry run")


class Located(Protocol):
    """What can be searched. May raise SystemFailed."""

    def locate(self, seeds: Seeds, reference: str = "") -> AsyncGenerator[Record, None]:
        """Every record reached from the identities, each once, changing nothing.

        `reference` is an opaque name of the case: a processor that is asked over hours is asked
        once under it, however often this is called. Raises Problem when no identity has a value.
        """
        ...


class System(Located, Protocol):
    """A place where personal data lives. Every method may raise SystemFailed."""

    def candidates(self, seeds: Seeds) -> AsyncGenerator[Candidate, None]:
        """Records that look like the person's and that `locate` does not reach, the likeliest
        first and few. They only ever become a task to resolve a homonym."""
        ...

    def unreachable(self, seeds: Seeds) -> list[str]:
        """Declared collections that no link reaches from these kinds of identity."""
        ...

    async def carry_out(self, orders: Sequence[Order], reference: str = "") -> ActReport:
        """All orders or none, children before parents; a second time changes nothing.

        `reference` as for `locate`. Raises ActRefused when one of them cannot be done.
        """
        ...

    def preview(self, orders: Sequence[Order], reference: str = "") -> AsyncGenerator[Effect, None]:
        """The dry run: exactly what `carry_out` would do now, one effect an order, in its order
        of carrying out; changes nothing. What it would refuse for one record comes as `refused`;
        raises ActRefused for what the declaration does not foresee, NoDryRun when this kind of
        system cannot tell."""
        ...

    async def mark(self, seeds: Seeds, event: Event, channels: Sequence[Channel] = ()) -> int:
        """Marks all of the person's records as `on_<event>` says; returns how many are so marked,
        newly or before. `channels` narrows a prospecting objection; none means all."""
        ...

    async def object_to_prospecting(self, seeds: Seeds) -> int:
        """Marks the person's records as `on_prospecting_objection` says (GDPR 21(3)); returns the
        number of records so marked, newly or before."""
        ...

    async def check(self, entries: Sequence[str] = ()) -> list[CheckLine]:
        """What is right and wrong with the declaration, the place and the roles. `entries` are
        the fields to which links of other systems lead (`Links.entries`)."""
        ...

    async def close(self) -> None: ...
