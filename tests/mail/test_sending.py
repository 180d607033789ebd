"""A letter handed over to a mail server that speaks as real ones do: by script, over the wire."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import SecretStr

from calends.mail.sending import Envelope, InDoubt, NotTaken, Refused, Why, hand_over
from calends.settings import Settings

OWN = "contact@impro-solutions.fr"
TO = "jeanne@courriel.example"
ID = "<calends.0123456789abcdef0123456789abcdef@impro-solutions.fr>"
LETTER = b"Subject: x\r\n\r\nBonjour\r\n"
LEAK = f"451 4.7.1 who is {TO}?"


@dataclass
class Server:
    """Answers each verb by its script; a verb with "" as its answer hangs up instead."""

    offers: tuple[str, ...] = ()
    script: Mapping[str, str] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)

    async def speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with_data = False
        await self._say(writer, self.script.get("CONNECT", "220 mx.example"))
        while line := await reader.readline():
            said = line.decode().strip()
            verb = said.partition(" ")[0].upper()
            self.heard.append(said)
            answer = self.script.get(verb, "250 fine")
            if verb == "EHLO" and answer.startswith("250"):
                answer = "\r\n".join(f"250-{one}" for one in ("mx.example", *self.offers))
                answer += "\r\n250 HELP"
            if verb == "DATA" and "DATA" not in self.script:
                await self._say(writer, "354 go on")
                await reader.readuntil(b"\r\n.\r\n")
                with_data, answer = True, self.script.get("CONTENT", "250 taken")
            if verb == "QUIT" and with_data and "QUIT" not in self.script:
                answer = "221 bye"
            if not answer:
                break
            await self._say(writer, answer)
        writer.close()

    async def _say(self, writer: asyncio.StreamWriter, answer: str) -> None:
        writer.write(answer.encode() + b"\r\n")
        await writer.drain()

    def line(self, verb: str) -> str:
        return next(line for line in self.heard if line.upper().startswith(verb))


@asynccontextmanager
async def speaking(server: Server, **more: object) -> AsyncIterator[Settings]:
    listening = await asyncio.start_server(server.speak, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    try:
        yield Settings(database_url=SecretStr("none"), smtp_port=port, **more)  # type: ignore[arg-type]
    finally:
        listening.close()


async def fails(script: Mapping[str, str], **more: object) -> Why:
    async with speaking(Server(script=script), **more) as settings:
        with pytest.raises(NotTaken) as failed:
            await hand_over(settings, OWN, Envelope(OWN, TO, ID), LETTER)
    assert TO not in str(failed.value)
    assert failed.value.__suppress_context__
    return failed.value.why


async def test_where_reports_are_offered_those_of_failure_are_asked_for_with_the_header_alone() -> (
    None
):
    server = Server(offers=("DSN",))
    async with speaking(server) as settings:
        await hand_over(settings, OWN, Envelope(OWN, TO, ID), LETTER)
    assert server.line("MAIL") == f"MAIL FROM:<{OWN}> RET=HDRS ENVID={ID.strip('<>')}"
    assert server.line("RCPT") == f"RCPT TO:<{TO}> NOTIFY=FAILURE,DELAY"


async def test_where_reports_are_not_offered_none_are_asked_for() -> None:
    server = Server()
    async with speaking(server) as settings:
        await hand_over(settings, OWN, Envelope(OWN, TO, ID), LETTER)
    assert server.line("MAIL") == f"MAIL FROM:<{OWN}>"
    assert server.line("RCPT") == f"RCPT TO:<{TO}>"


async def test_an_automatic_answer_has_no_sender_and_wants_no_report() -> None:
    server = Server(offers=("DSN",))
    async with speaking(server) as settings:
        await hand_over(settings, OWN, Envelope("", TO, ID), LETTER)
    assert server.line("MAIL").startswith("MAIL FROM:<> ")
    assert server.line("RCPT") == f"RCPT TO:<{TO}> NOTIFY=NEVER"


async def test_we_name_ourselves_by_the_domain_of_our_address() -> None:
    server = Server()
    async with speaking(server) as settings:
        await hand_over(settings, OWN, Envelope(OWN, TO, ID), LETTER)
    assert server.line("EHLO") == "EHLO impro-solutions.fr"


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ({"RCPT": f"550 5.1.1 <{TO}> unknown"}, "SMTP 550"),
        ({"RCPT": "553 5.1.3 bad address"}, "SMTP 553"),
        ({"CONTENT": "552 5.2.2 mailbox full"}, "SMTP 552"),
        ({"DATA": "554 5.7.1 no"}, "SMTP 554"),
    ],
    ids=["unknown recipient", "bad recipient", "refused content", "refused before its content"],
)
async def test_a_refusal_of_this_letter_is_for_good(script: Mapping[str, str], reason: str) -> None:
    async with speaking(Server(script=script)) as settings:
        with pytest.raises(Refused) as refused:
            await hand_over(settings, OWN, Envelope(OWN, TO, ID), LETTER)
    assert refused.value.reason == reason


@pytest.mark.parametrize("code", ["450", "451", "452"])
@pytest.mark.parametrize("verb", ["MAIL", "RCPT"])
async def test_a_server_that_asks_for_patience_is_asked_again_later(verb: str, code: str) -> None:
    assert await fails({verb: f"{code} 4.7.1 greylisted, {TO}"}) is Why.POSTPONED


@pytest.mark.parametrize(
    "script",
    [
        {"CONNECT": "421 too busy"},
        {"EHLO": "", "HELO": ""},
        {"MAIL": ""},
        {"RCPT": ""},
        {"RCPT": "421 closing"},
        {"CONTENT": LEAK},
    ],
    ids=["busy", "hangs up", "hangs up at MAIL", "hangs up at RCPT", "closes", "not now"],
)
async def test_a_server_that_is_away_or_busy_is_asked_again_soon(script: dict[str, str]) -> None:
    assert await fails(script) is Why.UNREACHABLE


async def test_nobody_at_the_port_is_a_server_that_is_away() -> None:
    settings = Settings(database_url=SecretStr("none"), smtp_port=1)
    with pytest.raises(NotTaken) as failed:
        await hand_over(settings, OWN, Envelope(OWN, TO, ID), LETTER)
    assert failed.value.why is Why.UNREACHABLE


async def test_a_refused_password_is_no_refusal_of_the_letter() -> None:
    server = Server(offers=("AUTH PLAIN",), script={"AUTH": "535 5.7.8 wrong"})
    async with speaking(server, smtp_user="us", smtp_password=SecretStr("old")) as settings:
        with pytest.raises(NotTaken) as failed:
            await hand_over(settings, OWN, Envelope(OWN, TO, ID), LETTER)
    assert failed.value.why is Why.LOGIN


async def test_a_token_logs_in_where_passwords_are_no_more(tmp_path: Path) -> None:
    """XOAUTH2: the file is read anew for each connection."""
    file = tmp_path / "token"
    server = Server(offers=("AUTH LOGIN XOAUTH2",), script={"AUTH": "235 2.7.0 welcome"})
    async with speaking(server, smtp_user="us", smtp_token_file=str(file)) as settings:
        with pytest.raises(NotTaken) as missing:
            await hand_over(settings, OWN, Envelope(OWN, TO, ID), LETTER)
        assert missing.value.why is Why.LOGIN
        for token in ("first", "second"):
            file.write_text(f"{token}\n")
            await hand_over(settings, OWN, Envelope(OWN, TO, ID), LETTER)
    said = [base64.b64decode(line.split()[2]) for line in server.heard if line.startswith("AUTH")]
    assert said == [b"user=us\1auth=Bearer %s\1\1" % token for token in (b"first", b"second")]


async def test_a_refused_token_is_no_refusal_of_the_letter(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("stale")
    server = Server(offers=("AUTH XOAUTH2",), script={"AUTH": "535 5.7.3 expired"})
    async with speaking(server, smtp_user="us", smtp_token_file=str(file)) as settings:
        with pytest.raises(NotTaken) as failed:
            await hand_over(settings, OWN, Envelope(OWN, TO, ID), LETTER)
    assert failed.value.why is Why.LOGIN


async def test_a_server_without_logins_where_one_is_set_is_a_wrong_setting() -> None:
    assert await fails({}, smtp_user="us", smtp_password=SecretStr("x")) is Why.LOGIN


@pytest.mark.parametrize("how", ["starttls", "tls"])
async def test_a_server_without_encryption_where_it_is_set_gets_no_letter(how: str) -> None:
    server = Server()
    async with speaking(server, smtp_tls=how) as settings:
        with pytest.raises(NotTaken) as failed:
            await hand_over(settings, OWN, Envelope(OWN, TO, ID), LETTER)
    assert failed.value.why is Why.TLS
    assert not any(line.startswith("MAIL") for line in server.heard)


async def test_a_server_that_takes_no_mail_from_us_is_no_refusal_of_the_letter() -> None:
    assert await fails({"MAIL": "550 5.7.1 not your domain"}) is Why.SENDER
    assert await fails({"CONNECT": "554 no mail from there"}) is Why.SENDER


@pytest.mark.parametrize("answer", ["", "silence"])
async def test_no_answer_after_the_content_is_a_doubt(
    answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(script={"CONTENT": answer})
    if answer:
        monkeypatch.setattr(server, "_say", _silent_after_content(server))
    async with speaking(server) as settings:
        with pytest.raises(InDoubt):
            await hand_over(settings, OWN, Envelope(OWN, TO, ID), LETTER, timeout_seconds=0.5)


async def test_what_goes_wrong_after_the_250_does_not_send_the_letter_again() -> None:
    for quit_answer in ("", "500 what?", "451 no"):
        async with speaking(Server(script={"QUIT": quit_answer})) as settings:
            await hand_over(settings, OWN, Envelope(OWN, TO, ID), LETTER)


@pytest.mark.parametrize(
    "recipient", ["a@b.example\r\nRCPT TO:<eve@evil.example>", "é@b.example", "a..b@c.example"]
)
async def test_an_address_cannot_write_commands(recipient: str) -> None:
    server = Server()
    async with speaking(server) as settings:
        with pytest.raises(Refused) as refused:
            await hand_over(settings, OWN, Envelope(OWN, recipient, ID), LETTER)
    assert refused.value.reason == "BadAddress"
    assert not any("evil" in line for line in server.heard)


def _silent_after_content(server: Server):  # type: ignore[no-untyped-def]
    say = Server._say

    async def _say(writer: asyncio.StreamWriter, answer: str) -> None:
        if answer != "silence":
            await say(server, writer, answer)

    return _say
