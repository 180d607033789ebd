"""An invented company and an invented case."""

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
from calends.letters.inputs import CaseFacts, PageAccess
from calends.rules.vocabulary import Language, Right

_CONTROLLER = Controller(
    name="Atelier Exemple",
    address=["12 rue des Essais", "44000 NANTES"],
    email="contact@atelier.example",
    dpo_email="dpo@atelier.example",
    website="https://atelier.example",
)


def sample_company(controller: Controller = _CONTROLLER) -> Company:
    """`controller`: the real one, to see its own letters."""
    return Company(
        controller=controller,
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
DAY = date(2026, 12, 1)
