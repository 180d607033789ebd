"""Why something is late, not done or kept, in words: the facts of a case, the verdicts on data."""

from __future__ import annotations

from datetime import date

from calends.letters.inputs import Reason
from calends.letters.words import EN, FR, day_in_words, records_in_words
from calends.rules import retention
from calends.rules.vocabulary import Language

# What a task of a case does (workflows.tasks.TaskKind), to say that it is not finished; others get
# _SOME_TASK.
_TASKS: dict[str, dict[Language, str]] = {
    "triage": {
        FR: "la lecture de votre demande",
        EN: "the reading of your request",
    },
    "read_mail": {
        FR: "la lecture de votre courrier",
        EN: "the reading of your mail",
    },
    "verify_identity": {
        FR: "la vérification de l'identité",
        EN: "the check of the identity",
    },
    "check_document": {
        FR: "la vérification d'un justificatif",
        EN: "the check of a document",
    },
    "resolve_homonym": {
        FR: "la distinction de personnes de même nom",
        EN: "the telling apart of people of one name",
    },
    "search_by_hand": {
        FR: "une recherche à la main",
        EN: "a search by hand",
    },
    "mend_system": {
        FR: "la remise en état d'un de nos systèmes",
        EN: "the repair of one of our systems",
    },
    "review_access": {
        FR: "la relecture des données trouvées",
        EN: "the review of the data found",
    },
    "review_portability": {
        FR: "la relecture du fichier à remettre",
        EN: "the review of the file to be given",
    },
    "review_decision": {
        FR: "le réexamen d'une décision par une personne",
        EN: "the review of a decision by a person",
    },
    "decide_restriction": {
        FR: "l'examen des motifs de limitation",
        EN: "the examination of the grounds of restriction",
    },
    "lift_restriction": {
        FR: "la décision de lever une limitation",
        EN: "the decision to lift a restriction",
    },
    "weigh_objection": {
        FR: "la mise en balance de votre opposition",
        EN: "the balancing of your objection",
    },
    "rectify": {
        FR: "la rectification des données par une personne",
        EN: "the rectification of the data by a person",
    },
    "approve_erasure": {
        FR: "l'approbation de l'effacement par une personne",
        EN: "the approval of the erasure by a person",
    },
    "extension": {
        FR: "la décision sur une prolongation du délai",
        EN: "the decision on an extension of the time limit",
    },
    "mend_delivery": {
        FR: "la remise d'un de nos messages",
        EN: "the delivery of one of our messages",
    },
    "post_letter": {
        FR: "l'envoi d'un courrier postal",
        EN: "the posting of a letter",
    },
    "tell_recipients": {
        FR: "l'information des destinataires",
        EN: "the telling of the recipients",
    },
    "chase_recipient": {
        FR: "la relance d'un destinataire",
        EN: "the reminding of a recipient",
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
    return {FR: f"à terminer : {task}{since}", EN: f"still to be finished: {task}{since}"}[language]


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
