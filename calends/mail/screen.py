"""What kind of message this is: a request, an answer to ours, a machine's, an authority's.

Rule book §5 row 39: an automatic reply or a null return path never makes a case; `auto-generated`
or `Precedence: bulk` alone may be an agent's valid request and is read like any other.
"""

from __future__ import annotations

import re

from calends.mail.message import Mail
from calends.mail.rights import Claims
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
_BOUNCE_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|failure|has failed|incomplete)|mail delivery|returned mail"
    r"|failure notice"
    r"|non[ -]?(?:remis|distribu)|echec de (?:la )?(?:remise|distribution|livraison)"
    r"|message non delivre"
    r"|unzustellbar|no se puede entregar|mancata consegna"
)
_BOUNCE_TEXT = re.compile(
    r"\b5\.\d\.\d{1,2}\b|\b55\d[ -]|permanent(?: fatal)? errors?|n'a pas pu etre (?:remis"
    r"|distribue)"
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


def mechanical(mail: Mail) -> MessageKind | None:
    """BOUNCE or AUTO_REPLY where the headers leave no doubt that nobody wrote this; else None."""
    kind = (mail.header("content-type") or "").lower()
    subject = fold(mail.subject)
    null_path = (mail.header("return-path") or "").replace(" ", "") == "<>"
    if "multipart/report" in kind:
        return (
            MessageKind.BOUNCE if "disposition-notification" not in kind else MessageKind.AUTO_REPLY
        )
    daemon = null_path or bool(_POSTMASTER.match(mail.sender.address or ""))
    if daemon and (_BOUNCE_SUBJECT.search(subject) or _BOUNCE_TEXT.search(fold(mail.text[:4000]))):
        return MessageKind.BOUNCE
    if mail.header("x-failed-recipients"):
        return MessageKind.BOUNCE
    submitted = _keyword(mail, "auto-submitted")
    if null_path or submitted == "auto-replied":  # RFC 3834
        return MessageKind.AUTO_REPLY
    machine = submitted not in ("", "no") or _suppresses_replies(mail)
    return MessageKind.AUTO_REPLY if machine and _AWAY.match(subject) else None


def by_machine(mail: Mail) -> bool:
    """A machine says that it sent this, or the subject says that its owner is away."""
    return (
        _keyword(mail, "auto-submitted") not in ("", "no")
        or _suppresses_replies(mail)
        or bool(_AWAY.match(fold(mail.subject)))
    )


def to_many(mail: Mail) -> bool:
    """A newsletter's or mailing list's headers."""
    return any(mail.header(name) for name in ("list-id", "list-unsubscribe", "list-post"))


def personal(claims: Claims) -> bool:
    """Demands clear enough to be somebody's own, in a message that has a newsletter's headers."""
    return any(demand.confidence >= _SURELY for demand in claims.demands)


def in_bulk(mail: Mail) -> bool:
    return _keyword(mail, "precedence") in ("bulk", "list", "junk")


def from_authority(mail: Mail, own: str) -> bool:
    """From a supervisory authority's domain, or a letter of one sent on from elsewhere."""
    domain = mail.sender.domain
    if any(domain == known or domain.endswith(f".{known}") for known in AUTHORITY_DOMAINS):
        return True
    top = fold(own[:3000])
    return bool(
        _LETTERHEAD.search(top) and _OFFICIAL_WE.search(top) and not _PERSON_WRITES.search(top)
    )


def _keyword(mail: Mail, name: str) -> str:
    return (mail.header(name) or "").partition(";")[0].strip().lower()


def _suppresses_replies(mail: Mail) -> bool:
    suppressed = _keyword(mail, "x-auto-response-suppress")
    return (
        suppressed not in ("", "none")
        or mail.header("x-autoreply") is not None
        or mail.header("x-autorespond") is not None
        or _keyword(mail, "precedence") == "auto_reply"
    )
