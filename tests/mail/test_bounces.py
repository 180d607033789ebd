"""What a delivery report says of a letter of ours. The reports are written after real servers'."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calends.mail.bounces import Failure
from calends.mail.look import Look, look
from calends.rules.vocabulary import MessageKind

OURS = "<calends.0123456789abcdef0123456789abcdef@impro-solutions.fr>"
TOKEN = "abcdefghijklmnopqrstuvwxyz"[:26].replace("a", "b")
RETURNED = f"""From: Impro Solutions <contact@impro-solutions.fr>
To: jeanne@courriel.example
Subject: Votre demande 2026-00042-K7
Message-ID: {OURS}
Auto-Submitted: auto-generated
"""


def dsn(
    action: str, status: str, returned: str = RETURNED, part: str = "text/rfc822-headers"
) -> bytes:
    """A report by RFC 3464, as Postfix writes it."""
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: contact@impro-solutions.fr
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; jeanne@courriel.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 user unknown

--b
Content-Type: {part}

{returned}
--b--
""".encode()


QMAIL = f"""Return-Path: <>
From: MAILER-DAEMON@mx.example
To: contact@impro-solutions.fr
Subject: failure notice

Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<jeanne@courriel.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

{RETURNED}
Bonjour
""".encode()

EXIM = f"""Return-Path: <>
X-Failed-Recipients: jeanne@courriel.example
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.example>
To: contact@impro-solutions.fr
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  jeanne@courriel.example
    Unrouteable address

------ This is a copy of the message, including all the headers. ------

{RETURNED}
""".encode()

POSTFIX_MIXED = f"""Return-Path: <>
From: MAILER-DAEMON (Mail Delivery System)
To: contact@impro-solutions.fr
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Description: Notification
Content-Type: text/plain

This is the Postfix program at host mx.example.

I'm sorry to have to inform you that the message returned
below could not be delivered to one or more destinations.

                        The Postfix program

<jeanne@courriel.example>: host mail.example said: 550 5.1.1 unknown

--b
Content-Description: Undelivered Message
Content-Type: message/rfc822

{RETURNED}
Bonjour
--b--
""".encode()


def failure(raw: bytes) -> Failure | None:
    seen = look(raw)
    assert seen.reading.kind is MessageKind.BOUNCE
    return seen.failure


@pytest.mark.parametrize("part", ["text/rfc822-headers", "message/rfc822"])
def test_a_failed_delivery_names_our_letter_for_good(part: str) -> None:
    found = failure(dsn("failed", "5.1.1", part=part))
    assert found == Failure(message_ids=[OURS], tokens=[], permanent=True, status="5.1.1")


def test_a_server_that_gave_up_after_days_is_for_good_whatever_its_status() -> None:
    found = failure(dsn("failed", "4.4.7"))
    assert found is not None
    assert found.permanent


def test_a_delay_is_not_for_good() -> None:
    found = failure(dsn("delayed", "4.4.1"))
    assert found is not None
    assert (found.permanent, found.status) == (False, "4.4.1")


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_report_of_success_is_no_failure(action: str) -> None:
    assert look(dsn(action, "2.0.0")).failure is None


@pytest.mark.parametrize("raw", [QMAIL, EXIM, POSTFIX_MIXED], ids=["qmail", "Exim", "old Postfix"])
def test_servers_that_write_prose_are_understood(raw: bytes) -> None:
    found = failure(raw)
    assert found is not None
    assert (found.message_ids, found.permanent) == ([OURS], True)


def prose(subject: str, text: str) -> bytes:
    return (
        f"From: MAILER-DAEMON <>\nTo: contact@impro-solutions.fr\nSubject: {subject}\n\n"
        f"{text}\n\nMessage headers follow.\n\n{RETURNED}\n"
    ).encode()


@pytest.mark.parametrize(
    ("text", "permanent", "status"),
    [
        ("There was an error delivering your mail.\n550 5.7.26 not accepted", True, "5.7.26"),
        ("Action: failed\nStatus: 5.1.1", True, "5.1.1"),
        ("L'adresse est inconnue, votre message n'a pas pu être remis.", True, None),
        ("Your message is delayed and will be retried.", False, None),
        ("Warning: could not be delivered for 4 hours.", False, None),
    ],
)
def test_words_that_no_detector_knows_are_understood_too(
    text: str, permanent: bool, status: str | None
) -> None:
    found = failure(prose("Mail delivery failed", text))
    assert found == Failure(message_ids=[OURS], tokens=[], permanent=permanent, status=status)


def test_the_plus_address_names_the_case_when_nothing_was_returned() -> None:
    raw = dsn("failed", "5.1.1", returned="Subject: cut\n").replace(
        b"To: contact@", f"Delivered-To: contact+k{TOKEN}@impro-solutions.fr\nTo: contact@".encode()
    )
    found = failure(raw)
    assert found is not None
    assert (found.message_ids, found.tokens) == ([], [TOKEN])


def test_the_envelopes_name_is_enough_when_nothing_was_returned() -> None:
    """RFC 3461 4.4: what we called the letter when we asked for reports comes back with them."""
    raw = dsn("failed", "5.1.1").replace(
        b"Reporting-MTA:", f"Original-Envelope-Id: {OURS.strip('<>')}\nReporting-MTA:".encode()
    )
    bare = raw.replace(f"Message-ID: {OURS}".encode(), b"X-Nothing: 1")
    assert bare.count(OURS.strip("<>").encode()) == 1
    found = failure(bare)
    assert found is not None
    assert found.message_ids == [OURS]


def test_a_report_on_a_letter_of_another_program_is_no_affair_of_ours() -> None:
    raw = dsn("failed", "5.1.1", returned="Message-ID: <other@impro-solutions.fr>\n")
    assert failure(raw) is None


def test_a_person_who_quotes_a_report_is_no_server() -> None:
    raw = (
        QMAIL.replace(b"Return-Path: <>\n", b"")
        .replace(b"From: MAILER-DAEMON@mx.example", b"From: jeanne@courriel.example")
        .replace(b"Subject: failure notice", b"Subject: Re: failure notice")
    )
    assert look(raw).failure is None


def test_an_absence_is_not_a_failure() -> None:
    raw = (
        b"Return-Path: <>\nFrom: jeanne@courriel.example\nSubject: Absence du bureau\n"
        b"Auto-Submitted: auto-replied\nIn-Reply-To: " + OURS.encode() + b"\n\nJe suis en vacances."
    )
    seen = look(raw)
    assert (seen.failure, seen.reading.kind) == (None, MessageKind.AUTO_REPLY)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 1400), st.integers(0, 60), st.binary(max_size=40))
def test_a_damaged_report_is_still_looked_at(place: int, cut: int, put: bytes) -> None:
    raw = dsn("failed", "5.1.1")
    assert isinstance(look(raw[:place] + put + raw[place + cut :]), Look)
