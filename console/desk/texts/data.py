"""Where the data is."""

from __future__ import annotations

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
        "peut parler d'autres personnes\u00a0: à relire",
        "may speak of other people: to be reviewed",
    ),
    "uploaded_file": ("un fichier joint", "a file attached"),
    "fail_SystemFailed": ("il a refusé ou ne répond pas", "it refused or does not answer"),
    "fail_NotConfigured": ("il n'est pas configuré", "it is not configured"),
    "fail_TimeoutError": ("il est trop lent", "it is too slow"),
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
    "fail_": ("SystemFailed", "NotConfigured", "TimeoutError"),
    "search_": ("nothing", "skipped", "waiting", "not_yet"),
}
