"""The words of the samples in English: facts are invented in French once."""

from __future__ import annotations

from typing import Any

_WORDS = {
    "archives papier": "paper archive",
    "Archives papier": "Paper archive",
    "Papier": "Paper",
    "Facturation": "Billing",
    "Boutique": "Shop",
    "hors d'usage": "out of use",
    "fiche de contact": "contact record",
    "factures": "invoices",
    "devis": "quotes",
    "contrats": "contracts",
    "statistiques de visite": "visit statistics",
    "notes des échanges": "notes of exchanges",
    "réponses aux enquêtes": "survey answers",
    "oppositions": "objections",
    "passages de badge": "badge records",
    "note de solvabilité": "credit score",
    "la facture": "the invoice",
    "adresse postale": "postal address",
    "compte bancaire": "bank account",
    "rappel du 3 mars": "reminder of 3 March",
    "hébergement": "hosting",
    "Royaume-Uni": "United Kingdom",
    "Enquêtes de satisfaction": "Satisfaction surveys",
    "elles parlent d'autres personnes (article 15, paragraphe 4, du RGPD)": (
        "they speak of other people (Article 15(4) GDPR)"
    ),
    "elles sont conservées moins de 48 heures": "they are kept for less than 48 hours",
    "l'appel du 3 mars n'a pas eu lieu": "the call of 3 March did not take place",
    "nous l'avons corrigée à la source": "we corrected it at its source",
    "L'intérêt de mesurer nos services l'emporte ici, car les réponses sont réduites à une note.": (
        "The interest in measuring our services prevails here, as answers are reduced to a score."
    ),
    "Nous avons vérifié l'adresse auprès de vous le 2 janvier.": (
        "We checked the address with you on 2 January."
    ),
    "refus du paiement en plusieurs fois": "refusal of payment by instalments",
    "responsable financier": "head of finance",
    "revenus réguliers": "regular income",
    "dettes en cours": "current debts",
    "paiement en trois fois accordé": "payment in three instalments granted",
    "les revenus déclarés suffisent": "the income stated is sufficient",
    "3 devis étaient les vôtres, et non 2": "3 quotes were yours, not 2",
    "1 contrat de 2019, retrouvé sur papier": "1 contract of 2019, found on paper",
    "Votre demande d'accès : notre réponse": "Your access request: our answer",
}


def in_english(value: Any) -> Any:
    """The facts with each known phrase, alone or within a text, in English."""
    if isinstance(value, dict):
        return {key: in_english(one) for key, one in value.items()}
    if isinstance(value, list):
        return [in_english(one) for one in value]
    if not isinstance(value, str):
        return value
    for french, english in sorted(_WORDS.items(), key=lambda words: -len(words[0])):
        value = value.replace(french, english)
    return value
