"""The notation of phrases, and what it becomes: an expression over a lexicon's symbols.

CLASS, word     one word of that class, or that very word (`stem*` for every ending)
_, 9            any one word, a number
..6, ~6         at most six words between (`..` alone: six); the same inside one clause
..6-CLASS       a gap without a word of that class
@macro          a part named in the grammar
A?, (A | B)     maybe; either
A & B           both in the sentence, in whatever order
!A              not followed by A
^, $            the ends of the sentence
,  :            the signs themselves
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

GAP = 6  # words, where none are given

_TOKEN = re.compile(
    r"\s*(?:(?P<gap>\.\.|~)(?P<most>\d*)(?:-(?P<bar>[A-Z_]+))?"
    r"|@(?P<macro>[a-z_]+)|(?P<word>[A-Z][A-Z_]*|[a-z0-9]+\*?)|(?P<sign>[()|?^$,:!_&]))"
)


@dataclass(frozen=True)
class Compiled:
    expression: str
    needs: tuple[frozenset[str], ...]
    """Sets of symbols of each of which every match holds one, the rarest first."""


def words_of(source: str, macros: Mapping[str, str]) -> Iterator[str]:
    """Every class and word that a phrase mentions, macros included."""
    for match in _matches(source):
        if match["macro"]:
            yield from words_of(_macro(match["macro"], macros), macros)
        elif match["word"] or match["bar"]:
            yield match["word"] or match["bar"]


def compile_phrase(
    source: str,
    macros: Mapping[str, str],
    symbols: Callable[[str], str],
    rarity: Callable[[str], int],
) -> Compiled:
    """`symbols` gives the characters of a class, `rarity` a number that is small for rare ones.

    Raises ValueError for a phrase that cannot be understood.
    """
    parts = [_Compiler(macros, symbols, rarity).whole(part) for part in source.split(" & ")]
    expression, needs = parts[0]
    if len(parts) > 1:  # all of them, in whatever order
        expression = "^" + "".join(f"(?=.*?(?:{part}))" for part, _ in parts)
        needs = [need for _, found in parts for need in found]
    rarest = sorted(needs, key=lambda need: need[0])[:_MAX_NEEDS]
    return Compiled(expression, tuple(found for _, found in rarest))


def _matches(source: str) -> Iterator[re.Match[str]]:
    position = 0
    while position < len(source.rstrip()):
        match = _TOKEN.match(source, position)
        if match is None:
            raise ValueError(f"not understood: {source[position:]!r}")
        yield match
        position = match.end()


def _macro(name: str, macros: Mapping[str, str]) -> str:
    if name not in macros:
        raise ValueError(f"no macro @{name}")
    return macros[name]


_SIGNS = {"_": ".", "^": "^", "$": "$", ",": ",", ":": ":"}
_Need = tuple[int, frozenset[str]]  # rarity, symbols
_MAX_NEEDS = 3


class _Compiler:
    def __init__(
        self,
        macros: Mapping[str, str],
        symbols: Callable[[str], str],
        rarity: Callable[[str], int],
    ) -> None:
        self._macros, self._symbols, self._rarity = macros, symbols, rarity
        self._tokens: list[re.Match[str]] = []

    def whole(self, source: str) -> tuple[str, list[_Need]]:
        self._tokens = list(_matches(source))[::-1]
        expression, needs = self._either()
        if self._tokens:
            raise ValueError(f"a ) too many in {source!r}")
        return expression, needs

    def _either(self) -> tuple[str, list[_Need]]:
        branches = [self._sequence()]
        while self._sign() == "|":
            self._tokens.pop()
            branches.append(self._sequence())
        if len(branches) == 1:
            return branches[0]
        expression = "|".join(expression for expression, _ in branches)
        rarest = [min(needs, key=lambda need: need[0]) for _, needs in branches if needs]
        if len(rarest) < len(branches):  # one of them may hold anything
            return expression, []
        together = frozenset[str]().union(*(found for _, found in rarest))
        return expression, [(max(rarity for rarity, _ in rarest), together)]

    def _sequence(self) -> tuple[str, list[_Need]]:
        expression, needs = "", list[_Need]()
        while self._tokens and self._sign() not in ("|", ")"):
            item, found = self._item()
            if self._sign() == "?":
                self._tokens.pop()
                item, found = f"(?:{item})?", []
            expression += item
            needs += found
        return expression, needs

    def _item(self) -> tuple[str, list[_Need]]:
        token = self._tokens.pop()
        if token["gap"]:
            return self._gap(token), []
        if token["macro"]:
            macro = _Compiler(self._macros, self._symbols, self._rarity)
            macro._tokens = list(_matches(_macro(token["macro"], self._macros)))[::-1]
            expression, needs = macro._either()
            return f"(?:{expression})", needs
        if token["word"]:
            found = self._symbols(token["word"])
            return f"[{found}]", [(self._rarity(token["word"]), frozenset(found))]
        return self._signed(token["sign"])

    def _gap(self, token: re.Match[str]) -> str:
        barred = "" if token["gap"] == ".." else f",:{self._symbols('AND')}"
        barred += self._symbols(token["bar"]) if token["bar"] else ""
        most = int(token["most"] or GAP)
        return f"[^\n{barred}]{{0,{most}}}?"

    def _signed(self, sign: str) -> tuple[str, list[_Need]]:
        if sign == "(":
            expression, needs = self._either()
            if self._sign() != ")":
                raise ValueError("a ) is missing")
            self._tokens.pop()
            return f"(?:{expression})", needs
        if sign == "!":
            return f"(?!{self._item()[0]})", []
        if sign not in _SIGNS:
            raise ValueError(f"{sign} is not understood here")
        return _SIGNS[sign], []

    def _sign(self) -> str | None:
        return self._tokens[-1]["sign"] if self._tokens else None
