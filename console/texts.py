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
    "then_change": {
        FR: "Notre message vous demandait d'accepter un changement\u00a0: il sera accepté.",
        EN: "Our message asked you to agree to a change: it will be agreed to.",
    },
    "confirmed_title": {FR: "C'est confirmé", EN: "It is confirmed"},
    "confirmed_lead": {
        FR: "Merci. Vous pouvez fermer cette page.",
        EN: "Thank you. You may close this page.",
    },
    "confirmed_more": {
        FR: "Si ce n'était pas vous, répondez à notre message.",
        EN: "If it was not you, answer our message.",
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
    # --- where it stands ---------------------------------------------------------------------
    "status_button": {FR: "Voir où en est ma demande", EN: "See where my request stands"},
    "status_title": {FR: "Où en est votre demande", EN: "Where your request stands"},
    "said_proved": {
        FR: "Merci, c'est confirmé\u00a0: nous savons que la demande vient de vous.",
        EN: "Thank you, it is confirmed: we know that the request comes from you.",
    },
    "said_added": {
        FR: "Merci, c'est bien arrivé. Nous le joignons à votre demande.",
        EN: "Thank you, it has arrived. We add it to your request.",
    },
    "said_withdrawn": {
        FR: "Votre retrait est bien arrivé. Nous vous le confirmerons par message.",
        EN: "Your withdrawal has arrived. We will confirm it by message.",
    },
    "step_searching_title": {FR: "Nous y travaillons", EN: "We are working on it"},
    "step_searching": {
        FR: "Nous cherchons vos données partout où elles peuvent être, puis une personne décide. "
        "Vous n'avez rien à faire. Si un délai supplémentaire était nécessaire, nous vous en "
        "donnerions les raisons avant la date ci-dessous.",
        EN: "We look for your data wherever they may be, then somebody decides. There is nothing "
        "for you to do. Should we need more time, we would give you the reasons before the date "
        "below.",
    },
    "step_extended_title": {FR: "Il nous faut plus de temps", EN: "We need more time"},
    "step_extended": {
        FR: "Nous vous en avons écrit les raisons. Vous n'avez rien à faire.",
        EN: "We wrote to you why. There is nothing for you to do.",
    },
    "step_asked_title": {
        FR: "Nous attendons quelque chose de vous",
        EN: "We wait for something from you",
    },
    "step_asked": {
        FR: "Notre dernier message dit quoi, et pourquoi. Vous pouvez y répondre, ou l'envoyer "
        "ci-dessous. Le délai court pendant ce temps.",
        EN: "Our last message says what, and why. You may answer it, or send it below. The time "
        "limit runs meanwhile.",
    },
    "step_new_month_title": {FR: "Votre demande reprend", EN: "Your request goes on"},
    "step_new_month": {
        FR: "Nous vous avions répondu sans pouvoir vous identifier. Un nouveau délai d'un mois "
        "commence.",
        EN: "We had answered without being able to identify you. A new month begins.",
    },
    "step_answered_title": {FR: "Nous vous avons répondu", EN: "We have answered you"},
    "step_answered": {
        FR: "Notre réponse est partie à l'adresse à laquelle nous vous écrivons. Si elle annonce "
        "une copie de vos données, ouvrez le lien de ce message-là.",
        EN: "Our answer went to the address to which we write. If it announces a copy of your "
        "data, open the link of that message.",
    },
    "step_closed_title": {FR: "Votre demande est close", EN: "Your request is closed"},
    "step_closed": {
        FR: "Notre dernier message en donne les raisons.",
        EN: "Our last message gives the reasons.",
    },
    "reference": {FR: "Référence de votre demande", EN: "Reference of your request"},
    "status_received": {FR: "Demande reçue", EN: "Request received"},
    "answer_by": {FR: "Notre réponse, au plus tard", EN: "Our answer, at the latest"},
    "answer_in_a_month": {FR: "dans un mois", EN: "in one month"},
    "status_copy": {FR: "Télécharger la copie de mes données", EN: "Download the copy of my data"},
    "status_asked": {FR: "Ce que vous demandez", EN: "What you ask for"},
    "status_no_right": {
        FR: "Nous lisons votre message pour le comprendre.",
        EN: "We are reading your message to understand it.",
    },
    "right_open": {FR: "en cours", EN: "in hand"},
    "right_answered": {FR: "répondu", EN: "answered"},
    "right_refused": {FR: "refusé, avec nos raisons", EN: "refused, with our reasons"},
    "right_not_identified": {FR: "en attente de savoir qui vous êtes", EN: "waiting to know you"},
    "right_forced": {FR: "répondu en partie", EN: "answered in part"},
    "right_other": {FR: "traité", EN: "dealt with"},
    "status_letters": {FR: "Ce qui s'est passé", EN: "What has happened"},
    "letter_acknowledgment": {FR: "Accusé de réception envoyé", EN: "Acknowledgment sent"},
    "letter_identity_request": {FR: "Confirmation demandée", EN: "Confirmation asked for"},
    "letter_identity_reminder": {FR: "Rappel envoyé", EN: "Reminder sent"},
    "letter_identity_document": {FR: "Justificatif demandé", EN: "Document asked for"},
    "letter_identity_second_factor": {FR: "Précision demandée", EN: "Detail asked for"},
    "letter_mandate_request": {FR: "Mandat demandé", EN: "Mandate asked for"},
    "letter_minor_request": {FR: "Justificatif demandé", EN: "Document asked for"},
    "letter_heirship_request": {FR: "Justificatif demandé", EN: "Document asked for"},
    "letter_extension": {FR: "Prolongation annoncée", EN: "Extension announced"},
    "letter_partial": {FR: "Première réponse envoyée", EN: "First answer sent"},
    "letter_reply": {FR: "Réponse envoyée", EN: "Answer sent"},
    "letter_refusal": {FR: "Refus motivé envoyé", EN: "Refusal with reasons sent"},
    "letter_not_identified": {FR: "Réponse envoyée", EN: "Answer sent"},
    "letter_forced": {FR: "Réponse envoyée", EN: "Answer sent"},
    "letter_withdrawal_confirmed": {FR: "Retrait confirmé", EN: "Withdrawal confirmed"},
    "add_title": {FR: "Ajouter une précision", EN: "Add information"},
    "add_text": {FR: "Votre message", EN: "Your message"},
    "add_hint": {
        FR: "N'envoyez ni mot de passe, ni pièce d'identité que nous n'avons pas demandée.",
        EN: "Send no password, and no identity document that we did not ask for.",
    },
    "add_file": {FR: "Le document demandé", EN: "The document asked for"},
    "add_file_hint": {
        FR: "PDF ou image, 10\u00a0Mo au plus. Masquez ce que notre message vous dit de "
        "masquer\u00a0: nous le supprimons dès la vérification faite.",
        EN: "PDF or image, 10 MB at most. Hide what our message tells you to hide: we delete it "
        "as soon as it was checked.",
    },
    "add_button": {FR: "Envoyer", EN: "Send"},
    "add_fault": {
        FR: "Rien n'a été envoyé\u00a0: écrivez de 1 à 10\u00a0000 caractères.",
        EN: "Nothing was sent: write 1 to 10,000 characters.",
    },
    "add_fault_file": {
        FR: "Rien n'a été envoyé\u00a0: nous prenons un PDF ou une image, et seulement quand nous "
        "l'avons demandé.",
        EN: "Nothing was sent: we take a PDF or an image, and only when we asked for it.",
    },
    "withdraw_title": {FR: "Retirer ma demande", EN: "Withdraw my request"},
    "withdraw_lead": {
        FR: "Nous n'y donnerons pas d'autre suite. Ce qui a déjà été fait reste fait. Vous pourrez "
        "refaire une demande quand vous voudrez.",
        EN: "We will do nothing more about it. What was done already stays done. You may make a "
        "new request whenever you want.",
    },
    "withdraw_sure": {FR: "Je retire ma demande.", EN: "I withdraw my request."},
    "withdraw_button": {FR: "Retirer ma demande", EN: "Withdraw my request"},
    "withdraw_fault": {
        FR: "Rien n'a été retiré\u00a0: cochez la case pour confirmer.",
        EN: "Nothing was withdrawn: tick the box to confirm.",
    },
    "status_over": {
        FR: "Pour nous reparler de cette demande, répondez à notre dernier message.",
        EN: "To talk to us about this request again, answer our last message.",
    },
    "complain_title": {FR: "Vous n'êtes pas satisfait\u00a0?", EN: "You are not satisfied?"},
    "complain": {
        FR: "Dites-le-nous\u00a0: notre délégué vous répondra. Vous pouvez aussi saisir la CNIL, "
        "dont l'adresse est ci-dessous, ou un juge.",
        EN: "Tell us: our officer will answer. You may also turn to the CNIL, whose address is "
        "below, or to a court.",
    },
    "visit_lasts": {
        FR: "Cette page reste ouverte une demi-heure\u00a0; ensuite, tapez à nouveau votre code.",
        EN: "This page stays open for half an hour; then type your code again.",
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
