"""The people of the demo: who writes what, how they prove who they are, what they should get."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import make_msgid, parseaddr
from pathlib import Path

import aiosmtplib
import httpx

from calends.commands.demo.place import Place
from calends.letters.compose import plain_text

CODE = re.compile(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}\b")
LINK = re.compile(r"http://\S+/p/[a-z2-7]{32}")


@dataclass(frozen=True)
class Story:
    """One sample mail, how its writer behaves, and how their case must end."""

    file: str
    who: str
    proves_by: str  # page, mail, never, nothing
    rights: dict[str, str]
    letter: str
    """Purpose of the letter that answers them; empty: a human answers, outside."""


STORIES = (
    Story("01", "current customer", "page", {"ACCESS": "answered"}, "reply:ACCESS"),
    Story("02", "former customer", "mail", {"ERASURE": "answered"}, "reply:ERASURE"),
    Story(
        "03",
        "reader who says STOP",
        "nothing",
        {"PROSPECTING_OBJECTION": "answered"},
        "reply:PROSPECTING_OBJECTION",
    ),
    Story(
        "04",
        "customer who complains",
        "nothing",
        {"PROSPECTING_OBJECTION": "answered"},
        "reply:PROSPECTING_OBJECTION",
    ),
    Story("05", "somebody unknown", "page", {"ACCESS": "answered"}, "reply:ACCESS"),
    Story("06", "newsletter reader", "page", {"ERASURE": "answered"}, "reply:ERASURE"),
    Story(
        "07", "customer who never confirms", "never", {"ACCESS": "not_identified"}, "not_identified"
    ),
    Story("08", "one of two homonyms", "page", {"ACCESS": "answered"}, "reply:ACCESS"),
    Story("09", "customer who leaves", "page", {"PORTABILITY": "answered"}, "reply:PORTABILITY"),
    Story("10", "misspelt prospect", "mail", {"RECTIFICATION": "answered"}, "reply:RECTIFICATION"),
    Story("11", "who contests a file", "page", {"RESTRICTION": "answered"}, "reply:RESTRICTION"),
    Story("12", "who objects to analyses", "page", {"OBJECTION": "answered"}, "reply:OBJECTION"),
    Story(
        "13",
        "who withdraws a consent",
        "nothing",
        {"CONSENT_WITHDRAWAL": "answered"},
        "reply:CONSENT_WITHDRAWAL",
    ),
    Story(
        "14", "who was refused credit", "page", {"HUMAN_REVIEW": "answered"}, "reply:HUMAN_REVIEW"
    ),
    Story("15", "who asks for names", "page", {"RECIPIENTS": "answered"}, "reply:RECIPIENTS"),
    Story("16", "the authority", "nothing", {"AUTHORITY_INQUIRY": "by_hand"}, ""),
)


def message_of(sample: Path, story: Story) -> bytes:
    (file,) = (sample / "mailbox").glob(f"{story.file}-*.eml")
    return file.read_bytes()


def address_in(raw: bytes) -> str:
    """The sample mails write their addresses plainly, after any encoded name."""
    line = next(line for line in raw.splitlines() if line.lower().startswith(b"from:"))
    return parseaddr(line.decode("ascii").partition(":")[2])[1]


async def send(place: Place, sender: str, raw: bytes) -> None:
    """Over SMTP, to the company's own listener."""
    await aiosmtplib.send(
        raw,
        sender=sender,
        recipients=["contact@impro-solutions.fr"],
        hostname=place.settings.listen_host,
        port=place.settings.listen_port,
        start_tls=False,
    )


async def letter_to(place: Place, address: str, having: re.Pattern[str]) -> EmailMessage:
    """The person's newest letter with such a text; waits for it."""
    while True:
        for letter in reversed(place.mailboxes.of(address)):
            if having.search(plain_text(letter)):
                found: EmailMessage = letter
                return found
        await asyncio.sleep(0.1)


async def prove(place: Place, story: Story, address: str) -> None:
    """The writer proves control of their address, each in their own way."""
    if story.proves_by not in ("page", "mail"):
        return
    asked = await letter_to(place, address, LINK)
    link, code = link_and_code(asked)
    if story.proves_by == "mail":
        words = f"Oui, c'est bien moi. Le code : {code}"
        await send(place, address, _reply(address, asked, words))
        return
    async with httpx.AsyncClient() as browser:
        (await browser.get(link)).raise_for_status()  # a mail scanner would do so too: no effect
        (await browser.post(link, data={"code": code}, headers=SAME_ORIGIN)).raise_for_status()


async def answer_notices(place: Place) -> None:
    """The recipients of the company file do as they are told (GDPR 19), until cancelled."""
    answered = set[str]()
    while True:
        for recipient in place.house.company.recipients:
            for notice in place.mailboxes.of(recipient.email) if recipient.email else []:
                if (told := str(notice["Message-ID"])) not in answered:
                    answered.add(told)
                    await send(place, recipient.email, _reply(recipient.email, notice, "FAIT"))
        await asyncio.sleep(0.1)


def _reply(sender: str, to: EmailMessage, text: str) -> bytes:
    answer = EmailMessage()
    answer["From"], answer["To"] = sender, "contact@impro-solutions.fr"
    answer["Subject"], answer["In-Reply-To"] = f"Re: {to['Subject']}", to["Message-ID"]
    answer["Message-ID"] = make_msgid(domain="courriel.example")
    answer.set_content(f"{text}\n")
    return answer.as_bytes()


async def fetch_copy(letter: EmailMessage) -> bytes | None:
    """The person opens the link of the reply and types its code; None when there is no copy."""
    if not LINK.search(plain_text(letter)):
        return None
    link, code = link_and_code(letter)
    async with httpx.AsyncClient(timeout=60) as browser:
        answer = await browser.post(link, data={"code": code}, headers=SAME_ORIGIN)
        answer.raise_for_status()
        return answer.content


def link_and_code(letter: EmailMessage) -> tuple[str, str]:
    text = plain_text(letter)
    link, code = LINK.search(text), CODE.search(text)
    assert link is not None, "the letter has no link"
    assert code is not None, "the letter has no code"
    return link.group(), code.group()


SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
