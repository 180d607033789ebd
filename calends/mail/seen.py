"""A message taken apart: everything that its kind and the doubts about it are judged by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from calends.mail import screen
from calends.mail.language import UNKNOWN, language_of
from calends.mail.message import Mail
from calends.mail.orders import order
from calends.mail.quoting import Layers, layers
from calends.mail.rights import Claims, read_claims
from calends.mail.sentences import fold, sentences
from calends.mail.tongue import READ
from calends.rules.reference import find_references
from calends.rules.vocabulary import MessageKind

MAX_READ = 50_000  # characters of own text in which demands are looked for
MAX_CODES = 20
LETTERS_IN = frozenset({"fr", "en"})  # what the DPO and our letters speak

_DASH = re.compile(r"[-\u2010-\u2015\u2212]")
_CODE = re.compile(
    rf"(?<![\w-])([A-HJ-NP-Z2-9]{{4}})[ ]?{_DASH.pattern}[ ]?([A-HJ-NP-Z2-9]{{4}})(?![\w-])",
    re.IGNORECASE,
)
_ANSWERS = re.compile(r"(?:re|rep|aw|fwd?|tr|wg|sv|r|i|rv) ?: ?", re.IGNORECASE)
_FOREIGN_PRIVACY = re.compile(
    r"gdpr|rgpd|\brodo\b|dados pessoais|date(?:le)? (?:cu caracter )?personal|osobni|osobne"
    r"|osobowych|osobnich|osobnih|osobnych|udaju|personuppgift|personopplysning|personoplysning"
    r"|henkilotie|dataskydd|προσωπικ|personaln|szemelyes adat|isikuandme|asmens duomen"
    r"|kisisel veri|персональн|个人信息|個人情報|uredb[aei]|narizeni"
    r"|\bart(?:icul|icol|ikel|ig|\.)?\w* ?(?:15|16|17|18|20|21)\b"
)
_MARK = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)


@dataclass(frozen=True)
class Seen:
    mail: Mail

    @cached_property
    def layers(self) -> Layers:
        return layers(self.mail.text)

    @property
    def own(self) -> str:
        return self.layers.own

    @cached_property
    def said_language(self) -> str:
        """The language of the writer's own words, as their small words tell it."""
        return language_of(self.own or self.mail.subject)

    @property
    def language(self) -> str:
        """The same, or where too little is written, the language of the words that were found."""
        return self.said_language if self.said_language != UNKNOWN else self.claims.tongue

    @property
    def foreign(self) -> bool:
        return self.language not in LETTERS_IN and self.language != UNKNOWN

    @cached_property
    def claims(self) -> Claims:
        if said := order(self.mail.subject, self.own):
            return Claims(demands=[said])
        answering = _ANSWERS.match(self.mail.subject)
        subject = "" if answering else self.mail.subject
        return read_claims(sentences(self.own[:MAX_READ], subject), self.said_language)

    @cached_property
    def references(self) -> list[str]:
        """The references nearest to the writer: subject, own words, then what is quoted."""
        places = (
            self.mail.subject,
            self.own,
            f"{self.layers.signature}\n{self.layers.quoted}",
            self.mail.returned,
        )
        return next((found for found in map(find_references, places) if found), [])

    @cached_property
    def codes(self) -> list[str]:
        return _codes(f"{self.mail.subject}\n{self.mail.text}")

    @cached_property
    def answers(self) -> list[str]:
        """Message-IDs of ours that the message answers, or reports on."""
        named = screen.ours((*self.mail.in_reply_to, *self.mail.references))
        return list(dict.fromkeys([*named, *screen.OUR_MESSAGE_ID.findall(self.mail.returned)]))

    @property
    def only_a_code(self) -> bool:
        return bool(self.codes) and len(self.own) < 80 and bool(_codes(self.own))

    @property
    def takes_back(self) -> bool:
        about_rights = self.claims.refused or self.claims.told or self.claims.has("privacy")
        return self.claims.has("withdraws") and bool(about_rights)

    @property
    def claimed(self) -> bool:
        """Something in it is about somebody's rights, however unclear."""
        claims = self.claims
        spoken_of = claims.has("privacy") or claims.has("suspicion")
        return bool(claims.demands or claims.told) or spoken_of or self.takes_back

    @cached_property
    def speaks_of_privacy_abroad(self) -> bool:
        """Speaks of data protection in a language that is not read here."""
        if self.said_language in READ:
            return False
        return bool(_FOREIGN_PRIVACY.search(fold(f"{self.mail.subject}\n{self.own[:20_000]}")))

    @cached_property
    def claims_when_quoted(self) -> bool:
        """What is quoted or sent on would claim something, had the writer said it."""
        quoted = _MARK.sub("", self.layers.quoted[:MAX_READ])
        if not quoted.strip():
            return False
        claims = read_claims(sentences(quoted), language_of(quoted))
        return bool(claims.demands) or claims.has("privacy")


def _codes(text: str) -> list[str]:
    """Codes of our identity letters in a text. People type them in lower case; a pair of words
    in lower case is no code unless it holds a digit."""
    found: dict[str, None] = {}
    around = (text[max(0, dash.start() - 6) : dash.end() + 7] for dash in _DASH.finditer(text))
    for first, second in (pair for piece in around for pair in _CODE.findall(piece)):
        code = f"{first}-{second}"
        if code.isupper() or re.search(r"\d", code):
            found[code.upper()] = None
    return list(found)[:MAX_CODES]


def kind_of(seen: Seen) -> MessageKind:
    """What kind of message this is (rule book §5.28-5.41)."""
    sent = screen.Screen(seen.mail)
    if machine := sent.mechanical():
        return machine
    if sent.from_authority(seen.own):
        many = sent.to_many() and not seen.references
        return MessageKind.BULK if many else MessageKind.AUTHORITY
    if sent.by_machine() and not seen.claimed:
        return MessageKind.AUTO_REPLY
    if seen.references or seen.answers or seen.only_a_code:
        return MessageKind.REPLY
    if sent.to_many() and not screen.personal(seen.claims):
        return MessageKind.BULK
    if sent.in_bulk() and not seen.claimed:
        return MessageKind.BULK
    if seen.claimed or seen.speaks_of_privacy_abroad:
        return MessageKind.REQUEST
    return MessageKind.OTHER
