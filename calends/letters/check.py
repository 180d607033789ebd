"""Whether every letter still holds after someone edited a template: `calends doctor` asks."""

from __future__ import annotations

from pathlib import Path

from calends.letters.render import TEMPLATES, LetterBroken, render
from calends.letters.samples import sample_facts
from calends.rules.vocabulary import Language


def check_templates(templates: Path = TEMPLATES) -> list[str]:
    """One line for each letter that does not hold with sample facts; empty when all do."""
    wrong: dict[str, None] = {}
    for language in Language:
        for letter, variants in sample_facts(language).items():
            for facts in variants:
                try:
                    rendered = render(letter, language, facts, templates=templates)
                except LetterBroken as error:
                    wrong[str(error)] = None
                    continue
                # An answer is threaded back to its case by the reference (rule book §4).
                if f"[{facts['case']['reference']}]" not in rendered.subject:
                    wrong[f"letter {letter}/{language}: no [reference] in the subject"] = None
    return list(wrong)
