"""Signing in, setting up, one's own account, colleagues."""

from __future__ import annotations

from calends.accounts.roles import Role

TEXTS: dict[str, tuple[str, str]] = {
    # --- signing in --------------------------------------------------------------------------
    "sign_in_title": ("Connexion", "Sign in"),
    "sign_in_lead": (
        "Cet espace est réservé aux personnes qui traitent les demandes.",
        "This is for those who deal with requests.",
    ),
    "sign_in_refused": (
        "Cela ne correspond à aucun compte. Vérifiez le nom et le mot de passe. Après plusieurs "
        "essais, attendez quelques minutes.",
        "This matches no account. Check name and password. After several tries, wait a few "
        "minutes.",
    ),
    "sign_in_needs_https": (
        "La connexion n'est possible qu'en https. Ouvrez cette page à son adresse en https.",
        "Signing in needs https. Open this page at its https address.",
    ),
    "sign_in_name": ("Nom", "Name"),
    "sign_in_password": ("Mot de passe", "Password"),
    "sign_in_go": ("Se connecter", "Sign in"),
    "sign_in_help": (
        "Mot de passe ou second facteur perdu\u00a0? La personne qui gère les comptes peut vous "
        "donner un nouveau lien.",
        "Lost your password or second factor? Whoever manages accounts can give you a new link.",
    ),
    "sign_in_provider_lead": (
        "Avec le compte que vous avez déjà dans l'entreprise.",
        "With the account that you already have in the company.",
    ),
    "sign_in_provider": ("Continuer avec {name}", "Continue with {name}"),
    "to_provider_title": ("Vers {name}", "On to {name}"),
    "to_provider_lead": (
        "Vous allez y confirmer qui vous êtes, puis revenir ici.",
        "You will confirm there who you are, then come back.",
    ),
    "to_provider_go": ("Ouvrir {name}", "Open {name}"),
    # --- the second factor -------------------------------------------------------------------
    "code_title": ("Encore une étape", "One more step"),
    "code_label": ("Code", "Code"),
    "code_hint": (
        "Les six chiffres de votre application, ou un code de secours.",
        "The six digits of your app, or a recovery code.",
    ),
    "code_refused": (
        "Ce n'est pas le bon code, ou il a déjà servi. Attendez le suivant.",
        "This is not the right code, or it was used already. Wait for the next one.",
    ),
    "code_go": ("Valider", "Confirm"),
    "code_other": ("Se connecter sous un autre nom", "Sign in under another name"),
    "passkey_get_lead": (
        "Avec votre clé de sécurité, votre empreinte ou votre visage.",
        "With your security key, fingerprint or face.",
    ),
    "passkey_get": ("Utiliser ma clé d'accès", "Use my passkey"),
    "passkey_create_lead": (
        "Le plus sûr\u00a0: une clé de sécurité, ou l'empreinte ou le visage que cet appareil "
        "reconnaît.",
        "The safest: a security key, or the fingerprint or face that this device knows.",
    ),
    "passkey_create": ("Créer une clé d'accès", "Make a passkey"),
    "passkey_failed": (
        "Le navigateur n'a pas donné de clé. Recommencez, ou prenez le code.",
        "The browser gave no key. Try again, or use the code.",
    ),
    "confirm_title": ("Confirmez que c'est vous", "Confirm that it is you"),
    "confirm_lead": (
        "Ce que vous allez faire touche aux accès. Cela vaut un quart d'heure.",
        "What you are about to do concerns access. This holds for a quarter of an hour.",
    ),
    "confirm_provider": (
        "Déconnectez-vous, puis reconnectez-vous\u00a0: c'est votre fournisseur qui confirme.",
        "Sign out and in again: it is your provider that confirms.",
    ),
    # --- setting up --------------------------------------------------------------------------
    "set_up_title": ("Bienvenue", "Welcome"),
    "set_up_lead": (
        "Choisissez votre mot de passe. Ensuite, un second facteur\u00a0: deux minutes en tout.",
        "Choose your password. Then a second factor: two minutes in all.",
    ),
    "set_up_provider_lead": (
        "Ou rattachez le compte {name} que vous avez déjà\u00a0: vous n'aurez pas de mot de passe "
        "ici.",
        "Or tie the {name} account that you already have: you will have no password here.",
    ),
    "set_up_password": ("Nouveau mot de passe", "New password"),
    "set_up_hint": (
        "12 caractères ou plus. Quelques mots sans rapport entre eux font un bon mot de passe.",
        "12 characters or more. A few unrelated words make a good password.",
    ),
    "set_up_again": ("Encore une fois", "Once more"),
    "set_up_go": ("Continuer", "Continue"),
    "set_up_differ": (
        "Les deux mots de passe ne sont pas les mêmes.",
        "The two passwords are not the same.",
    ),
    "set_up_unfit": (
        "Ce mot de passe est trop simple\u00a0: 12 caractères ou plus, variés, sans votre nom ni "
        "celui de l'entreprise.",
        "This password is too simple: 12 varied characters or more, with neither your name nor "
        "the company's.",
    ),
    "set_up_void": (
        "Ce lien a servi, ou n'est plus valable. Demandez-en un autre.",
        "This link was used, or is no longer valid. Ask for another one.",
    ),
    "enrol_title": ("Votre second facteur", "Your second factor"),
    "enrol_lead": (
        "Un mot de passe seul n'ouvre rien ici. Choisissez ce que vous aurez toujours avec vous.",
        "A password alone opens nothing here. Choose what you will always have with you.",
    ),
    "enrol_app": ("Une application d'authentification", "An authenticator app"),
    "enrol_scan": (
        "Scannez ce code avec votre application.",
        "Scan this code with your app.",
    ),
    "enrol_qr": ("Code QR à scanner", "QR code to scan"),
    "enrol_by_hand": ("Ou tapez-y cette clé\u00a0:", "Or type this key into it:"),
    "enrol_code": (
        "Tapez les six chiffres que l'application montre.",
        "Type the six digits that the app shows.",
    ),
    "enrol_go": ("Vérifier", "Check"),
    "enrol_refused": (
        "Cela ne correspond pas. Vérifiez l'heure de votre téléphone, puis prenez le code suivant.",
        "This does not match. Check the clock of your phone, then take the next code.",
    ),
    "codes_title": ("Vos codes de secours", "Your recovery codes"),
    "codes_lead": (
        "Chacun remplace une fois votre second facteur. Imprimez-les ou notez-les\u00a0: ils ne "
        "seront plus montrés.",
        "Each replaces your second factor once. Print or note them: they will not be shown again.",
    ),
    "codes_go": ("Je les ai notés", "I have noted them"),
    "codes_left_one": ("{n} code de secours reste.", "{n} recovery code is left."),
    "codes_left_many": ("{n} codes de secours restent.", "{n} recovery codes are left."),
    # --- one's own account -------------------------------------------------------------------
    "account": ("Votre compte", "Your account"),
    "sign_out": ("Se déconnecter", "Sign out"),
    "account_factors": ("Second facteur", "Second factor"),
    "factor_totp": ("Application d'authentification", "Authenticator app"),
    "factor_webauthn": ("Clé d'accès", "Passkey"),
    "account_since": ("depuis le {day}", "since {day}"),
    "account_remove": ("Retirer", "Remove"),
    "account_by_provider": (
        "Votre fournisseur de connexion s'en charge.",
        "Your sign-in provider takes care of it.",
    ),
    "account_add_factor": ("Ajouter un second facteur", "Add a second factor"),
    "account_new_codes": ("Nouveaux codes de secours", "New recovery codes"),
    "account_last_factor": (
        "Le dernier second facteur ne se retire pas\u00a0: ajoutez-en un autre d'abord.",
        "The last second factor cannot be removed: add another one first.",
    ),
    "account_factor_removed": ("Le second facteur est retiré.", "The second factor is removed."),
    "account_browsers": ("Navigateurs connectés", "Browsers signed in"),
    "account_browser": (
        "Connecté le {day}, vu à {seen}",
        "Signed in {day}, seen at {seen}",
    ),
    "account_this_one": ("celui-ci", "this one"),
    "account_out_everywhere": ("Se déconnecter partout", "Sign out everywhere"),
    "account_calendar": ("Échéances dans mon agenda", "Deadlines in my calendar"),
    "account_calendar_lead": (
        "Une adresse à ajouter à votre agenda\u00a0: dossiers et tâches avec leurs dates, sans "
        "aucun nom. Elle marche même quand personne n'ouvre Calends.",
        "An address to add to your calendar: cases and tasks with their dates, and no name. It "
        "works even when nobody opens Calends.",
    ),
    "account_calendar_make": ("Créer mon adresse", "Make my address"),
    "account_calendar_again": ("Changer d'adresse", "Change the address"),
    "account_calendar_revoke": ("Supprimer l'adresse", "Remove the address"),
    "account_calendar_once": (
        "Copiez-la maintenant, elle ne sera plus montrée\u00a0:",
        "Copy it now, it will not be shown again:",
    ),
    "account_calendar_read": ("lue le {moment}", "read {moment}"),
    "account_feed_revoked": (
        "L'adresse est supprimée\u00a0: votre agenda ne reçoit plus rien.",
        "The address is removed: your calendar receives nothing more.",
    ),
    "account_mail": ("Résumé du jour par courriel", "Daily digest by mail"),
    "account_email": ("Adresse de courriel", "Mail address"),
    "account_email_hint": (
        "Chaque matin ouvré, ce qui attend. Vide\u00a0: pas de résumé.",
        "Each working morning, what waits. Empty: no digest.",
    ),
    "account_bad_email": (
        "Ce n'est pas une adresse de courriel.",
        "This is not a mail address.",
    ),
    "account_language": ("Langue", "Language"),
    "account_save": ("Enregistrer", "Save"),
    "account_saved": ("C'est enregistré.", "Saved."),
    "account_password": ("Mot de passe", "Password"),
    "account_set_password": ("Changer le mot de passe", "Change the password"),
    "account_password_set": (
        "Le mot de passe est changé. Vos autres navigateurs sont déconnectés.",
        "The password is changed. Your other browsers are signed out.",
    ),
    # --- colleagues --------------------------------------------------------------------------
    "users": ("Comptes", "Accounts"),
    "users_lead": (
        "Qui entre, et jusqu'où. Chaque changement est noté et déconnecte la personne concernée.",
        "Who gets in, and how far. Every change is noted and signs the colleague out.",
    ),
    "users_self": (
        "C'est vous\u00a0: personne ne change son propre rôle.",
        "This is you: nobody changes their own role.",
    ),
    "users_change": ("Modifier", "Change"),
    "users_set_roles": ("Donner ces rôles", "Give these roles"),
    "users_reset": ("Nouveau lien d'accès", "New set-up link"),
    "users_reset_hint": (
        "Mot de passe et second facteur sont oubliés\u00a0; un lien permet d'en choisir d'autres.",
        "Password and second factor are forgotten; a link lets them choose new ones.",
    ),
    "users_disable": ("Fermer ce compte", "Close this account"),
    "users_disable_hint": (
        "Plus personne n'entre avec. Ce qui a été fait reste noté.",
        "Nobody gets in with it any more. What was done stays noted.",
    ),
    "users_add": ("Ajouter une personne", "Add a colleague"),
    "users_name": ("Nom de connexion", "Name to sign in with"),
    "users_name_hint": ("Prénom et nom, par exemple.", "First and last name, for example."),
    "users_roles": ("Rôles", "Roles"),
    "users_systems": (
        "Systèmes (pour le rôle Responsable d'un système)",
        "Systems (for the role Owner of a system)",
    ),
    "users_make": ("Créer le compte", "Make the account"),
    "users_bad_name": (
        "Un nom a de 1 à 100 caractères imprimables.",
        "A name has 1 to 100 printable characters.",
    ),
    "users_taken": ("Ce nom est déjà pris.", "There is an account of that name."),
    "users_bad_roles": (
        "Choisissez au moins un rôle\u00a0; Administration et Audit ne se cumulent avec aucun "
        "autre, et un responsable de système a au moins un système.",
        "Choose at least one role; Administration and Audit go with no other, and an owner has "
        "at least one system.",
    ),
    "user_invited": ("invité", "invited"),
    "user_active": ("actif", "active"),
    "user_disabled": ("fermé", "closed"),
    "invited_title": ("Le lien d'accès", "The set-up link"),
    "invited_lead": (
        "Donnez-le à {name}, et à personne d'autre. Il sert une fois, dans les {hours} heures, et "
        "ne sera plus montré.",
        "Give it to {name} and to nobody else. It works once, within {hours} hours, and will not "
        "be shown again.",
    ),
    "invited_back": ("Retour aux comptes", "Back to accounts"),
    "role_dpo": ("Délégué à la protection des données", "Data protection officer"),
    "role_dpo_hint": (
        "Traite les dossiers et gère les comptes de ceux qui les voient.",
        "Deals with cases and manages the accounts of those who see them.",
    ),
    "role_deputy": ("Suppléant", "Deputy"),
    "role_deputy_hint": (
        "Traite les dossiers comme le délégué.",
        "Deals with cases as the officer does.",
    ),
    "role_system_owner": ("Responsable d'un système", "Owner of a system"),
    "role_system_owner_hint": (
        "Ne voit que les recherches à faire dans ses systèmes.",
        "Sees only the searches to be done in their systems.",
    ),
    "role_approver": ("Approbateur", "Approver"),
    "role_approver_hint": (
        "Le second regard avant de communiquer ou de détruire.",
        "The second pair of eyes before disclosure or destruction.",
    ),
    "role_auditor": ("Audit", "Auditor"),
    "role_auditor_hint": (
        "Lit tout, exporte les preuves, ne change rien.",
        "Reads everything, exports evidence, changes nothing.",
    ),
    "role_admin": ("Administration", "Administrator"),
    "role_admin_hint": (
        "Règle l'installation et les comptes techniques\u00a0; ne voit aucun dossier.",
        "Runs the set-up and technical accounts; sees no case.",
    ),
    "role_engineer": ("Technique", "Engineer"),
    "role_engineer_hint": (
        "Déchiffre les données du moteur pour une panne\u00a0; ne voit aucun dossier.",
        "Decodes what the engine carries, for mending; sees no case.",
    ),
}

FAMILIES: dict[str, tuple[str, ...]] = {
    "role_": tuple(f"{role}{part}" for role in Role for part in ("", "_hint")),
    "factor_": ("totp", "webauthn"),
    "user_": ("invited", "active", "disabled"),
    "passkey_": ("get", "get_lead", "create", "create_lead"),
    "set_up_": ("differ", "unfit", "void"),
    "account_": (
        "feed_revoked",
        "bad_email",
        "last_factor",
        "factor_removed",
        "saved",
        "password_set",
    ),
    "users_": ("bad_name", "taken", "bad_roles"),
}
