"""Which rights a message exercises. Deterministic: phrases, and articles of the GDPR.

A demand is a phrase that carries a right in a sentence that asks. The phrase alone, a question how,
a threat or a hint lower the confidence; a demand below THRESHOLD goes to a human, as does a message
that speaks of data protection without any demand. Nobody's request is guessed away: an error to
the other side costs a look, this one costs a missed deadline.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from calends.mail import lexicon
from calends.mail.articles import cited
from calends.mail.grammar import Fact, Grammar, Phrase
from calends.mail.language import UNKNOWN
from calends.mail.sentences import Sentence, fold
from calends.mail.tongue import tongue, tongues_for
from calends.rules.vocabulary import Right

THRESHOLD = 0.75
UNREAD = "\x00"  # stands for words used up
_ARTICLE = 0.95
_NOT_ASKED, _WONDERING, _THREATENED = 0.35, 0.3, 0.4  # taken off the confidence
_ARTICLE_WORD = re.compile(r"[aA][rR][tT]|§")


@dataclass(frozen=True)
class Demand:
    right: Right
    confidence: float
    quote: str
    place: int = 0  # which sentence
    because: str = ""  # the phrase of the grammar that carries it
    quotes: list[str] = field(default_factory=list)  # every sentence that carries the same right


@dataclass
class Claims:
    """What a text claims. `demands` are in the order they are written, one a right."""

    demands: list[Demand] = field(default_factory=list)
    refused: list[Right] = field(default_factory=list)  # said not to be wanted
    told: list[Right] = field(default_factory=list)  # demanded earlier, the writer says
    includes_recipients: bool = False  # an access that asks for the recipients' names too
    facts: dict[str, int] = field(default_factory=dict)  # name: the sentence that shows it
    tongue: str = UNKNOWN  # the language of the first demand

    def has(self, fact: str) -> bool:
        return fact in self.facts


def read_claims(text: Sequence[Sentence], language: str) -> Claims:
    """What these sentences claim, read in the tongues that a text of that language may need."""
    claims = Claims()
    found: dict[Right, Demand] = {}
    readings: list[_InTongue] = []
    spoken = 0  # words known to the tongue that the claims are said in
    for code in tongues_for(language):
        native = language in (code, UNKNOWN)
        grammar = tongue(code)
        if not native and not _occurs(grammar.abroad, text):
            continue
        reading = _InTongue(grammar, text, claims, found, native=native)
        before = len(found)
        reading.read()
        readings.append(reading)
        known = sum(len(line) - line.count(lexicon.UNKNOWN) for line in reading.lines)
        if len(found) > before and known > spoken:
            claims.tongue, spoken = code, known
    if not (found or claims.told or claims.refused):
        for reading in readings:
            reading.guess()
    if Right.ACCESS in found and Right.RECIPIENTS in found:
        del found[Right.RECIPIENTS]
        claims.includes_recipients = True  # GDPR 15(1)(c): part of the access
    claims.demands = sorted(found.values(), key=lambda demand: demand.place)
    claims.told = [right for right in dict.fromkeys(claims.told) if right not in found]
    claims.refused = list(dict.fromkeys(claims.refused))
    return claims


def _occurs(pieces: Sequence[str], text: Sequence[Sentence]) -> bool:
    lower = "\n".join([sentence.text for sentence in text]).lower()
    return any(piece in lower for piece in pieces)


class _InTongue:
    """One text read in one tongue. Sentences are lines of symbols here, one a word."""

    def __init__(
        self,
        grammar: Grammar,
        text: Sequence[Sentence],
        claims: Claims,
        found: dict[Right, Demand],
        *,
        native: bool,
    ) -> None:
        self.grammar, self.text, self.claims, self.found = grammar, text, claims, found
        self.native = native  # the text is in this tongue, or may be; else only clear words count
        self.lines = [grammar.lexicon.symbols(sentence.words) for sentence in text]
        self.partly = False
        self.supposed: Demand | None = None  # "if I ever consented, I withdraw it"

    def read(self) -> None:
        for place, line in enumerate(self.lines):
            self._read_line(place, line, self.grammar.may_say(line, clear=True))
            if self.native:
                self._articles(place, line)
        if self.supposed and self._goes_along():
            self._keep(self.supposed)

    def guess(self) -> None:
        """What words in any order may mean: for a human to say."""
        for place, line in enumerate(self.lines):
            self._read_line(place, line, self.grammar.may_say(line, clear=False))

    def _says(self, manner: str, line: str) -> bool:
        pattern = self.grammar.manners.get(manner)
        return pattern is not None and pattern.search(line) is not None

    def _informs(self, line: str) -> bool:
        """Tells the reader of the reader's rights, as footers and newsletters do."""
        if self._says("agrees", line):
            return True
        own = self._says("insists", line) or self._says("own", line)
        return not own and self._says("informs", line)

    def _read_line(self, place: int, line: str, entries: list[Phrase | Fact]) -> None:
        left, meant, refused = line, None, False
        for entry in entries:
            match = entry.says.search(left)
            if match is None:
                continue
            if meant is None:
                meant = not self._informs(line)
            if not meant:
                return
            if not self._applies(entry, place, left):
                continue
            if isinstance(entry, Fact):
                self._fact(entry, place, line, refused)
            else:
                refused |= self._phrase(entry, match, place, left)
                if entry.alone:
                    self.claims.facts.setdefault("list_removal", place)
                    left = left[: match.start()] + UNREAD * len(match[0]) + left[match.end() :]

    def _applies(self, phrase: Phrase | Fact, place: int, line: str) -> bool:
        if phrase.unless and phrase.unless.search(line):
            return False
        return phrase.given is None or bool(phrase.given.search("\n".join(self.lines[: place + 1])))

    def _phrase(self, phrase: Phrase, match: re.Match[str], place: int, line: str) -> bool:
        """Takes the demand that these words carry; True where the writer says no to it."""
        right = Right(phrase.name)
        if phrase.negatable and self._says("negates", line[: match.start()]):
            self.claims.refused.append(right)
            return True
        if phrase.asks or phrase.vague or self.native or self._asks(place, line):
            confidence = self._confidence(phrase, place, line)
            quote = self.text[place].quote(match.start())
            self._take(Demand(right, confidence, quote, place, phrase.says.source), line)
        return False

    def _fact(self, fact: Fact, place: int, line: str, refused: bool) -> None:
        if not self.native or fact.name in self.claims.facts:
            return
        if fact.name == "chases" and self._says("overdue", line):
            return  # what will happen when the month is over
        if fact.name in ("privacy", "suspicion") and refused:
            return  # "I do not ask for my data"
        self.claims.facts[fact.name] = place

    def _confidence(self, phrase: Phrase, place: int, line: str) -> float:
        confidence = phrase.confidence
        if not (phrase.asks or phrase.vague or self._asks(place, line)):
            confidence -= _NOT_ASKED
        if self._says("wonders", line):
            confidence -= _WONDERING
        if self._says("threatens", line):
            confidence -= _THREATENED
        return round(max(confidence, 0.1), 2)

    def _asks(self, place: int, line: str) -> bool:
        lead = self.text[place].lead
        return self._says("asks", line) or (lead >= 0 and self._says("asks", self.lines[lead]))

    def _articles(self, place: int, line: str) -> None:
        """Articles of the GDPR that the sentence acts under. Others are cited as information."""
        sentence = self.text[place]
        if not _ARTICLE_WORD.search(sentence.text) or not self._asks(place, line):
            return
        folded = fold(sentence.text)
        for article in cited(folded, marketing=self._says("marketing", line)):
            quote = sentence.quote(folded.count(" ", 0, article.start))
            self._take(Demand(article.right, _ARTICLE, quote, place, "article"), line)

    def _take(self, demand: Demand, line: str) -> None:
        prospecting = demand.right is Right.PROSPECTING_OBJECTION
        if not prospecting and self._says("told", line) and not self._says("insists", line):
            self.claims.told.append(demand.right)
        elif demand.right is Right.CONSENT_WITHDRAWAL and self._says("supposes", line):
            self.supposed = self.supposed or demand
        else:
            self._keep(demand)
            self.partly |= demand.right is Right.ERASURE and self._says("partly", line)

    def _keep(self, demand: Demand) -> None:
        known = self.found.get(demand.right)
        quotes = [*(known.quotes if known else ()), demand.quote]
        best = known if known and known.confidence >= demand.confidence else demand
        self.found[demand.right] = replace(best, quotes=list(dict.fromkeys(quotes)))

    def _goes_along(self) -> bool:
        """A withdrawal said only in case goes with the objection to prospecting, and with the
        erasure of everything, whose ground it is (GDPR 17(1)(b)); beyond the erasure of a part."""
        erases = Right.ERASURE in self.found and not self.partly
        return not (Right.PROSPECTING_OBJECTION in self.found or erases)
