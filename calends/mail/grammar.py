"""The grammar of a tongue: text files of words, and of the phrases that carry a meaning.

    [words]
    ERASE   supprim* effac* …           a class of words: forms, `*` for any ending
    [macros]
    mine    MY DATA | DATA ..4 ABOUT ME     a part of phrases, used as @mine
    [common]
    MY ME …                             classes too common to look a phrase up by
    [abroad]
    delet unsubscri …                   what must occur for it to be read in another tongue's text
    [ERASURE]                           a right, in capitals; a cue in small letters
    95  ERASE ..6 @mine  unless MISTAKE
    80! forget me                       "!": the words ask by themselves
    90!- PLUS @mails                    "-": they hold their own "no", so that none negates them
    95= REMOVE ME ..4 LIST              "=": the words are used up, no other phrase reads them
    60? MY & DATA & ERASE               "?": counts only where nothing else was found
    80  ERASE IT  given DATA            only after the message has spoken of data

`phrases.py` has the notation. A phrase without a number has the confidence 0.90.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from calends.mail.lexicon import NUMBER, Lexicon
from calends.mail.phrases import compile_phrase, words_of

_LINE = re.compile(
    r"(?:(?P<confidence>\d\d)(?P<asks>!?)(?P<own_no>-?)(?P<alone>=?)(?P<vague>\??)\s+)?(?P<rest>.+)"
)
_CONDITION = re.compile(r"\s+(unless|given)\s+")
_COMMON = 10_000
MANNERS = frozenset(
    ("agrees", "asks", "informs", "insists", "marketing", "negates", "overdue", "own", "partly",
     "supposes", "threatens", "told", "wonders")
)  # fmt: skip
"""Cues that say how a sentence means what it says; all others are facts about the message."""


class GrammarError(ValueError):
    """A grammar file says something that cannot be understood. Names the file and the phrase."""


@dataclass(frozen=True)
class Pattern:
    """A phrase of words as an expression over symbols; compiled when first needed."""

    source: str  # as written in the grammar, for whoever asks why
    expression: str
    needs: tuple[frozenset[str], ...]  # a match holds one symbol of each; the rarest first

    @cached_property
    def search(self) -> Callable[[str], re.Match[str] | None]:
        return re.compile(self.expression, re.MULTILINE).search


@dataclass(frozen=True)
class Phrase:
    """Words that carry a right. `confidence` holds when the sentence also asks for something."""

    name: str
    says: Pattern
    confidence: float
    asks: bool
    negatable: bool
    alone: bool
    vague: bool
    unless: Pattern | None = None
    given: Pattern | None = None


@dataclass(frozen=True)
class Fact:
    """Words that tell something of the message, whatever it demands."""

    name: str
    says: Pattern
    unless: Pattern | None = None
    given: Pattern | None = None

    @property
    def vague(self) -> bool:
        return self.name == "suspicion"


Index = dict[str, dict[int, tuple[Phrase | Fact, frozenset[str] | None]]]
"""By a symbol of the rarest word: its turn, what it is, and of what else one must be there."""


@dataclass
class Grammar:
    code: str  # ISO 639-1
    lexicon: Lexicon
    phrases: list[Phrase] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    manners: dict[str, Pattern] = field(default_factory=dict)
    abroad: tuple[str, ...] = ()
    """Pieces of words without which the tongue is not read in a text of another language."""
    clear: Index = field(default_factory=dict)
    """What is said in clear words, by the symbols of its rarest word."""
    vague: Index = field(default_factory=dict)
    """What is only looked for where nothing clear was found."""

    def may_say(self, line: str, *, clear: bool) -> list[Phrase | Fact]:
        """What this line has the needed words for: phrases that use their words up first, then
        other phrases, then facts."""
        index = self.clear if clear else self.vague
        symbols = set(line)
        found: dict[int, tuple[Phrase | Fact, frozenset[str] | None]] = {}
        for symbol in index.keys() & symbols:
            found |= index[symbol]
        return [
            entry
            for entry, also in (found[turn] for turn in sorted(found))
            if also is None or not also.isdisjoint(symbols)
        ]


def load(place: Path) -> Grammar:
    """The grammar in `place`.txt, or in all files of the folder `place`. Raises GrammarError."""
    files = sorted(place.glob("*.txt")) or [place.with_suffix(".txt")]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    return _Builder(place.stem, _sections(text)).grammar()


class _Builder:
    def __init__(self, code: str, sections: dict[str, list[str]]) -> None:
        self._code = code
        words = dict(_named(line) for line in sections.pop("words"))
        self._macros = dict(_named(line) for line in sections.pop("macros"))
        self._common = set(" ".join(sections.pop("common")).split())
        self._abroad = tuple(" ".join(sections.pop("abroad", [])).split())
        self._sections = sections
        classes = {name: forms.split() for name, forms in words.items()}
        mentioned = [word for source in self._sources() for word in self._words(source)]
        for word in mentioned:
            if not word[0].isupper() and word != NUMBER:
                classes.setdefault(word, [word])
        if missing := sorted(set(mentioned) - classes.keys() - {NUMBER}):
            raise GrammarError(f"{self._code}: no class {', '.join(missing)}")
        self._mentions = Counter(mentioned)
        self._lexicon = Lexicon(classes, elides=self._code in ("fr", "it"))

    def grammar(self) -> Grammar:
        grammar = Grammar(self._code, self._lexicon, abroad=self._abroad)
        for name, lines in self._sections.items():
            if name.isupper():
                grammar.phrases += [self._phrase(name, line) for line in lines]
            elif name in MANNERS:
                grammar.manners[name] = self._pattern(" | ".join(lines))
            else:
                grammar.facts += self._facts(name, lines)
        phrases = sorted(grammar.phrases, key=lambda phrase: not phrase.alone)
        entries: list[Phrase | Fact] = [*phrases, *grammar.facts]
        for turn, entry in enumerate(entries):
            if not entry.says.needs:
                raise GrammarError(f"{self._code}: {entry.says.source!r} may begin at any word")
            index = grammar.vague if entry.vague else grammar.clear
            rarest, *others = entry.says.needs
            for symbol in rarest:
                index.setdefault(symbol, {})[turn] = (entry, others[0] if others else None)
        return grammar

    def _phrase(self, name: str, line: str) -> Phrase:
        match = _LINE.fullmatch(line)
        assert match is not None  # a line is never empty
        says, *conditions = self._parts(match["rest"])
        return Phrase(
            name,
            says,
            int(match["confidence"] or 90) / 100,
            bool(match["asks"]),
            not match["own_no"],
            bool(match["alone"]),
            bool(match["vague"]),
            *conditions,
        )

    def _facts(self, name: str, lines: list[str]) -> Iterator[Fact]:
        """One for all plain lines, and one for each other."""
        plain = [line for line in lines if not _CONDITION.search(line) and " & " not in line]
        if plain:
            yield Fact(name, self._pattern(" | ".join(plain)))
        for line in lines:
            if line not in plain:
                yield Fact(name, *self._parts(line))

    def _parts(self, rest: str) -> tuple[Pattern, Pattern | None, Pattern | None]:
        """What a line says, `unless`, `given`."""
        says, *conditions = _CONDITION.split(rest)
        made = dict(zip(conditions[::2], map(self._pattern, conditions[1::2]), strict=True))
        return self._pattern(says), made.get("unless"), made.get("given")

    def _pattern(self, source: str) -> Pattern:
        try:
            made = compile_phrase(source, self._macros, self._lexicon.of_class, self._rarity)
        except ValueError as error:
            raise GrammarError(f"{self._code}: {source[:80]!r}: {error}") from error
        return Pattern(source, made.expression, made.needs)

    def _rarity(self, word: str) -> int:
        return self._mentions[word] + (_COMMON if word in self._common else 0)

    def _sources(self) -> Iterator[str]:
        for lines in self._sections.values():
            for line in lines:
                match = _LINE.fullmatch(line)
                assert match is not None
                yield from _CONDITION.split(match["rest"])[::2]

    def _words(self, source: str) -> list[str]:
        try:
            return list(words_of(source, self._macros))
        except ValueError as error:
            raise GrammarError(f"{self._code}: {source[:80]!r}: {error}") from error


def _sections(text: str) -> dict[str, list[str]]:
    """The lines of each section; an indented line goes on the one before it."""
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for raw in text.splitlines():
        line = raw.partition("#")[0].rstrip()
        if line.startswith("["):
            lines = sections.setdefault(line.strip("[]"), [])
        elif line.startswith(" ") and lines:
            lines[-1] += " " + line.strip()
        elif line:
            lines.append(" ".join(line.split()))
    return sections


def _named(line: str) -> tuple[str, str]:
    name, _, rest = line.partition(" ")
    return name, rest
