"""Dates, periods, rights and facts in words, in both languages of the letters."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from calends.letters.inputs import Reason
from calends.problems import Problem
from calends.rules import retention
from calends.rules.vocabulary import Language, Right

FR, EN = Language.FR, Language.EN

_MONTHS = {
    FR: "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    EN: "January February March April May June July August September October November December",
}


def day_in_words(day: date, language: Language) -> str:
    """`15 décembre 2026`, `1er janvier 2027`, `15 December 2026`."""
    month = _MONTHS[language].split()[day.month - 1]
    number = "1er" if language is FR and day.day == 1 else str(day.day)
    return f"{number} {month} {day.year}"


_UNITS = {
    FR: {"Y": ("an", "ans"), "M": ("mois", "mois"), "D": ("jour", "jours")},
    EN: {"Y": ("year", "years"), "M": ("month", "months"), "D": ("day", "days")},
}
_AND = {FR: " et ", EN: " and "}


def period_in_words(period: str, language: Language) -> str:
    """`P3Y` is `3 ans` or `3 years`. Raises Problem for what is not an ISO period in Y, M, D."""
    parts = re.findall(r"(\d+)([YMD])", period)
    if not parts or period != "P" + "".join(number + unit for number, unit in parts):
        raise Problem(f"`{period}` is not a period of years, months or days")
    return _AND[language].join(
        f"{int(number)} {_UNITS[language][unit][int(number) != 1]}" for number, unit in parts
    )


def records_in_words(count: int, language: Language) -> str:
    word = {FR: "enregistrement", EN: "record"}[language]
    # French: zero is singular.
    plural = count > 1 if language is FR else count != 1
    return f"{count} {word}{'s' if plural else ''}"


RIGHTS: dict[Right, dict[Language, str]] = {
    Right.ACCESS: {
        FR: "le droit d'accès à vos données (article 15 du RGPD)",
        EN: "the right of access to your data (Article 15 GDPR)",
    },
    Right.PORTABILITY: {
        FR: "le droit à la portabilité de vos données (article 20 du RGPD)",
        EN: "the right to data portability (Article 20 GDPR)",
    },
    Right.RECTIFICATION: {
        FR: "le droit de rectification (article 16 du RGPD)",
        EN: "the right to rectification (Article 16 GDPR)",
    },
    Right.ERASURE: {
        FR: "le droit à l'effacement de vos données (article 17 du RGPD)",
        EN: "the right to erasure of your data (Article 17 GDPR)",
    },
    Right.RESTRICTION: {
        FR: "le droit à la limitation du traitement (article 18 du RGPD)",
        EN: "the right to restriction of processing (Article 18 GDPR)",
    },
    Right.OBJECTION: {
        FR: "le droit d'opposition (article 21, paragraphe 1, du RGPD)",
        EN: "the right to object (Article 21(1) GDPR)",
    },
    Right.PROSPECTING_OBJECTION: {
        FR: "l'opposition à la prospection commerciale (article 21, paragraphe 2, du RGPD)",
        EN: "the objection to direct marketing (Article 21(2) GDPR)",
    },
    Right.CONSENT_WITHDRAWAL: {
        FR: "le retrait de votre consentement (article 7, paragraphe 3, du RGPD)",
        EN: "the withdrawal of your consent (Article 7(3) GDPR)",
    },
    Right.HUMAN_REVIEW: {
        FR: "le droit d'obtenir une intervention humaine (article 22 du RGPD)",
        EN: "the right to obtain human intervention (Article 22 GDPR)",
    },
    Right.RECIPIENTS: {
        FR: "le droit de savoir à qui vos données ont été communiquées (article 15 du RGPD)",
        EN: "the right to know to whom your data were disclosed (Article 15 GDPR)",
    },
    Right.AUTHORITY_INQUIRY: {
        FR: "une demande de l'autorité de contrôle",
        EN: "an inquiry of the supervisory authority",
    },
}

BASES: dict[str, dict[Language, str]] = {
    "consent": {
        FR: "votre consentement (article 6, paragraphe 1, a, du RGPD)",
        EN: "your consent (Article 6(1)(a) GDPR)",
    },
    "contract": {
        FR: "le contrat conclu avec vous ou sa préparation (article 6, paragraphe 1, b, du RGPD)",
        EN: "the contract with you or its preparation (Article 6(1)(b) GDPR)",
    },
    "legal_obligation": {
        FR: "une obligation légale (article 6, paragraphe 1, c, du RGPD)",
        EN: "a legal obligation (Article 6(1)(c) GDPR)",
    },
    "legitimate_interest": {
        FR: "notre intérêt légitime (article 6, paragraphe 1, f, du RGPD)",
        EN: "our legitimate interest (Article 6(1)(f) GDPR)",
    },
    "UNSET": {
        FR: "en cours de qualification par notre délégué à la protection des données",
        EN: "being determined by our data protection officer",
    },
}

Channel = Literal["email", "post", "phone", "sms", "profiling"]

CHANNELS: dict[Channel, dict[Language, str]] = {
    "email": {FR: "courriels", EN: "e-mail"},
    "post": {FR: "courrier postal", EN: "post"},
    "phone": {FR: "appels téléphoniques", EN: "telephone calls"},
    "sms": {FR: "SMS et messages instantanés", EN: "text and instant messages"},
    "profiling": {FR: "profilage lié à la prospection", EN: "profiling related to marketing"},
}

# The kinds of task that a case knows (workflows.case.TaskKind); others get _SOME_TASK.
_TASKS: dict[str, dict[Language, str]] = {
    "triage": {FR: "la lecture de votre demande", EN: "the reading of your request"},
    "read_mail": {FR: "la lecture de votre courrier", EN: "the reading of your mail"},
    "search_by_hand": {FR: "une recherche à la main", EN: "a search by hand"},
    "mend_system": {
        FR: "la remise en état d'un de nos systèmes",
        EN: "the repair of one of our systems",
    },
    "review_access": {
        FR: "la relecture des données trouvées, avant leur remise,",
        EN: "the review of the data found, before they are given,",
    },
    "approve_erasure": {
        FR: "l'approbation de l'effacement par une personne",
        EN: "the approval of the erasure by a person",
    },
    "extension": {
        FR: "la décision sur une prolongation du délai",
        EN: "the decision on an extension of the time limit",
    },
}
_SOME_TASK = {FR: "une vérification par une personne", EN: "a check by a person"}


def task_in_words(kind: str, language: Language) -> str:
    """What a kind of task is, for people who never saw the queue."""
    return _TASKS.get(kind, _SOME_TASK)[language]


def reason_in_words(reason: Reason, language: Language) -> str:
    """One fact of the case as a clause of a list."""
    if reason.kind == "stated":
        return reason.text
    since = _since(reason.since, language)
    if reason.kind == "system_silent":
        return {
            FR: f"le système « {reason.name} » ne répond pas à notre recherche{since}",
            EN: f"the system “{reason.name}” has not answered our search{since}",
        }[language]
    if reason.kind == "records_found":
        found = records_in_words(reason.count, language)
        return {
            FR: f"{found} à relire par une personne, pour protéger aussi les droits d'autrui",
            EN: f"{found} to be read by a person, to protect the rights of others as well",
        }[language]
    if reason.kind == "several_requests":
        return {
            FR: f"votre demande porte sur {reason.count} droits à la fois",
            EN: f"your request exercises {reason.count} rights at once",
        }[language]
    if reason.kind == "in_progress":
        return {
            FR: f"le traitement de votre demande n'est pas terminé{since}",
            EN: f"the handling of your request is not finished{since}",
        }[language]
    task = task_in_words(reason.name, language)
    return {FR: f"{task} n'est pas terminée{since}", EN: f"{task} is not finished{since}"}[language]


VERDICT_REASONS: dict[str, dict[Language, str]] = {
    retention.Reason.NO_DURATION: {
        FR: "leur durée de conservation reste à fixer par notre délégué",
        EN: "their retention period remains to be set by our officer",
    },
    retention.Reason.NO_LEGAL_BASIS: {
        FR: "leur base légale reste à confirmer par notre délégué",
        EN: "their legal basis remains to be confirmed by our officer",
    },
    retention.Reason.OBLIGATION_WITHOUT_STATUTE: {
        FR: "le texte qui obligerait à les conserver reste à vérifier",
        EN: "the law that would oblige us to keep them remains to be checked",
    },
    retention.Reason.START_UNKNOWN: {
        FR: "la date dont part leur durée de conservation reste à établir",
        EN: "the date from which their retention period counts remains to be established",
    },
    retention.Reason.RELATIONSHIP_RUNS: {
        FR: "elles servent encore à l'exécution du contrat en cours avec vous",
        EN: "they are still needed for the running contract with you",
    },
    retention.Reason.CLAIMS_MAY_NEED_IT: {
        FR: "elles peuvent être nécessaires à la défense de droits en justice",
        EN: "they may be needed for legal claims",
    },
    retention.Reason.LEGAL_OBLIGATION: {
        FR: "la loi nous oblige à les conserver",
        EN: "the law obliges us to keep them",
    },
    retention.Reason.OBJECTED: {
        FR: "votre opposition à leur traitement a été retenue",
        EN: "your objection to their processing was upheld",
    },
    retention.Reason.UNLAWFUL_TO_HOLD: {
        FR: "nous n'aurions pas dû les conserver",
        EN: "we should not have kept them",
    },
    retention.Reason.LAW_ORDERS_ERASURE: {
        FR: "la loi en ordonne l'effacement",
        EN: "the law orders their erasure",
    },
    retention.Reason.COLLECTED_FROM_MINOR: {
        FR: "elles ont été collectées pendant votre minorité",
        EN: "they were collected while you were a minor",
    },
    retention.Reason.SUPPRESSION_NEEDED: {
        FR: "une empreinte reste, pour que plus rien ne vous soit envoyé",
        EN: "a digest remains, so that nothing is sent to you any more",
    },
    retention.Reason.GROUNDS_TO_WEIGH: {
        FR: "un motif légitime de les conserver est à mettre en balance par notre délégué",
        EN: "a legitimate ground to keep them is to be weighed by our officer",
    },
    retention.Reason.CLAIM_NEEDS_IT: {
        FR: "elles sont nécessaires à la constatation, à l'exercice ou à la défense de droits",
        EN: "they are needed to establish, exercise or defend legal claims",
    },
    retention.Reason.LITIGATION_HOLD: {
        FR: "un litige nous oblige à les préserver",
        EN: "litigation obliges us to preserve them",
    },
    retention.Reason.AUTHORITY_HOLD: {
        FR: "une autorité nous oblige à les préserver",
        EN: "an authority obliges us to preserve them",
    },
    retention.Reason.RESTRICTED: {
        FR: "leur traitement est limité : la limitation doit d'abord être levée",
        EN: "their processing is restricted: the restriction has to be lifted first",
    },
    retention.Reason.OTHER_DEMAND_OPEN: {
        FR: "une autre de vos demandes les concerne et doit recevoir sa réponse d'abord",
        EN: "another of your requests concerns them and must be answered first",
    },
    retention.Reason.NO_WAY_DECLARED: {
        FR: "la manière de les effacer de ce système reste à fixer",
        EN: "the way to erase them from this system remains to be set",
    },
}


def _since(day: date | None, language: Language) -> str:
    if day is None:
        return ""
    words = day_in_words(day, language)
    return {FR: f" (depuis le {words})", EN: f" (since {words})"}[language]
