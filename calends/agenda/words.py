"""The words of the calendar feed and of the daily digest."""

from __future__ import annotations

from typing import Final

from calends.rules.vocabulary import Language

FR, EN = Language.FR, Language.EN
Words = dict[Language, str]

TASKS: Final[dict[str, Words]] = {
    "triage": {FR: "Lire et qualifier la demande", EN: "Read and triage the request"},
    "authority": {FR: "Répondre à l'autorité de contrôle", EN: "Answer the supervisory authority"},
    "read_mail": {FR: "Lire le nouveau message", EN: "Read the new message"},
    "verify_identity": {FR: "Vérifier de qui vient la demande", EN: "Check who asks"},
    "check_document": {FR: "Regarder une pièce d'identité", EN: "Look at an identity document"},
    "resolve_homonym": {FR: "Est-ce la même personne\u00a0?", EN: "Is it the same person?"},
    "approve_pause": {FR: "Suspendre le délai, ou non", EN: "Pause the time, or not"},
    "hold_images": {FR: "Figer les images de la caméra", EN: "Freeze the images of the camera"},
    "search_by_hand": {FR: "Chercher à la main", EN: "Search by hand"},
    "mend_system": {FR: "Un système ne répond pas", EN: "A system does not answer"},
    "review_access": {FR: "Relire la copie avant son envoi", EN: "Review the copy"},
    "review_portability": {FR: "Relire le fichier à remettre", EN: "Review the file to hand over"},
    "review_decision": {FR: "Réexaminer une décision", EN: "Review a decision"},
    "decide_restriction": {FR: "Décider de la limitation", EN: "Decide on the restriction"},
    "lift_restriction": {FR: "Garder ou lever la limitation", EN: "Keep or lift the restriction"},
    "weigh_objection": {FR: "Peser une opposition", EN: "Weigh an objection"},
    "rectify": {FR: "Décider de la rectification", EN: "Decide on the rectification"},
    "approve_erasure": {FR: "Décider de l'effacement", EN: "Decide on the erasure"},
    "extension": {FR: "Prolonger le délai, ou non", EN: "Extend the time, or not"},
    "mend_delivery": {FR: "Une lettre n'est pas partie", EN: "A letter has not left"},
    "post_letter": {FR: "Poster une lettre", EN: "Post a letter"},
    "tell_recipients": {FR: "Prévenir les destinataires", EN: "Tell the recipients"},
    "chase_recipient": {FR: "Relancer un destinataire", EN: "Chase a recipient"},
    "mend_case": {FR: "Le dossier s'est arrêté", EN: "The case has stopped"},
}
SOME_TASK: Final[Words] = {FR: "Une tâche attend", EN: "A task waits"}

TEXTS: Final[dict[str, Words]] = {
    "calendar": {FR: "Échéances Calends", EN: "Calends deadlines"},
    "answer": {FR: "{reference}\u00a0: répondre au plus tard", EN: "{reference}: answer by today"},
    "last_call": {
        FR: "{reference}\u00a0: le dossier répond de lui-même ce jour",
        EN: "{reference}: the case answers by itself today",
    },
    "task": {FR: "{reference}\u00a0: {task}", EN: "{reference}: {task}"},
    "task_of": {FR: "{reference}\u00a0: {task} ({system})", EN: "{reference}: {task} ({system})"},
    # --- the digest --------------------------------------------------------------------------
    "subject_late": {
        FR: "Calends, {day}\u00a0: {late} en retard, {waiting} à faire",
        EN: "Calends, {day}: {late} late, {waiting} to do",
    },
    "subject": {
        FR: "Calends, {day}\u00a0: {waiting} à faire",
        EN: "Calends, {day}: {waiting} to do",
    },
    "subject_calm": {FR: "Calends, {day}\u00a0: rien à faire", EN: "Calends, {day}: nothing to do"},
    "late": {FR: "EN RETARD", EN: "LATE"},
    "waiting": {FR: "À FAIRE", EN: "TO DO"},
    "nothing": {FR: "Rien n'attend de vous aujourd'hui.", EN: "Nothing waits for you today."},
    "line": {FR: "{day}  {what}", EN: "{day}  {what}"},
    "more": {FR: "et {n} autres", EN: "and {n} more"},
    "counts": {
        FR: "Dossiers ouverts\u00a0: {cases}. Tâches d'autres\u00a0: {others}. "
        "Anomalies\u00a0: {wrong}.",
        EN: "Open cases: {cases}. Tasks of others: {others}. Looking wrong: {wrong}.",
    },
    "guessed": {
        FR: "Quelqu'un a essayé des liens ou des codes {n} fois au moins depuis hier.",
        EN: "Somebody has tried links or codes {n} times at least since yesterday.",
    },
    "open": {FR: "Ouvrir\u00a0: {url}", EN: "Open: {url}"},
    "why": {
        FR: "Ce message part chaque jour ouvré. Il ne nomme personne. Pour ne plus le recevoir, "
        "videz l'adresse dans «\u00a0Votre compte\u00a0».",
        EN: "This message goes each working day. It names nobody. To stop it, empty the address "
        'in "Your account".',
    },
}


def task_words(kind: str, language: Language) -> str:
    """A kind newer than this table is told as some task."""
    return TASKS.get(kind, SOME_TASK)[language]


def text(key: str, language: Language, **values: object) -> str:
    return TEXTS[key][language].format(**values)
