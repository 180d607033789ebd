"""Where the data is."""

from __future__ import annotations

from calends.systems.protocol import Failure

TEXTS: dict[str, tuple[str, str]] = {
    "systems": ("Les systèmes", "The systems"),
    "systems_hint": (
        "Tous sont interrogés en même temps. La réponse nommera chacun d'eux.",
        "All are searched at the same time. The reply will name each of them.",
    ),
    "systems_wait_identity": (
        "La recherche commence quand la personne a confirmé son adresse\u00a0: rien n'est cherché pour un inconnu.",
        "The search begins when the person has confirmed their address: nothing is searched for a stranger.",
    ),
    "search_found_one": ("{n} enregistrement", "{n} record"),
    "search_found_many": ("{n} enregistrements", "{n} records"),
    "search_nothing": ("rien", "nothing"),
    "search_failed": ("ne répond pas depuis le {day}", "does not answer since {day}"),
    "search_skipped": ("ignoré, avec un motif", "skipped, with a reason"),
    "search_waiting": ("recherche en cours…", "being searched…"),
    "search_by_hand": ("attend {holder}", "waits for {holder}"),
    "search_by_hand_nobody": ("attend une recherche à la main", "waits for a search by hand"),
    "search_not_yet": ("pas encore interrogé", "not searched yet"),
    "others_inside": (
        "peut parler d'autres personnes\u00a0: masqué tant que personne ne l'a lu",
        "may speak of other people: masked until somebody has read it",
    ),
    "uploaded_file": ("un fichier joint", "a file attached"),
    "search_pending": (
        "demandé\u00a0: ce prestataire a plusieurs jours pour répondre",
        "asked: this processor has days to answer",
    ),
    "fail_SystemFailed": ("il a refusé ou ne répond pas", "it refused or does not answer"),
    "fail_NotConfigured": ("il n'est pas configuré", "it is not configured"),
    "fail_TimeoutError": (
        "il est trop lent, ou aucun worker ne le sert",
        "it is too slow, or no worker serves it",
    ),
    "fail_unreachable": ("il est injoignable", "it cannot be reached"),
    "fail_denied": ("il refuse nos accès", "it refuses our credentials"),
    "fail_timeout": ("il est trop lent", "it is too slow"),
    "fail_busy": ("il demande d'attendre", "it asks us to wait"),
    "fail_pending": (
        "il a reçu la demande et n'a pas répondu",
        "it was asked and has not answered",
    ),
    "fail_mapping": (
        "ses tables ne sont plus celles qui sont décrites",
        "its tables are no longer those that are described",
    ),
    "fail_settings": ("sa configuration est fausse", "its settings are wrong"),
    "fail_too_many": ("trop d'enregistrements à la fois", "too many records at once"),
    "fail_error": ("il a répondu par une erreur", "it answered with an error"),
    "see_records": ("Voir ce qui a été trouvé", "See what was found"),
    "look_for": ("Qui chercher", "Whom to look for"),
    "look_for_hint": (
        "Ce que dit le message. Rien n'en est vérifié, sauf l'adresse confirmée.",
        "What the message says. Nothing of it is verified but the address that was confirmed.",
    ),
    "look_where": ("Où chercher", "Where to look"),
    "claim_name": ("Nom", "Name"),
    "claim_addresses": ("Adresses électroniques", "Mail addresses"),
    "claim_phones": ("Téléphones", "Phones"),
    "claim_customer_numbers": ("Numéros de client", "Customer numbers"),
    "claim_postal_address": ("Adresse postale", "Postal address"),
    "page_changed": ("La page a changé.", "This page has changed."),
    "reload": ("La recharger", "Load it again"),
}

FAMILIES: dict[str, tuple[str, ...]] = {
    "fail_": ("SystemFailed", "NotConfigured", "TimeoutError", *Failure),
    "search_": ("nothing", "skipped", "waiting", "not_yet", "pending"),
}
