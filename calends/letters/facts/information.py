"""The information owed beside the copy: GDPR 15(1)(a)-(h) and 15(2), from the company file.

Tailored: when the purposes of the data found are known, only these are told, with their own
recipients (EDPB 01/2022: not a copy of the privacy policy).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from calends.company import UNSET, Company, Purpose, Recipient, RetentionRow
from calends.letters.words import BASES, EN, FR, UNNAMED, period_in_words
from calends.rules.vocabulary import Language

_MEMBERS = "ATBEBGCYCZDEDKEEESFIFRGRHRHUIEISITLILTLULVMTNLNOPLPTROSESISK"
# French territories with a country code of their own, where the GDPR applies.
_TERRITORIES = "GFGPMFMQREYT"
_EEA = frozenset(re.findall("..", _MEMBERS + _TERRITORIES))


def information(
    company: Company, language: Language, purposes_found: Collection[str] | None
) -> dict[str, Any]:
    """The facts of the block `information.txt`.

    `purposes_found`: ids of the purposes of the data found; None or empty when they are not
    known: then every purpose is told, and the letter says so. Raises ValueError for an unknown id.
    """
    known = {purpose.id for purpose in company.purposes}
    if unknown := sorted(set(purposes_found or ()) - known):
        raise ValueError(f"no purpose `{unknown[0]}` in the company file")
    purposes = [p for p in company.purposes if not purposes_found or p.id in purposes_found]
    named = {name for purpose in purposes for name in purpose.recipients}
    recipients = [r for r in company.recipients if r.id in named]
    return {
        "tailored": bool(purposes_found),
        "purposes": [_purpose(company, purpose, language) for purpose in purposes],
        "recipients": [_recipient(recipient, language) for recipient in recipients],
        "automated": company.automated_decisions[language] if company.automated_decisions else "",
        "transfers": company.transfers[language] if company.transfers else "",
        "outside": [
            _recipient(r, language)["name"] for r in recipients if r.country.upper() not in _EEA
        ],
    }


def _purpose(company: Company, purpose: Purpose, language: Language) -> dict[str, Any]:
    row = next((row for row in company.retention if row.id == purpose.retention), None)
    return {
        "title": purpose.title[language],
        "basis": BASES[purpose.basis][language],
        "categories": purpose.categories[language],
        "source": purpose.source[language] if purpose.source else "",
        "retention": retention_in_words(row, language),
    }


def _recipient(recipient: Recipient, language: Language) -> dict[str, Any]:
    return {
        "name": UNNAMED[language] if recipient.name == UNSET else recipient.name,
        "role": recipient.role[language],
        "country": "" if recipient.country.upper() == "FR" else recipient.country.upper(),
    }


def retention_in_words(row: RetentionRow | None, language: Language) -> str:
    """The period, or honestly the criteria where no period is fixed (GDPR 15(1)(d))."""
    if row is None or UNSET in (row.active, row.archive):
        return {
            FR: "le temps nécessaire à cette finalité ; la durée exacte est en cours de fixation "
            "par notre délégué à la protection des données",
            EN: "the time needed for this purpose; the exact period is being set by our data "
            "protection officer",
        }[language]
    parts = [_active(row, language), _archive(row, language)]
    words = {FR: ", puis ", EN: ", then "}[language].join(part for part in parts if part)
    return f"{words} ({row.source})" if row.source else words


def _active(row: RetentionRow, language: Language) -> str:
    if row.active == "none":
        return {FR: "aucune conservation active", EN: "no active retention"}[language]
    start = row.start[language]
    if row.from_financial_year_end:
        start = {
            FR: f"la clôture de l'exercice ({start})",
            EN: f"the end of the financial year ({start})",
        }[language]
    period = period_in_words(row.active, language)
    return {FR: f"{period} à compter de : {start}", EN: f"{period} from: {start}"}[language]


def _archive(row: RetentionRow, language: Language) -> str:
    if row.archive == "none":
        return ""
    period = period_in_words(row.archive, language)
    if row.archive_counts_from == "start":
        return {
            FR: f"archive à accès restreint, jusqu'à {period} au total à compter de la même date",
            EN: f"an archive with restricted access, until {period} in all from the same date",
        }[language]
    return {
        FR: f"{period} en archive à accès restreint",
        EN: f"{period} in an archive with restricted access",
    }[language]
