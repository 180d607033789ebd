"""Sample facts of every letter, for `check_templates`, for the preview, for a DPO who edits.

The company and the case are invented; each variant of a letter is there once.
"""

from calends.company import Controller
from calends.letters.facts import Facts
from calends.letters.samples.english import in_english
from calends.letters.samples.people import SAMPLE_PAGE, sample_case, sample_company
from calends.letters.samples.pieces import SAMPLE_LINES, SAMPLE_NOTHING, SAMPLE_OUTCOMES
from calends.letters.samples.questions import question_facts
from calends.letters.samples.replies import reply_facts
from calends.letters.samples.rights import right_facts
from calends.rules.vocabulary import Language


def sample_facts(
    language: Language, controller: Controller | None = None
) -> dict[str, list[Facts]]:
    """For each letter, the facts of each of its variants; with a real controller's identity."""
    company = sample_company(controller) if controller else sample_company()
    made = (
        question_facts(language, company)
        | reply_facts(language, company)
        | right_facts(language, company)
    )
    return in_english(made) if language is Language.EN else made


__all__ = [
    "SAMPLE_LINES",
    "SAMPLE_NOTHING",
    "SAMPLE_OUTCOMES",
    "SAMPLE_PAGE",
    "sample_case",
    "sample_company",
    "sample_facts",
]
