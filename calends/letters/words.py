"""Dates, periods, rights, bases and channels in words, in both languages of the letters."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from calends.problems import Problem
from calends.rules.vocabulary import Language, Right

FR, EN = Language.FR, Language.EN

_MONTHS = {
    FR: "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    EN: "January February March April May June July August September October November December",
}


def day_in_words(day: date, language: Language) -> str:
    """`15 décembre 2026`, `1er janvier 2027`, `15 December 2026`."""
    month = _MONTHS[language].split()[day.month - 1]
    number = "1er" if language is FR and day.day == 1 else str(day.day)
    return f"{number} {month} {day.year}"


_UNITS = {
    FR: {"Y": ("an", "ans"), "M": ("mois", "mois"), "D": ("jour", "jours")},
    EN: {"Y": ("year", "years"), "M": ("month", "months"), "D": ("day", "days")},
}
_AND = {FR: " et ", EN: " and "}


def period_in_words(period: str, language: Language) -> str:
    """`P3Y` is `3 ans` or `3 years`. Raises Problem for what is not an ISO period in Y, M, D."""
    parts = re.findall(r"(\d+)([YMD])", period)
    if not parts or period != "P" + "".join(number + unit for number, unit in parts):
        raise Problem(f"`{period}` is not a period of years, months or days")
    return _AND[language].join(
        f"{int(number)} {_UNITS[language][unit][int(number) != 1]}" for number, unit in parts
    )


def records_in_words(count: int, language: Language) -> str:
    word = {FR: "enregistrement", EN: "record"}[language]
    # French: zero is singular.
    plural = count > 1 if language is FR else count != 1
    return f"{count} {word}{'s' if plural else ''}"


RIGHTS: dict[Right, dict[Language, str]] = {
    Right.ACCESS: {
        FR: "le droit d'accès à vos données (article 15 du RGPD)",
        EN: "the right of access to your data (Article 15 GDPR)",
    },
    Right.PORTABILITY: {
        FR: "le droit à la portabilité de vos données (article 20 du RGPD)",
        EN: "the right to data portability (Article 20 GDPR)",
    },
    Right.RECTIFICATION: {
        FR: "le droit de rectification (article 16 du RGPD)",
        EN: "the right to rectification (Article 16 GDPR)",
    },
    Right.ERASURE: {
        FR: "le droit à l'effacement de vos données (article 17 du RGPD)",
        EN: "the right to erasure of your data (Article 17 GDPR)",
    },
    Right.RESTRICTION: {
        FR: "le droit à la limitation du traitement (article 18 du RGPD)",
        EN: "the right to restriction of processing (Article 18 GDPR)",
    },
    Right.OBJECTION: {
        FR: "le droit d'opposition (article 21, paragraphe 1, du RGPD)",
        EN: "the right to object (Article 21(1) GDPR)",
    },
    Right.PROSPECTING_OBJECTION: {
        FR: "l'opposition à la prospection commerciale (article 21, paragraphe 2, du RGPD)",
        EN: "the objection to direct marketing (Article 21(2) GDPR)",
    },
    Right.CONSENT_WITHDRAWAL: {
        FR: "le retrait de votre consentement (article 7, paragraphe 3, du RGPD)",
        EN: "the withdrawal of your consent (Article 7(3) GDPR)",
    },
    Right.HUMAN_REVIEW: {
        FR: "le droit d'obtenir une intervention humaine (article 22 du RGPD)",
        EN: "the right to obtain human intervention (Article 22 GDPR)",
    },
    Right.RECIPIENTS: {
        FR: "le droit de savoir à qui vos données ont été communiquées (article 15 du RGPD)",
        EN: "the right to know to whom your data were disclosed (Article 15 GDPR)",
    },
    Right.AUTHORITY_INQUIRY: {
        FR: "une demande de l'autorité de contrôle",
        EN: "an inquiry of the supervisory authority",
    },
}

BASES: dict[str, dict[Language, str]] = {
    "consent": {
        FR: "votre consentement (article 6, paragraphe 1, a, du RGPD)",
        EN: "your consent (Article 6(1)(a) GDPR)",
    },
    "contract": {
        FR: "le contrat conclu avec vous ou sa préparation (article 6, paragraphe 1, b, du RGPD)",
        EN: "the contract with you or its preparation (Article 6(1)(b) GDPR)",
    },
    "legal_obligation": {
        FR: "une obligation légale (article 6, paragraphe 1, c, du RGPD)",
        EN: "a legal obligation (Article 6(1)(c) GDPR)",
    },
    "legitimate_interest": {
        FR: "notre intérêt légitime (article 6, paragraphe 1, f, du RGPD)",
        EN: "our legitimate interest (Article 6(1)(f) GDPR)",
    },
    "UNSET": {
        FR: "en cours de qualification par notre délégué à la protection des données",
        EN: "being determined by our data protection officer",
    },
}

UNNAMED = {
    FR: "destinataire dont notre délégué à la protection des données confirme le nom",
    EN: "recipient whose name our data protection officer is confirming",
}
"""A recipient whose name the company file leaves UNSET: never kept silent (GDPR 15(1)(c))."""

Channel = Literal["email", "post", "phone", "sms", "profiling"]

CHANNELS: dict[Channel, dict[Language, str]] = {
    "email": {FR: "courriels", EN: "e-mail"},
    "post": {FR: "courrier postal", EN: "post"},
    "phone": {FR: "appels téléphoniques", EN: "telephone calls"},
    "sms": {FR: "SMS et messages instantanés", EN: "text and instant messages"},
    "profiling": {FR: "profilage lié à la prospection", EN: "profiling related to marketing"},
}
