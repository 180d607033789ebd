"""What a message says of who its writer is. Claims to be verified, kept as data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from calends.mail.senders import Sender, normalised
from calends.mail.sentences import fold

MAX_VALUES = 10  # of each kind
MAX_VALUE = 200  # characters
MAX_LOOKED_AT = 40  # rows of digits that may be phone numbers

_ADDRESS = re.compile(
    r"(?<![\w.%+'-])[\w.%+'-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){1,8}[A-Za-z]{2,24}(?![\w-])"
)
_MAYBE_PHONE = re.compile(r"(?<![\w.-])(?:\+|00?)[(]?\d(?:[ .\-/()]{0,3}\d){7,14}(?![\w-])")
_DIGIT = re.compile(r"\d")
# Cheap signs, without which a costlier expression is not tried.
_NUMBERED = (
    "client",
    "adh",
    "contra",
    "dossier",
    "compte",
    "abonn",
    "customer",
    "account",
    "member",
)
_INTRODUCING = ("appelle", "soussign", "my name is", "undersigned")
_REGION = "FR"  # where a number without a country is
_NUMBER = re.compile(
    r"(?:n(?:um[ée]ro|[°ºo]\.?|um\.?)?[ ]?(?:de |d['’])?(?:client|adh[ée]rent|contrat|dossier"
    r"|compte|abonn[ée])e?s?"
    r"|(?:r[ée]f(?:[ée]rence)?\.?[ ])?(?:client|adh[ée]rent|contrat|customer|client|account"
    r"|member(?:ship)?|contract)[ ]?"
    r"(?:n(?:um[ée]ro|[°ºo]\.?)|number|no\.?|id|ref(?:erence)?|#|code))"
    r"[ ]{0,3}(?:est|[ée]tait|is|was|le)?[ ]{0,3}[:=#]?[ ]{0,3}"
    r"((?=[A-Z0-9-]{0,15}\d)[A-Z0-9](?:[A-Z0-9/-]{1,22}[A-Z0-9]))(?![\w@])",
    re.IGNORECASE,
)
_POSTAL = re.compile(
    r"\d{1,4}[ ]?(?:bis|ter|quater|[a-d])?,?[ ](?:rue|avenue|av\.?|boulevard|bd|bld|place|pl\.?"
    r"|chemin|che\.?|impasse|all[ée]es?|quai|route"
    r"|cours|square|passage|r[ée]sidence|lotissement|faubourg|voie|sentier|mont[ée]e"
    r"|lieu-dit)[ ][^\n\d]{2,60}(?:\n[^\n\d]{2,60})?[,\n -]{1,4}\d{5}[ ][A-ZÀ-Ý][\w'’ -]{1,40}",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(\d{1,2})(?:er|st|nd|rd|th)?[ ./-]{1,3}(\d{1,2}|[a-zéûä]{3,10})\.?[ ./-]{1,3}"
    r"((?:19|20)\d{2})\b",
    re.IGNORECASE,
)
_BORN = re.compile(  # just before the date
    r"(?:\bn[ée]e?(?: le)?|date de naissance|\bborn(?: on)?|date of birth|\bdob|geboren(?: am)?"
    r"|geburtsdatum|fecha de nacimiento|data di nascita|geboortedatum)"
    r"[ ]{0,3}(?:est|is)?[ ]{0,3}:?[ ]{0,3}(?:le |the )?$",
    re.IGNORECASE,
)
_MONTHS = (
    "jan gen ene", "fev feb", "mar mae maa", "avr apr abr", "mai may mei mag", "juin jun giu",
    "juil jul lug", "aou aug ago", "sep set", "oct okt ott", "nov", "dec dez dic",
)  # fmt: skip
_LABELLED = re.compile(
    r"^[ \t>*-]{0,4}(nom(?: complet| et pr[ée]nom| de famille)?|pr[ée]nom(?: et nom)?s?|name"
    r"|full name|first name|surname|last name)"
    r"[ ]?:[ ]{0,5}([^\n:]{2,80})$",
    re.IGNORECASE | re.MULTILINE,
)
_INTRODUCED = re.compile(
    r"(?i:\bje m['’]appelle|\bje soussign[ée]e?,?|\bmy name is|\bi,? the undersigned,?)[ ]+"
    r"(?i:m\.|mme|monsieur|madame|mr|mrs|ms)?[ ]?((?:[A-ZÀ-Ý][\w'’-]{1,30}[ ]?){2,4})"
)
_CLOSING = re.compile(
    r"^[ \t]*(?i:(?:bien )?cordialement|salutations|bien [àa] vous|sinc[èe]res salutations|merci"
    r"|regards|kind regards|best regards|best|yours (?:sincerely|faithfully)|sincerely|thanks"
    r"|thank you)[ \t]*[,.!]?[ \t]*\n{1,3}[ \t]*"
    r"([A-ZÀ-Ý][\w'’.-]{0,30}(?:[ ][A-ZÀ-Ý][\w'’.-]{1,30}){1,3})[ \t]*$",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Person:
    name: str | None
    addresses: tuple[str, ...]  # the sender's first, where the sender is clear
    phones: tuple[str, ...]  # E.164
    customer_numbers: tuple[str, ...]
    postal_address: str | None
    birth_date: str | None  # ISO 8601


def read_person(sender: Sender, own: str, recipients: tuple[str, ...]) -> Person:
    """The person as the sender and the sender's own words describe them.

    Addresses that the message went to are the company's own and left out.
    """
    text = own[:100_000]
    lower = text.lower()
    known = {address.lower() for address in recipients}
    addresses = [sender.address] if sender.address and not sender.ambiguous else []
    if "@" in text:
        addresses += [
            normalised(found) for found in _ADDRESS.findall(text) if found.lower() not in known
        ]
    digits = _DIGIT.search(text) is not None
    postal = _POSTAL.search(text) if digits else None
    return Person(
        name=_name(sender, text, lower),
        addresses=_capped(addresses),
        phones=_capped(_phones(text)) if digits else (),
        customer_numbers=_capped(_customer_numbers(text, lower)) if digits else (),
        postal_address=" ".join(postal[0].split())[:MAX_VALUE] if postal else None,
        birth_date=_birth_date(text) if digits else None,
    )


def _name(sender: Sender, text: str, lower: str) -> str | None:
    labels: dict[str, str] = {
        label.lower()[:3]: value.strip()
        for label, value in (_LABELLED.findall(text) if ":" in text else ())
    }
    first = labels.get("pré") or labels.get("pre") or labels.get("fir")
    last = labels.get("nom") or labels.get("sur") or labels.get("las")
    if first and last and first not in last:
        return f"{first} {last}"[:MAX_VALUE]
    if whole := last or labels.get("nam") or labels.get("ful") or first:
        return whole[:MAX_VALUE]
    introduced = any(words in lower for words in _INTRODUCING)
    if introduced and (match := _INTRODUCED.search(text)):
        return match[1].strip()[:MAX_VALUE]
    if sender.name and not sender.ambiguous and "@" not in sender.name:
        return sender.name
    if match := _CLOSING.search(text):
        return match[1].strip()[:MAX_VALUE]
    return None


def _customer_numbers(text: str, lower: str) -> list[str]:
    """Looked for around the words that announce one, not at every letter."""
    places = [match.start() for word in _NUMBERED for match in re.finditer(word, lower)]
    around = [text[max(0, place - 16) : place + 70] for place in sorted(places)[:MAX_LOOKED_AT]]
    return [number.upper() for piece in around for number in _NUMBER.findall(piece)]


def _birth_date(text: str) -> str | None:
    """Day before month, as Europe writes it; what is no date that way is left to a human."""
    for match in _DATE.finditer(text):
        if not _BORN.search(text, max(0, match.start() - 40), match.start()):
            continue
        day, month, year = match.groups()
        number = int(month) if month.isdigit() else _month(fold(month))
        try:
            return date(int(year), number, int(day)).isoformat()
        except ValueError:
            return None
    return None


def _month(name: str) -> int:
    """1 to 12; 0 for a word that is no month."""
    starts = [names.split() for names in _MONTHS]
    return next((n for n, all_ in enumerate(starts, 1) if name.startswith(tuple(all_))), 0)


def _phones(text: str) -> list[str]:
    """Numbers that the world's numbering plans know. Only a matcher may look for them: a parser
    takes the letters of "06 12 34 56 78 (soir)" for digits."""
    found = []
    for candidate in list(_MAYBE_PHONE.finditer(text))[:MAX_LOOKED_AT]:
        import phonenumbers  # 40 MB of numbering plans, needed by messages with numbers

        for match in phonenumbers.PhoneNumberMatcher(candidate[0], _REGION):
            form = phonenumbers.PhoneNumberFormat.E164
            found.append(phonenumbers.format_number(match.number, form))
    return found


def _capped(values: Iterable[str]) -> tuple[str, ...]:
    unique: dict[str, None] = {}
    for value in values:
        if len(value) <= MAX_VALUE:
            unique[value] = None
    return tuple(unique)[:MAX_VALUES]
