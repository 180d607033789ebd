"""Words to symbols: each word of a text becomes one character that stands for what it may mean.

A grammar over such characters is short, fast, and blind to spelling: accents, capitals, doubled
letters, glued elisions ("jaimerais", "daccès") and one slip of the finger in a long word are
settled here, once a word, and remembered.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from rapidfuzz.distance import OSA

UNKNOWN, NUMBER = "x", "9"
MAX_KNOWN = 20_000  # words remembered; then the memory starts anew
MAX_WORD = 30  # characters; a longer word is no word
MIN_CORRECTED = 7  # letters a word must have for one of them to be a slip

_FIRST_SYMBOL = 0xE000  # Unicode's private use area
_SAME = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'", "‘": "'", "ʼ": "'", "`": "'"})
_MARKS = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff]+")
_DOUBLED = re.compile(r"(\w)\1+")
_ELISION = re.compile(r"(?:qu|[ldjmnstc])(?=[aeiouyh])")


def plain(word: str) -> str:
    """The word in lower case without accents: how forms are written in a grammar."""
    if word.isascii():
        return word.lower()
    return _MARKS.sub("", unicodedata.normalize("NFKD", word.casefold().translate(_SAME)))


def skeleton(word: str) -> str:
    """The plain word with every doubled letter single: "supprimer" and "suprimmer" are one. A
    short word stays as it is: "off" is not "of"."""
    lower = plain(word)
    return _DOUBLED.sub(r"\1", lower) if len(lower) > 4 else lower


class Lexicon:
    """Classes of words, each a list of forms; `stem*` stands for every word that begins so."""

    def __init__(self, classes: Mapping[str, Iterable[str]], *, elides: bool = False) -> None:
        self._elides = elides
        exact, self._stems = _Names(), _Names()
        for name, forms in classes.items():
            for form in forms:
                if form.endswith("*"):  # words that begin so are longer than it
                    self._stems.add(_DOUBLED.sub(r"\1", plain(form[:-1])), name)
                else:
                    exact.add(skeleton(form), name)
        self._stem_lengths = sorted({len(stem) for stem in self._stems}, reverse=True)
        self._symbols: dict[frozenset[str], str] = {}
        self._of_class: dict[str, str] = dict.fromkeys(classes, "")
        self._exact = {
            form: self._symbol(names | self._by_stem(form)) for form, names in exact.items()
        }
        for stem in self._stems:  # every set of classes that a word can have
            self._symbol(self._by_stem(stem))
        self._correctable: dict[tuple[int, str], list[str]] = {}
        for form in (*self._exact, *self._stems):
            if len(form) >= MIN_CORRECTED - (form in self._stems):
                for place in (0, 1):  # one slip leaves the first letter right, or the second
                    self._correctable.setdefault((place, form[place]), []).append(form)
        self._known = _Known(self)

    def symbols(self, words: Iterable[str]) -> str:
        """One character a word."""
        return "".join(map(self._known.__getitem__, words))

    def of_class(self, name: str) -> str:
        """The characters of all words of that class. Raises KeyError for a class unknown."""
        return NUMBER if name == NUMBER else self._of_class[name]

    def _symbol(self, names: frozenset[str]) -> str:
        if names not in self._symbols:
            symbol = chr(_FIRST_SYMBOL + len(self._symbols))
            self._symbols[names] = symbol
            for name in names:
                self._of_class[name] += symbol
        return self._symbols[names]

    def _by_stem(self, word: str) -> frozenset[str]:
        """The classes of all stems that the word begins with."""
        found: set[str] = set()
        for length in self._stem_lengths:
            if length <= len(word):
                found |= self._stems.get(word[:length], frozenset())
        return frozenset(found)

    def look_up(self, word: str) -> str:
        """The symbol of a word as written; of a sign, the sign itself."""
        if not word[0].isalnum():
            return word[0]
        if word.isdigit():
            return NUMBER
        if len(word) > MAX_WORD:
            return UNKNOWN
        bare = skeleton(word)
        return self._listed(bare) or self._without_elision(bare) or self._corrected(bare)

    def _listed(self, bare: str) -> str:
        if symbol := self._exact.get(bare):
            return symbol
        names = self._by_stem(bare)
        return self._symbol(names) if names else ""

    def _without_elision(self, bare: str) -> str:
        """ "jaimerais" is "j'aimerais"; "larticle" is "l'article"."""
        elided = _ELISION.match(bare) if self._elides else None
        rest = bare[elided.end() :] if elided else ""
        return self._listed(rest) if len(rest) >= 4 else ""

    def _corrected(self, bare: str) -> str:
        """The word with one letter wrong, missing, too many, or two in the wrong order."""
        if len(bare) < MIN_CORRECTED:
            return UNKNOWN
        for form in self._alike(bare):
            if form in self._exact:
                if OSA.distance(form, bare, score_cutoff=1) <= 1:
                    return self._exact[form]
                continue
            starts = {bare[: len(form) + more] for more in (-1, 0, 1)}
            if any(OSA.distance(form, start, score_cutoff=1) <= 1 for start in starts):
                return self._symbol(self._by_stem(form))
        return UNKNOWN

    def _alike(self, bare: str) -> Iterator[str]:
        for place in (0, 1):
            yield from self._correctable.get((place, bare[place]), ())


class _Names(dict[str, frozenset[str]]):
    """Forms and the classes they belong to."""

    def add(self, form: str, name: str) -> None:
        self[form] = self.get(form, frozenset()) | {name}


class _Known(dict[str, str]):
    """Words looked up before, as they were written."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def __missing__(self, word: str) -> str:
        if len(self) >= MAX_KNOWN:
            self.clear()
        symbol = self[word] = self._lexicon.look_up(word)
        return symbol
