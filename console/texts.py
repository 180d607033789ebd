"""Every word of the person's page, French and English side by side. Plain text, no markup."""

from __future__ import annotations

from calends.rules.vocabulary import Language

FR, EN = Language.FR, Language.EN

NAMES: dict[Language, str] = {FR: "Français", EN: "English"}

TEXTS: dict[str, dict[Language, str]] = {
    # --- every page --------------------------------------------------------------------------
    "skip": {FR: "Aller au contenu", EN: "Skip to content"},
    "languages": {FR: "Langue de la page", EN: "Language of this page"},
    "contact": {FR: "Une question, un doute\u00a0?", EN: "A question, a doubt?"},
    "contact_dpo": {
        FR: "Écrivez à notre délégué à la protection des données, qui vous répondra\u00a0:",
        EN: "Write to our data protection officer, who will answer you:",
    },
    "controller": {FR: "Responsable du traitement", EN: "Data controller"},
    "authority": {FR: "Autorité de contrôle", EN: "Supervisory authority"},
    "authority_use": {
        FR: "Vous pouvez lui adresser une réclamation, gratuitement et à tout moment\u00a0:",
        EN: "You may lodge a complaint with it, free of charge and at any time:",
    },
    "authority_name": {
        FR: "Commission nationale de l'informatique et des libertés (CNIL)",
        EN: "CNIL, the French data protection authority",
    },
    "authority_address": {
        FR: "3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07",
        EN: "3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07, France",
    },
    # --- the form ----------------------------------------------------------------------------
    "ask_title": {
        FR: "Votre demande sur vos données personnelles",
        EN: "Your request about your personal data",
    },
    "ask_lead": {
        FR: "Nous vous avons écrit\u00a0: notre message contient un lien vers cette page et un "
        "code. Tapez ce code ici.",
        EN: "We wrote to you: our message contains a link to this page and a code. "
        "Type that code here.",
    },
    "code_label": {FR: "Code reçu dans notre message", EN: "Code from our message"},
    "code_hint": {
        FR: "Deux fois quatre lettres ou chiffres, par exemple K7QM-3RTX. Les majuscules et le "
        "tiret sont facultatifs.",
        EN: "Twice four letters or digits, for example K7QM-3RTX. Capitals and the hyphen are "
        "optional.",
    },
    "code_button": {FR: "Valider le code", EN: "Confirm the code"},
    "then_title": {FR: "Ce qui se passe ensuite", EN: "What happens next"},
    "then_identity": {
        FR: "Notre message vous demandait si la demande vient de vous\u00a0: elle sera confirmée, "
        "et nous la traiterons.",
        EN: "Our message asked whether the request comes from you: it will be confirmed, and we "
        "will deal with it.",
    },
    "then_copy": {
        FR: "Notre message annonçait la copie de vos données\u00a0: son téléchargement commencera. "
        "Gardez le fichier en lieu sûr.",
        EN: "Our message announced the copy of your data: its download will start. Keep the file "
        "in a safe place.",
    },
    "doubt_title": {FR: "Vous n'avez rien demandé\u00a0?", EN: "You asked for nothing?"},
    "doubt": {
        FR: "Fermez simplement cette page. L'ouvrir ne déclenche rien\u00a0: sans le code, rien "
        "n'est communiqué, modifié ni effacé.",
        EN: "Simply close this page. Opening it does nothing: without the code, nothing is "
        "disclosed, changed or erased.",
    },
    "never_asked": {
        FR: "Nous ne vous demanderons ici ni mot de passe, ni pièce d'identité, ni coordonnées "
        "bancaires.",
        EN: "We will never ask you here for a password, an identity document or bank details.",
    },
    # --- refused -----------------------------------------------------------------------------
    "refused_title": {
        FR: "Ce lien ou ce code n'est pas valable",
        EN: "This link or this code is not valid",
    },
    "refused_lead": {
        FR: "Relisez le code dans notre message et tapez-le à nouveau. Si vous avez reçu plusieurs "
        "messages, prenez le lien et le code du même message.",
        EN: "Read the code in our message again and retype it. If you received several messages, "
        "take the link and the code from the same one.",
    },
    "refused_reasons": {
        FR: "Un lien ne sert plus après plusieurs codes erronés, après le dernier jour indiqué "
        "dans notre message, ou quand la demande est close.",
        EN: "A link no longer works after several wrong codes, after the last day given in our "
        "message, or once the request is closed.",
    },
    "refused_way_out": {
        FR: "Cela ne marche toujours pas\u00a0? Répondez simplement à notre message\u00a0: nous "
        "ferons le nécessaire, gratuitement.",
        EN: "It still does not work? Simply answer our message: we will see to it, free of charge.",
    },
    # --- confirmed ---------------------------------------------------------------------------
    "confirmed_title": {FR: "Merci, c'est confirmé", EN: "Thank you, it is confirmed"},
    "confirmed_lead": {
        FR: "Nous savons maintenant que la demande vient de vous. Vous n'avez plus rien à faire.",
        EN: "We now know that the request comes from you. There is nothing more for you to do.",
    },
    "reference": {FR: "Référence de votre demande", EN: "Reference of your request"},
    "answer_by": {FR: "Notre réponse, au plus tard", EN: "Our answer, at the latest"},
    "answer_in_a_month": {FR: "dans un mois", EN: "in one month"},
    "answer_how": {
        FR: "Vous la recevrez à l'adresse à laquelle nous vous avons écrit. Si un délai "
        "supplémentaire était nécessaire, nous vous en donnerions les raisons avant cette date.",
        EN: "You will receive it at the address to which we wrote. Should we need more time, we "
        "would give you the reasons before that date.",
    },
    "keep_reference": {
        FR: "Notez la référence si vous souhaitez nous reparler de cette demande.",
        EN: "Note the reference in case you want to talk to us about this request.",
    },
    # --- pages without a form ----------------------------------------------------------------
    "home_title": {FR: "Vos droits sur vos données", EN: "Your rights over your data"},
    "home_lead": {
        FR: "Pour confirmer une demande ou recevoir la copie de vos données, ouvrez le lien de "
        "notre message.",
        EN: "To confirm a request or receive the copy of your data, open the link in our message.",
    },
    "home_more": {
        FR: "Pour faire une demande, écrivez-nous librement\u00a0: aucune forme n'est imposée.",
        EN: "To make a request, write to us freely: no form is required.",
    },
    "lost_title": {FR: "Cette page n'existe pas", EN: "There is no such page"},
    "lost_lead": {
        FR: "Le lien est peut-être incomplet\u00a0: copiez-le en entier depuis notre message.",
        EN: "The link may be incomplete: copy the whole of it from our message.",
    },
    "lost_more": {
        FR: "Vous pouvez aussi répondre simplement à notre message.",
        EN: "You may also simply answer our message.",
    },
    "slower_title": {FR: "Trop d'essais à la suite", EN: "Too many tries in a row"},
    "slower_lead": {
        FR: "Attendez dix minutes, puis tapez à nouveau votre code.",
        EN: "Wait ten minutes, then type your code again.",
    },
    "slower_more": {
        FR: "Rien n'est perdu\u00a0: votre demande suit son cours.",
        EN: "Nothing is lost: your request takes its course.",
    },
    "later_title": {
        FR: "Nous n'avons pas pu enregistrer votre réponse",
        EN: "We could not record your answer",
    },
    "later_lead": {
        FR: "Revenez dans quelques minutes\u00a0: votre lien et votre code restent valables.",
        EN: "Come back in a few minutes: your link and your code remain valid.",
    },
    "later_more": {
        FR: "Rien n'est perdu\u00a0: votre demande suit son cours.",
        EN: "Nothing is lost: your request takes its course.",
    },
    "unsafe_title": {FR: "Envoi refusé", EN: "Not accepted"},
    "unsafe_lead": {
        FR: "Votre navigateur n'a pas montré que le code a été tapé sur cette page. Ouvrez "
        "vous-même le lien de notre message, puis tapez le code.",
        EN: "Your browser did not show that the code was typed on this page. Open the link in our "
        "message yourself, then type the code.",
    },
    "unsafe_more": {
        FR: "Vous pouvez aussi répondre simplement à notre message.",
        EN: "You may also simply answer our message.",
    },
}
