"""Codes of the rule book in words: rights, identity, how searches ended, what becomes of data."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    # --- rights ------------------------------------------------------------------------------
    "right_ACCESS": ("Accès", "Access"),
    "right_PORTABILITY": ("Portabilité", "Portability"),
    "right_RECTIFICATION": ("Rectification", "Rectification"),
    "right_ERASURE": ("Effacement", "Erasure"),
    "right_RESTRICTION": ("Limitation", "Restriction"),
    "right_OBJECTION": ("Opposition", "Objection"),
    "right_PROSPECTING_OBJECTION": ("Stop prospection", "Stop marketing"),
    "right_CONSENT_WITHDRAWAL": ("Retrait du consentement", "Consent withdrawn"),
    "right_HUMAN_REVIEW": ("Réexamen humain", "Human review"),
    "right_RECIPIENTS": ("Destinataires", "Recipients"),
    "right_AUTHORITY_INQUIRY": ("Autorité de contrôle", "Supervisory authority"),
    "no_right": ("À qualifier", "To be read"),
    # --- how far a demand is -----------------------------------------------------------------
    "demand_open": ("en cours", "under way"),
    "demand_answered": ("répondu", "answered"),
    "demand_refused": ("refusé, motivé", "refused, with reasons"),
    "demand_not_identified": ("personne non identifiée", "person not identified"),
    "demand_forced": ("répondu à l'échéance", "answered at the deadline"),
    "demand_withdrawn": ("retiré", "withdrawn"),
    "demand_by_hand": ("traité à la main", "dealt with by hand"),
}
