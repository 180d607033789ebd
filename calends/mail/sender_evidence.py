"""What speaks for and against the sender of a message. Recorded as evidence, shown to the DPO.

Nothing here identifies anybody: the strongest verdict says that the mail comes from the domain it
names (rule book §1, "From: header alone is not authentication").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum

from pydantic import BaseModel

from calends.mail import domains, signatures
from calends.mail.authentication import Check, Results, read_results
from calends.mail.message import Mail
from calends.mail.ourselves import Ourselves
from calends.mail.screen import is_authority
from calends.mail.sentences import fold

_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,190}\w")
_ROLES = frozenset(
    ["accueil", "admin", "billing", "bonjour", "commercial", "compta", "comptabilite", "contact",
     "contacts", "direction", "facturation", "hello", "hr", "info", "jobs", "mail", "newsletter",
     "no-reply", "noreply", "office", "postmaster", "reception", "rh", "sales", "secretariat",
     "service", "services", "support", "team", "webmaster"]
)  # fmt: skip
_AUTHORITY = re.compile(r"\bcnil\b|\bico\b|data protection|autorite de controle|datenschutzbehorde")


class Caution(StrEnum):
    """What a human should know before believing the sender."""

    AMBIGUOUS = "ambiguous_sender"  # programs disagree on who it is (senders.py)
    FAILED = "authentication_failed"
    OTHER_DOMAIN = "verified_for_another_domain"
    LOOKS_LIKE = "looks_like_a_known_domain"
    CONFUSABLE = "confusable_letters"
    CLAIMS_US = "claims_to_be_us"
    CLAIMS_AUTHORITY = "claims_to_be_an_authority"
    REPLY_ELSEWHERE = "replies_go_elsewhere"
    SHARED_MAILBOX = "shared_mailbox"  # several people may read it (rule book §5.17)


class SenderEvidence(BaseModel, frozen=True):
    address: str | None = None
    spf: Check = Check.UNKNOWN
    dkim: Check = Check.UNKNOWN
    dmarc: Check = Check.UNKNOWN
    own_dkim: Check = Check.UNKNOWN  # verified here
    verdict: Check = Check.UNKNOWN
    """PASS: the mail comes from the From's own organisation. Any fail makes FAIL."""
    verified_domain: str | None = None  # which domain vouches for it
    reply_to: list[str] = []
    """Shown, and never used: anybody may write it, a DKIM signature holds with one added."""
    looks_like: str | None = None
    cautions: list[Caution] = []

    def told(self) -> dict[str, str | list[str]]:
        """For the ledger: what was verified and what was odd, as codes that name nobody."""
        checks = {
            "spf": self.spf,
            "dkim": self.dkim,
            "dmarc": self.dmarc,
            "own_dkim": self.own_dkim,
        }
        return {
            "verdict": str(self.verdict),
            **{name: str(check) for name, check in checks.items() if check is not Check.UNKNOWN},
            "cautions": [str(caution) for caution in self.cautions],
        }


def sender_evidence(
    mail: Mail, raw: bytes, ours: Ourselves, resolve: signatures.Resolve = signatures.from_dns
) -> SenderEvidence:
    """The evidence in this mail. `resolve` is asked only where `ours.verify_dkim` says so."""
    trusted = read_results(mail.all("authentication-results"), ours.authserv_id)
    own = _own_check(mail, raw, ours, resolve)
    verdict, vouching = _verdict(mail, trusted, own)
    reply_to = _reply_to(mail)
    looks_like = domains.lookalike(mail.sender.domain, ours.kin)
    return SenderEvidence(
        address=mail.sender.address,
        spf=trusted.check("spf"),
        dkim=trusted.check("dkim"),
        dmarc=trusted.check("dmarc"),
        own_dkim=own.check,
        verdict=verdict,
        verified_domain=vouching,
        reply_to=reply_to,
        looks_like=looks_like,
        cautions=[
            *_of_sender(mail, verdict, trusted, ours),
            *([Caution.LOOKS_LIKE] if looks_like else ()),
            *_of_addresses(mail, reply_to),
        ],
    )


def _own_check(
    mail: Mail, raw: bytes, ours: Ourselves, resolve: signatures.Resolve
) -> signatures.Signed:
    domain = mail.sender.domain
    if not ours.verify_dkim or not domain or mail.sender.ambiguous:
        return signatures.Signed(Check.UNKNOWN)
    if mail.header("dkim-signature") is None:
        return signatures.Signed(Check.NONE)
    return signatures.verify(raw, domain, resolve)


def _verdict(mail: Mail, trusted: Results, own: signatures.Signed) -> tuple[Check, str | None]:
    """Any fail wins; a pass counts only for a domain of the From's organisation."""
    if mail.sender.ambiguous or not mail.sender.domain:
        return Check.NONE, None
    checks = [result.check for result in trusted.results]
    if Check.FAIL in checks or own.check is Check.FAIL:
        return Check.FAIL, None
    for result in trusted.results:
        # A DMARC verdict without header.from is about the From by definition (RFC 7489 11.1).
        domain = result.domain or (mail.sender.domain if result.method == "dmarc" else "")
        if result.check is Check.PASS and domains.aligned(domain, mail.sender.domain):
            return Check.PASS, domain
    if own.check is Check.PASS:
        return Check.PASS, own.domain
    looked = trusted.trusted or own.check is not Check.UNKNOWN
    return (Check.NONE if looked else Check.UNKNOWN), None


def _reply_to(mail: Mail) -> list[str]:
    values = mail.all("reply-to")
    found = _ADDRESS.findall(" ".join(values)[:2000]) if values else []
    return list(dict.fromkeys(address.lower() for address in found))[:5]


def _of_sender(mail: Mail, verdict: Check, trusted: Results, ours: Ourselves) -> Iterator[Caution]:
    sender = mail.sender
    if sender.ambiguous:
        yield Caution.AMBIGUOUS
    if verdict is Check.FAIL:
        yield Caution.FAILED
    if verdict is Check.NONE and any(r.check is Check.PASS for r in trusted.results):
        yield Caution.OTHER_DOMAIN
    if _confusable(sender.name) or domains.has_confusables(domains.to_unicode(sender.domain)):
        yield Caution.CONFUSABLE
    if _claims_us(mail, verdict, ours):
        yield Caution.CLAIMS_US
    if _claims_authority(mail):
        yield Caution.CLAIMS_AUTHORITY


def _of_addresses(mail: Mail, reply_to: list[str]) -> Iterator[Caution]:
    own = (mail.sender.address or "").lower()
    if any(address != own for address in reply_to):
        yield Caution.REPLY_ELSEWHERE
    if own.partition("@")[0] in _ROLES:
        yield Caution.SHARED_MAILBOX


def _claims_us(mail: Mail, verdict: Check, ours: Ourselves) -> bool:
    """Our name beside another address, or our own domain without a proof."""
    sender = mail.sender
    if sender.domain in ours.domains:
        return verdict is not Check.PASS
    if not sender.name or not ours.names:
        return False
    shown = fold(domains.latin(sender.name))
    return any(name in shown for name in ours.names)


def _claims_authority(mail: Mail) -> bool:
    name = mail.sender.name
    if not name or is_authority(mail.sender.domain):
        return False
    return _AUTHORITY.search(fold(domains.latin(name))) is not None


def _confusable(name: str) -> bool:
    """Latin letters mixed with letters of another script that pass for them."""
    if name.isascii():
        return False
    scripts = {unicodedata.name(c, "?").partition(" ")[0] for c in name if c.isalpha()}
    return "LATIN" in scripts and bool(scripts & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})
