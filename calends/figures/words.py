"""The words of figures and reports, French and English."""

from __future__ import annotations

from typing import Final

from calends.rules.vocabulary import Language, Right

FR, EN = Language.FR, Language.EN
Words = dict[Language, str]

RIGHTS: Final[dict[Right, Words]] = {
    Right.ACCESS: {FR: "Accès (art. 15)", EN: "Access (art. 15)"},
    Right.PORTABILITY: {FR: "Portabilité (art. 20)", EN: "Portability (art. 20)"},
    Right.RECTIFICATION: {FR: "Rectification (art. 16)", EN: "Rectification (art. 16)"},
    Right.ERASURE: {FR: "Effacement (art. 17)", EN: "Erasure (art. 17)"},
    Right.RESTRICTION: {FR: "Limitation (art. 18)", EN: "Restriction (art. 18)"},
    Right.OBJECTION: {FR: "Opposition (art. 21(1))", EN: "Objection (art. 21(1))"},
    Right.PROSPECTING_OBJECTION: {
        FR: "Stop prospection (art. 21(2))",
        EN: "Stop marketing (art. 21(2))",
    },
    Right.CONSENT_WITHDRAWAL: {
        FR: "Retrait du consentement (art. 7(3))",
        EN: "Consent withdrawn (art. 7(3))",
    },
    Right.HUMAN_REVIEW: {FR: "Réexamen humain (art. 22)", EN: "Human review (art. 22)"},
    Right.RECIPIENTS: {FR: "Destinataires (art. 15(1)(c))", EN: "Recipients (art. 15(1)(c))"},
    Right.AUTHORITY_INQUIRY: {FR: "Autorité de contrôle", EN: "Supervisory authority"},
}

MONTHS: Final[dict[Language, tuple[str, ...]]] = {
    FR: ("janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.",
         "nov.", "déc."),
    EN: ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}  # fmt: skip

COLUMNS: Final[dict[str, Words]] = {
    "right": {FR: "Droit", EN: "Right"},
    "month": {FR: "Mois", EN: "Month"},
    "received": {FR: "Reçues", EN: "Received"},
    "answered": {FR: "Répondues", EN: "Answered"},
    "in_time": {FR: "Dans le délai", EN: "In time"},
    "late": {FR: "En retard", EN: "Late"},
    "extended": {FR: "Prolongées", EN: "Extended"},
    "refused": {FR: "Refusées", EN: "Refused"},
    "not_identified": {FR: "Non identifiées", EN: "Not identified"},
    "open": {FR: "En cours", EN: "Open"},
    "median_days": {FR: "Jours (médiane)", EN: "Days (median)"},
}
"""Names of `Count`'s fields -> headings."""

LIST_COLUMNS: Final[dict[str, Words]] = {
    "reference": {FR: "Référence", EN: "Reference"},
    "channel": {FR: "Voie", EN: "Channel"},
    "right": {FR: "Droit", EN: "Right"},
    "received": {FR: "Reçue le", EN: "Received"},
    "legal_due": {FR: "Échéance légale", EN: "Legal date"},
    "extended": {FR: "Prolongée le", EN: "Extended"},
    "answered": {FR: "Répondue le", EN: "Answered"},
    "state": {FR: "Issue", EN: "Outcome"},
    "assurance": {FR: "Identité", EN: "Identity"},
}

STATES: Final[dict[str, Words]] = {
    "open": {FR: "en cours", EN: "open"},
    "answered": {FR: "répondu", EN: "answered"},
    "refused": {FR: "refusé, motivé", EN: "refused, with reasons"},
    "not_identified": {FR: "non identifié", EN: "not identified"},
    "forced": {FR: "répondu à l'échéance", EN: "answered at the deadline"},
    "by_hand": {FR: "traité à la main", EN: "dealt with by hand"},
}

TEXTS: Final[dict[str, Words]] = {
    "all": {FR: "Total", EN: "Total"},
    "title": {
        FR: "Demandes d'exercice de droits, {year}",
        EN: "Data subject requests, {year}",
    },
    "for_management": {FR: "Bilan pour la direction", EN: "Report for management"},
    "for_inspection": {FR: "Bilan pour un contrôle", EN: "Report for an inspection"},
    "as_of": {FR: "État du registre au {day}", EN: "As the register stood on {day}"},
    "cases": {FR: "Dossiers", EN: "Cases"},
    "percent_in_time": {FR: "Dans le délai légal", EN: "Within the legal time"},
    "median": {FR: "Délai médian, en jours", EN: "Median time, in days"},
    "oldest": {FR: "Plus ancienne en cours", EN: "Oldest open"},
    "oldest_line": {
        FR: "{reference}, reçue le {received}, à répondre au plus tard le {due}",
        EN: "{reference}, received {received}, to be answered by {due}",
    },
    "none_open": {FR: "aucune", EN: "none"},
    "by_month": {FR: "Par mois de réception", EN: "By month of receipt"},
    "by_right": {FR: "Par droit", EN: "By right"},
    "chart_month": {
        FR: "Demandes reçues chaque mois\u00a0: répondues dans le délai, en retard, en cours",
        EN: "Demands received each month: answered in time, late, open",
    },
    "chart_right": {
        FR: "Demandes reçues par droit",
        EN: "Demands received by right",
    },
    "list": {FR: "Liste des demandes", EN: "List of demands"},
    "list_cut": {
        FR: "Les {shown} premières sur {all}\u00a0; le fichier CSV les a toutes.",
        EN: "The first {shown} of {all}; the CSV file has them all.",
    },
    "definitions": {FR: "Ce qui est compté, et comment", EN: "What is counted, and how"},
    "definition_unit": {
        FR: "L'unité est la demande\u00a0: un droit exercé dans un dossier. Elle compte pour le "
        "mois où elle a été reçue par quelque voie que ce soit, lue ou non (RGPD art. 12(3)).",
        EN: "The unit is the demand: one right exercised in one case. It counts in the month in "
        "which it arrived by whatever channel, read or not (GDPR art. 12(3)).",
    },
    "definition_time": {
        FR: "Dans le délai\u00a0: répondue au plus tard le jour où expire le mois légal, reporté "
        "au jour ouvrable suivant (règlement 1182/71 art. 3), ou le délai prolongé quand la "
        "prolongation motivée a été envoyée dans le premier mois.",
        EN: "In time: answered by the day on which the legal month ends, moved to the next working "
        "day (Regulation 1182/71 art. 3), or the extended time when the reasoned notice of "
        "extension was sent within the first month.",
    },
    "definition_answer": {
        FR: "Un refus motivé est une réponse (art. 12(4))\u00a0; répondre que la personne n'a pu "
        "être identifiée aussi (art. 11 et 12(6)). Un accusé de réception n'en est pas une.",
        EN: "A refusal with reasons is an answer (art. 12(4)); so is the answer that the person "
        "could not be identified (art. 11 and 12(6)). An acknowledgment is none.",
    },
    "definition_names": {
        FR: "Ces chiffres viennent du registre et ne nomment personne.",
        EN: "These figures come from the register and name nobody.",
    },
    "page": {FR: "page", EN: "page"},
}


def number(value: float | None, language: Language) -> str:
    """With the comma of the language; a dash for nothing to say."""
    if value is None:
        return "–"
    shown = f"{value:g}"
    return shown.replace(".", ",") if language is FR else shown
