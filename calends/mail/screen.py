"""What kind of message this is: a request, an answer to ours, a machine's, an authority's.

Rule book §5 row 39: an automatic reply or a null return path never makes a case; `auto-generated`
or `Precedence: bulk` alone may be an agent's valid request and is read like any other.
"""

from __future__ import annotations

import re

from calends.mail.message import Mail
from calends.mail.rights import Claims
from calends.mail.senders import NO_PERSON
from calends.mail.sentences import fold
from calends.rules.vocabulary import MessageKind

OUR_MESSAGE_ID = re.compile(r"<calends\.[^<>\s@]{1,200}@[^<>\s@]{1,250}>", re.IGNORECASE)

_SURELY = 0.9

# Supervisory authorities of the EEA, Switzerland and the UK, and what unites them.
AUTHORITY_DOMAINS = frozenset(
    [
        "cnil.fr",
        "edpb.europa.eu",
        "edps.europa.eu",
        "dsb.gv.at",
        "apd-gba.be",
        "autoriteprotectiondonnees.be",
        "gegevensbeschermingsautoriteit.be",
        "cpdp.bg",
        "azop.hr",
        "dataprotection.gov.cy",
        "uoou.cz",
        "uoou.gov.cz",
        "datatilsynet.dk",
        "aki.ee",
        "tietosuoja.fi",
        "om.fi",
        "bfdi.bund.de",
        "dpa.gr",
        "naih.hu",
        "dataprotection.ie",
        "gpdp.it",
        "garanteprivacy.it",
        "dvi.gov.lv",
        "ada.lt",
        "vdai.lrv.lt",
        "cnpd.lu",
        "cnpd.public.lu",
        "idpc.org.mt",
        "autoriteitpersoonsgegevens.nl",
        "uodo.gov.pl",
        "cnpd.pt",
        "dataprotection.ro",
        "ip-rs.si",
        "aepd.es",
        "imy.se",
        "datatilsynet.no",
        "personuvernd.is",
        "edoeb.admin.ch",
        "ico.org.uk",
        "dataprotection.gov.sk",
    ]
)
_LETTERHEAD = re.compile(
    r"\b(?:commission nationale de l'informatique et des libertes|(?:la |l'autorite )?cnil\b"
    r"|information commissioner's office|data protection commission)"
)
_OFFICIAL_WE = re.compile(
    r"\b(?:(?:la cnil|la commission|nous) (?:a |avons |est "
    r"|sommes )?(?:ete )?(?:saisie?s? (?:d'une|de la)|recu une (?:plainte|reclamation))"
    r"|(?:mes|nos) services ont (?:ete saisis|recu)|(?:saisine|plainte|reclamation|dossier) n[°o.]"
    r"|(?:we|the (?:ico|commission|office)) (?:have|has) received a complaint|case reference)"
)
_PERSON_WRITES = re.compile(
    r"\b(?:je (?:vais|compte|me reserve|saisi|porte|depos|transm)|j'ai (?:saisi|depose)|i (?:will"
    r"|have|am|reserve))"
)
_AUTHORITY_NAMES = ("cnil", "informatique et", "information commissioner", "protection commission")
_TO_MANY = ("list-id", "list-unsubscribe", "list-post")
_BOUNCE_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|failure|has failed|incomplete)|mail delivery|returned mail"
    r"|failure (?:notice|delivery)|delayed mail|mail failed"
    r"|(?:could|can)(?:not| not) (?:be )?(?:sen[dt]|deliver)"
    r"|non[ -]?(?:remis|distribu)|echec de (?:la )?(?:remise|distribution|livraison)"
    r"|message non delivre"
    r"|unzustellbar|no se puede entregar|mancata consegna"
)
_BOUNCE_TEXT = re.compile(
    r"\b5\.\d\.\d{1,2}\b|\b55\d[ -]|permanent(?: fatal)? errors?|n'a pas pu etre (?:remis"
    r"|distribue)|unable to deliver|(?:could|can)(?:not| not) be delivered|error delivering"
)
_POSTMASTER = re.compile(r"(?:mailer-daemon|postmaster|mail-daemon)(?:@|$)", re.IGNORECASE)
_AWAY = re.compile(
    r"(?:re ?: ?)?(?:reponse automatique|automatic reply|auto(?:matic)?[ -]?(?:reply|response"
    r"|reponse)|out of (?:the )?office"
    r"|absen(?:ce|t)\b(?:.{0,20}(?:bureau|conge))?|en conges?\b|message d'absence|abwesen"
    r"|automatische antwort|respuesta automatica)"
)


def ours(ids: tuple[str, ...]) -> list[str]:
    """Those Message-IDs that have the shape of ours. Anyone can write one: it threads a message,
    it proves nothing."""
    return [identifier for identifier in ids if OUR_MESSAGE_ID.fullmatch(identifier)]


def from_daemon(mail: Mail) -> bool:
    """From a mail server's own programs, or one who says so: nobody a letter could reach."""
    if mail.sender.address is not None:
        return _POSTMASTER.match(mail.sender.address) is not None
    return NO_PERSON in mail.sender.defects


def is_authority(domain: str) -> bool:
    """A supervisory authority's domain (lower case), or one below it."""
    while domain:
        if domain in AUTHORITY_DOMAINS:
            return True
        domain = domain.partition(".")[2]
    return False


def personal(claims: Claims) -> bool:
    """Demands clear enough to be somebody's own, in a message that has a newsletter's headers."""
    return any(demand.confidence >= _SURELY for demand in claims.demands)


class Screen:
    """What the header of a mail says of who, or what, sent it."""

    def __init__(self, mail: Mail) -> None:
        self._mail = mail
        self._first = dict(reversed(mail.headers))  # the topmost of each name
        self._subject = fold(mail.subject)

    def mechanical(self) -> MessageKind | None:
        """BOUNCE or AUTO_REPLY where the header leaves no doubt that nobody wrote this."""
        kind = self._first.get("content-type", "").lower()
        if "multipart/report" in kind:
            receipt = "disposition-notification" in kind  # RFC 8098
            return MessageKind.AUTO_REPLY if receipt else MessageKind.BOUNCE
        null_path = self._first.get("return-path", "").replace(" ", "") == "<>"
        if (null_path or from_daemon(self._mail)) and self._tells_of_a_bounce():
            return MessageKind.BOUNCE
        if self._first.get("x-failed-recipients"):
            return MessageKind.BOUNCE
        submitted = self._keyword("auto-submitted")
        program = NO_PERSON in self._mail.sender.defects or self._from_mailer()
        if null_path or program or submitted == "auto-replied":  # RFC 3834
            return MessageKind.AUTO_REPLY
        machine = submitted not in ("", "no") or self._suppresses_replies()
        return MessageKind.AUTO_REPLY if machine and _AWAY.match(self._subject) else None

    def by_machine(self) -> bool:
        """A machine says that it sent this, or the subject says that its owner is away."""
        return (
            self._keyword("auto-submitted") not in ("", "no")
            or self._suppresses_replies()
            or _AWAY.match(self._subject) is not None
        )

    def to_many(self) -> bool:
        """A newsletter's or mailing list's headers."""
        return not self._first.keys().isdisjoint(_TO_MANY)

    def in_bulk(self) -> bool:
        return self._keyword("precedence") in ("bulk", "list", "junk")

    def from_authority(self, own: str) -> bool:
        """From a supervisory authority's domain, or a letter of one sent on from elsewhere."""
        if is_authority(self._mail.sender.domain):
            return True
        lower = own[:3000].lower()
        if not any(name in lower for name in _AUTHORITY_NAMES):
            return False
        top = fold(lower)
        return bool(
            _LETTERHEAD.search(top) and _OFFICIAL_WE.search(top) and not _PERSON_WRITES.search(top)
        )

    def _from_mailer(self) -> bool:
        return (self._mail.sender.address or "").lower().startswith("mailer-daemon@")

    def _tells_of_a_bounce(self) -> bool:
        text = fold(self._mail.text[:4000])
        return bool(_BOUNCE_SUBJECT.search(self._subject) or _BOUNCE_TEXT.search(text))

    def _keyword(self, name: str) -> str:
        return self._first.get(name, "").partition(";")[0].strip().lower()

    def _suppresses_replies(self) -> bool:
        return (
            self._keyword("x-auto-response-suppress") not in ("", "none")
            or "x-autoreply" in self._first
            or "x-autorespond" in self._first
            or self._keyword("precedence") == "auto_reply"
        )
