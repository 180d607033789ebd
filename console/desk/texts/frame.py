"""What stands around every page: menu, days in words, errors."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "skip": ("Aller au contenu", "Skip to content"),
    "menu": ("Menu", "Menu"),
    "languages": ("Langue", "Language"),
    "product": ("Calends", "Calends"),
    "today": ("Aujourd'hui", "Today"),
    # --- days --------------------------------------------------------------------------------
    "due_today": ("aujourd'hui", "today"),
    "due_tomorrow": ("demain", "tomorrow"),
    "days_left_one": ("dans {n} jour", "in {n} day"),
    "days_left_many": ("dans {n} jours", "in {n} days"),
    "days_late_one": ("{n} jour de retard", "{n} day late"),
    "days_late_many": ("{n} jours de retard", "{n} days late"),
    "ago_today": ("aujourd'hui", "today"),
    "ago_yesterday": ("hier", "yesterday"),
    "days_ago_one": ("il y a {n} jour", "{n} day ago"),
    "days_ago_many": ("il y a {n} jours", "{n} days ago"),
    # --- keyboard ----------------------------------------------------------------------------
    "keys": ("Au clavier", "By keyboard"),
    "key_enter": ("Entrée", "Enter"),
    "keys_move": ("ligne suivante, précédente", "next line, previous line"),
    "keys_open": ("ouvrir", "open"),
    "keys_search": ("chercher", "search"),
    "keys_queue": ("aller à Aujourd'hui", "go to Today"),
    "keys_help": ("cette aide", "this help"),
    "keys_submit": ("valider le formulaire", "confirm the form"),
    "keys_hint": (
        "Aucune touche seule n'envoie ni ne détruit. Votre page «\u00a0Mon bureau\u00a0» les désactive.",
        'No single key sends or destroys. Your page "My desk" switches them off.',
    ),
    "close": ("Fermer", "Close"),
    # --- errors ------------------------------------------------------------------------------
    "error_back": ("Retour à Aujourd'hui", "Back to Today"),
    "error_bad_title": ("Cet envoi n'est pas compris", "This could not be understood"),
    "error_bad_more": (
        "Rien n'a été changé. Revenez en arrière, vérifiez ce que vous avez saisi, recommencez.",
        "Nothing was changed. Go back, check what you entered, and try again.",
    ),
    "error_signed_out_title": ("Vous n'êtes pas connecté", "You are not signed in"),
    "error_signed_out_more": (
        "Connectez-vous pour voir cette page.",
        "Sign in to see this page.",
    ),
    "error_forbidden_title": (
        "Cette page n'est pas pour votre rôle",
        "This page is not for your role",
    ),
    "error_forbidden_more": (
        "S'il vous la faut, demandez ce rôle à la personne qui administre Calends.",
        "If you need it, ask whoever administers Calends for that role.",
    ),
    "error_lost_title": ("Cette page n'existe pas", "There is no such page"),
    "error_lost_more": (
        "L'adresse est peut-être incomplète. Cherchez le dossier par sa référence.",
        "The address may be incomplete. Look for the case by its reference.",
    ),
    "error_slow_title": ("L'envoi n'est pas arrivé", "What you sent did not arrive"),
    "error_slow_more": (
        "La connexion était trop lente. Rien n'a été changé\u00a0: recommencez.",
        "The connection was too slow. Nothing was changed: try again.",
    ),
    "error_conflict_title": ("Entre-temps, cela a changé", "This has changed meanwhile"),
    "error_conflict_more": (
        "Rien de ce que vous avez saisi n'a été appliqué. Ouvrez à nouveau la page.",
        "Nothing that you entered was applied. Open the page again.",
    ),
    "error_too_large_title": ("Cet envoi est trop grand", "This is too large"),
    "error_too_large_more": (
        "Rien n'a été changé. Un fichier peut avoir 50\u00a0Mo, un texte 10\u00a0000 caractères.",
        "Nothing was changed. A file may have 50 MB, a text 10,000 characters.",
    ),
    "error_too_often_title": ("Trop d'essais à la suite", "Too many tries in a row"),
    "error_too_often_more": (
        "Attendez quelques minutes, puis recommencez.",
        "Wait a few minutes, then try again.",
    ),
    "error_unsafe_title": ("Ce fichier n'est pas remis", "This file is not handed on"),
    "error_unsafe_more": (
        "Il reste scellé dans le dossier, tel qu'il est arrivé. Demandez à la personne de l'envoyer "
        "autrement si vous en avez besoin.",
        "It stays sealed in the case, as it came. Ask the person to send it another way if you "
        "need it.",
    ),
    "error_broken_title": ("Quelque chose s'est mal passé", "Something went wrong"),
    "error_broken_more": (
        "Le défaut est noté dans le journal du serveur. Les délais courent, les dossiers suivent "
        "leur cours.",
        "The defect is in the server's log. The clocks run, and the cases take their course.",
    ),
    "error_away_title": ("Le registre ne répond pas", "The register does not answer"),
    "error_away_more": (
        "Rien n'est perdu. Revenez dans quelques minutes, ou lancez «\u00a0calends doctor\u00a0».",
        "Nothing is lost. Come back in a few minutes, or run `calends doctor`.",
    ),
}
