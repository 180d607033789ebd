"""Whose signature an answer or a callback of a processor must bear."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.x509 import Certificate

from calends.kinds import HttpSettings
from calends.problems import Problem
from calends.systems.opendsr import read_certificate


@dataclass(frozen=True)
class Signer:
    domain: str
    certificate: Certificate


def domain_of(settings: HttpSettings) -> str:
    return settings.processor_domain or urlsplit(settings.base_url).hostname or ""


def signer_of(system: str, settings: HttpSettings, folder: Path) -> Signer | None:
    """None when the company file names no certificate. Raises Problem when it is not one."""
    if not settings.certificate:
        return None
    try:
        pem = (folder / settings.certificate).read_bytes()
    except OSError as error:
        raise Problem(f"system {system}: certificate: {error.strerror}") from None
    domain = domain_of(settings)
    return Signer(domain, read_certificate(pem, domain))
