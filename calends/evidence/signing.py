"""The company's Ed25519 key (RFC 8032): made at first use, signs evidence, its public half shown.

The private file is as secret as its mode says, so a file that others may read is refused. The
public half stands beside it as `….pub`, to be published where an inspector will look.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from calends.problems import Problem

PREFIX = "calends-ed25519:"
_TEXT = re.compile(PREFIX + r"[A-Za-z0-9_-]{43}")
_MAX_KEY_FILE = 10_000  # bytes


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public half of a signing key: 32 bytes."""

    raw: bytes

    @property
    def text(self) -> str:
        """`calends-ed25519:` and the key in base64url without padding."""
        return PREFIX + base64.urlsafe_b64encode(self.raw).decode().rstrip("=")

    @property
    def fingerprint(self) -> str:
        """The first 128 bits of the key's SHA-256, in groups of four, to be read aloud."""
        digest = hashlib.sha256(self.raw).hexdigest()[:32]
        return "-".join(digest[start : start + 4] for start in range(0, 32, 4))

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether `signature` (64 bytes) is this key's over `message`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key; what prints shows its public half only."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> PublicKey:
        return PublicKey(self.private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """The signature, 64 bytes."""
        return self.private.sign(message)

    def __repr__(self) -> str:
        return f"SigningKey({self.public.fingerprint})"


def parse_public_key(text: str) -> PublicKey:
    """Reads the text form. Raises Problem unless it is exactly one."""
    if _TEXT.fullmatch(text):
        key = PublicKey(base64.urlsafe_b64decode(text.removeprefix(PREFIX) + "="))
        if key.text == text:  # the last character has two bits that carry nothing
            return key
    raise Problem(f"not a public key: expected {PREFIX} and 43 characters of base64url")


def read_public_key(source: str) -> PublicKey:
    """The key of a text form or of a file that holds one. Raises Problem for anything else."""
    if source.startswith(PREFIX):
        return parse_public_key(source)
    try:
        path = Path(source)
        if not path.is_file():
            raise Problem("public key: neither a key text nor a file")
        with path.open("rb") as file:
            content = file.read(_MAX_KEY_FILE)
        return parse_public_key(content.decode("ascii").strip())
    except (OSError, ValueError) as error:
        raise Problem("public key: the file cannot be read as a key") from error


def load_signing_key(path: Path) -> SigningKey:
    """The key of `path` (PEM or 32 raw bytes), made there with mode 0600 when there is none.

    Raises Problem when group or others may open the file, or when it holds no Ed25519 key.
    """
    try:
        if not path.exists():
            _make(path)
        return _read(path)
    except OSError as error:
        raise Problem(f"signing key {path}: {error.strerror or 'cannot be opened'}") from error


def _read(path: Path) -> SigningKey:
    with path.open("rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise Problem(f"signing key {path}: not a regular file")
        if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Problem(f"signing key {path}: others may read it; mend: chmod 600 {path}")
        content = file.read(_MAX_KEY_FILE)
    if len(content) == 32:
        return SigningKey(Ed25519PrivateKey.from_private_bytes(content))
    try:
        private = serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Problem(f"signing key {path}: neither PEM without password nor 32 bytes") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise Problem(f"signing key {path}: not an Ed25519 key")
    return SigningKey(private)


def _make(path: Path) -> None:
    """Two processes may come here at once: the first link wins, the other key is dropped."""
    key = SigningKey(Ed25519PrivateKey.generate())
    pem = key.private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    half = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        os.link(half, path)
    except FileExistsError:
        return
    finally:
        half.unlink()
    if path.suffix != ".pub":
        path.with_suffix(".pub").write_text(f"{key.public.text}\n")
