"""What a task says about itself, in the reader's words: its facts, which name no person."""

from __future__ import annotations

from calends.company import Company
from calends.redaction.spans import Reason
from calends.register.models import TaskRow
from calends.rules.vocabulary import Verdict
from console.desk.language import Words
from console.desk.naming import letter_title, recipient_name, system_name
from workflows.tasks import TaskKind


def about(company: Company, words: Words, task: TaskRow) -> list[str]:
    """Short lines for the head of the task's card; none for a task that says nothing more."""
    facts = {name: str(value) for name, value in task.facts.items()}
    told: list[str] = []
    if task.kind == TaskKind.APPROVE_ERASURE:
        counts = [
            f"{facts[verdict]} {words[f'verdict_{verdict}']}"
            for verdict in Verdict
            if verdict in facts
        ]
        told += [words("about_plan", counts=", ".join(counts))] if counts else []
        told += _dry_run(company, words, facts)
    if int(facts.get("texts", "0")):
        told.append(words.count("about_texts", int(facts["texts"])))
        reasons = [
            f"{words[f'mask_{reason}']} ({facts[f'suspect_{reason}']})"
            for reason in Reason
            if f"suspect_{reason}" in facts
        ]
        told += [words("about_suspects", reasons=", ".join(reasons))] if reasons else []
    if "proposed" in facts:
        told.append(words.count("about_changes", int(facts["proposed"])))
    if int(facts.get("never_altered", "0")):
        told.append(words.count("about_documents", int(facts["never_altered"])))
    if "needed" in facts:
        right, level = words[f"right_{facts['right']}"], words[f"needs_{facts['needed']}"]
        told.append(words("about_needed", right=right, level=level))
    if "candidates" in facts:
        told.append(words.count("about_candidates", int(facts["candidates"])))
    if "recipients" in facts:
        names = [recipient_name(company, each) for each in facts["recipients"].split(", ")]
        right = words[f"right_{facts['right']}"]
        told.append(words("about_recipients", names=", ".join(names), right=right))
    if "purpose" in facts:
        told.append(words("about_letter", letter=letter_title(company, words, facts["purpose"])))
    return told


def _dry_run(company: Company, words: Words, facts: dict[str, str]) -> list[str]:
    """What the plan would do, as each system said beforehand."""
    counts = [
        words.count(outcome, int(facts[outcome]))
        for outcome in ("would_deleted", "would_changed", "would_moved", "would_already")
        if outcome in facts
    ]
    told = [words("about_dry_run", counts=", ".join(counts))] if counts else []
    for refused in ("would_refused", "all_would_refused"):
        if refused in facts:
            told.append(words.count(refused, int(facts[refused])))
    if "not_rehearsed" in facts:
        names = [system_name(company, each) for each in facts["not_rehearsed"].split(", ")]
        told.append(words("about_no_dry_run", names=", ".join(names)))
    return told
