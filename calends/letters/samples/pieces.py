"""What the sample letters speak of: searches, data sets, recipients, reasons, each kind once."""

from __future__ import annotations

from datetime import date

from calends.letters.inputs import (
    ChannelStop,
    ErasureLine,
    NotDone,
    Reason,
    RecipientNotice,
    SystemOutcome,
    Withheld,
)
from calends.letters.samples.people import DAY
from calends.rules.vocabulary import Right, SearchState, Verdict

SAMPLE_OUTCOMES = (
    SystemOutcome(name="CRM", state=SearchState.FOUND, count=3),
    SystemOutcome(name="Facturation", state=SearchState.NOTHING),
    SystemOutcome(name="Boutique", state=SearchState.FAILED, since=DAY),
    SystemOutcome(name="Archives papier", state=SearchState.WAITING),
    SystemOutcome(name="Badges", state=SearchState.SKIPPED, reason="hors d'usage"),
)
SAMPLE_NOTHING = (
    SystemOutcome(name="CRM", state=SearchState.NOTHING),
    SystemOutcome(name="Archives papier", state=SearchState.NOTHING),
)
SAMPLE_LINES = (
    ErasureLine(system="CRM", collection="fiche de contact", verdict=Verdict.ERASED, count=2),
    ErasureLine(
        system="CRM", collection="statistiques de visite", verdict=Verdict.ANONYMISED, count=7
    ),
    ErasureLine(
        system="Facturation",
        collection="factures",
        verdict=Verdict.ARCHIVED_RESTRICTED,
        count=1,
        until=date(2034, 12, 31),
        source="art. L123-22 C. com.",
        reason="legal_obligation",
    ),
    ErasureLine(
        system="CRM",
        collection="notes des échanges",
        verdict=Verdict.HUMAN,
        count=1,
        reason="no_duration",
    ),
    ErasureLine(system="CRM", collection="oppositions", verdict=Verdict.SUPPRESSION_ENTRY, count=1),
)
NOTICES = (
    RecipientNotice(name="Hébergeur Exemple SAS", state="told", on=DAY),
    RecipientNotice(name="Sondages Exemple", state="confirmed", on=DAY),
    RecipientNotice(name="Imprimerie Exemple", state="silent", on=DAY),
    RecipientNotice(name="Régie Exemple", state="pending"),
    RecipientNotice(name="Annuaire Exemple", state="failed"),
    RecipientNotice(name="Ancien partenaire", state="impossible"),
)
REASONS = (
    Reason(kind="system_silent", name="Boutique", since=DAY),
    Reason(kind="records_found", count=120),
    Reason(kind="task_open", name="review_access", since=DAY),
    Reason(kind="several_requests", count=3),
    Reason(kind="in_progress"),
)
NOT_DONE = (NotDone(right=Right.ERASURE, reasons=REASONS),)
STOPS = (ChannelStop(channel="email", since=DAY), ChannelStop(channel="phone", since=DAY))
WITHHELD = (
    Withheld(
        what="notes des échanges",
        reason="elles parlent d'autres personnes (article 15, paragraphe 4, du RGPD)",
    ),
)
