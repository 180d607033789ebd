"""What each kind of system needs to be told in the company file, beside its dataset.

Secrets stand as `${NAME}` and come from the environment of the process that opens the system.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["sql", "http", "files", "mailbox", "manual", "plugin"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FilesSettings(_Strict):
    """A folder of tables: each collection is `<name>.csv`, `.xlsx`, `.jsonl` or `.ndjson`, or all
    files `<name>-*.csv` and so on of that name."""

    folder: str = Field(min_length=1, description="beside the company file, or absolute")
    delimiter: str = Field("", max_length=1, description="of CSV; empty: found out")
    encoding: str = Field("", description="of text; empty: UTF-8, else found out")


class MailboxSettings(_Strict):
    """A mailbox that is searched over IMAP, never changed."""

    host: str = Field(min_length=1, description="of the IMAP server")
    port: int = Field(993, ge=1, le=65535, description="of the IMAP server")
    tls: Literal["tls", "starttls", "none"] = Field("tls", description="how it is reached")
    user: str = Field(min_length=1, description="login, mostly the address")
    password: str = Field(min_length=1, description="${NAME}")
    folders: list[str] = Field([], description="folders to search; none: all")


class HttpSettings(_Strict):
    """A processor that takes requests in the OpenDSR shape."""

    base_url: str = Field(pattern=r"^https?://[^\s]+$", description="where /requests stands")
    hosts: list[str] = Field([], description="hosts it may be asked at; none: base_url's alone")
    token: str = Field("", description="bearer token; ${NAME}")
    controller_id: str = Field("", description="what it knows us by")
    processor_domain: str = Field("", description="who signs; empty: base_url's host")
    certificate: str = Field("", description="PEM file of the signer; empty: nothing is signed")
    callback_url: str = Field(
        "",
        pattern=r"^(https?://[^\s?#]+)?$",
        description="where it tells us of news, `<our address>/api/opendsr/<id>`; empty: we ask",
    )
    own_network: bool = Field(
        False, description="it may stand at a private address, and be asked without TLS"
    )
    acts: bool = Field(False, description="it erases, too")
    timeout_seconds: int = Field(30, ge=1, le=600, description="how long one call may take")


class PluginSettings(_Strict):
    """A kind of system of somebody else's, found by its entry point (group `calends.systems`)."""

    name: str = Field(min_length=1, description="name of the entry point")
    settings: dict[str, str | int | float | bool | list[str]] = Field(
        {}, description="the connector's own; ${NAME} is replaced in texts"
    )
    acts: bool = Field(False, description="it changes what it holds, too")
