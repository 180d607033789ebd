"""Bank and contact details shown in part only: enough to recognise, too little to misuse.

A letter about a change of account goes to a contact that an attacker may read already.
"""

from __future__ import annotations

import re
from typing import Literal

_HIDDEN = "•••• "
# Digits and letters of an account or card, as people write them: in groups, with `.` `-` or blanks.
_GROUPED = r"[ .\u00a0\u202f-]?"
_IBAN = rf"[A-Za-z]{{2}}{_GROUPED}\d{{2}}(?:{_GROUPED}[A-Za-z0-9]){{8,30}}"
_NUMBER = rf"\d(?:{_GROUPED}\d){{11,33}}"
"""Twelve digits and more: cards, French account numbers (RIB); a phone number has at most eleven,
or stands behind a `+`."""
_BANK = re.compile(rf"(?<![\w+])(?:{_IBAN}|{_NUMBER}[A-Za-z0-9]?(?:{_GROUPED}\d{{2}})?)(?!\w)")


def without_bank_details(text: str) -> str:
    """The text with each account or card number cut to its last four characters."""
    return _BANK.sub(lambda found: _HIDDEN + _plain(found[0])[-4:], text)


def masked_contact(kind: Literal["email", "phone", "postal", "bank"], value: str) -> str:
    """A contact in part: the first letter and the domain, the last two digits, the town's line."""
    if kind == "email":
        local, at, domain = value.rpartition("@")
        return f"{local[:1]}•••{at}{domain}" if at else "•••"
    if kind == "phone":
        return _HIDDEN + re.sub(r"\D", "", value)[-2:]
    if kind == "bank":
        return _HIDDEN + _plain(value)[-4:]
    last = [line.strip() for line in re.split(r"[\n,;]", value) if line.strip()][-1:]
    return f"•••, {last[0]}" if last and last[0] != value.strip() else "•••"


def _plain(number: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", number)
