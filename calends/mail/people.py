"""What a message says of who its writer is. Claims to be verified, kept as data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from calends.mail.senders import Sender, normalised

MAX_VALUES = 10  # of each kind
MAX_VALUE = 200  # characters

_ADDRESS = re.compile(
    r"(?<![\w.%+'-])[\w.%+'-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){1,8}[A-Za-z]{2,24}(?![\w-])"
)
_FRENCH_PHONE = re.compile(
    r"(?<![\w+.-])(?:(?:\+|00)[ ]?33[ .-]?(?:\(0\)[ .-]?)?|0)([1-9](?:[ .\-/]?\d{2}){4})(?![\w-])"
)
_FOREIGN_PHONE = re.compile(
    r"(?<![\w+])(?:\+|00)(?!33)([1-9]\d{0,2}(?:[ .\-/()]{0,3}\d){6,12})(?!\w)"
)
_NUMBER = re.compile(
    r"(?:n(?:um[ée]ro|[°ºo]\.?|um\.?)?[ ]?(?:de |d['’])?(?:client|adh[ée]rent|contrat|dossier"
    r"|compte|abonn[ée])e?s?"
    r"|(?:r[ée]f(?:[ée]rence)?\.?[ ])?(?:client|adh[ée]rent|contrat|customer|client|account"
    r"|member(?:ship)?|contract)[ ]?"
    r"(?:n(?:um[ée]ro|[°ºo]\.?)|number|no\.?|id|ref(?:erence)?|#|code))"
    r"[ ]{0,3}(?:est|is|le)?[ ]{0,3}[:=#]?[ ]{0,3}"
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


def read_person(sender: Sender, own: str, recipients: tuple[str, ...]) -> Person:
    """The person as the sender and the sender's own words describe them.

    Addresses that the message went to are the company's own and left out.
    """
    text = own[:100_000]
    known = {address.lower() for address in recipients}
    addresses = [sender.address] if sender.address and not sender.ambiguous else []
    addresses += [
        normalised(found) for found in _ADDRESS.findall(text) if found.lower() not in known
    ]
    postal = _POSTAL.search(text)
    return Person(
        name=_name(sender, text),
        addresses=_capped(addresses),
        phones=_capped(_phones(text)),
        customer_numbers=_capped(number.upper() for number in _NUMBER.findall(text)),
        postal_address=" ".join(postal[0].split())[:MAX_VALUE] if postal else None,
    )


def _name(sender: Sender, text: str) -> str | None:
    labels: dict[str, str] = {
        label.lower()[:3]: value.strip() for label, value in _LABELLED.findall(text)
    }
    first = labels.get("pré") or labels.get("pre") or labels.get("fir")
    last = labels.get("nom") or labels.get("sur") or labels.get("las")
    if first and last and first not in last:
        return f"{first} {last}"[:MAX_VALUE]
    if whole := last or labels.get("nam") or labels.get("ful") or first:
        return whole[:MAX_VALUE]
    if match := _INTRODUCED.search(text):
        return match[1].strip()[:MAX_VALUE]
    if sender.name and not sender.ambiguous and "@" not in sender.name:
        return sender.name
    if match := _CLOSING.search(text):
        return match[1].strip()[:MAX_VALUE]
    return None


def _phones(text: str) -> list[str]:
    found = [(m.start(), "+33" + re.sub(r"\D", "", m[1])) for m in _FRENCH_PHONE.finditer(text)]
    found += [(m.start(), "+" + re.sub(r"\D", "", m[1])) for m in _FOREIGN_PHONE.finditer(text)]
    return [number for _, number in sorted(found) if 9 <= len(number) <= 16]


def _capped(values: Iterable[str]) -> tuple[str, ...]:
    unique: dict[str, None] = {}
    for value in values:
        if len(value) <= MAX_VALUE:
            unique[value] = None
    return tuple(unique)[:MAX_VALUES]
