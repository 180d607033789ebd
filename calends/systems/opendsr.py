"""The shape in which controllers and processors exchange requests of data subjects: OpenDSR.

Requests, statuses and signed callbacks as in the specification (github.com/opengdpr/OpenDSR, §7-8).
How results look is left open there; here they are JSON lines or a JSON list of rows, each with the
name of its `collection` when the dataset has several.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import (
    Certificate,
    DNSName,
    SubjectAlternativeName,
    load_pem_x509_certificate,
)
from cryptography.x509.extensions import ExtensionNotFound
from pydantic import BaseModel, ConfigDict, ValidationError

from calends.problems import Problem
from calends.systems.protocol import Seeds

RequestType = Literal["access", "erasure", "portability"]
VERSION = "3.0"
HEADERS = ("X-OpenDSR", "X-OpenGDPR", "X-OpenCompliance")
"""The same headers under the names that the specification has had (§10.1)."""

_NAMES = {"phone_number": "phone", "user_id": "controller_customer_id"}
"""Our names of identities where they differ from the specification's (§5.3)."""


class Unsigned(Exception):
    """The signature is missing or not the processor's; what was said must not be believed."""


class Status(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    subject_request_id: uuid.UUID
    request_status: Literal["pending", "in_progress", "completed", "cancelled"]
    controller_id: str = ""
    expected_completion_time: datetime | None = None
    results_url: str | None = None
    status_callback_url: str | None = None


def callback_at(base: str, reference: str) -> str:
    """Where a processor tells us of the request that was made under this reference; empty when it
    may not, or when the request belongs to no case."""
    return f"{base.rstrip('/')}/{reference}" if base and reference else ""


def asked_by(reference: str) -> str:
    """The case that made the request: references begin with its id."""
    return reference.partition(":")[0]


def request_id(*parts: object) -> uuid.UUID:
    """A UUID of version 4's form, the same for the same parts: asked twice is asked once."""
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).digest()
    return uuid.UUID(bytes=digest[:16], version=4)


def request_body(
    wanted: RequestType, number: uuid.UUID, seeds: Seeds, at: datetime, callback_url: str = ""
) -> bytes:
    """One request. Seeds that other systems told are not among the identities a processor knows."""
    identities = [
        {
            "identity_type": _NAMES.get(kind, kind),
            "identity_value": value.encode("utf-8", "replace").decode(),
            "identity_format": "raw",
        }
        for kind, values in seeds.items()
        for value in values
        if "." not in kind and value.strip()
    ]
    body: dict[str, Any] = {
        "regulation": "gdpr",
        "subject_request_id": str(number),
        "subject_request_type": wanted,
        "submitted_time": at.isoformat(timespec="seconds"),
        "subject_identities": identities,
        "api_version": VERSION,
    }
    if callback_url:
        body["status_callback_urls"] = [callback_url]
    return json.dumps(body).encode()


def read_status(body: bytes, number: uuid.UUID) -> Status:
    """Raises ValueError when it is no status, or that of another request."""
    try:
        status = Status.model_validate_json(body)
    except ValidationError:
        raise ValueError("no status") from None
    if status.subject_request_id != number:
        raise ValueError("the status of another request")
    return status


def read_certificate(pem: bytes, domain: str) -> Certificate:
    """Raises Problem when it is none, not made for that domain, or its key is no RSA key."""
    try:
        certificate = load_pem_x509_certificate(pem)
    except ValueError:
        raise Problem("the processor's certificate is not readable as PEM") from None
    try:
        names = certificate.extensions.get_extension_for_class(SubjectAlternativeName).value
        domains = names.get_values_for_type(DNSName)
    except ExtensionNotFound:
        domains = []
    if domain.lower() not in {name.lower() for name in domains}:
        raise Problem(f"the processor's certificate is not made for {domain}")
    if not isinstance(certificate.public_key(), rsa.RSAPublicKey):
        raise Problem("the processor's certificate has no RSA key")
    return certificate


def verify(
    body: bytes, headers: Mapping[str, str], certificate: Certificate, domain: str, at: datetime
) -> None:
    """The processor's signature over the very bytes, before anything of them is read (§8.8).

    Raises Unsigned."""
    said, signature = _header(headers, "Processor-Domain"), _header(headers, "Signature")
    if said.lower() != domain.lower():
        raise Unsigned
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise Unsigned
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    try:
        key.verify(
            base64.b64decode(signature, validate=True), body, padding.PKCS1v15(), hashes.SHA256()
        )
    except (InvalidSignature, binascii.Error, ValueError):
        raise Unsigned from None


def read_callback(
    body: bytes,
    headers: Mapping[str, str],
    certificate: Certificate,
    domain: str,
    callback_url: str,
    at: datetime,
) -> Status:
    """What a processor tells by itself. Raises Unsigned when it is not the processor, or meant for
    somebody else; the answer to it is then 403."""
    verify(body, headers, certificate, domain, at)
    try:
        status = Status.model_validate_json(body)
    except ValidationError:
        raise Unsigned from None
    if status.status_callback_url != callback_url:
        raise Unsigned
    return status


def _header(headers: Mapping[str, str], name: str) -> str:
    lowered = {key.lower(): value for key, value in headers.items()}
    known: Sequence[str] = [f"{prefix}-{name}".lower() for prefix in HEADERS]
    found = [lowered[key] for key in known if key in lowered]
    return found[0].strip() if len(found) == 1 else ""
