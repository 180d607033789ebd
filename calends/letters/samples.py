"""Sample facts of every letter, for `check_templates` and for a DPO who edits a template.

The company and the case are invented; each variant of a letter is there once.
"""

from __future__ import annotations

from datetime import date

from calends.company import (
    Bilingual,
    Company,
    Controller,
    Purpose,
    Recipient,
    RetentionRow,
    SystemEntry,
)
from calends.letters import facts
from calends.letters.inputs import (
    CaseFacts,
    ChannelStop,
    ErasureLine,
    NotDone,
    PageAccess,
    Reason,
    RecipientNotice,
    SystemOutcome,
    Withheld,
)
from calends.rules.vocabulary import Language, Right, SearchState, Verdict


def sample_company() -> Company:
    return Company(
        controller=Controller(
            name="Atelier Exemple",
            address=["12 rue des Essais", "44000 NANTES"],
            email="contact@atelier.example",
            dpo_email="dpo@atelier.example",
            website="https://atelier.example",
        ),
        backups_expire_after="P3M",
        purposes=[
            Purpose(
                id="contracts",
                title=Bilingual(fr="Exécution des contrats", en="Performance of contracts"),
                basis="contract",
                categories=Bilingual(fr="identité, coordonnées", en="identity, contact details"),
                retention="contract",
                recipients=["host"],
            ),
            Purpose(
                id="surveys",
                title=Bilingual(fr="Sondages", en="Surveys"),
                basis="UNSET",
                categories=Bilingual(fr="réponses", en="answers"),
                source=Bilingual(fr="un partenaire", en="a partner"),
                retention="UNSET",
            ),
        ],
        retention=[
            RetentionRow(
                id="contract",
                title=Bilingual(fr="Contrats", en="Contracts"),
                active="P3Y",
                start=Bilingual(
                    fr="la fin de la relation commerciale",
                    en="the end of the commercial relationship",
                ),
                archive="P5Y",
            )
        ],
        recipients=[
            Recipient(
                id="host",
                name="Hébergeur Exemple SAS",
                role=Bilingual(fr="hébergement", en="hosting"),
            )
        ],
        systems=[SystemEntry(id="paper", name="Papier", kind="manual")],
    )


def sample_case(language: Language) -> CaseFacts:
    return CaseFacts(
        reference="2026-00042-K7",
        language=language,
        received=date(2026, 11, 15),
        safe_due=date(2026, 12, 15),
        legal_due=date(2026, 12, 15),
        extended_safe_due=date(2027, 2, 15),
        rights=(Right.ACCESS, Right.ERASURE, Right.PROSPECTING_OBJECTION),
        addressee="Camille Exemple",
    )


SAMPLE_PAGE = PageAccess(
    url="https://droits.atelier.example/p/sample", code="K7QM-3RTX", expires=date(2027, 1, 14)
)
_DAY = date(2026, 12, 1)
SAMPLE_OUTCOMES = (
    SystemOutcome(name="CRM", state=SearchState.FOUND, count=3),
    SystemOutcome(name="Facturation", state=SearchState.NOTHING),
    SystemOutcome(name="Boutique", state=SearchState.FAILED, since=_DAY),
    SystemOutcome(name="Archives papier", state=SearchState.WAITING),
    SystemOutcome(name="Badges", state=SearchState.SKIPPED, reason="hors d'usage"),
)
SAMPLE_NOTHING = (
    SystemOutcome(name="CRM", state=SearchState.NOTHING),
    SystemOutcome(name="Archives papier", state=SearchState.NOTHING),
)
SAMPLE_LINES = (
    ErasureLine(system="CRM", collection="contacts", verdict=Verdict.ERASED, count=2),
    ErasureLine(system="CRM", collection="statistiques", verdict=Verdict.ANONYMISED, count=7),
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
        system="CRM", collection="notes", verdict=Verdict.HUMAN, count=1, reason="no_duration"
    ),
    ErasureLine(system="CRM", collection="opposition", verdict=Verdict.SUPPRESSION_ENTRY, count=1),
)
_NOTICES = (
    RecipientNotice(name="Hébergeur Exemple SAS", state="told", on=_DAY),
    RecipientNotice(name="Régie Exemple", state="pending"),
    RecipientNotice(name="Annuaire Exemple", state="failed"),
    RecipientNotice(name="Ancien partenaire", state="impossible"),
)
_REASONS = (
    Reason(kind="system_silent", name="Boutique", since=_DAY),
    Reason(kind="records_found", count=120),
    Reason(kind="task_open", name="review_access", since=_DAY),
    Reason(kind="several_requests", count=3),
    Reason(kind="in_progress"),
)
_NOT_DONE = (NotDone(right=Right.ERASURE, reasons=_REASONS),)
_STOPS = (ChannelStop(channel="email", since=_DAY), ChannelStop(channel="phone", since=_DAY))
_WITHHELD = (Withheld(what="notes", reason="article 15(4)"),)


def sample_facts(language: Language) -> dict[str, list[facts.Facts]]:
    """For each letter, the facts of each of its variants."""
    company, case = sample_company(), sample_case(language)
    unnamed = case.model_copy(update={"addressee": "", "rights": ()})
    found, nothing, page = SAMPLE_OUTCOMES, SAMPLE_NOTHING, SAMPLE_PAGE
    return {
        "acknowledgment": [
            facts.acknowledgment_facts(company, case, identity_needed=True),
            facts.acknowledgment_facts(company, unnamed, identity_needed=False),
        ],
        "identity_request": [facts.identity_facts(company, case, page)],
        "identity_reminder": [facts.identity_facts(company, case, page, asked_on=_DAY)],
        "access_reply": [
            facts.access_facts(company, case, found, page, _WITHHELD),
            facts.access_facts(company, case, found[:2], page, purposes_found={"contracts"}),
            facts.access_facts(company, case, found[:2], None, copy_enclosed=True),
            facts.access_facts(company, unnamed, nothing, None),
            facts.access_facts(company, case, found[1:], None),
        ],
        "erasure_reply": [
            facts.erasure_facts(company, case, found, SAMPLE_LINES, _NOTICES, acted_on=_DAY),
            facts.erasure_facts(company, case, nothing, (), acted_on=_DAY),
            facts.erasure_facts(company, case, found[1:], (), acted_on=_DAY),
        ],
        "prospecting_reply": [
            facts.prospecting_facts(company, case, _STOPS, _NOTICES),
            facts.prospecting_facts(company, unnamed, _STOPS[:1]),
        ],
        "extension_notice": [facts.extension_facts(company, case, _REASONS)],
        "partial_reply": [
            facts.partial_facts(company, case, found, page, _REASONS, lines=SAMPLE_LINES),
            facts.partial_facts(company, case, found, None, _REASONS),
            facts.partial_facts(company, case, found[1:], None, _REASONS),
        ],
        "final_forced_reply": [
            facts.final_forced_facts(company, case, found, page, _NOT_DONE, lines=SAMPLE_LINES),
            facts.final_forced_facts(company, case, found[1:], None, _NOT_DONE),
        ],
        "refusal": [facts.refusal_facts(company, case, _NOT_DONE)],
        "not_identified": [
            facts.not_identified_facts(company, case, page),
            facts.not_identified_facts(company, unnamed, None),
        ],
        "archive_readme": [facts.common_facts(company, case)],
        "alert_dpo": [facts.common_facts(company, case)],
        "alert_management": [facts.common_facts(company, case)],
    }
