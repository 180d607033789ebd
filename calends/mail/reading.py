"""What intake makes of a message: one `Reading`, whatever the bytes are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from pydantic import BaseModel

from calends.mail import screen
from calends.mail.language import UNKNOWN, language_of
from calends.mail.message import Mail, Unparseable, parse
from calends.mail.people import Person, read_person
from calends.mail.quoting import layers
from calends.mail.rights import THRESHOLD, Claims, Demand, one_word, read_claims
from calends.mail.sentences import Sentence, fold, sentences
from calends.rules.reference import find_references
from calends.rules.rights import HANDLED
from calends.rules.vocabulary import MessageKind, Right

READ_LANGUAGES = frozenset({"fr", "en"})
MAX_READ = 50_000  # characters of own text in which demands are looked for
MAX_CODES = 20

_CODE = re.compile(
    r"(?<![\w-])([A-HJ-NP-Z2-9]{4})[ ]?[-\u2010-\u2015\u2212][ ]?([A-HJ-NP-Z2-9]{4})(?![\w-])",
    re.IGNORECASE,
)
_ANSWERS = re.compile(r"(?:re|rep|aw|fwd?|tr|wg|sv|r|i|rv) ?: ?", re.IGNORECASE)
_FOREIGN_PRIVACY = re.compile(
    r"gdpr|rgpd|dsgvo|ds-?gvo|\bavg\b|dsg-ekd|\bkdg\b|datenschutz|personenbezogen|datos personales"
    r"|dati personali"
    r"|persoonsgegevens|dados pessoais|date(?:le)? (?:cu caracter )?personal|osobni|osobne"
    r"|osobnich|osobnih|udaju"
    r"|personuppgift|dataskydd|προσωπικ|uredb[aei]|narizeni|verordening|\bart(?:icul|icol|ikel|ig"
    r"|\.)?\w* ?(?:15|16|17|18|20|21)\b"
)


class Doubt(StrEnum):
    """Why a human must look (`triage_reasons`)."""

    LOW_CONFIDENCE = "low_confidence"
    RIGHT_NEEDS_HUMAN = "right_needs_human"
    NO_CLEAR_DEMAND = "no_clear_demand"
    LANGUAGE = "language"
    ONLY_QUOTED = "only_quoted"
    DEMAND_IN_QUOTED = "demand_in_quoted"
    CHASING = "chasing"
    COMPLAINT = "complaint"
    CANCELLED = "cancelled"
    FOR_ANOTHER = "for_another"
    AUTHORITY = "authority"
    SEVERAL_REFERENCES = "several_references"
    ONLY_ATTACHMENTS = "only_attachments"
    NOT_ALL_READ = "not_all_read"
    UNPARSEABLE = "unparseable"
    EMPTY = "empty"


class DemandRead(BaseModel, frozen=True):
    right: Right
    confidence: float  # 0 to 1
    quote: str  # the writer's own words that carry the demand


class IdentityRead(BaseModel, frozen=True):
    """Who the writer says they are. Nothing of it is verified."""

    name: str | None = None
    addresses: list[str] = []
    phones: list[str] = []  # E.164
    customer_numbers: list[str] = []
    postal_address: str | None = None


class Reading(BaseModel, frozen=True):
    kind: MessageKind
    demands: list[DemandRead] = []
    language: str = UNKNOWN  # ISO 639-1, or "und"
    identity: IdentityRead = IdentityRead()
    needs_triage: bool = False
    triage_reasons: list[str] = []
    reference: str | None = None  # the case it names; it threads a message and proves nothing
    codes: list[str] = []  # K7QM-3RTX, wherever they stand, quoted text included
    answers: list[str] = []  # Message-IDs of ours that it answers or reports on
    sender_ambiguous: bool = False


def read_message(raw: bytes) -> Reading:
    """What intake makes of these bytes. Never raises: what cannot be read is quarantined."""
    try:
        mail = parse(raw)
    except Unparseable as error:
        return _quarantined(Doubt.EMPTY if error.reason == "empty" else Doubt.UNPARSEABLE)
    if not (mail.text.strip() or mail.subject or mail.attachments):
        return _quarantined(Doubt.EMPTY, mail)
    return _Reader(mail).reading()


def _quarantined(reason: Doubt, mail: Mail | None = None) -> Reading:
    return Reading(
        kind=MessageKind.QUARANTINE,
        needs_triage=True,
        triage_reasons=[reason],
        sender_ambiguous=mail.sender.ambiguous if mail else True,
    )


class _Reader:
    def __init__(self, mail: Mail) -> None:
        self.mail = mail
        self.layers = layers(mail.text)
        self.answering = bool(_ANSWERS.match(mail.subject))
        self.claims = self._claims()
        self.references, self.doubts = self._references()
        self.codes = _codes(f"{mail.subject}\n{mail.text}")
        self.answers = screen.ours((*mail.in_reply_to, *mail.references)) + list(
            dict.fromkeys(screen.OUR_MESSAGE_ID.findall(mail.returned))
        )
        self.language = language_of(self.layers.own or mail.subject)

    def reading(self) -> Reading:
        kind = self._kind()
        demands = self._demands(kind)
        doubts = list(dict.fromkeys(self._doubts(kind, demands)))
        if kind is MessageKind.OTHER and set(doubts) & _MAY_BE_REQUEST:
            kind = MessageKind.REQUEST
        person = read_person(self.mail.sender, self._own_and_signature(), self.mail.to)
        return Reading(
            kind=kind,
            demands=[
                DemandRead(right=d.right, confidence=d.confidence, quote=d.quote) for d in demands
            ],
            language=self.language,
            identity=_identity(person),
            needs_triage=bool(doubts),
            triage_reasons=[str(doubt) for doubt in doubts],
            reference=self.references[0] if len(self.references) == 1 else None,
            codes=self.codes,
            answers=list(dict.fromkeys(self.answers)),
            sender_ambiguous=self.mail.sender.ambiguous,
        )

    def _claims(self) -> Claims:
        subject = "" if self.answering else self.mail.subject
        own = self.layers.own
        if order := one_word(subject, own):
            return Claims(demands=[order])
        return read_claims(_with_subject(subject, own[:MAX_READ]))

    def _references(self) -> tuple[list[str], list[Doubt]]:
        """The references nearest to the writer: subject, own words, then what is quoted."""
        places = (
            self.mail.subject,
            self.layers.own,
            f"{self.layers.signature}\n{self.layers.quoted}",
            self.mail.returned,
        )
        found = next((r for r in map(find_references, places) if r), [])
        return found, [Doubt.SEVERAL_REFERENCES] if len(found) > 1 else []

    def _kind(self) -> MessageKind:
        mail, claims = self.mail, self.claims
        if machine := screen.mechanical(mail):
            return machine
        clear = any(d.confidence >= THRESHOLD for d in claims.demands)
        claimed = bool(claims.demands) or claims.privacy
        if screen.from_authority(mail, self.layers.own):
            many = screen.to_many(mail) and not self.references
            return MessageKind.BULK if many else MessageKind.AUTHORITY
        if screen.by_machine(mail) and not claimed:
            return MessageKind.AUTO_REPLY
        if self.references or self.answers or self._only_a_code():
            return MessageKind.REPLY
        if screen.to_many(mail) and not clear:
            return MessageKind.BULK
        if screen.in_bulk(mail) and not claimed:
            return MessageKind.BULK
        if claimed or claims.chases or self._foreign_privacy():
            return MessageKind.REQUEST
        return MessageKind.OTHER

    def _foreign_privacy(self) -> bool:
        text = fold(f"{self.mail.subject}\n{self.layers.own[:20_000]}")
        return self._foreign() and bool(_FOREIGN_PRIVACY.search(text))

    def _foreign(self) -> bool:
        return self.language not in (*READ_LANGUAGES, UNKNOWN)

    def _only_a_code(self) -> bool:
        return bool(self.codes) and len(self.layers.own) < 80 and bool(_codes(self.layers.own))

    def _demands(self, kind: MessageKind) -> list[Demand]:
        if kind is MessageKind.AUTHORITY:
            quote = self.layers.own[:200].strip() or self.mail.subject
            return [Demand(Right.AUTHORITY_INQUIRY, 0.9, quote)]
        if kind in (MessageKind.REQUEST, MessageKind.REPLY):
            return self.claims.demands
        return []

    def _doubts(self, kind: MessageKind, demands: list[Demand]) -> Iterator[Doubt]:
        if kind in (MessageKind.BOUNCE, MessageKind.AUTO_REPLY, MessageKind.BULK):
            return
        yield from self.doubts
        if kind is MessageKind.AUTHORITY:
            yield Doubt.AUTHORITY
            return
        yield from self._doubts_of_demands(demands)
        yield from self._doubts_of_claims(kind, demands)
        yield from self._doubts_of_text(kind, demands)

    def _doubts_of_demands(self, demands: list[Demand]) -> Iterator[Doubt]:
        if any(d.confidence < THRESHOLD for d in demands):
            yield Doubt.LOW_CONFIDENCE
        if any(d.right not in HANDLED for d in demands):
            yield Doubt.RIGHT_NEEDS_HUMAN

    def _doubts_of_claims(self, kind: MessageKind, demands: list[Demand]) -> Iterator[Doubt]:
        claims = self.claims
        about_data = bool(demands) or claims.privacy or kind is MessageKind.REPLY
        if claims.complains:
            yield Doubt.COMPLAINT
        # An objection to prospecting said twice is only urgent, not doubtful.
        if claims.chases and {d.right for d in demands} != {Right.PROSPECTING_OBJECTION}:
            yield Doubt.CHASING
        if claims.cancels and about_data:
            yield Doubt.CANCELLED
        if claims.for_another and about_data:
            yield Doubt.FOR_ANOTHER
        if kind is MessageKind.REQUEST and not demands:
            yield Doubt.NO_CLEAR_DEMAND

    def _doubts_of_text(self, kind: MessageKind, demands: list[Demand]) -> Iterator[Doubt]:
        own = self.layers.own
        if self._foreign() and kind is not MessageKind.REPLY:
            yield Doubt.LANGUAGE
        if len(own) > MAX_READ or set(self.mail.defects) & _NOT_ALL_READ:
            yield Doubt.NOT_ALL_READ
        if kind is MessageKind.REPLY:
            if not own and not self.codes and not self.mail.attachments:
                yield Doubt.ONLY_QUOTED
            return
        if demands:
            return
        if self.layers.quoted.strip() and self._quoted_claims():
            yield Doubt.DEMAND_IN_QUOTED
        if not own and self.layers.quoted.strip():
            yield Doubt.ONLY_QUOTED
        elif not own and self.mail.attachments:
            yield Doubt.ONLY_ATTACHMENTS

    def _quoted_claims(self) -> bool:
        quoted = re.sub(
            r"^[ \t]*(?:>[ \t]?)+", "", self.layers.quoted[:MAX_READ], flags=re.MULTILINE
        )
        claims = read_claims(sentences(quoted))
        return bool(claims.demands) or claims.privacy

    def _own_and_signature(self) -> str:
        return f"{self.layers.own}\n{self.layers.signature}"


_NOT_ALL_READ = frozenset({"too_many_parts", "too_deep", "text_cut", "headers_cut"})
_MAY_BE_REQUEST = frozenset({Doubt.DEMAND_IN_QUOTED})


def _with_subject(subject: str, own: str) -> Iterator[Sentence]:
    if subject:
        yield Sentence(subject, fold(subject), "")
    yield from sentences(own)


def _codes(text: str) -> list[str]:
    """Codes of our identity letters in a text. People type them in lower case; a pair of words
    in lower case is no code unless it holds a digit."""
    found: dict[str, None] = {}
    for first, second in _CODE.findall(text):
        code = f"{first}-{second}"
        if code.isupper() or re.search(r"\d", code):
            found[code.upper()] = None
    return list(found)[:MAX_CODES]


def _identity(person: Person) -> IdentityRead:
    return IdentityRead(
        name=person.name,
        addresses=list(person.addresses),
        phones=list(person.phones),
        customer_numbers=list(person.customer_numbers),
        postal_address=person.postal_address,
    )
