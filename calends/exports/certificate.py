"""The completeness certificate: how the search of every declared system ended (design,
"Completeness"). One result, told as data, as text for the reply, and as a digest for evidence.

It holds names of systems, counts and instants: nothing of the person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from calends.evidence.canonical import canonical
from calends.letters.facts.case import completeness
from calends.letters.inputs import SystemOutcome
from calends.letters.render import TEMPLATES
from calends.letters.templating import Templating, without_marks
from calends.rules.vocabulary import Language, SearchState

VERSION = "calends-completeness/1"
Line = Annotated[str, Field(max_length=1_000)]
Instant = Annotated[AwareDatetime, AfterValidator(lambda instant: instant.astimezone(UTC))]


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SearchEnd(_Frozen):
    """What a case knows of one system's search."""

    state: SearchState
    count: int = Field(0, ge=0, description="records found")
    since: Instant | None = Field(None, description="failed, waiting: since when")
    reason: Line = Field("", description="failed: its class; skipped: why")
    skipped_by: Line = Field("", description="skipped: the role of who decided it")
    waiting_for: Line = Field("", description="waiting: a colleague, a processor, an answer")


class CertificateLine(_Frozen):
    """One system of the certificate."""

    system: str
    name: Line
    end: SearchEnd

    @property
    def explained(self) -> bool:
        """A skip says who decided it and why; a failure and a wait say since when."""
        if self.end.state is SearchState.SKIPPED:
            return bool(self.end.reason.strip() and self.end.skipped_by.strip())
        if self.end.state in (SearchState.FAILED, SearchState.WAITING):
            return self.end.since is not None
        return True


class Certificate(_Frozen):
    """All declared systems of one case, in the order of the company file."""

    version: str = VERSION
    reference: str
    at: Instant
    systems: tuple[CertificateLine, ...]

    @property
    def complete(self) -> bool:
        """Every system answered, or was left out by somebody who says why."""
        ended = (SearchState.FOUND, SearchState.NOTHING, SearchState.SKIPPED)
        return not self.unexplained and all(line.end.state in ended for line in self.systems)

    @property
    def unexplained(self) -> list[str]:
        """Systems about which the certificate does not say enough: a case must not close."""
        return [line.system for line in self.systems if not line.explained]

    def as_data(self) -> dict[str, object]:
        """JSON: instants in UTC, nothing left out, so that the digest is one."""
        return self.model_dump(mode="json") | {"complete": self.complete}

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over the canonical JSON: what the ledger testifies to."""
        return hashlib.sha256(canonical(self.as_data())).hexdigest()

    def outcomes(self, zone: str) -> list[SystemOutcome]:
        """The same for letters, in days of the controller's time zone."""
        return [
            SystemOutcome(
                name=line.name,
                state=line.end.state,
                count=line.end.count,
                since=line.end.since.astimezone(ZoneInfo(zone)).date() if line.end.since else None,
                reason=line.end.reason if line.end.state is SearchState.SKIPPED else "",
            )
            for line in self.systems
        ]

    def text(self, language: Language, zone: str) -> str:
        """The block that replies hold, by itself."""
        facts = completeness(self.outcomes(zone), language)
        text = Templating([TEMPLATES]).text(f"_blocks/{language}/completeness.txt", facts)
        lines = [line.rstrip() for line in without_marks(text).splitlines()]
        return "\n".join(line for line in lines if line) + "\n"


def certificate(
    reference: str,
    systems: Sequence[tuple[str, str]],
    ends: Mapping[str, SearchEnd],
    *,
    asked_at: datetime,
    at: datetime,
) -> Certificate:
    """The certificate of a case at the instant `at`. `systems`: (id, name) of every declared one;
    `ends`: by id. A system of which nothing is known is awaited since the search was asked for.

    Raises ValueError for an end of a system that is not declared: it would be told nowhere.
    """
    unknown = set(ends) - {system for system, _ in systems}
    if unknown:
        raise ValueError(f"results of systems that are not declared: {', '.join(sorted(unknown))}")
    awaited = SearchEnd(state=SearchState.WAITING, since=asked_at)
    return Certificate(
        reference=reference,
        at=at,
        systems=tuple(
            CertificateLine(system=system, name=name, end=ends.get(system, awaited))
            for system, name in systems
        ),
    )
