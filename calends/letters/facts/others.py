"""What is said to recipients, to the DPO and their deputy, to the person who posts a letter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from calends.company import Company
from calends.letters import words
from calends.letters.facts.acts import change_facts
from calends.letters.facts.case import Facts, common_facts, page_facts
from calends.letters.inputs import CaseFacts, PostingOrder, RecipientOrder
from calends.letters.reasons import task_in_words


def recipient_facts(
    company: Company, case: CaseFacts, order: RecipientOrder, *, told_on: date | None = None
) -> Facts:
    """For `recipient_notice` (GDPR 19), and with the day of the first one for
    `recipient_reminder`. The case is given in the recipient's language, without an addressee.

    Raises ValueError when nothing tells the recipient whom it is about.
    """
    if not order.identifiers and order.page is None:
        raise ValueError("a recipient must be told whom it is about")
    language = case.language
    return common_facts(company, case) | {
        "act": order.act,
        "recipient": order.recipient,
        "decided_on": words.day_in_words(order.decided_on, language),
        "answer_by": words.day_in_words(order.answer_by, language),
        "identifiers": [{"kind": each.kind, "value": each.value} for each in order.identifiers],
        "page": page_facts(order.page, language),
        "data_sets": list(order.data_sets),
        "changes": [change_facts(change, language) for change in order.changes],
        "told_on": words.day_in_words(told_on, language) if told_on else "",
    }


def posting_facts(company: Company, case: CaseFacts, order: PostingOrder) -> Facts:
    """For the DPO: print, sign, post."""
    return common_facts(company, case) | {
        "letter": order.subject,
        "address": list(order.address),
        "post_by": words.day_in_words(order.post_by, case.language),
        "pages": order.pages,
        "registered": order.registered,
    }


def deputy_facts(
    company: Company, case: CaseFacts, waiting: Sequence[str], *, absent_since: date | None = None
) -> Facts:
    """To the deputy: the DPO does not act. `waiting`: the kinds of task that are open."""
    return common_facts(company, case) | {
        "waiting": [task_in_words(kind, case.language) for kind in waiting],
        "absent_since": words.day_in_words(absent_since, case.language) if absent_since else "",
    }
