"""The company file: the controller's own facts, validated.

One YAML file says who the controller is, why data are processed, how long they are kept, who
receives them and in which systems they live. What the published policy leaves open is `UNSET`
and makes a human decide. Secrets never stand in the file: `${NAME}` is taken from the
environment when a system is opened.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from calends.company_settings import (
    Alerts,
    DeadlineSettings,
    DeskSettings,
    IdentitySettings,
    MailFacts,
)
from calends.faults import ADDRESS, IDENTIFIER, PERIOD, REFERENCE, Fault, validated
from calends.keeping import CaseFileSettings, PhaseSettings, StartEvent
from calends.kinds import FilesSettings, HttpSettings, Kind, MailboxSettings, PluginSettings
from calends.mail.mailboxes import MailboxEntry
from calends.problems import Problem
from calends.rules.calendar import REGIONS
from calends.rules.retention import RetentionRule
from calends.rules.vocabulary import Language
from calends.rules.zones import zone_of

UNSET = "UNSET"
Identifier = Annotated[str, Field(pattern=IDENTIFIER)]
Period = Annotated[str, Field(pattern=PERIOD)]
"""An ISO 8601 period of years, months, days; `none`; or `UNSET` (a human decides)."""
MailAddress = Annotated[str, Field(pattern=ADDRESS)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Bilingual(_Strict):
    """One text in both languages of the letters."""

    fr: str
    en: str

    def __getitem__(self, language: Language | str) -> str:
        return self.fr if str(language) == "fr" else self.en


class Controller(_Strict):
    """Who answers: the head of every letter, and where its clock stands."""

    name: str = Field(min_length=1, description="as it signs its letters")
    address: list[str] = Field(min_length=1, description="postal address, a line each")
    email: MailAddress = Field(description="letters are sent from here, requests come in here")
    dpo_email: MailAddress = Field(description="who is told of what is late or unclear")
    dpo_name: str = Field("", description="in letters; unset: the function alone")
    website: str = Field("", description="in letters, beside the address")
    language: Language = Field(Language.FR, description="of the desk, and of letters in doubt")
    tz: str = Field("Europe/Paris", description="IANA zone in which days are counted")
    region: str = Field("FR", description="whose public holidays count: FR, FR-57, FR-971 …")

    @field_validator("tz")
    @classmethod
    def _a_zone(cls, tz: str) -> str:
        zone_of(tz)
        return tz

    @field_validator("region")
    @classmethod
    def _a_region(cls, region: str) -> str:
        if region not in REGIONS:
            raise ValueError(f"unknown region; one of {', '.join(REGIONS)}")
        return region


class Purpose(_Strict):
    """Why data are processed (GDPR 15(1)(a)), on what basis (6(1)) and for how long (15(1)(d))."""

    id: Identifier = Field(description="what data sets name it by")
    title: Bilingual = Field(description="what letters call it")
    basis: Literal["consent", "contract", "legal_obligation", "legitimate_interest", "UNSET"] = (
        Field(description="GDPR 6(1)")
    )
    categories: Bilingual = Field(description="of data, in words: GDPR 15(1)(b)")
    source: Bilingual | None = Field(None, description="GDPR 15(1)(g); unset: from the person")
    retention: str = Field(pattern=REFERENCE, description="a row of `retention`, or UNSET")
    recipients: list[Identifier] = Field([], description="rows of `recipients`")
    note: str = Field("", description="what the policy leaves open, for the DPO; never in a letter")


class RetentionRow(_Strict):
    """A row of the policy's table (rule book §3.1) or a statutory rule (§3.2)."""

    id: Identifier = Field(description="what purposes and data sets name it by")
    title: Bilingual = Field(description="what letters call it")
    active: Period = Field(description="how long in use, counted from `start`")
    start: Bilingual = Field(description="the event from which `active` counts")
    start_event: StartEvent | None = Field(
        None, description="that event for the machine: says what of a record's `events` resets it"
    )
    archive: Period = Field("none", description="how long in the archive")
    archive_counts_from: Literal["start", "end_of_active"] = Field(
        "start", description="from which instant `archive` counts"
    )
    statutory: bool = Field(False, description="a law obliges to keep: GDPR 17(3)(b)")
    from_financial_year_end: bool = Field(
        False, description="counted from the end of the financial year in which `start` falls"
    )
    financial_year_ends: str = Field("12-31", description="month and day, MM-DD")
    source: str = Field("", description="the text that gives the duration")
    note: str = Field("", description="for the DPO; never in a letter")

    @model_validator(mode="after")
    def _makes_a_rule(self) -> Self:
        self.rule()
        return self

    def rule(self) -> RetentionRule:
        """The row as the rules read it."""
        return RetentionRule(
            id=self.id,
            active=self.active,
            archive=self.archive,
            archive_counts_from=self.archive_counts_from,
            statutory=self.statutory,
            from_financial_year_end=self.from_financial_year_end,
            source=self.source,
            title_fr=self.title.fr,
            title_en=self.title.en,
            financial_year_ends=self.financial_year_ends,
        )


class Recipient(_Strict):
    """A named recipient (GDPR 15(1)(c), 19; CJEU C-154/21)."""

    id: Identifier = Field(description="what purposes name it by")
    name: str = Field(description="as letters name it")
    role: Bilingual = Field(description="what it does with the data")
    country: str = Field("FR", description="ISO 3166 code of its seat")
    email: str = Field("", description="where notices of GDPR 19 go; unset: the DPO tells it")
    system: Identifier | None = Field(
        None, description="a declared `http` system: told over its interface"
    )
    since: date | None = Field(None, description="receives data since")
    until: date | None = Field(None, description="received data until")


class SystemEntry(_Strict):
    """A place where personal data lives."""

    id: Identifier = Field(description="its task queue is `system-<id>`")
    name: str = Field(description="as the desk and the letters call it")
    kind: Kind = Field(description="what it is: see systems.md")
    url: str = Field("", description="SQLAlchemy URL of the read-only role; ${NAME} from env")
    act_url: str = Field("", description="URL of the role that may erase and object")
    dataset: str = Field("", description="fideslang dataset YAML, beside the company file")
    auto_release: bool = Field(False, description="its findings may be disclosed unreviewed")
    holder: str = Field("", description="who searches by hand (manual)")
    instructions: Bilingual | None = Field(None, description="how to search by hand (manual)")
    statement_timeout_seconds: int = Field(
        30, ge=1, le=3600, description="how long one question to it may take"
    )
    files: FilesSettings | None = Field(None, description="of kind `files`")
    mailbox: MailboxSettings | None = Field(None, description="of kind `mailbox`")
    http: HttpSettings | None = Field(None, description="of kind `http`")
    plugin: PluginSettings | None = Field(None, description="of kind `plugin`")

    @property
    def declared(self) -> bool:
        """It is searched by us, as its dataset says; otherwise a human does it."""
        return self.kind != "manual"

    @property
    def may_act(self) -> bool:
        """Something can be changed in it by us."""
        own = self.http or self.plugin
        return bool(self.act_url) or (own is not None and own.acts)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needed = {"sql": "url", "manual": ""}.get(self.kind, self.kind)
        if self.declared and not (getattr(self, needed) and self.dataset):
            raise ValueError(
                f"system {self.id}: a {self.kind} system needs `{needed}` and `dataset`"
            )
        for name in ("url", "act_url", "files", "mailbox", "http", "plugin"):
            if getattr(self, name) and name not in (needed, f"act_{needed}"):
                raise ValueError(f"system {self.id}: `{name}` is not of a {self.kind} system")
        return self


class Company(_Strict):
    """The company file: the controller's own facts."""

    controller: Controller = Field(description="who answers")
    policy_published: str = Field("", description="when the privacy policy was published")
    public_promise: str = Field("", description="what it promises of requests, word for word")
    deadline: DeadlineSettings = Field(DeadlineSettings(), description="the clock's settings")
    desk: DeskSettings = Field(DeskSettings(), description="how the console decides")
    identity: IdentitySettings = Field(IdentitySettings(), description="how people are known")
    alerts: Alerts = Field(Alerts(), description="who is told when something is late")
    phases: PhaseSettings = Field(PhaseSettings(), description="how the ends of durations are kept")
    case_files: CaseFileSettings = Field(
        CaseFileSettings(), description="how long case files are kept"
    )
    mail: MailFacts = Field(MailFacts(), description="what the mail server does")
    mailboxes: list[MailboxEntry] = Field([], description="IMAP mailboxes that starter.py reads")
    automated_decisions: Bilingual | None = Field(None, description="GDPR 15(1)(h); unset: none")
    transfers: Bilingual | None = Field(None, description="GDPR 15(2); unset: none outside the EU")
    backups_expire_after: Period = Field(
        "UNSET", description="how long an erased record lives on in backups"
    )
    purposes: list[Purpose] = Field(min_length=1, description="why data are processed")
    retention: list[RetentionRow] = Field([], description="how long they are kept")
    recipients: list[Recipient] = Field([], description="who receives them")
    systems: list[SystemEntry] = Field(min_length=1, description="where they live")
    base: Path = Field(Path(), exclude=True)

    @field_validator("systems", "purposes", "retention", "recipients", "mailboxes")
    @classmethod
    def _ids_once(cls, rows: list[BaseModel]) -> list[BaseModel]:
        seen: set[str] = set()
        for row in rows:
            name: str = row.id  # type: ignore[attr-defined]
            if name in seen:
                raise ValueError(f"`{name}` is declared twice")
            seen.add(name)
        return rows

    @model_validator(mode="after")
    def _references_exist(self) -> Self:
        rows = {row.id for row in self.retention} | {UNSET}
        names = {recipient.id for recipient in self.recipients}
        for number, purpose in enumerate(self.purposes):
            if purpose.retention not in rows:
                what = f"purpose {purpose.id}: no retention row `{purpose.retention}`"
                raise _misplaced(what, ("purposes", number, "retention"), rows)
            for place, name in enumerate(purpose.recipients):
                if name not in names:
                    what = f"purpose {purpose.id}: no recipient `{name}`"
                    raise _misplaced(what, ("purposes", number, "recipients", place), names)
        return self

    def system(self, system_id: str) -> SystemEntry:
        """The declared system of that id; raises Problem when there is none."""
        for entry in self.systems:
            if entry.id == system_id:
                return entry
        raise Problem(f"no system `{system_id}` in the company file")

    def dataset_file(self, entry: SystemEntry) -> Path:
        return self.base / entry.dataset

    def open_points(self) -> list[str]:
        """What the policy leaves open (`UNSET`), one line each."""
        points = [f"purpose {p.id}: retention" for p in self.purposes if p.retention == UNSET]
        points += [f"purpose {p.id}: legal basis" for p in self.purposes if p.basis == UNSET]
        points += [f"retention {r.id}: duration" for r in self.retention if r.active == UNSET]
        points += [f"recipient {r.id}: name" for r in self.recipients if r.name == UNSET]
        if UNSET in self.controller.address:
            points.append("controller: postal address")
        if self.backups_expire_after == UNSET:
            points.append("backups: rotation date")
        return points


def _misplaced(what: str, at: tuple[str | int, ...], known: Collection[str]) -> PydanticCustomError:
    """An error of a place that is not the validator's own."""
    return PydanticCustomError("reference", "{what}", {"what": what, "at": at, "known": known})


def load_company(path: Path) -> Company:
    """Reads and validates a company file. Raises Problem with one line that says what to mend."""
    company, faults = read_company(path)
    if company is None:
        first = faults[0]
        rest = f"; {len(faults) - 1} more: calends company check {path}" if faults[1:] else ""
        raise Problem(f"company file {path}: {first}{rest}")
    return company


def read_company(path: Path) -> tuple[Company | None, list[Fault]]:
    """The company, or every fault of the file. Raises Problem when it cannot be read at all."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        mend = "; mend: `calends new DIR` makes one" if isinstance(error, FileNotFoundError) else ""
        raise Problem(f"company file {path}: {error.strerror}{mend}") from error
    except UnicodeDecodeError as error:
        raise Problem(f"company file {path}: not UTF-8 text") from error
    company, faults = validated(text, Company)
    if company is None:
        return None, faults
    return company.model_copy(update={"base": path.resolve().parent}), []


_VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")


def with_secrets(text: str) -> str:
    """Replaces each ${NAME} by the environment's value. Raises Problem when one is not set."""

    def value(match: re.Match[str]) -> str:
        found = os.environ.get(match.group(1))
        if found is None:
            raise Problem(f"environment variable {match.group(1)} is not set")
        return found

    return _VARIABLE.sub(value, text)
