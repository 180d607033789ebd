"""Contact points: shared mailboxes, unknown writers, changed addresses, signs of a takeover.

Rule book §5 rows 16-18, 45.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from calends.rules.identity import Contact
from calends.rules.trace import Step

# First word of a local part that names a desk and not a person, French and English.
_ROLES = frozenset(
    re.findall(
        r"\S+",
        """
        abuse accounting accounts accueil achats admin administration administrateur agence
        assistance associe bonjour bureau cabinet candidature client clientele clients comite
        commande commandes commercial commerciaux communication compta comptabilite contact
        contacts courrier customer customers direction dpd dpo equipe facturation factures finance
        gestion hello help helpdesk hostmaster hr info infos information informations it job jobs
        juridique legal livraison mailbox mairie marketing no-reply noreply nepasrepondre
        office operations orders paie payroll postmaster press presse privacy production
        purchasing rdv reception recrutement redaction reservation reservations rgpd rh root sales
        sav secretaire secretariat secretary security service services shop standard support team
        technique vente ventes webmaster
        """,
    )
)
_SEPARATORS = re.compile(r"[._+\-]+")


def is_role_address(address: str) -> bool:
    """Whether the address names a desk (`info@`, `contact-nantes@`), which several people read.

    Never sure either way: an address that several people on file share is shared as well
    (`contact_kind`).
    """
    local = address.rpartition("@")[0].strip().casefold()
    first = _SEPARATORS.split(local)[0].rstrip("0123456789")
    return local in _ROLES or first in _ROLES


def contact_kind(address: str, *, people_on_file: int) -> Contact:
    """What control of this e-mail address can prove; `people_on_file`: how many people bear it."""
    if is_role_address(address) or people_on_file > 1:
        return Contact.SHARED
    return Contact.ON_FILE if people_on_file == 1 else Contact.UNKNOWN


class AskAt(StrEnum):
    """Where the proof of identity is asked."""

    WRITTEN_FROM = "written_from"
    CONTACT_ON_FILE = "contact_on_file"
    POSTAL_ON_FILE = "postal_on_file"
    HUMAN = "human"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Asking:
    """Where to ask. The writer gets the same letter at the same time in every case."""

    at: AskAt
    why: Step


_SILENT = "GDPR 5(1)(f), 12(6): nothing reveals whether data exist"


def where_to_ask(
    written_from: Contact, *, other_contact_on_file: bool, postal_on_file: bool
) -> Asking:
    """Where a code goes when somebody writes (rule book §5 rows 16-17).

    `other_contact_on_file`, `postal_on_file`: of the person that the writer says to be. Whatever
    comes out, the writer is told the same words at the same time; when nobody can be asked, the
    answer is a negative one about the data that the writer supplied.
    """
    if written_from is Contact.ON_FILE:
        return _asking(AskAt.WRITTEN_FROM, "the contact on file is the one that wrote")
    if other_contact_on_file:
        return _asking(AskAt.CONTACT_ON_FILE, "only a contact that was on file before proves")
    if postal_on_file:
        return _asking(AskAt.POSTAL_ON_FILE, "no other contact: a letter to the address on file")
    return _asking(AskAt.NOBODY, "nothing on file: a negative answer about the data supplied")


def where_to_confirm_change(
    *, old_contact_reachable: bool, postal_on_file: bool, postal_changes_too: bool
) -> Asking:
    """Who confirms a new contact or bank detail: the old contact first (§1.4, §5 row 18)."""
    if old_contact_reachable:
        return _asking(AskAt.CONTACT_ON_FILE, "the old contact confirms the new one")
    if postal_on_file and not postal_changes_too:
        return _asking(AskAt.POSTAL_ON_FILE, "the old contact is gone: the address on file")
    return _asking(AskAt.HUMAN, "no old contact is left that could confirm")


def _asking(at: AskAt, words: str) -> Asking:
    return Asking(at, Step("identity_ask", str(at), _SILENT, words))


class Sign(StrEnum):
    """What pretexts have in common (rule book §5 row 45)."""

    NEW_ADDRESS_FOR_KNOWN_PERSON = "new_address_for_known_person"
    ANSWER_ELSEWHERE = "answer_elsewhere"  # Reply-To or text asks for another address
    SENDER_NOT_AUTHENTICATED = "sender_not_authenticated"
    CONTACT_CHANGED_LATELY = "contact_changed_lately"  # and now the data are asked for
    CONTACT_CHANGE_WITH_ACCESS = "contact_change_with_access"
    MANY_WRONG_CODES = "many_wrong_codes"
    LOOKALIKE_DOMAIN = "lookalike_domain"


_ENOUGH_ALONE = frozenset(
    {Sign.CONTACT_CHANGE_WITH_ACCESS, Sign.MANY_WRONG_CODES, Sign.LOOKALIKE_DOMAIN}
)


def looks_like_takeover(signs: Collection[Sign]) -> bool:
    """Whether a human is alerted before anything goes out. The request stays valid."""
    return bool(_ENOUGH_ALONE & set(signs)) or len(set(signs)) >= 2
