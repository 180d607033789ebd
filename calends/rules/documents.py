"""Identity documents: the last resort, and gone at once.

GDPR 12(6) asks for a reasonable doubt; a copy by default is a breach of 12 (CNIL SAN-2020-008)
and "in principle, no" in the CNIL's own words. Rule book §1 (IA3), §4, §5 row 43.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from calends.rules.decision import Decision, Outcome, decide
from calends.rules.identity import Contact, Stake, required_assurance
from calends.rules.trace import Step
from calends.rules.vocabulary import Assurance, Right

LIFETIME_HOURS = 72
"""From receipt, at the very most; a decision ends it earlier (EDPB 01/2022 §79)."""
MASK = ("photo", "document_number", "height", "signature", "machine_readable_zone")
"""What the person is told to cover before sending (GDPR 5(1)(c))."""

_LAW = "GDPR 12(6); CNIL SAN-2020-008"


@dataclass(frozen=True)
class DocumentAsk:
    """What speaks for asking for a document."""

    doubt: str
    """The reasonable doubt about this person, as recorded; a policy is none."""
    approved_by_dpo: bool
    lighter_means_tried: bool
    """Control of a contact, a known reference or a letter were tried, or are impossible."""


def may_ask_document(
    right: Right, stakes: Iterable[Stake], contact: Contact, ask: DocumentAsk
) -> Decision:
    """Whether the person may be asked for an identity document for this demand.

    Reasonable doubt AND a high stake AND the DPO's approval AND nothing lighter left.
    """
    needed = required_assurance(right, stakes, contact).assurance
    against = [
        (not ask.doubt.strip(), "no reasonable doubt about this person is recorded"),
        (needed in (Assurance.IA0, Assurance.IA1), f"{needed} is enough for what is at stake"),
        (not ask.lighter_means_tried, "a lighter proof was not tried"),
        (not ask.approved_by_dpo, "the DPO has not approved it"),
    ]
    steps = tuple(Step("document", "refuse", _LAW, words) for found, words in against if found)
    if steps:
        return Decision(Outcome.REFUSE, steps)
    return decide(
        Outcome.ACCEPT, "asked once, with what to cover", _LAW, about="document", ask=MASK
    )


def delete_document_by(received: datetime, decided: datetime | None = None) -> datetime:
    """The UTC instant at which a copy is gone: at the decision, or 72 hours after receipt."""
    latest = received + timedelta(hours=LIFETIME_HOURS)
    return latest if decided is None else min(latest, max(received, decided))


def why_delete_by(received: datetime, decided: datetime | None = None) -> Step:
    """Why a copy is gone by then."""
    by = delete_document_by(received, decided)
    latest = by == received + timedelta(hours=LIFETIME_HOURS)
    words = f"{LIFETIME_HOURS} hours after receipt" if latest else "at the decision"
    source = "GDPR 5(1)(e); EDPB 01/2022 §79"
    return Step("delete_document_by", f"{by:%Y-%m-%dT%H:%M:%SZ}", source, words)


@dataclass(frozen=True)
class SeenNote:
    """All that remains of a document: who saw it, when, with what result."""

    seen_by_role: str
    seen_at: datetime
    matched: bool


@dataclass(frozen=True)
class Unasked:
    """What happens to a document that nobody asked for."""

    use: bool
    """It may be looked at before it is deleted: it spares the person another question."""
    delete_by: datetime
    tell_person: bool
    why: Step


def unasked_document(received: datetime, *, identity_still_needed: bool) -> Unasked:
    """A copy sent with the request: looked at if it helps, deleted, and the person told so."""
    by = delete_document_by(received, None if identity_still_needed else received)
    words = "looked at because identity is still open" if identity_still_needed else "not needed"
    step = Step("document", f"{by:%Y-%m-%dT%H:%M:%SZ}", "GDPR 5(1)(c), 5(1)(e)", words)
    return Unasked(identity_still_needed, by, True, step)
