"""What a human is asked, and what they may answer."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "task_triage": (
        "Lire le message et dire ce qui est demandé",
        "Read the message and say what is asked",
    ),
    "task_authority": ("Répondre à l'autorité de contrôle", "Answer the supervisory authority"),
    "task_read_mail": ("Lire le nouveau message", "Read the new message"),
    "task_hold_images": ("Figer les images de la caméra", "Freeze the images of the camera"),
    "task_search_by_hand": ("Chercher à la main", "Search by hand"),
    "task_mend_system": (
        "Un système ne répond pas\u00a0: réparer ou s'en passer",
        "A system does not answer: mend it or go on without",
    ),
    "task_mend_delivery": ("Une lettre n'est pas partie", "A letter has not left"),
    "task_review_access": ("Relire la copie avant son envoi", "Review the copy before it goes"),
    "task_approve_erasure": ("Décider de l'effacement", "Decide on the erasure"),
    "task_extension": ("Prolonger le délai, ou non", "Extend the time, or not"),
    "task_tell_recipients": ("Prévenir les destinataires", "Tell the recipients"),
    "task_mend_case": (
        "Le dossier s'est arrêté\u00a0: le relancer",
        "The case has stopped: restart it",
    ),
    "task_unknown": ("Une tâche attend", "A task waits"),
    # --- what may be answered: `answer_<kind>_<outcome>`, and what then happens ----------------
    "answer_triage_accept": ("C'est une demande", "It is a request"),
    "answer_triage_accept_hint": (
        "Cochez les droits exercés\u00a0: le dossier suit son cours dans l'ordre de la loi.",
        "Tick the rights exercised: the case takes its course in the order of the law.",
    ),
    "answer_triage_not_a_request": ("Ce n'est pas une demande", "It is not a request"),
    "answer_triage_not_a_request_hint": (
        "Le dossier est clos avec votre motif. La personne ne reçoit rien de plus.",
        "The case closes with your reason. The person gets nothing more.",
    ),
    "answer_authority_answered_by_hand": (
        "J'ai répondu à l'autorité",
        "I have answered the authority",
    ),
    "answer_authority_answered_by_hand_hint": (
        "Calends ne répond jamais à l'autorité\u00a0: notez que c'est fait.",
        "Calends never answers the authority: note that it is done.",
    ),
    "answer_authority_not_an_authority": ("Ce n'est pas l'autorité", "It is not the authority"),
    "answer_authority_not_an_authority_hint": (
        "Le dossier est clos avec votre motif.",
        "The case closes with your reason.",
    ),
    "answer_read_mail_read": ("J'ai lu", "I have read it"),
    "answer_read_mail_read_hint": (
        "Le message reste au dossier\u00a0; répondez à la personne s'il le faut.",
        "The message stays with the case; answer the person if needed.",
    ),
    "answer_hold_images_held": ("Les images sont figées", "The images are frozen"),
    "answer_hold_images_held_hint": (
        "Elles ne seront pas écrasées\u00a0; floutez les autres personnes avant toute remise.",
        "They will not be overwritten; blur other people before anything is given.",
    ),
    "answer_hold_images_no_images": ("Il n'y a pas d'images", "There are no images"),
    "answer_hold_images_no_images_hint": (
        "Aucune caméra, ou déjà effacées\u00a0: notez-le, la demande suit son cours.",
        "No camera, or erased already: note it, the request takes its course.",
    ),
    "answer_search_by_hand_found": ("J'ai trouvé quelque chose", "I have found something"),
    "answer_search_by_hand_found_hint": (
        "Joignez un seul fichier (scan, PDF, archive)\u00a0: il sera chiffré et remis à la personne.",
        "Attach one file (scan, PDF, archive): it is sealed, and given to the person.",
    ),
    "answer_search_by_hand_nothing": ("Je n'ai rien trouvé", "I have found nothing"),
    "answer_search_by_hand_nothing_hint": (
        "La réponse dira que ce système a été consulté, sans résultat.",
        "The reply will say that this system was searched, and that nothing was found.",
    ),
    "answer_mend_system_retry": (
        "C'est réparé\u00a0: chercher à nouveau",
        "It is mended: search again",
    ),
    "answer_mend_system_retry_hint": (
        "Calends réessaie tout de suite, puis de lui-même de plus en plus rarement.",
        "Calends tries at once, and later by itself, less and less often.",
    ),
    "answer_mend_system_skip": ("S'en passer, avec un motif", "Go on without, with a reason"),
    "answer_mend_system_skip_hint": (
        "La réponse à la personne dira que ce système n'a pas été consulté, et pourquoi.",
        "The reply will tell the person that this system was not searched, and why.",
    ),
    "answer_mend_delivery_resend": ("L'envoyer à nouveau", "Send it again"),
    "answer_mend_delivery_resend_hint": (
        "La même lettre repart, sous le même identifiant.",
        "The same letter goes again, under the same identifier.",
    ),
    "answer_mend_delivery_was_sent": (
        "Elle est arrivée, ou je l'ai postée",
        "It arrived, or I posted it",
    ),
    "answer_mend_delivery_was_sent_hint": (
        "La lettre est notée comme envoyée, sur votre parole.",
        "The letter is noted as sent, on your word.",
    ),
    "answer_review_access_release": ("Remettre la copie", "Give the copy"),
    "answer_review_access_release_hint": (
        "La personne reçoit la réponse et un lien vers sa copie.",
        "The person gets the reply and a link to the copy.",
    ),
    "answer_review_access_refuse": ("Refuser, avec un motif", "Refuse, with a reason"),
    "answer_review_access_refuse_hint": (
        "La lettre de refus part avec votre motif, la CNIL et les voies de recours (art. 12, § 4).",
        "The refusal goes with your reason, the CNIL and the judicial remedy (art. 12(4)).",
    ),
    "answer_approve_erasure_approve": (
        "Effacer selon le plan, garder ce qui est indécis",
        "Erase as planned, keep what is undecided",
    ),
    "answer_approve_erasure_approve_hint": (
        "Ce que la loi oblige à garder est archivé\u00a0; ce qui est indécis n'est pas touché.",
        "What the law obliges to keep is archived; what is undecided is not touched.",
    ),
    "answer_approve_erasure_approve_all": (
        "Effacer aussi ce qui est indécis",
        "Erase what is undecided too",
    ),
    "answer_approve_erasure_approve_all_hint": (
        "Seul ce que la loi oblige à garder reste, archivé.",
        "Only what the law obliges to keep remains, archived.",
    ),
    "answer_approve_erasure_refuse": ("Refuser, avec un motif", "Refuse, with a reason"),
    "answer_approve_erasure_refuse_hint": (
        "Rien n'est effacé\u00a0; la lettre de refus part avec votre motif (art. 12, § 4).",
        "Nothing is erased; the refusal goes with your reason (art. 12(4)).",
    ),
    "answer_extension_extend": ("Prolonger de deux mois", "Extend by two months"),
    "answer_extension_extend_hint": (
        "Votre motif part à la personne si la réponse n'est pas prête à l'échéance (art. 12, § 3).",
        "Your reason goes to the person if the reply is not ready in time (art. 12(3)).",
    ),
    "answer_extension_no_extension": ("Ne pas prolonger", "Do not extend"),
    "answer_extension_no_extension_hint": (
        "À l'échéance, Calends répond de lui-même avec ce qui est prêt.",
        "At the deadline Calends answers by itself with what is ready.",
    ),
    "answer_tell_recipients_told": ("Ils sont prévenus", "They have been told"),
    "answer_tell_recipients_told_hint": (
        "Chaque destinataire nommé sait ce qui a été fait (art. 19).",
        "Each recipient named knows what was done (art. 19).",
    ),
    "answer_tell_recipients_impossible": ("C'est impossible", "It is impossible"),
    "answer_tell_recipients_impossible_hint": (
        "Dites pourquoi\u00a0: c'est impossible, ou demande des efforts disproportionnés (art. 19).",
        "Say why: it is impossible, or takes disproportionate effort (art. 19).",
    ),
    "answer_mend_case_retry": ("Relancer le dossier", "Restart the case"),
    "answer_mend_case_retry_hint": (
        "Calends reprend l'étape qui a échoué.",
        "Calends does the step again that failed.",
    ),
    # --- what was answered -------------------------------------------------------------------
    "done_accept": ("demande acceptée", "request accepted"),
    "done_not_a_request": ("pas une demande", "not a request"),
    "done_answered_by_hand": ("répondu à la main", "answered by hand"),
    "done_not_an_authority": ("pas l'autorité", "not the authority"),
    "done_read": ("lu", "read"),
    "done_held": ("images figées", "images frozen"),
    "done_no_images": ("pas d'images", "no images"),
    "done_found": ("trouvé", "found"),
    "done_nothing": ("rien trouvé", "nothing found"),
    "done_retry": ("relancé", "tried again"),
    "done_skip": ("ignoré, avec un motif", "skipped, with a reason"),
    "done_resend": ("envoyé à nouveau", "sent again"),
    "done_was_sent": ("noté comme envoyé", "noted as sent"),
    "done_release": ("copie remise", "copy given"),
    "done_refuse": ("refusé", "refused"),
    "done_approve": ("effacement approuvé", "erasure approved"),
    "done_approve_all": ("effacement complet approuvé", "full erasure approved"),
    "done_extend": ("prolongé", "extended"),
    "done_no_extension": ("non prolongé", "not extended"),
    "done_told": ("destinataires prévenus", "recipients told"),
    "done_impossible": ("impossible", "impossible"),
    "no_longer_needed": ("elle n'est plus nécessaire", "it is no longer needed"),
    "no_such_colleague": (
        "Ce collègue n'a pas de compte actif.",
        "This colleague has no active account.",
    ),
}
