"""What a rectification says is wrong, and what should stand there (GDPR 16). What is not said
plainly is left to the human who checks it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

MAX = 10  # corrections of one message
_MAX_LOOKED_AT = 30  # sentences
_MAX_SENTENCE = 600  # characters


class Field(StrEnum):
    NAME = "name"
    BIRTH_DATE = "birth_date"
    POSTAL_ADDRESS = "postal_address"
    EMAIL = "email"
    PHONE = "phone"
    BANK = "bank_details"
    TITLE = "title"
    OTHER = "other"


@dataclass(frozen=True)
class Corrected:
    field: Field
    old: str | None
    new: str | None


_FIELDS = tuple(
    (name, re.compile(words, re.IGNORECASE))
    for name, words in (  # the first that is named
        (Field.BIRTH_DATE, r"naissance|birth|\bdob\b|geburt|nacimiento|nascita"),
        (Field.EMAIL, r"e-?mail|courriel|adresse (?:mail|[ée]lectronique)|@|correo"),
        (Field.PHONE, r"t[ée]l[ée]phone|portable|mobile|phone|\bt[ée]l\b|telefon"),
        (Field.BANK, r"\brib\b|iban|bancaire|bank"),
        (Field.TITLE, r"civilit|\btitle\b"),
        (Field.NAME, r"\bnom\b|pr[ée]nom|m['’]appelle|name|orthograph|spel|apellido|cognome"),
        (Field.POSTAL_ADDRESS, r"adresse|domicile|d[ée]m[ée]nag|address|post ?code|postal|umgez"),
    )
)  # fmt: skip
_SAYS = re.compile(
    r"au lieu d|instead of|c['’]est|m['’]appelle|should be|\bit['’]?s\b|désormais|maintenant|nouve"
    r"|is now|@.*@|\bto\b|\bfrom\b",
    re.IGNORECASE,
)
_WRONG = re.compile(r"erron|faux|fausse|wrong|incorrect|inexact|mal ", re.IGNORECASE)
_OLD, _NEW = (
    rf"[\"'«“ ]{{0,3}}(?P<{name}>[^\n;?!«»“”\"]{{1,80}}?)[\"'»” ]{{0,3}}" for name in ("old", "new")
)
_STOP = (
    r"(?=[,;.!?)»”\n]|\s(?:et|mais|merci|and|but|please|avec|with|dans|in|pouvez|pas|not|non|pour)\b"
    r"|\s*$)"
)
_LABELLED = re.compile(
    r"^[ \t>*-]{0,4}(?P<field>[^\n:]{2,40}?) ?: {0,5}(?P<new>[^\n]{1,80}?) "
    r"(?:au lieu d(?:e |u |['’])|instead of )(?P<old>[^\n]{1,80}?)\.?$",
    re.MULTILINE | re.IGNORECASE,
)
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?:from|\bde) (?P<old>\S{1,80}@\S{1,80}\w) (?:to|à|a|en|vers) "
        r"(?P<new>\S{1,80}@\S{1,80}\w)",
        rf"(?:vous (?:écrivez|avez (?:écrit|noté|mis))|you(?:['’]ve got| have| wrote)) {_OLD},? "
        rf"(?:it should be|(?:mais |alors que )?c['’]est|it['’]?s|it is) {_NEW}{_STOP}",
        r"(?:c['’]est|m['’]appelle(?: maintenant)?|\bit['’]?s|should be|il faut lire)"
        rf" {_NEW},? (?:et )?(?:pas|plus|non|not) {_OLD}{_STOP}",
        r"(?:désormais|dorénavant|maintenant|nouvelle? (?:adresse|num[ée]ro|e-?mail)[^:\n]{0,20}:"
        r"|is now|my (?:address|phone|number|email|postcode) to|umgezogen:)"
        r"(?: est| is| le| au)? {0,2}"
        r"(?P<new>[^\n;?!«»“”\"]{2,80}?)(?=[.!?;\n]|\s(?:et|merci|and|please)\b|\s*$)",
    )
)
_INSTEAD = re.compile(
    r"(?P<one>[^\s,(:;«\"]{1,40}(?: [A-ZÀ-Ý][^\s,(:;]{1,40})?) "
    r"(?:au lieu d(?:e |u |['’])|instead of )"
    r"(?P<other>[^\n,;.!?)»”\"]{1,80})",
    re.IGNORECASE,
)


def corrections_of(text: str, quotes: list[str]) -> list[Corrected]:
    """Corrections that the writer's own text spells out. `quotes`, the words that carry the demand,
    tell the field where the correction itself does not."""
    found: dict[tuple[Field, str | None], Corrected] = {}
    for said in (*_labelled(text), *_spoken(text, quotes)):
        found.setdefault((said.field, said.new), said)
    return list(found.values())[:MAX]


def _labelled(text: str) -> Iterator[Corrected]:
    """A line of a form: "Prénom : Camille au lieu de Kamille"."""
    for match in _LABELLED.finditer(text[:50_000]):
        right, wrong = match["new"].strip(), match["old"].strip()
        if _WRONG.search(match["field"]):  # "Nom erroné : LEROY au lieu de LE ROY"
            right, wrong = wrong, right
        yield Corrected(_field(match["field"]), wrong, right)


def _spoken(text: str, quotes: list[str]) -> Iterator[Corrected]:
    looked_at = 0
    for sentence in re.split(r"(?<=[.!?\n])\s+", text[:50_000]):
        telling = len(sentence) <= _MAX_SENTENCE and _SAYS.search(sentence)
        if not telling or _LABELLED.search(sentence) or looked_at > _MAX_LOOKED_AT:
            continue
        looked_at += 1
        values = _values(sentence)
        if values is not None:
            field = _field(sentence)
            field = _field(" ".join(quotes)) if field is Field.OTHER else field
            yield Corrected(field, *values)


def _values(sentence: str) -> tuple[str | None, str | None] | None:
    """(old, new)"""
    if match := _INSTEAD.search(sentence):
        one, other = match["one"].strip(), match["other"].strip()
        return (one, other) if _WRONG.search(sentence) else (other, one)
    for form in _FORMS:
        if match := form.search(sentence):
            said = match.groupdict()
            return said.get("old", "").strip() or None, said["new"].strip()
    return None


def _field(text: str) -> Field:
    return next((name for name, words in _FIELDS if words.search(text)), Field.OTHER)
