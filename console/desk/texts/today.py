"""Today's queue."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "nothing_for_you": ("Rien ne vous attend.", "Nothing waits for you."),
    "waits_for_you_one": ("{n} chose vous attend.", "{n} thing waits for you."),
    "waits_for_you_many": ("{n} choses vous attendent.", "{n} things wait for you."),
    "waits_for_you_lots": (
        "Plus de {n} choses vous attendent.",
        "More than {n} things wait for you.",
    ),
    "standing_in": (
        "Vous remplacez {names}\u00a0: leurs tâches sont ici.",
        "You stand in for {names}: their tasks are here.",
    ),
    # --- groups ------------------------------------------------------------------------------
    "group_needs_me": ("À vous", "Needs you"),
    "group_person": ("Attend la personne", "Waits for the person"),
    "group_others": ("Attend les systèmes et les collègues", "Waits for systems and colleagues"),
    "group_wrong": ("Semble anormal", "Looks wrong"),
    "group_needs_me_hint": (
        "La date légale la plus proche en premier.",
        "The nearest legal date first.",
    ),
    "group_person_hint": (
        "Vous n'avez rien à faire\u00a0: Calends relance, puis répond à l'échéance.",
        "Nothing for you to do: Calends reminds them, then answers at the deadline.",
    ),
    "group_others_hint": (
        "Recherches en cours, tâches prises par d'autres.",
        "Searches under way, tasks that others have taken.",
    ),
    "group_wrong_hint": (
        "En retard, signalé, ou arrêté. À regarder même si rien ne vous est demandé.",
        "Late, reported, or stopped. Worth a look even when nothing is asked of you.",
    ),
    "empty_needs_me": (
        "Tout est fait. Les délais courent, Calends veille.",
        "All is done. The clocks run, Calends keeps watch.",
    ),
    "empty_person": ("Personne ne doit répondre.", "Nobody has to answer."),
    "empty_others": ("Rien n'est en cours ailleurs.", "Nothing is under way elsewhere."),
    "empty_wrong": ("Rien d'anormal.", "Nothing looks wrong."),
    "show_all": ("Tout voir", "Show all"),
    "back_to_groups": ("Tous les groupes", "All groups"),
    "more_than": ("plus de {n}", "more than {n}"),
    "next_page": ("Page suivante", "Next page"),
    "previous_page": ("Page précédente", "Previous page"),
    # --- a line ------------------------------------------------------------------------------
    "do_by": ("À faire {when}, le {day}.", "To do {when}, on {day}."),
    "do_by_late": (
        "Aurait dû être fait le {day} ({when}).",
        "Should have been done on {day} ({when}).",
    ),
    "answer_due": ("Réponse due le {day}.", "Answer due on {day}."),
    "unit_days_one": ("jour", "day"),
    "unit_days_many": ("jours", "days"),
    "unit_late": ("de retard", "late"),
    "unit_answered": ("répondu", "answered"),
    "person_asked": (
        "Doit confirmer son adresse. {next}",
        "Has to confirm their address. {next}",
    ),
    "person_next_reminder": ("Relance le {day}.", "Reminder on {day}."),
    "person_next_answer": (
        "Sans nouvelles, Calends répond le {day}.",
        "Without news, Calends answers on {day}.",
    ),
    "person_over": (
        "Réponse donnée\u00a0; le dossier rouvre si la personne confirme.",
        "Answered; the case reopens if the person confirms.",
    ),
    "being_objected": (
        "L'opposition est exécutée, la confirmation part.",
        "The objection is being carried out, the confirmation leaves.",
    ),
    "engine_works": ("Calends y travaille.", "Calends is at work on it."),
    "confirm_this": ("Confirmer, ou renvoyer\u00a0: {what}", "Confirm, or send back: {what}"),
    "waits_second": (
        "Attend une seconde personne\u00a0: {what}",
        "Waits for a second person: {what}",
    ),
    "has_taken": ("{name} s'en charge", "{name} does it"),
    "you_have_taken": ("À vous", "Yours"),
    "owner_searches": ("Attend le responsable du système", "Waits for the system's owner"),
    "take": ("Je m'en charge", "I take it"),
    "late_for": ("En retard depuis le {day}.", "Late since {day}."),
    "attention_dpo": (
        "Signalé au DPO\u00a0: du retard.",
        "Reported to the DPO: something is late.",
    ),
    "attention_management": (
        "Signalé à la direction\u00a0: {what}.",
        "Reported to management: {what}.",
    ),
    "what_late": ("du retard", "something is late"),
    "what_last_call": (
        "réponse partielle envoyée à l'échéance",
        "a partial answer went at the deadline",
    ),
    "what_extended_last_call": (
        "réponse forcée à la seconde échéance",
        "a forced answer at the second deadline",
    ),
    "what_authority": ("lettre de l'autorité de contrôle", "a letter of the supervisory authority"),
    "what_undelivered": ("une réponse ne part pas", "a reply does not leave"),
    # --- filters -----------------------------------------------------------------------------
    "filters": ("Filtrer et trier", "Filter and sort"),
    "filter_right": ("Droit", "Right"),
    "filter_system": ("Système", "System"),
    "filter_kind": ("Tâche", "Task"),
    "filter_claimed": ("Seulement ce que j'ai pris", "Only what I have taken"),
    "filter_any": ("Tous", "All"),
    "sort": ("Trier par", "Sort by"),
    "sort_risk": ("date légale", "legal date"),
    "sort_task": ("date de la tâche", "date of the task"),
    "filter_go": ("Appliquer", "Apply"),
    "filter_clear": ("Tout afficher", "Clear"),
    # --- what happened -----------------------------------------------------------------------
    "inbox_waits_one": (
        "{n} message reçu n'est pas encore un dossier. Le service «\u00a0starter\u00a0» est-il en marche\u00a0?",
        "{n} message received is no case yet. Does the service `starter` run?",
    ),
    "inbox_waits_many": (
        "{n} messages reçus ne sont pas encore des dossiers. Le service «\u00a0starter\u00a0» est-il en marche\u00a0?",
        "{n} messages received are no cases yet. Does the service `starter` run?",
    ),
    "not_free": (
        "{name} s'en charge déjà depuis peu. Rechargez la page.",
        "{name} has taken it meanwhile. Load the page again.",
    ),
    "task_over": (
        "Cette tâche n'attend plus\u00a0: {what}.",
        "This task waits no more: {what}.",
    ),
    "search": ("Chercher", "Search"),
    "search_hint": ("Référence, nom ou adresse", "Reference, name or address"),
    "search_lead": (
        "Une référence (2026-00042-K7, ou 42), un nom, une adresse électronique entière.",
        "A reference (2026-00042-K7, or 42), a name, a whole mail address.",
    ),
    "search_results_one": ("{n} dossier", "{n} case"),
    "search_results_many": ("{n} dossiers", "{n} cases"),
    "search_lots": ("Les {n} dossiers les plus récents", "The {n} newest cases"),
    "search_closed": ("clos le {day}", "closed on {day}"),
    "search_none_reference": (
        "Aucun dossier n'a cette référence. Ses deux derniers caractères la vérifient\u00a0: est-elle bien recopiée\u00a0?",
        "No case has this reference. Its last two characters check it: is it copied well?",
    ),
    "search_none_number": ("Aucun dossier n'a ce numéro.", "No case has this number."),
    "search_none_address": (
        "Personne n'a écrit depuis cette adresse. Il la faut entière.",
        "Nobody wrote from this address. It must be the whole of it.",
    ),
    "search_none_name": (
        "Aucun dossier ne porte tous ces mots. Des mots entiers, sans les accents s'il le faut.",
        "No case bears all of these words. Whole words; accents do not matter.",
    ),
}

FAMILIES: dict[str, tuple[str, ...]] = {
    "search_none_": ("reference", "number", "address", "name"),
}
