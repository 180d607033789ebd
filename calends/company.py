"""The company file: the controller's own facts, validated.

One YAML file says who the controller is, why data are processed, how long they are kept, who
receives them and in which systems they live. What the published policy leaves open is `UNSET`
and makes a human decide. Secrets never stand in the file: `${NAME}` is taken from the
environment when a system is opened.
"""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from calends.keeping import CaseFileSettings, PhaseSettings, StartEvent
from calends.kinds import FilesSettings, HttpSettings, Kind, MailboxSettings, PluginSettings
from calends.mail.mailboxes import MailboxEntry
from calends.problems import Problem
from calends.rules.pause import HARD_ASK_DELAY_DAYS, PauseMode
from calends.rules.retention import RetentionRule
from calends.rules.vocabulary import Language

UNSET = "UNSET"
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,62}$")]
Period = Annotated[str, Field(pattern=r"^(P\d+Y(\d+M)?(\d+D)?|P\d+M(\d+D)?|P\d+D|UNSET|none)$")]
"""An ISO 8601 period of years, months, days; `none`; or `UNSET` (a human decides)."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Bilingual(_Strict):
    """One text in both languages of the letters."""

    fr: str
    en: str

    def __getitem__(self, language: Language | str) -> str:
        return self.fr if str(language) == "fr" else self.en


class Controller(_Strict):
    name: str
    address: list[str] = Field(min_length=1, description="postal address, a line each")
    email: str
    dpo_email: str
    dpo_name: str = ""
    website: str = ""
    language: Language = Language.FR
    tz: str = "Europe/Paris"
    region: str = "FR"


class Purpose(_Strict):
    """Why data are processed (GDPR 15(1)(a)), on what basis (6(1)) and for how long (15(1)(d))."""

    id: Identifier
    title: Bilingual
    basis: Literal["consent", "contract", "legal_obligation", "legitimate_interest", "UNSET"]
    categories: Bilingual
    source: Bilingual | None = Field(None, description="GDPR 15(1)(g); None: from the person")
    retention: Identifier | Literal["UNSET"]
    recipients: list[Identifier] = []
    note: str = Field("", description="what the policy leaves open, for the DPO; never in a letter")


class RetentionRow(_Strict):
    """A row of the policy's table (rule book §3.1) or a statutory rule (§3.2)."""

    id: Identifier
    title: Bilingual
    active: Period
    start: Bilingual = Field(description="the event from which `active` counts")
    start_event: StartEvent | None = Field(
        None, description="that event for the machine: says what of a record's `events` resets it"
    )
    archive: Period = "none"
    archive_counts_from: Literal["start", "end_of_active"] = "start"
    statutory: bool = Field(False, description="a law obliges to keep: GDPR 17(3)(b)")
    from_financial_year_end: bool = False
    financial_year_ends: str = Field("12-31", description="month and day, MM-DD")
    source: str = Field("", description="the text that gives the duration")
    note: str = ""

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

    id: Identifier
    name: str
    role: Bilingual
    country: str = "FR"
    email: str = Field("", description="where notices of GDPR 19 go; unset: the DPO tells it")
    system: Identifier | None = Field(
        None, description="a declared `http` system: told over its interface"
    )
    since: date | None = Field(None, description="receives data since")
    until: date | None = None


class SystemEntry(_Strict):
    """A place where personal data lives."""

    id: Identifier
    name: str
    kind: Kind
    url: str = Field("", description="SQLAlchemy URL of the read-only role; ${NAME} from env")
    act_url: str = Field("", description="URL of the role that may erase and object")
    dataset: str = Field("", description="fideslang dataset YAML, beside the company file")
    auto_release: bool = Field(False, description="its findings may be disclosed unreviewed")
    holder: str = Field("", description="who searches by hand (manual)")
    instructions: Bilingual | None = None
    statement_timeout_seconds: int = Field(30, ge=1, le=3600)
    files: FilesSettings | None = None
    mailbox: MailboxSettings | None = None
    http: HttpSettings | None = None
    plugin: PluginSettings | None = None

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


class MailFacts(_Strict):
    """What the company's mail server does, and whom a look-alike would imitate."""

    authserv_id: str = Field(
        "", description="RFC 8601 authserv-id that our own server writes; unset: verdict unknown"
    )
    verify_dkim: bool = Field(False, description="also verify DKIM signatures here (asks the DNS)")
    plus_addressing: bool = Field(
        False, description="the server delivers name+anything@ to name@: replies find their case"
    )
    known_domains: list[str] = Field([], description="domains of partners, beside our own")
    letters_per_minute: int = Field(
        60, ge=0, le=6000, description="to one recipient domain, as a burst or spread; 0: no limit"
    )
    bounce_hours: int = Field(
        24, ge=0, le=168, description="an answered case stays open so long, for what comes back"
    )


class DeadlineSettings(_Strict):
    """Contested points of the clock, with the rule book's defaults (§2.2, §2.5)."""

    count_local_holidays: bool = False
    extension_enabled: bool = True
    last_call_working_days_before: int = Field(2, ge=1, le=10)
    extension_decision_working_days_before: int = Field(5, ge=2, le=15)
    acknowledgment_working_days: int = Field(2, ge=1, le=5)
    identity_pause: PauseMode = Field(PauseMode.NONE, description="décret 2019-536 art. 77")
    max_ask_delay_days: int = Field(HARD_ASK_DELAY_DAYS, ge=0, le=HARD_ASK_DELAY_DAYS)


class IdentitySettings(_Strict):
    """How surely a person must be known (rule book §1, "Identity assurance levels")."""

    ladder: Literal["proportionate", "contact_only"] = Field(
        "proportionate",
        description="whether bank, sensitive or contract data found ask for a second factor",
    )


class Alerts(_Strict):
    """Who is told when something is late; the DPO always is."""

    deputy_email: str = Field("", description="told too, when the DPO is away")
    management_email: str = Field("", description="paged at last calls; unset: the DPO")
    webhook: str = Field("", description="URL paged with level, reference and what; ${NAME}")


class DeskSettings(_Strict):
    """How the console decides."""

    second_eyes: list[Literal["disclosure", "destruction"]] = Field(
        default=["disclosure", "destruction"],
        description="acts that a second person confirms, never the one who proposed them",
    )
    undo_seconds: int = Field(
        30, ge=0, le=600, description="so long a decision of consequence can be taken back"
    )


class Company(_Strict):
    controller: Controller
    policy_published: str = ""
    public_promise: str = ""
    deadline: DeadlineSettings = DeadlineSettings()
    desk: DeskSettings = DeskSettings()
    identity: IdentitySettings = IdentitySettings()
    alerts: Alerts = Alerts()
    phases: PhaseSettings = PhaseSettings()
    case_files: CaseFileSettings = CaseFileSettings()
    mail: MailFacts = MailFacts()
    mailboxes: list[MailboxEntry] = Field([], description="IMAP mailboxes that starter.py reads")
    automated_decisions: Bilingual | None = Field(None, description="GDPR 15(1)(h); None: none")
    transfers: Bilingual | None = Field(None, description="GDPR 15(2); None: none outside the EU")
    backups_expire_after: Period = "UNSET"
    purposes: list[Purpose] = Field(min_length=1)
    retention: list[RetentionRow] = []
    recipients: list[Recipient] = []
    systems: list[SystemEntry] = Field(min_length=1)
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
        rows = {row.id for row in self.retention}
        names = {recipient.id for recipient in self.recipients}
        for purpose in self.purposes:
            if purpose.retention != UNSET and purpose.retention not in rows:
                raise ValueError(f"purpose {purpose.id}: no retention row `{purpose.retention}`")
            for name in purpose.recipients:
                if name not in names:
                    raise ValueError(f"purpose {purpose.id}: no recipient `{name}`")
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
        if self.backups_expire_after == UNSET:
            points.append("backups: rotation date")
        return points


def load_company(path: Path) -> Company:
    """Reads and validates a company file. Raises Problem with one line that says what to mend."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Problem(f"company file {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Problem(f"company file {path}: not UTF-8 text") from error
    except yaml.YAMLError as error:
        raise Problem(f"company file {path}: not readable as YAML ({_fault(error)})") from error
    except RecursionError as error:
        raise Problem(f"company file {path}: not readable as YAML (nested too deep)") from error
    if not isinstance(raw, dict):
        raise Problem(f"company file {path}: must be a YAML mapping")
    try:
        company = Company.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "file"
        what = "unknown key" if first["type"] == "extra_forbidden" else first["msg"]
        raise Problem(f"company file {path}: {where}: {what}") from error
    return company.model_copy(update={"base": path.resolve().parent})


def _fault(error: yaml.YAMLError) -> str:
    """The parser's complaint in one line, with the line of the file where it has one."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return str(error).partition("\n")[0] or type(error).__name__


_VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")


def with_secrets(text: str) -> str:
    """Replaces each ${NAME} by the environment's value. Raises Problem when one is not set."""

    def value(match: re.Match[str]) -> str:
        found = os.environ.get(match.group(1))
        if found is None:
            raise Problem(f"environment variable {match.group(1)} is not set")
        return found

    return _VARIABLE.sub(value, text)
