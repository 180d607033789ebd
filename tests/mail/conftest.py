from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.mail.dovecot import PASSWORD, Dovecot, running_dovecot


@pytest.fixture(scope="module")
def dovecot_server() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


@pytest.fixture
def dovecot(dovecot_server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> Dovecot:
    """A running Dovecot with an empty mailbox."""
    monkeypatch.setenv("MAILBOX_PASSWORD", PASSWORD)
    dovecot_server.new_mailbox()
    return dovecot_server
