"""What a language must bring so that demands can be read in it. All patterns see folded text:
lower case, no accents, straight quotes, single blanks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from calends.rules.vocabulary import Right


@dataclass(frozen=True)
class Phrase:
    """Words that carry a right. `confidence` holds when the sentence also asks for something."""

    right: Right
    pattern: re.Pattern[str]
    confidence: float
    asks: bool = False  # the words ask by themselves: "unsubscribe me", "no more ads"
    negatable: bool = True  # False where the words hold their own "no more"
    unless: re.Pattern[str] | None = None  # somewhere in the sentence: it means something else
    not_after: re.Pattern[str] | None = None  # just before the words: they belong to another act


@dataclass(frozen=True)
class Tongue:
    code: str
    phrases: tuple[Phrase, ...]
    list_removal: re.Pattern[str]  # "off your list": an objection, not an erasure (rule book §5.30)
    asks: re.Pattern[str]  # the writer wants something done
    insists: re.Pattern[str]  # … and says so in the first person, whatever else is in the sentence
    imperative: re.Pattern[str]  # the same, by the verb's form
    wonders: re.Pattern[str]  # asks how or whether, which is less than asking
    informs: re.Pattern[str]  # tells the reader of the reader's rights: footers, newsletters
    negates: re.Pattern[str]  # just before the words: the writer does not want it
    happened: re.Pattern[str]  # the writer tells of an earlier request or act
    supposes: re.Pattern[str]  # "if I ever consented …": goes with the main demand
    part_only: re.Pattern[str]  # "the following data": a consent goes beyond it
    one_word: re.Pattern[str]  # a whole message that is one order
    privacy: re.Pattern[str]  # speaks of data protection at all
    chases: re.Pattern[str]  # reminds of something unanswered
    threatens: re.Pattern[str]  # … of something still to come, as letters end: no reminder
    complains: re.Pattern[str]  # a complaint made to an authority
    marketing: re.Pattern[str]
    cancels: re.Pattern[str]  # takes a request back (rule book §5.37)
    for_another: re.Pattern[str]  # acts for somebody else (rule book §5.3, 5.5-5.9)


def words(pattern: str) -> re.Pattern[str]:
    """A pattern for folded text, anchored at the start of a word. `~40~` stands for a gap: up to
    40 characters of the same sentence, as few as will do."""
    gaps = re.sub(r"~(\d+)~", r"[^.!?;]{0,\1}?", pattern)
    return re.compile(rf"(?<!\w)(?:{gaps})")
