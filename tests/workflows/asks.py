"""What people write, a mail for each right."""

from __future__ import annotations

from calends.rules.vocabulary import Right

ASKS: dict[Right, str] = {
    Right.ACCESS: "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci.",
    Right.ERASURE: "Bonjour, je vous demande d'effacer toutes les données que vous avez sur moi.",
    Right.RESTRICTION: (
        "Bonjour, je demande la limitation du traitement (article 18 du RGPD), il y a une erreur."
    ),
    Right.OBJECTION: (
        "Bonjour, je m'oppose au traitement de mes données pour vos analyses, vu ma situation."
    ),
    Right.PORTABILITY: "Bonjour, je demande la portabilité de mes données au format JSON. Merci.",
    Right.RECIPIENTS: "Bonjour, à qui avez-vous transmis mes données personnelles ?",
    Right.CONSENT_WITHDRAWAL: "Bonjour, je retire mon consentement au traitement de mes données.",
    Right.HUMAN_REVIEW: (
        "Bonjour, je conteste une décision automatisée et demande une intervention humaine."
    ),
    Right.RECTIFICATION: (
        "Bonjour, merci de rectifier mes données, mon nom est mal écrit.\n"
        "Nom : Oeuvrard au lieu de Œuvrard\n"
    ),
    Right.PROSPECTING_OBJECTION: "STOP",
}
