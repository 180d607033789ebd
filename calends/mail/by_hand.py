"""A request that came on paper, by phone or at the counter, registered by hand as a message.

So it takes the way of every request: sealed in the inbox, opened as a case, read by a human. What
whoever registers it read in it stands in sentences that reading understands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import HeaderParser
from email.policy import SMTP
from email.utils import parseaddr
from enum import StrEnum

from calends.mail.addresses import is_address
from calends.mail.scan import FileKind, kind_of
from calends.problems import Problem
from calends.rules.receipt import Channel, Receipt, arrival_on, receipt_of
from calends.rules.vocabulary import Language, Right

LARGEST = 20_000_000
"""Bytes of all scans of one letter."""
MOST_SCANS = 20
LONGEST_TEXT = 20_000

FR, EN = Language.FR, Language.EN


class Unfit(Problem):
    """A letter that cannot be registered so; `code` is one of FAULTS."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


FAULTS = ("days", "day", "future", "order", "presented", "email", "nothing", "kind", "many",
          "large", "long")  # fmt: skip


class Way(StrEnum):
    """How it came; the inbox's channel."""

    POST = "post"
    PHONE = "phone"
    COUNTER = "counter"


@dataclass(frozen=True)
class Scan:
    content: bytes = field(repr=False)
    kind: FileKind

    @classmethod
    def of(cls, content: bytes) -> Scan:
        """Raises Problem for what is no PDF, JPEG, PNG or TIFF by its first bytes."""
        kind = kind_of(content)
        if kind is None:
            raise Unfit("kind", "a scan is a PDF, JPEG, PNG or TIFF file")
        return cls(content, kind)


@dataclass(frozen=True)
class Letter:
    """`delivered`: the stamp, or the day of the call; `presented`: first presentation of a
    registered letter. Both are local days. What names the person is for the vault alone."""

    way: Way
    delivered: date | None
    presented: date | None = None
    language: Language = FR
    rights: tuple[Right, ...] = ()
    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    postal: str = field(default="", repr=False)
    says: str = field(default="", repr=False)
    """Its words, or what was said on the phone."""
    scans: tuple[Scan, ...] = ()


def require_letter(letter: Letter, today: date) -> None:
    """Raises Problem that says what is missing or wrong. `today`: the controller's."""
    days = [day for day in (letter.delivered, letter.presented) if day is not None]
    if not days:
        raise Unfit("days", "the day of delivery, or of the first presentation, is needed")
    if max(days) > today:
        raise Unfit("future", "a day that has not come yet")
    if letter.delivered and letter.presented and letter.presented > letter.delivered:
        raise Unfit("order", "a letter is presented before it is delivered, not after")
    if letter.presented and letter.way is not Way.POST:
        raise Unfit("presented", "only a posted letter is presented")
    if letter.email and not is_address(letter.email):
        raise Unfit("email", "not a mail address")
    if not letter.scans and not letter.says.strip():
        raise Unfit("nothing", "a scan, or what was said, is needed")
    if len(letter.scans) > MOST_SCANS:
        raise Unfit("many", f"at most {MOST_SCANS} scans")
    if sum(len(scan.content) for scan in letter.scans) > LARGEST:
        raise Unfit("large", f"the scans have more than {LARGEST // 1_000_000} MB together")
    if max(len(letter.says), len(letter.postal), len(letter.name)) > LONGEST_TEXT:
        raise Unfit("long", f"a text has more than {LONGEST_TEXT} characters")


def receipt(letter: Letter, tz: str) -> Receipt:
    """From when the month counts: the earlier of delivery and first presentation.

    Rule book §2.2 ("Letter refused/unclaimed": the earliest) and §5 rows 24 and 26. Of a stamp
    only the local day is known, and it counts from its first hour.
    """
    arrivals = []
    if letter.delivered is not None:
        channel = Channel.POST_DELIVERED if letter.way is Way.POST else Channel.ORAL
        arrivals.append(arrival_on(channel, letter.delivered, tz))
    if letter.presented is not None:
        arrivals.append(arrival_on(Channel.POST_PRESENTED, letter.presented, tz))
    return receipt_of(arrivals)


def envelope(letter: Letter, *, to: str, tz: str) -> bytes:
    """The letter as a message to the controller; the same letter gives the same bytes."""
    at, mark, ours = receipt(letter, tz).at, _mark(letter), parseaddr(to)[1]
    message = EmailMessage(policy=SMTP)
    if letter.email:
        message["From"] = Address(_one_line(letter.name), addr_spec=letter.email)
    message["To"] = Address(addr_spec=ours)
    message["Subject"] = _WAYS[letter.way][letter.language]
    message["Date"] = at
    message["Message-ID"] = f"<letter.{mark}@{ours.rpartition('@')[2]}>"
    if letter.name.strip():
        message[_NAME] = _one_line(letter.name)
    for line in filter(None, map(_one_line, letter.postal.splitlines())):
        message[_POSTAL] = line
    message.set_content("\n".join(_lines(letter)) + "\n")
    for number, scan in enumerate(letter.scans, 1):
        main, _, sub = scan.kind.mime.partition("/")
        message.add_attachment(
            scan.content, maintype=main, subtype=sub, filename=f"scan-{number}.{scan.kind.suffix}"
        )
    if letter.scans:
        message.set_boundary(f"=_{mark}")
    return message.as_bytes()


def written_by(raw: bytes) -> tuple[str, list[str]]:
    """Name and postal address, a line each, as they were typed with the letter.

    To be asked of an envelope of ours alone: anybody may write these headers into a mail.
    """
    head = HeaderParser(policy=policy.default).parsestr(raw.decode("ascii", "replace"))
    name, lines = head.get(_NAME, ""), head.get_all(_POSTAL, [])
    return _one_line(str(name)), [_one_line(str(line)) for line in lines]


def _lines(letter: Letter) -> Iterable[str]:
    language = letter.language
    yield _GREETING[language]
    yield ""
    if letter.says.strip():
        yield from letter.says.replace("\0", "").strip().splitlines()
    elif letter.rights:
        yield from (_SAYS[right][language] for right in letter.rights)
    else:
        yield _UNREAD[language]
    if letter.says.strip() and letter.rights:
        yield ""
        yield from (_SAYS[right][language] for right in letter.rights)
    yield ""
    yield from (line for line in (letter.name, *letter.postal.splitlines()) if line.strip())


def _mark(letter: Letter) -> str:
    digest = hashlib.sha256()
    for piece in (letter.way, letter.delivered, letter.presented, letter.name, letter.email,
                  letter.postal, letter.says, sorted(letter.rights)):  # fmt: skip
        digest.update(f"{piece}\0".encode())
    for scan in letter.scans:
        digest.update(hashlib.sha256(scan.content).digest())
    return digest.hexdigest()[:32]


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


_NAME, _POSTAL = "Calends-Name", "Calends-Postal-Line"

_WAYS = {
    Way.POST: {FR: "Courrier postal", EN: "Letter by post"},
    Way.PHONE: {FR: "Appel téléphonique", EN: "Telephone call"},
    Way.COUNTER: {FR: "Visite à l'accueil", EN: "Visit at the counter"},
}
_GREETING = {FR: "Bonjour,", EN: "Hello,"}
_UNREAD = {
    FR: "Demande concernant mes données personnelles au titre du RGPD, voir la pièce jointe.",
    EN: "Request about my personal data under the GDPR, see the attachment.",
}
_SAYS: dict[Right, dict[Language, str]] = {
    Right.ACCESS: {
        FR: "Je souhaite une copie de toutes mes données personnelles.",
        EN: "I would like a copy of all my personal data.",
    },
    Right.PORTABILITY: {
        FR: "J'exerce mon droit à la portabilité de mes données personnelles.",
        EN: "I exercise my right to data portability.",
    },
    Right.RECTIFICATION: {
        FR: "Je demande la rectification de mes données personnelles.",
        EN: "I request the rectification of my personal data.",
    },
    Right.ERASURE: {
        FR: "Je demande l'effacement de toutes mes données personnelles.",
        EN: "I request the erasure of all my personal data.",
    },
    Right.RESTRICTION: {
        FR: "Je demande la limitation du traitement de mes données personnelles.",
        EN: "I request the restriction of the processing of my personal data.",
    },
    Right.OBJECTION: {
        FR: "Je m'oppose au traitement de mes données personnelles.",
        EN: "I object to the processing of my personal data.",
    },
    Right.PROSPECTING_OBJECTION: {
        FR: "Je m'oppose à la prospection commerciale\u00a0: arrêtez de m'envoyer vos publicités.",
        EN: "I object to direct marketing: stop sending me advertising.",
    },
    Right.CONSENT_WITHDRAWAL: {
        FR: "Je retire mon consentement.",
        EN: "I withdraw my consent to the processing of my personal data.",
    },
    Right.HUMAN_REVIEW: {
        FR: "Je demande une intervention humaine sur la décision automatisée me concernant.",
        EN: "I request human intervention in the automated decision about me.",
    },
    Right.RECIPIENTS: {
        FR: "Je souhaite savoir à qui vous avez communiqué mes données personnelles.",
        EN: "I want to know to whom you disclosed my personal data.",
    },
    Right.AUTHORITY_INQUIRY: {
        FR: "Courrier de la Commission nationale de l'informatique et des libertés (CNIL).",
        EN: "Letter of the supervisory authority (CNIL).",
    },
}


def day_of(text: str) -> date | None:
    """The day that was typed, `2026-11-20`; None for an empty text. Raises Unfit."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Unfit("day", "a day is written such as 2026-11-20") from error
