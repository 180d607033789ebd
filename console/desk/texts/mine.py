"""My desk: absence, deputy, keyboard."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "mine": ("Mon bureau", "My desk"),
    "mine_absence": ("Quand je suis absent", "When I am away"),
    "mine_absence_hint": (
        "Pendant ces jours, votre suppléant voit vos tâches et les fait. Les délais n'attendent pas.",
        "During these days your deputy sees your tasks and does them. The clocks do not wait.",
    ),
    "mine_first": ("Premier jour", "First day"),
    "mine_last": ("Dernier jour", "Last day"),
    "mine_deputy": ("Suppléant", "Deputy"),
    "mine_save": ("Enregistrer", "Save"),
    "mine_away": (
        "Du {first} au {last}\u00a0: {deputy}.",
        "From {first} to {last}: {deputy}.",
    ),
    "mine_back": ("Supprimer", "Remove"),
    "mine_nobody": (
        "Aucun autre collègue ne peut vous remplacer\u00a0: créez un compte de suppléant.",
        "No other colleague can stand in for you: make an account for a deputy.",
    ),
    "mine_bad": (
        "Choisissez deux dates dans l'ordre, sur un an au plus, et quelqu'un d'autre que vous.",
        "Choose two dates in order, within a year, and somebody else than you.",
    ),
    "mine_keys": ("Raccourcis au clavier", "Keyboard shortcuts"),
    "mine_keys_hint": (
        "Les touches seules (j, k, g q, la barre oblique…) déplacent et ouvrent. Désactivez-les si elles vous gênent.",
        "Single keys (j, k, /, ?, g q) move and open. Switch them off if they disturb you.",
    ),
    "mine_keys_on": ("Activer les touches seules", "Switch single keys on"),
    "mine_keys_off": ("Désactiver les touches seules", "Switch single keys off"),
}
