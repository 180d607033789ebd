"""What was masked, told in the reply and in the copy (GDPR 12(4), 15(4)): counts, no content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from calends.letters.inputs import Withheld
from calends.redaction.spans import Reason
from calends.rules.vocabulary import Language

Masked = Mapping[tuple[str, str, Reason], int]
"""(system, collection, reason) -> parts masked."""
FR, EN = Language.FR, Language.EN

_WHAT: dict[Language, dict[Reason, tuple[str, str]]] = {
    FR: {
        Reason.SOURCE: (
            "mention d'une personne qui a donné une information",
            "mentions de personnes qui ont donné une information",
        ),
        Reason.NAME: (
            "nom d'une autre personne",
            "noms d'autres personnes",
        ),
        Reason.RELATION: (
            "mention d'un proche ou d'un tiers",
            "mentions de proches ou de tiers",
        ),
        Reason.EMAIL: (
            "adresse électronique d'autrui",
            "adresses électroniques d'autrui",
        ),
        Reason.PHONE: (
            "numéro de téléphone d'autrui",
            "numéros de téléphone d'autrui",
        ),
        Reason.IBAN: (
            "compte bancaire d'autrui",
            "comptes bancaires d'autrui",
        ),
        Reason.CARD: (
            "numéro de carte d'autrui",
            "numéros de carte d'autrui",
        ),
        Reason.SOCIAL_NUMBER: (
            "numéro de sécurité sociale d'autrui",
            "numéros de sécurité sociale d'autrui",
        ),
        Reason.ADDRESS: (
            "adresse postale d'autrui",
            "adresses postales d'autrui",
        ),
        Reason.DECLARED: (
            "texte non relu qui peut parler d'autres personnes",
            "textes non relus qui peuvent parler d'autres personnes",
        ),
        Reason.STATED: (
            "passage occulté à la relecture",
            "passages occultés à la relecture",
        ),
    },
    EN: {
        Reason.SOURCE: (
            "mention of a person who gave information",
            "mentions of people who gave information",
        ),
        Reason.NAME: (
            "name of another person",
            "names of other people",
        ),
        Reason.RELATION: (
            "mention of a relative or third person",
            "mentions of relatives or third persons",
        ),
        Reason.EMAIL: (
            "e-mail address of somebody else",
            "e-mail addresses of others",
        ),
        Reason.PHONE: (
            "telephone number of somebody else",
            "telephone numbers of others",
        ),
        Reason.IBAN: (
            "bank account of somebody else",
            "bank accounts of others",
        ),
        Reason.CARD: (
            "card number of somebody else",
            "card numbers of others",
        ),
        Reason.SOCIAL_NUMBER: (
            "social security number of somebody else",
            "social security numbers of others",
        ),
        Reason.ADDRESS: (
            "postal address of somebody else",
            "postal addresses of others",
        ),
        Reason.DECLARED: (
            "unreviewed text that may speak of other people",
            "unreviewed texts that may speak of other people",
        ),
        Reason.STATED: (
            "passage masked on review",
            "passages masked on review",
        ),
    },
}
"""One part, and several."""
_WHY = {
    FR: "pour protéger les droits et libertés d'autrui (article 15, paragraphe 4, du RGPD)",
    EN: "to protect the rights and freedoms of others (Article 15(4) GDPR)",
}


def withheld(
    masked: Masked, titles: Mapping[tuple[str, str], str], language: Language
) -> list[Withheld]:
    """One entry a data set and reason, for the block of the reply. `titles`: of data sets."""
    return [
        Withheld(
            what=f"{titles.get(place, place[1])}{_COLON[language]}{what}", reason=_WHY[language]
        )
        for place, what in _lines(masked, language)
    ]


def lines(masked: Masked, titles: Mapping[tuple[str, str], str], language: Language) -> list[str]:
    """The same for the page of the copy."""
    return [f"{one.what}, {one.reason}" for one in withheld(masked, titles, language)]


def as_data(masked: Masked) -> list[dict[str, object]]:
    """The same for programs and for evidence."""
    return [
        {"system": system, "collection": collection, "reason": str(reason), "count": count}
        for (system, collection, reason), count in sorted(masked.items())
        if count
    ]


def total(masked: Masked) -> dict[str, int]:
    """Reason -> count, all data sets together: for the ledger."""
    counts: Counter[str] = Counter()
    for (_, _, reason), count in masked.items():
        counts[str(reason)] += count
    return dict(sorted((+counts).items()))


_COLON = {FR: " : ", EN: ": "}


def _lines(masked: Masked, language: Language) -> list[tuple[tuple[str, str], str]]:
    found = []
    for (system, collection, reason), count in sorted(masked.items()):
        if count:
            one, many = _WHAT[language][reason]
            found.append(((system, collection), f"{count} {one if count == 1 else many}"))
    return found
