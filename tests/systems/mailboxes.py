"""A Dovecot server of the test session, from Debian's packages, on loopback."""

from __future__ import annotations

import imaplib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from calends.engine.ports import free_ports

PASSWORD = "word"
NOBODY = 65534

CONFIG = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain
default_internal_user = dovecot
default_login_user = dovenull
first_valid_uid = 1
mail_location = maildir:{home}/mail/%u
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={uid} home={home}/mail/%u
}}
"""


@dataclass
class Dovecot:
    port: int

    def open(self, user: str) -> imaplib.IMAP4:
        """By a way of the test's own."""
        box = imaplib.IMAP4("127.0.0.1", self.port)
        box.login(user, PASSWORD)
        return box

    def append(self, user: str, folder: str, *mails: bytes) -> None:
        box = self.open(user)
        box.create(folder)
        for mail in mails:
            box.append(folder, "", imaplib.Time2Internaldate(time.time()), mail)
        box.logout()

    def content(self, user: str, folder: str) -> object:
        """Everything a reader could have changed: flags of each mail."""
        box = self.open(user)
        box.select(folder, readonly=True)
        _, found = box.uid("FETCH", "1:*", "(FLAGS RFC822.SIZE)")
        box.logout()
        return found


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    server = shutil.which("dovecot")
    if server is None or os.geteuid() != 0:
        pytest.skip("dovecot-imapd is not installed (tests/debian-packages), or not run as root")
    home = Path(tempfile.mkdtemp(prefix="calends-imap-", dir="/tmp"))
    home.chmod(0o755)
    (home / "mail").mkdir()
    os.chown(home / "mail", NOBODY, NOBODY)
    port = free_ports(1)[0]
    config = CONFIG.format(home=home, port=port, password=PASSWORD, uid=NOBODY)
    (home / "conf").write_text(config)
    process = subprocess.Popen([server, "-F", "-c", str(home / "conf")])
    try:
        _wait(port, process, home)
        yield Dovecot(port)
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(home)


def _wait(port: int, process: subprocess.Popen[bytes], home: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            imaplib.IMAP4("127.0.0.1", port).shutdown()
            return
        except (OSError, imaplib.IMAP4.error):
            assert process.poll() is None, (home / "log").read_text()
            time.sleep(0.05)
    raise AssertionError("dovecot does not answer")
