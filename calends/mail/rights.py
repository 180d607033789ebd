"""Which rights a message exercises. Deterministic: phrases, and articles of the GDPR.

A demand is a phrase that carries a right in a sentence that asks. The phrase alone, a question
how, or a hint lower the confidence; a demand below THRESHOLD goes to a human, as does a message
that speaks of data protection without any demand. Nobody's request is guessed away: an error to
the other side costs a look, this one costs a missed deadline.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from calends.mail.english import ENGLISH
from calends.mail.french import FRENCH
from calends.mail.sentences import Sentence, fold
from calends.mail.tongue import Phrase, Tongue
from calends.rules.vocabulary import Right

THRESHOLD = 0.75
TONGUES = (FRENCH, ENGLISH)
_LIST_REMOVAL, _ARTICLE, _ONE_WORD = 0.95, 0.95, 0.97
_NOT_ASKED, _WONDERING = 0.35, 0.3  # taken off the confidence

_ARTICLES = re.compile(r"\bart(?:icles?|s)?\.? ?(15|16|17|18|20|21|7)\b")
_PARAGRAPH = re.compile(
    r"[ ,.]*(?:\(|§|al(?:inea)?s?\.? ?|par(?:agraphe?)?\.? ?|,? ?sec(?:tion)?\.? ?)? ?([123])\b"
)
_GDPR = re.compile(
    r"rgpd|gdpr|reglement (?:\(ue|ue|europeen|general)|general data protection|2016/679"
    r"|protection des don"
)
_BY_ARTICLE = {
    "15": Right.ACCESS,
    "16": Right.RECTIFICATION,
    "17": Right.ERASURE,
    "18": Right.RESTRICTION,
    "20": Right.PORTABILITY,
}
_GREETING = re.compile(
    r"(?:bonjour|bonsoir|hello|hi|hey|madame|monsieur|messieurs|dear \w+)\b[^a-z]*(?:madame"
    r"|monsieur|messieurs)?[ ,.!]*"
)
_CLAUSE = re.compile(r"[,;:]| mais | but ")
_MAX_ONE_WORD = 120  # characters of a message that is one order and a name


@dataclass(frozen=True)
class Demand:
    right: Right
    confidence: float
    quote: str


@dataclass
class Claims:
    """What a text claims. `demands` are in the order they are written, one a right."""

    demands: list[Demand] = field(default_factory=list)
    privacy: bool = False  # speaks of data protection, not as a footer does
    chases: bool = False
    complains: bool = False
    cancels: bool = False
    for_another: bool = False


def one_word(subject: str, own: str) -> Demand | None:
    """The message that is nothing but an order: "STOP", or a List-Unsubscribe mail."""
    if len(own) > _MAX_ONE_WORD:
        return None
    lines = [line.strip() for line in own.split("\n") if line.strip()]
    lines = [line for line in lines if not _GREETING.fullmatch(fold(line))]
    first = lines[0] if lines else subject
    words = fold(first).strip(" .!*\"'<>-")
    words = _GREETING.sub("", words, count=1) if _GREETING.match(words) else words
    if any(tongue.one_word.fullmatch(words) for tongue in TONGUES):
        return Demand(Right.PROSPECTING_OBJECTION, _ONE_WORD, first)
    return None


def read_claims(text: Iterable[Sentence]) -> Claims:
    """What these sentences claim, in any of the languages known here."""
    claims = Claims()
    found: dict[Right, Demand] = {}
    supposed: Demand | None = None  # "if I ever consented, I withdraw it"
    told: set[Right] = set()
    partial = False
    for sentence in text:
        insists = any(tongue.insists.search(sentence.folded) for tongue in TONGUES)
        if not insists and any(tongue.informs.search(sentence.folded) for tongue in TONGUES):
            continue
        for tongue in TONGUES:
            demands, refused = _demands(sentence, tongue)
            _note(sentence, tongue, claims, refused)
            tells = bool(tongue.happened.search(sentence.folded)) and not insists
            supposes = bool(tongue.supposes.search(sentence.folded))
            for demand in demands:
                if tells and demand.right is not Right.PROSPECTING_OBJECTION:
                    told.add(demand.right)
                elif supposes and demand.right is Right.CONSENT_WITHDRAWAL:
                    supposed = supposed or demand
                else:
                    _keep(found, demand)
                    erases = demand.right is Right.ERASURE
                    partial |= erases and bool(tongue.part_only.search(sentence.folded))
    if supposed and not _goes_along(set(found), partial):
        _keep(found, supposed)
    if Right.ACCESS in found:
        found.pop(Right.RECIPIENTS, None)  # GDPR 15(1)(c): part of the access
    claims.demands = list(found.values())
    claims.chases = bool(told - set(found)) or (claims.chases and (claims.privacy or bool(found)))
    return claims


def _goes_along(rights: set[Right], partial: bool) -> bool:
    """A withdrawal said only in case goes with the objection to prospecting, and with the erasure
    of everything, whose ground it is (GDPR 17(1)(b)). It goes beyond the erasure of a part."""
    return Right.PROSPECTING_OBJECTION in rights or (Right.ERASURE in rights and not partial)


def _note(sentence: Sentence, tongue: Tongue, claims: Claims, refused: bool) -> None:
    folded = sentence.folded
    cancels = bool(tongue.cancels.search(folded))
    claims.cancels |= cancels
    claims.privacy |= bool(tongue.privacy.search(folded)) and (cancels or not refused)
    claims.complains |= bool(tongue.complains.search(folded))
    claims.for_another |= bool(tongue.for_another.search(folded))
    claims.chases |= bool(tongue.chases.search(folded)) and not tongue.threatens.search(folded)


def _demands(sentence: Sentence, tongue: Tongue) -> tuple[list[Demand], bool]:
    """The demands of a sentence, and whether it says that something is NOT demanded."""
    folded = sentence.folded
    demands: list[Demand] = []
    refused = False
    removal = tongue.list_removal.search(folded)
    if removal:
        if _negated(tongue, folded, removal.start()):
            refused = True
        else:
            quote = sentence.quote(*removal.span())
            demands.append(Demand(Right.PROSPECTING_OBJECTION, _LIST_REMOVAL, quote))
        blank = re.sub(r"[^ ]", "_", removal[0])
        folded = folded[: removal.start()] + blank + folded[removal.end() :]
    for phrase in tongue.phrases:
        match = phrase.pattern.search(folded)
        if not match or (phrase.unless and phrase.unless.search(folded)):
            continue
        before = folded[max(0, match.start() - 80) : match.start()]
        if phrase.not_after and phrase.not_after.search(before):
            continue
        if phrase.negatable and _negated(tongue, folded, match.start()):
            refused = True
            continue
        confidence = _confidence(phrase, sentence, tongue)
        demands.append(Demand(phrase.right, confidence, sentence.quote(*match.span())))
    demands += _by_article(sentence, tongue)
    return demands, refused and not demands


def _negated(tongue: Tongue, folded: str, start: int) -> bool:
    clause = _CLAUSE.split(folded[max(0, start - 100) : start])[-1]
    return bool(tongue.negates.search(clause))


def _confidence(phrase: Phrase, sentence: Sentence, tongue: Tongue) -> float:
    confidence = phrase.confidence
    if not phrase.asks and not _asks(sentence, tongue):
        confidence -= _NOT_ASKED
    if tongue.wonders.search(sentence.folded):
        confidence -= _WONDERING
    return round(max(confidence, 0.1), 2)


def _asks(sentence: Sentence, tongue: Tongue) -> bool:
    return any(
        tongue.asks.search(text) or tongue.imperative.search(text)
        for text in (sentence.folded, sentence.item_of)
        if text
    )


def _by_article(sentence: Sentence, tongue: Tongue) -> Iterator[Demand]:
    """Articles of the GDPR that the sentence acts under. Others are cited as information."""
    folded = sentence.folded
    if not (_GDPR.search(folded) and _asks(sentence, tongue)):
        return
    for match in _ARTICLES.finditer(folded):
        number = match[1]
        paragraph = _PARAGRAPH.match(folded, match.end(1))
        right = _BY_ARTICLE.get(number)
        if number == "21":
            direct = paragraph is not None and paragraph[1] in "23"  # GDPR 21(2)-(3)
            marketing = direct or tongue.marketing.search(folded)
            right = Right.PROSPECTING_OBJECTION if marketing else Right.OBJECTION
        elif number == "7" and paragraph is not None and paragraph[1] == "3":
            right = Right.CONSENT_WITHDRAWAL
        if right:
            yield Demand(right, _ARTICLE, sentence.quote(*match.span()))


def _keep(found: dict[Right, Demand], demand: Demand) -> None:
    known = found.get(demand.right)
    if known is None or known.confidence < demand.confidence:
        found[demand.right] = demand
