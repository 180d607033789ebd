"""Settings of a process: from the environment (`CALENDS_…`), else from what `make up` wrote.

The embedded engine writes `engine.env` into the state directory, so that commands on the same
machine find its database and server without being told.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, Self

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from calends.problems import Problem


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="CALENDS_", extra="ignore")

    var: Path = Field(Path("var"), description="state directory of the embedded engine")
    company_file: Path = Path("examples/impro-solutions/company.yml")
    letters: Path | None = Field(
        None, description="own texts of letters; none: letters/ beside the company file"
    )
    database_url: SecretStr = Field(description="postgresql+asyncpg://… of the register")
    temporal_address: str = "127.0.0.1:7233"
    temporal_namespace: str = "calends"
    temporal_ui_url: str = Field("", description="base of the Temporal UI; empty: no link to it")
    master_key_file: Path = Path("var/keys/master.key")
    signing_key_file: Path = Path("var/keys/signing.key")
    public_url: str = Field("http://127.0.0.1:8080", description="base of the person's page")
    oidc_issuer: str = Field("", description="OpenID provider of the console's users; empty: none")
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_name: str = Field("OpenID", description="what the button for it says")
    web_host: str = "127.0.0.1"
    web_port: int = 8080
    web_proxies: str = Field(
        "127.0.0.1", description="addresses, comma between, whose X-Forwarded-For is believed"
    )
    listen_host: str = "127.0.0.1"
    listen_port: int = Field(8025, description="SMTP listener of starter.py; 0: none")
    lmtp_port: int = Field(0, description="LMTP listener of starter.py; 0: none")
    listen_max_bytes: int = Field(25_000_000, description="SIZE limit of one message, bytes")
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_token_file: str = Field("", description="OAuth 2 access token, instead of the password")
    smtp_tls: str = Field("none", pattern="^(none|starttls|tls)$")
    imap_host: str = Field("", description="a mailbox that starter.py reads; others: company file")
    imap_port: int = Field(0, description="0: 993 with tls, else 143")
    imap_user: str = ""
    imap_password: SecretStr = SecretStr("")
    imap_token_file: str = Field("", description="OAuth 2 access token, instead of the password")
    imap_tls: Literal["tls", "starttls", "none"] = "tls"
    imap_folder: str = "INBOX"
    imap_move_to: str = Field("", description="folder for what was taken; empty: it stays")
    clamd: str = Field("", description="virus scanner: socket path or host:port; empty: none")
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    metrics_port: int = Field(0, description="Prometheus endpoint of the worker; 0: none")

    @model_validator(mode="after")
    def _keys_in_the_state_directory(self) -> Self:
        for name in ("master_key_file", "signing_key_file"):
            if name not in self.model_fields_set:
                usual: Path = getattr(self, name)
                setattr(self, name, self.var / usual.relative_to("var"))
        return self


def load_settings() -> Settings:
    """The process's settings. Raises Problem that names the first one missing or wrong."""
    var = Path(os.environ.get("CALENDS_VAR", "var"))
    engine_file = var / "engine.env"
    adopt(engine_file)
    try:
        return Settings(_env_file=None)
    except ValidationError as error:
        first = error.errors()[0]
        name = f"CALENDS_{'_'.join(str(part) for part in first['loc']).upper()}"
        mend = "start the engine with `make up`, or set it" if first["type"] == "missing" else ""
        raise Problem(f"setting {name}: {first['msg']}" + (f"; {mend}" if mend else "")) from error


def adopt(engine_file: Path) -> None:
    """Takes over what the running engine wrote for commands on this machine; what the
    environment says already stands. The URLs of systems come this way too."""
    if engine_file.exists():
        for name, value in dotenv_values(engine_file).items():
            if value is not None:
                os.environ.setdefault(name, value)


def adopt_running_engine() -> None:
    """For commands that need no database of ours, such as a search of the systems."""
    adopt(Path(os.environ.get("CALENDS_VAR", "var")) / "engine.env")
