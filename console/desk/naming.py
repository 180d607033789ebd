"""Letters, recipients and systems by the names that people use for them."""

from __future__ import annotations

from calends.company import Company
from console.desk.language import Words


def letter_title(company: Company, words: Words, purpose: str) -> str:
    """The letter of a purpose of the outbox (`reply:ACCESS:1`, `notice:ERASURE:mailer`): what it
    is, and of what; numbers of repeats are left out."""
    form, *about = purpose.split(":")
    said = [words.get(f"letter_{form}", form.replace("_", " "))]
    for part in about:
        if f"right_{part}" in words:
            said.append(words[f"right_{part}"])
        elif any(recipient.id == part for recipient in company.recipients):
            said.append(recipient_name(company, part))
    return " · ".join(said)


def recipient_name(company: Company, recipient_id: str) -> str:
    """Its name in the company file; its id when it stands there no more."""
    return next((r.name for r in company.recipients if r.id == recipient_id), recipient_id)


def system_name(company: Company, system_id: str) -> str:
    """Its name in the company file; its id when it stands there no more."""
    return next((s.name for s in company.systems if s.id == system_id), system_id)
