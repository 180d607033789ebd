"""Which mailboxes are read: declared in the company file, or one by the process's settings."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from calends.problems import Problem
from calends.settings import Settings

FROM_SETTINGS = "main"
"""The id of the mailbox that CALENDS_IMAP_… describes."""


class MailboxEntry(BaseModel):
    """An IMAP mailbox. Nothing in it is deleted or marked as seen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,62}$")] = Field(
        description="what `calends mail` names it by"
    )
    host: str = Field(min_length=1, description="of the IMAP server")
    port: int = Field(0, ge=0, le=65535, description="0: 993 with tls, else 143")
    security: Literal["tls", "starttls", "none"] = Field(
        "tls", description="`none` only on this machine"
    )
    ca_file: str = Field("", description="PEM of the authority to trust; else the system's")
    user: str = Field(min_length=1, description="login, mostly the address")
    password: str = Field("", description="${NAME} from the environment")
    token_file: str = Field("", description="file with an OAuth 2 access token (XOAUTH2)")
    token_command: str = Field("", description="command that prints an access token (XOAUTH2)")
    folder: str = Field("INBOX", description="the one that is read")
    move_to: str = Field("", description="folder for what was taken, / between levels; none: stay")
    since: date | None = Field(
        None, description="take mail that arrived from this day on; none: the last 31 days"
    )
    poll_seconds: int = Field(60, ge=1, le=1500, description="beneath IDLE, or without it")

    @model_validator(mode="after")
    def _usable(self) -> Self:
        ways = [way for way in (self.password, self.token_file, self.token_command) if way]
        if len(ways) != 1:
            raise ValueError(
                f"mailbox {self.id}: needs one of `password`, `token_file`, `token_command`"
            )
        if self.security == "none" and not _on_this_machine(self.host):
            raise ValueError(
                f"mailbox {self.id}: `security: none` would send its password in clear; "
                "only a server on this machine may be reached so"
            )
        if self.move_to.strip("/") == self.folder:
            raise ValueError(f"mailbox {self.id}: `move_to` is the folder that is read")
        return self

    @property
    def where(self) -> int:
        return self.port or (993 if self.security == "tls" else 143)


def declared_mailboxes(settings: Settings, entries: Iterable[MailboxEntry]) -> list[MailboxEntry]:
    """The company file's mailboxes and that of the settings. Raises Problem for a wrong one."""
    found = list(entries)
    if settings.imap_host:
        if any(entry.id == FROM_SETTINGS for entry in found):
            raise Problem(f"mailbox `{FROM_SETTINGS}` is in the company file and in CALENDS_IMAP_…")
        found.append(_of_settings(settings))
    return found


def _of_settings(settings: Settings) -> MailboxEntry:
    try:
        return MailboxEntry(
            id=FROM_SETTINGS,
            host=settings.imap_host,
            port=settings.imap_port,
            security=settings.imap_tls,
            user=settings.imap_user,
            password="${CALENDS_IMAP_PASSWORD}" if settings.imap_password else "",
            token_file=settings.imap_token_file,
            folder=settings.imap_folder,
            move_to=settings.imap_move_to,
        )
    except ValueError as error:
        raise Problem(f"settings CALENDS_IMAP_…: {_first(error)}") from error


def _first(error: ValueError) -> str:
    from pydantic import ValidationError

    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors()[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}".lstrip(": ")


def _on_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
