from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from hypothesis import given
from hypothesis import strategies as st

from calends.evidence.signing import (
    PREFIX,
    PublicKey,
    load_signing_key,
    parse_public_key,
    read_public_key,
)
from calends.problems import Problem
from tests.evidence.sample import COMPANY, STRANGER


def test_a_key_is_made_at_first_use_with_mode_0600_and_stays_the_same(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "signing.key"
    first = load_signing_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_signing_key(path).public == first.public


def test_the_public_half_is_written_beside_the_private_one(tmp_path: Path) -> None:
    key = load_signing_key(tmp_path / "signing.key")
    assert read_public_key(str(tmp_path / "signing.pub")) == key.public
    assert {each.name for each in tmp_path.iterdir()} == {"signing.key", "signing.pub"}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o610])
def test_a_key_file_that_others_may_open_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "signing.key"
    load_signing_key(path)
    path.chmod(mode)
    with pytest.raises(Problem, match="chmod 600"):
        load_signing_key(path)


def test_thirty_two_raw_bytes_are_a_key(tmp_path: Path) -> None:
    path = tmp_path / "signing.key"
    path.write_bytes(COMPANY.private.private_bytes_raw())
    path.chmod(0o600)
    assert load_signing_key(path).public == COMPANY.public


def test_what_is_no_ed25519_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "signing.key"
    rsa = generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    locked = COMPANY.private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )
    for content in (b"", b"not a key", b"\x00" * 31, rsa, locked):
        path.write_bytes(content)
        path.chmod(0o600)
        with pytest.raises(Problem, match=r"signing key .*signing\.key"):
            load_signing_key(path)


def test_a_key_path_that_cannot_be_used_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "file" / "signing.key"):
        with pytest.raises(Problem, match="signing key"):
            load_signing_key(path)


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    path = tmp_path / "signing.key"
    code = (
        "import sys, pathlib; from calends.evidence.signing import load_signing_key;"
        "print(load_signing_key(pathlib.Path(sys.argv[1])).public.text)"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    keys = {process.communicate()[0] for process in started}
    assert keys == {path.with_suffix(".pub").read_bytes()}
    assert len(os.listdir(tmp_path)) == 2


@given(st.binary(max_size=100), st.integers(0, 511))
def test_a_signature_holds_for_its_message_and_key_only(message: bytes, bit: int) -> None:
    signature = COMPANY.sign(message)
    changed = bytearray(signature)
    changed[bit // 8] ^= 1 << bit % 8
    assert COMPANY.public.verifies(signature, message)
    assert not COMPANY.public.verifies(bytes(changed), message)
    assert not COMPANY.public.verifies(signature, message + b"x")
    assert not STRANGER.public.verifies(signature, message)


@given(st.binary(min_size=32, max_size=32))
def test_a_public_key_comes_back_from_its_text(raw: bytes) -> None:
    assert parse_public_key(PublicKey(raw).text) == PublicKey(raw)


def test_a_public_key_has_one_text_only() -> None:
    text = COMPANY.public.text
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    same_bits = alphabet[alphabet.index(text[-1]) ^ 1]
    for wrong in ("", PREFIX, text[:-1], text + "=", text + "A", text[:-1] + same_bits, text + " "):
        with pytest.raises(Problem, match="not a public key"):
            parse_public_key(wrong)


def test_a_file_without_a_public_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    for content in (b"", b"\xff\xfe", b"nonsense", COMPANY.public.text.encode() * 2):
        path.write_bytes(content)
        with pytest.raises(Problem, match="public key"):
            read_public_key(str(path))
    for source in (str(tmp_path), str(tmp_path / "none"), "", "nul \x00"):
        with pytest.raises(Problem, match="public key"):
            read_public_key(source)


def test_the_private_key_does_not_print() -> None:
    assert repr(COMPANY) == f"SigningKey({COMPANY.public.fingerprint})"
