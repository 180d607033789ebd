"""A real Dovecot on loopback, in a folder of its own, as root. Started and stopped by the tests."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from calends.engine.ports import free_ports
from calends.mail.mailboxes import MailboxEntry

USERS = [f"contact{number}@impro-solutions.fr" for number in range(300)]
PASSWORD = "pässword of the mailbox"
OWNER = "mail"
"""Whose the messages are: Dovecot serves nobody as root."""

TOKEN = "token-that-the-provider-knows"

CONFIGURATION = """
protocols = imap lmtp
listen = 127.0.0.1
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
mail_location = maildir:{home}/mail/%u:INBOX={home}/mail/%u:LAYOUT={layout}
first_valid_uid = 1
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
ssl = yes
ssl_cert = <{home}/server.pem
ssl_key = <{home}/server.key
mail_max_userip_connections = 50
lmtp_save_to_detail_mailbox = no
recipient_delimiter = +
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN username_format=%u {home}/users
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {home}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={home}/mail/%u allow_all_users=yes
}}
"""

OAUTH = """
introspection_url = http://127.0.0.1:{port}/?token=
introspection_mode = get
username_attribute = username
active_attribute = active
active_value = true
"""


@dataclass
class Dovecot:
    home: Path
    imap: int
    imaps: int
    lmtp: int
    oauth: int
    layout: str = "Maildir++"
    user: str = ""
    process: subprocess.Popen[bytes] | None = None
    _delivered: int = field(default=0)
    _mailboxes: int = field(default=0)

    def start(self) -> None:
        self.process = subprocess.Popen(
            ["dovecot", "-F", "-c", str(self.home / "dovecot.conf")], start_new_session=True
        )
        deadline = time.monotonic() + 30
        while not self._answers():
            assert self.process.poll() is None, (self.home / "dovecot.log").read_text()
            assert time.monotonic() < deadline, (self.home / "dovecot.log").read_text()
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGTERM)  # its children would idle on for a while
            self.process.wait(30)
            self.process = None

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.imap), 5) as connection:
                return connection.recv(4) == b"* OK"
        except OSError:
            return False

    def new_mailbox(self) -> None:
        """From now on an empty mailbox of another user is meant."""
        self.user = USERS[self._mailboxes]
        self._mailboxes += 1
        for folder in ("", "tmp", "new", "cur"):
            (self.maildir / folder).mkdir(parents=True, exist_ok=True)
            shutil.chown(self.maildir / folder, OWNER, OWNER)

    @property
    def maildir(self) -> Path:
        return self.home / "mail" / self.user

    def put(self, raw: bytes, arrived_at: datetime | None = None) -> None:
        """A message lies in the mailbox, as if it had been delivered then."""
        self._delivered += 1
        name = f"{time.time():.6f}.{self._delivered}_{os.getpid()}.test"
        file = self.maildir / "tmp" / name
        file.write_bytes(raw)
        if arrived_at is not None:
            os.utime(file, (arrived_at.timestamp(), arrived_at.timestamp()))
        shutil.chown(file, OWNER)
        file.rename(self.maildir / "new" / name)

    async def deliver(self, raw: bytes, detail: str = "") -> None:
        """Through Dovecot's LMTP, as the company's mail server does; `detail`: after the plus."""
        recipient = self.user.replace("@", f"+{detail}@") if detail else self.user
        reader, writer = await asyncio.open_connection("127.0.0.1", self.lmtp)
        try:
            for line in (
                b"LHLO test.example",
                b"MAIL FROM:<writer@courriel.example>",
                f"RCPT TO:<{recipient}>".encode(),
                b"DATA",
                raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").rstrip() + b"\r\n.",
            ):
                writer.write(line + b"\r\n")
            answers: list[bytes] = []
            while len(answers) < 6:
                line = await reader.readline()
                assert line, answers
                if line[3:4] == b" ":
                    answers.append(line)
            assert answers[-1].startswith(b"250"), answers
        finally:
            writer.close()
            await writer.wait_closed()

    def forget_numbers(self) -> None:
        """The server numbers the mailbox anew: another UIDVALIDITY, other UIDs."""
        self.stop()
        for file in self.maildir.glob("dovecot*"):
            file.unlink()
        self.start()

    def names(self, folder: str = "") -> list[str]:
        """File names of a folder's messages, flags after a comma (`…:2,S` was seen)."""
        place = self.maildir / folder
        return sorted(f.name for sub in ("new", "cur") for f in (place / sub).glob("*"))

    def entry(self, **more: object) -> MailboxEntry:
        values: dict[str, object] = {
            "id": "contact",
            "host": "127.0.0.1",
            "port": self.imap,
            "security": "none",
            "user": self.user,
            "password": "${MAILBOX_PASSWORD}",
            "poll_seconds": 1,
        }
        return MailboxEntry.model_validate(values | more)


@contextmanager
def running_dovecot(layout: str = "Maildir++") -> Iterator[Dovecot]:
    """Skips where there is no Dovecot, or where we may not start one."""
    if shutil.which("dovecot") is None:
        pytest.skip("dovecot is not installed (tests/debian-packages installs it as root)")
    if os.geteuid() != 0:
        pytest.skip("dovecot is started as root only")
    home = Path(tempfile.mkdtemp(prefix="calends-dovecot-", dir="/dev/shm"))
    home.chmod(0o755)  # its login processes run as users of their own
    imap, imaps, lmtp, oauth = free_ports(4)
    dovecot = Dovecot(home, imap, imaps, lmtp, oauth, layout)
    try:
        (home / "dovecot.conf").write_text(
            CONFIGURATION.format(
                home=home, imap=imap, imaps=imaps, lmtp=lmtp, layout=layout, user=OWNER, group=OWNER
            )
        )
        (home / "oauth2.conf").write_text(OAUTH.format(port=oauth))
        passwords = [f"{user}:{{PLAIN}}{PASSWORD}\n" for user in USERS]
        (home / "users").write_text("".join(passwords), encoding="utf-8")
        certify(home)
        dovecot.new_mailbox()
        dovecot.start()
        yield dovecot
    finally:
        dovecot.stop()
        shutil.rmtree(home)


def certify(home: Path) -> None:
    """A certificate for 127.0.0.1 that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (home / "server.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (home / "server.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
