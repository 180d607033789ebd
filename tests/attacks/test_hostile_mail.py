"""Hostile mail, over the wire and all the way: kept as it came, read in bounded time and memory or
quarantined, a human asked where a demand may hide, other mail unaffected, nobody named in a log.

Each case has the name of what it attacks. What a person asks stands in most of them: an attack on
the reader must not make a demand disappear.
"""

from __future__ import annotations

import asyncio
import base64
import io
import logging
import os
import zipfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import aiosmtplib
import pytest
from sqlalchemy import select

from calends.mail.inbox import RAW
from calends.mail.listener import listen
from calends.mail.mime import lines_to_lf
from calends.register.models import InboxRow
from tests.engine.service import own_directory
from tests.office import Office, open_office, until

CANARY = "canari-7f3a"
ASKS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."
MAX_BYTES = 25_000_000
CHILD_MEGABYTES = 330
"""The guard's limit over what the loaded code takes."""


def raw(*head: str, body: str | bytes = ASKS, sender: str = "") -> bytes:
    """A mail of these further header lines; no library would write most of them."""
    lines = [
        sender or f"From: {CANARY} <{CANARY}@courriel.example>",
        "To: contact@impro-solutions.fr",
        "Subject: Mes données",
        *head,
    ]
    content = body if isinstance(body, bytes) else body.encode()
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + content


def parts(*contents: bytes, kind: str = "mixed") -> bytes:
    body = b"".join(b"--b\r\n" + content + b"\r\n" for content in contents) + b"--b--\r\n"
    return raw(f"Content-Type: multipart/{kind}; boundary=b", "MIME-Version: 1.0", body=body)


ASKING_PART = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + ASKS.encode()


def attached(name: str, kind: str, content: bytes) -> bytes:
    return parts(
        ASKING_PART,
        f'Content-Type: {kind}\r\nContent-Disposition: attachment; filename="{name}"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n".encode()
        + base64.encodebytes(content),
    )


def nested(depth: int) -> bytes:
    head = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
                    for n in range(depth))  # fmt: skip
    return raw("MIME-Version: 1.0", body=b"").rstrip(b"\r\n") + b"\r\n" + head + ASKING_PART


def zip_bomb() -> bytes:
    """200 MB of zeros in 200 kB."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(200):
            archive.writestr(f"../../{number}", b"\0" * 1_000_000)
    return packed.getvalue()


HTML = "Content-Type: text/html; charset=utf-8"
PLAIN = "Content-Type: text/plain; charset=utf-8"

HOSTILE: dict[str, bytes] = {
    # Parser bombs: what breaks or stalls the parsers of others.
    "From of 100,000 parentheses": raw(PLAIN, sender="From: " + "(" * 100_000),
    "From of 2,000 parentheses": raw(PLAIN, sender="From: " + "(" * 2_000),
    "Message-ID of brackets": raw(PLAIN, "Message-ID: <" + "[" * 16_000),
    "Subject of a megabyte": raw(PLAIN, "Subject: " + "x" * 1_000_000),
    "40,000 recipients": raw(PLAIN, "Cc: " + "a@b.example, " * 40_000),
    "280 kB of encoded words": raw(PLAIN, "Subject: " + "=?utf-8?q?=C3=A9?= " * 14_000),
    "100,000 parts": parts(ASKING_PART, *[b"\r\nx"] * 100_000),
    "multipart 1,500 deep": nested(1500),
    "parameters of 64 kB": raw("Content-Type: text/plain" + "; a=b" * 13_000),
    "parameters continued 10,000 times": raw(
        "Content-Type: text/plain" + "".join(f"; name*{n}=x" for n in range(10_000))
    ),
    "100,000 header lines": raw(PLAIN, *["X-Filler: y"] * 100_000),
    "a header folded 100,000 times": raw(PLAIN, "X-Filler: y" + "\r\n y" * 100_000),
    "a year that is none": raw(PLAIN, "Date: Tue, 3 Mar 0000 10:00:00 +0100"),
    "a charset that is none": raw("Content-Type: text/plain; charset=x-no-such"),
    "a charset that is a codec of bytes": raw("Content-Type: text/plain; charset=zlib_codec"),
    "a charset with a NUL": raw("Content-Type: text/plain; charset=utf\0-8"),
    "a boundary of regular expression": raw(
        "Content-Type: multipart/mixed; boundary=\"(a+)+$(b|c)*\"",
        body=b"--(a+)+$(b|c)*\r\n" + ASKING_PART + b"\r\n--(a+)+$(b|c)*--",
    ),
    "NUL and half characters": raw(
        PLAIN, body=ASKS.encode() + b"\0" * 1000 + b"\xed\xa0\x80" * 1000
    ),
    "base64 that is none": raw(PLAIN, "Content-Transfer-Encoding: base64", body="=" * 100_000),
    "quoted-printable that never ends": raw(
        PLAIN, "Content-Transfer-Encoding: quoted-printable", body="=\r\n" * 100_000
    ),
    "HTML 200,000 elements deep": raw(HTML, body="<div>" * 200_000 + ASKS),
    "HTML of brackets alone": raw(HTML, body="<" * 400_000),
    "a table that pads": raw(HTML, body="<table><tr><td>" + "A" * 300_000 + "</td></tr>"
                             + "<tr><td>a</td></tr>" * 3000 + "</table>" + ASKS),
    "quotes that never start": raw(PLAIN, body="Le 1 x\nDe : x\n" * 70_000 + ASKS),
    # The hostile cases of the security table that come by mail.
    "12: a zip bomb": attached("photos.zip", "application/zip", zip_bomb()),
    "12: a PDF bomb": attached("a.pdf", "application/pdf", b"%PDF-1.7\n" + b"<<" * 200_000),
    "12: ten thousand attachments": parts(
        ASKING_PART, *[b"Content-Type: image/png; name=x.png\r\n\r\nx"] * 10_000
    ),
    "12: a mail of 20 MB": attached("film.mp4", "video/mp4", b"\0\1\2\3" * 3_600_000),
    "13: script in subject, name and text": raw(
        HTML, f"Reply-To: <script>alert('{CANARY}')</script>",
        body=f"<script>alert('{CANARY}')</script><img src=http://evil.example/pixel>{ASKS}",
        sender=f'From: "<img src=x onerror=alert(1)>" <{CANARY}@courriel.example>',
    ),
    "13: an SVG that runs": attached(
        "a.svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
    ),
    "14: a formula as name": raw(
        PLAIN, sender=f"From: \"=cmd|'/c calc'!A1\" <{CANARY}@courriel.example>"
    ),
    "15: templates in the text": raw(
        PLAIN, body="{{ 7*7 }} {% for x in range(999999999) %} #read(\"/etc/passwd\") "
        f"{{0.__class__}} ${{CALENDS_DATABASE_URL}} {ASKS}",
        sender=f'From: "{{{{config}}}}" <{CANARY}@courriel.example>',
    ),
    "17: SQL as name and number": raw(
        PLAIN, body=f"N° client : ' OR 1=1-- %_\nNom : Robert'); DROP TABLE cases;--\n{ASKS}"
    ),
    "18: a file name that climbs": attached("../../../../etc/cron.d/x", "text/plain", b"x"),
    "18: a file name that reads backwards": attached("a\u202egpj.exe", "image/jpeg", b"x"),
    "18: a file name of 10,000 characters": attached("a" * 10_000, "application/pdf", b"x"),
    "1: a victim as the name of the attacker's address": raw(
        PLAIN, sender=f"From: {CANARY}@courriel.example <eve@evil.example>"
    ),
    "1: two From lines": raw(PLAIN, "From: eve@evil.example"),
    "1: a From of two addresses": raw(
        PLAIN, sender=f"From: {CANARY}@courriel.example, eve@evil.example"
    ),
    "1: a From with a NUL": raw(
        PLAIN, sender=f"From: {CANARY}@courriel.example\0 <eve@evil.example>"
    ),
    "5: a domain of look-alike letters": raw(
        PLAIN, sender=f"From: {CANARY} <{CANARY}@xn--80ak6aa92e.com>"
    ),
    "4: a Reply-To elsewhere": raw(PLAIN, "Reply-To: eve@evil.example"),
    "3: a verdict that the sender wrote": raw(
        PLAIN,
        "Authentication-Results: mx.impro-solutions.fr; dmarc=pass header.from=courriel.example",
    ),
}  # fmt: skip

QUIET = {"base64 that is none", "HTML of brackets alone"}
"""Nobody asks anything in them."""


@dataclass
class Door:
    office: Office
    port: int


@pytest.fixture(scope="module")
async def door() -> AsyncIterator[Door]:
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(own_directory())
        office = await stack.enter_async_context(open_office(folder / "var"))
        server = await listen(office.starter.inbox, host="127.0.0.1", port=0, max_bytes=MAX_BYTES)
        stack.callback(server.close)
        yield Door(office, server.sockets[0].getsockname()[1])


async def send(door: Door, message: bytes) -> None:
    async with aiosmtplib.SMTP(
        hostname="127.0.0.1", port=door.port, start_tls=False, timeout=60
    ) as server:
        await server.mail("relay@mx.example")
        await server.rcpt("contact@impro-solutions.fr")
        await server.data(message)


def with_an_id(message: bytes) -> bytes:
    return (
        f"X-Test: 1\r\nMessage-ID: <{os.urandom(8).hex()}@courriel.example>\r\n".encode() + message
    )


async def last_row(door: Door) -> InboxRow:
    async with door.office.house.register.session() as session:
        row: InboxRow | None = await session.scalar(
            select(InboxRow).order_by(InboxRow.received_at.desc()).limit(1)
        )
    assert row is not None
    return row


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_mail_is_kept_bounded_and_does_not_hide_what_is_asked(
    door: Door, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    message = with_an_id(HOSTILE[name])
    async with asyncio.timeout(90):
        await send(door, message)
        row = await last_row(door)
        await door.office.starter.dispatch_waiting()
    kept = await door.office.house.blobs.read(row.case_id, RAW)
    # The client of this test sends every line end as CR LF.
    assert lines_to_lf(kept).rstrip().endswith(lines_to_lf(message).rstrip())
    done = await last_row(door)
    assert done.state == "dispatched"
    if name not in QUIET:
        described = await door.office.case(row.case_id).describe()
        assert described.workflow_type == "RightsRequest", "the demand is nobody's case"
    assert peak_megabytes(door) < CHILD_MEGABYTES
    said = [r.getMessage() for r in caplog.records if r.name.startswith(("calends", "mail"))]
    assert any(row.id in line for line in said), "no line tells what became of it"
    assert not any(CANARY in line or "evil.example" in line for line in said)


def peak_megabytes(door: Door) -> int:
    """The most that any living child of the guard ever held."""
    peaks = [0]
    for pid in door.office.house.guard.idle_pids():
        status = Path(f"/proc/{pid}/status")
        if status.exists():
            line = next(line for line in status.read_text().splitlines() if "VmHWM" in line)
            peaks.append(int(line.split()[1]) // 1024)
    return max(peaks)


async def test_between_all_of_them_an_ordinary_request_goes_its_way(door: Door) -> None:
    """Sent together with the worst of them."""
    worst = [
        "100,000 parts",
        "12: a mail of 20 MB",
        "quotes that never start",
        "multipart 1,500 deep",
    ]
    again = [with_an_id(HOSTILE[name]) for name in worst]
    ordinary = raw(PLAIN, sender="From: jeanne@courriel.example")
    await asyncio.gather(*(send(door, message) for message in (*again, ordinary)))

    async def answered() -> bool:
        await door.office.starter.dispatch_waiting()
        return bool(door.office.post.to("jeanne@courriel.example"))

    await until(answered, seconds=90)
