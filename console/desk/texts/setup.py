"""Set-up pages: checks, letters, keys, what happened at the door."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "setup": ("Installation", "Set-up"),
    "setup_tab_checks": ("Vérifications", "Checks"),
    "setup_tab_letters": ("Modèles de lettres", "Letter templates"),
    "setup_tab_keys": ("Clés", "Keys"),
    "setup_tab_events": ("Accès", "Access"),
    "setup_errors_one": ("{n} point à réparer.", "{n} thing to mend."),
    "setup_errors_many": ("{n} points à réparer.", "{n} things to mend."),
    "setup_warnings_one": ("{n} point à surveiller.", "{n} thing to watch."),
    "setup_warnings_many": ("{n} points à surveiller.", "{n} things to watch."),
    "setup_all_well": ("Tout va bien.", "All is well."),
    "level_ok": ("bien", "well"),
    "level_note": ("à savoir", "note"),
    "level_warning": ("à surveiller", "watch"),
    "level_error": ("à réparer", "mend"),
    "setup_mail": ("Courriel d'essai", "Test mail"),
    "setup_mail_lead": (
        "Part à votre propre adresse par le serveur d'envoi de l'entreprise.",
        "Goes to your own address over the company's outgoing server.",
    ),
    "setup_mail_go": ("M'envoyer un essai", "Send me a test"),
    "setup_mail_no_address": (
        "Vous n'avez pas donné d'adresse\u00a0: ajoutez-la dans «\u00a0Votre compte\u00a0».",
        'You gave no address: add it in "Your account".',
    ),
    "setup_mail_taken": (
        "Le serveur l'a pris. Regardez votre boîte, et le dossier des indésirables.",
        "The server took it. Look into your mailbox, and into the junk folder.",
    ),
    "setup_mail_refused": (
        "Le serveur ne l'a pas pris\u00a0: voyez la ligne «\u00a0mail server\u00a0».",
        'The server did not take it: see the line "mail server".',
    ),
    "setup_mail_subject": ("Calends\u00a0: courriel d'essai", "Calends: test mail"),
    "setup_mail_body": (
        "Si vous lisez ceci, l'envoi fonctionne.",
        "If you read this, sending works.",
    ),
    "setup_hint": (
        "Ces lignes sont celles de «\u00a0calends doctor\u00a0» sur cette machine. Un système qui n'est "
        "joignable que par son propre worker se vérifie là-bas.",
        "These lines are those of `calends doctor` on this machine. A system that only its own "
        "worker reaches is checked there.",
    ),
    "setup_letters_lead": (
        "Chaque lettre avec des faits inventés, à l'en-tête de l'entreprise.",
        "Each letter with invented facts, under the company's letterhead.",
    ),
    "setup_letter_broken": (
        "Votre propre texte n'est pas utilisé\u00a0:",
        "Your own text is not used:",
    ),
    "setup_letter_pdf": ("Sur papier (PDF)", "On paper (PDF)"),
    "setup_keys_lead": (
        "Sans la clé maîtresse, aucun dossier ne peut plus être lu. Sauvegardez-la à part.",
        "Without the master key no case can be read any more. Back it up apart.",
    ),
    "key_master": ("Clé maîtresse", "Master key"),
    "key_master_use": (
        "Elle enveloppe la clé de chaque dossier.",
        "It wraps the key of every case.",
    ),
    "key_signing": ("Clé de signature", "Signing key"),
    "key_signing_use": (
        "Elle signe les preuves exportées. Donnez son empreinte à qui les vérifiera.",
        "It signs exported evidence. Give its fingerprint to whoever will verify it.",
    ),
    "key_since": ("En service depuis le {day} ({ago}).", "In use since {day} ({ago})."),
    "key_open": (
        "D'autres comptes de la machine peuvent la lire\u00a0: chmod 600.",
        "Other accounts of the machine can read it: chmod 600.",
    ),
    "key_missing": ("Elle n'est pas sur cette machine.", "It is not on this machine."),
    "key_fingerprint": ("Empreinte\u00a0:", "Fingerprint:"),
    "key_cases": ("Clés des dossiers", "Keys of cases"),
    "key_living_one": ("{n} clé vivante.", "{n} living key."),
    "key_living_many": ("{n} clés vivantes.", "{n} living keys."),
    "key_destroyed_one": ("{n} détruite.", "{n} destroyed."),
    "key_destroyed_many": ("{n} détruites.", "{n} destroyed."),
    "key_ages": (
        "La plus ancienne est du {oldest}, la plus récente du {newest}.",
        "The oldest is of {oldest}, the newest of {newest}.",
    ),
    "setup_events_lead": (
        "Qui est entré, ce qui a été refusé, ce qui a changé. Rien ne s'efface ici.",
        "Who got in, what was refused, what changed. Nothing is ever removed here.",
    ),
    "setup_events_none": ("Rien encore.", "Nothing yet."),
    "happened_by": ("par {name}", "by {name}"),
    "happened_account_made": ("Compte créé", "Account made"),
    "happened_invited": ("Lien d'accès donné", "Set-up link given"),
    "happened_password_set": ("Mot de passe choisi", "Password chosen"),
    "happened_factor_added": ("Second facteur ajouté", "Second factor added"),
    "happened_factor_removed": ("Second facteur retiré", "Second factor removed"),
    "happened_factors_reset": ("Accès remis à zéro", "Access reset"),
    "happened_recovery_codes_made": ("Codes de secours créés", "Recovery codes made"),
    "happened_recovery_code_used": ("Code de secours utilisé", "Recovery code used"),
    "happened_signed_in": ("Connexion", "Signed in"),
    "happened_signed_out_everywhere": ("Déconnexion partout", "Signed out everywhere"),
    "happened_second_factor_guessed_at": (
        "Codes faux à la suite",
        "Wrong codes in a row",
    ),
    "happened_provider_linked": ("Fournisseur rattaché", "Provider tied"),
    "happened_provider_refused": ("Fournisseur refusé", "Provider refused"),
    "happened_roles_changed": ("Rôles changés", "Roles changed"),
    "happened_account_disabled": ("Compte fermé", "Account closed"),
    "happened_searched": ("Recherche d'un dossier", "A case looked for"),
    "happened_evidence_exported": ("Preuves exportées", "Evidence exported"),
    "happened_refused": ("Page refusée", "Page refused"),
    "happened_page_guessed_at": (
        "ALARME\u00a0: liens ou codes essayés en nombre",
        "ALARM: links or codes tried in numbers",
    ),
    "happened_feed_made": ("Agenda\u00a0: adresse créée", "Calendar: address made"),
    "happened_feed_revoked": ("Agenda\u00a0: adresse supprimée", "Calendar: address removed"),
    "happened_digest_sent": ("Résumé du jour envoyé", "Daily digest sent"),
}

FAMILIES: dict[str, tuple[str, ...]] = {
    "setup_tab_": ("checks", "mail", "letters", "keys", "events"),
    "setup_mail_": ("no_address", "taken", "refused"),
    "level_": ("ok", "note", "warning", "error"),
    "key_": ("master", "master_use", "signing", "signing_use"),
    "happened_": tuple(
        key.removeprefix("happened_")
        for key in TEXTS
        if key.startswith("happened_") and key != "happened_by"
    ),
}
