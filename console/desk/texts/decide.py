"""Deciding, and the reply."""

from __future__ import annotations

from calends.rules.retention import Reason
from calends.rules.vocabulary import Verdict

TEXTS: dict[str, tuple[str, str]] = {
    "nothing_to_decide": (
        "Rien n'est à décider ici pour l'instant.",
        "Nothing is to be decided here for now.",
    ),
    "letter_writes_itself": (
        "Choisissez une réponse\u00a0: la lettre s'écrit ici.",
        "Choose an answer: the letter writes itself here.",
    ),
    "no_letter": ("Cette réponse n'envoie pas de lettre.", "This answer sends no letter."),
    "subject": ("Objet", "Subject"),
    # --- the plan ----------------------------------------------------------------------------
    "plan": ("Ce qui serait effacé, et ce qui reste", "What would be erased, and what stays"),
    "plan_hint": (
        "Rien n'est touché avant l'approbation. Après, Calends cherche à nouveau et prouve l'effacement.",
        "Nothing is touched before the approval. Afterwards Calends searches again and proves it.",
    ),
    "plan_empty": (
        "Le plan est vide\u00a0: rien n'a été trouvé.",
        "The plan is empty: nothing was found.",
    ),
    "records_one": ("{n} enregistrement", "{n} record"),
    "records_many": ("{n} enregistrements", "{n} records"),
    "verdict_ERASED": ("effacé", "erased"),
    "verdict_ANONYMISED": ("anonymisé", "anonymised"),
    "verdict_ARCHIVED_RESTRICTED": ("archivé, accès restreint", "archived, access restricted"),
    "verdict_RETAINED": ("gardé", "kept"),
    "verdict_SUPPRESSION_ENTRY": ("gardé en liste d'opposition", "kept on the suppression list"),
    "verdict_BACKUP_EXPIRING": ("disparaît avec les sauvegardes", "goes with the backups"),
    "verdict_NOT_FOUND": ("introuvable", "not found"),
    "verdict_HUMAN": ("à vous de décider", "yours to decide"),
    "until": ("jusqu'au {day}", "until {day}"),
    "fate": ("Devient", "Becomes"),
    "record": ("Enregistrement", "Record"),
    "text_of_law": ("Pourquoi", "Why"),
    "show_records": ("Voir chaque enregistrement", "Show each record"),
    "verdict_why_no_duration": ("aucune durée n'est fixée", "no duration is set"),
    "verdict_why_no_legal_basis": ("la base légale n'est pas fixée", "the legal basis is not set"),
    "verdict_why_obligation_without_statute": (
        "obligation légale dite sans texte",
        "a legal obligation said without its text",
    ),
    "verdict_why_start_unknown": (
        "le point de départ est inconnu",
        "the starting point is unknown",
    ),
    "verdict_why_relationship_runs": ("la relation court encore", "the relationship still runs"),
    "verdict_why_claims_may_need_it": (
        "peut servir de preuve en justice",
        "may be needed for legal claims",
    ),
    "verdict_why_legal_obligation": ("une loi oblige à garder", "a law obliges to keep"),
    "verdict_why_obligation_over": (
        "l'obligation légale est finie",
        "the legal obligation is over",
    ),
    "verdict_why_consent_withdrawn": ("le consentement est retiré", "consent is withdrawn"),
    "verdict_why_no_longer_necessary": ("n'est plus nécessaire", "no longer necessary"),
    "verdict_why_duration_over": ("la durée est écoulée", "the duration is over"),
    "verdict_why_objected": ("la personne s'y est opposée", "the person objected"),
    "verdict_why_unlawful_to_hold": (
        "leur détention serait illicite",
        "holding them would be unlawful",
    ),
    "verdict_why_law_orders_erasure": ("une loi ordonne de l'effacer", "a law orders the erasure"),
    "verdict_why_collected_from_minor": ("recueilli auprès d'un mineur", "collected from a minor"),
    "verdict_why_suppression_needed": (
        "il le faut pour ne plus la démarcher",
        "needed so that they are not approached again",
    ),
    "verdict_why_grounds_to_weigh": ("des motifs sont à peser", "grounds have to be weighed"),
    "verdict_why_claim_needs_it": ("un droit en justice en a besoin", "a legal claim needs it"),
    "verdict_why_litigation_hold": ("gelé pour un litige", "held for a litigation"),
    "verdict_why_authority_hold": ("gelé pour l'autorité de contrôle", "held for the authority"),
    "verdict_why_restriction_holds": ("la limitation l'interdit", "the restriction forbids it"),
    "verdict_why_other_demand_open": (
        "une autre demande en a encore besoin",
        "another demand still needs it",
    ),
    "verdict_why_no_way_declared": (
        "le système ne dit pas comment l'effacer",
        "the system does not say how to erase it",
    ),
    # --- the reply ---------------------------------------------------------------------------
    "draft_of": (
        "La réponse telle qu'elle partira\u00a0: {right}",
        "The reply as it will go: {right}",
    ),
    "as_html": ("Comme la voit la personne", "As the person sees it"),
    "as_pdf": ("PDF à poster", "PDF for the post"),
    "post_it": (
        "Imprimez-la\u00a0: l'adresse paraît dans la fenêtre de l'enveloppe.",
        "Print it: the address shows in the window of the envelope.",
    ),
    "on_paper": ("Sur papier, par la poste", "On paper, by post"),
    "as_eml": ("Le message (.eml)", "The mail (.eml)"),
    "goes_to": ("Destinataire", "To"),
    "goes_to_hint": (
        "L'adresse que la personne a confirmée. Le lien vers la copie demande en plus un code.",
        "The address that the person confirmed. The link to the copy asks for a code besides.",
    ),
    "copy_holds": ("La copie contient", "The copy holds"),
    "copy_forms": (
        "Lisible à l'écran, en tableur et pour les machines (JSON), avec un sommaire.",
        "Readable on screen, as a workbook and for machines (JSON), with a summary.",
    ),
    "copy_empty": (
        "Rien n'a été trouvé\u00a0: la réponse le dit, sans copie.",
        "Nothing was found: the reply says so, without a copy.",
    ),
    "recipient_confirmed": (
        "J'ai vérifié le destinataire\u00a0: {address}",
        "I have checked the recipient: {address}",
    ),
    "refused_RecipientMissing": (
        "Confirmez le destinataire avant de remettre la copie.",
        "Confirm the recipient before the copy is given.",
    ),
    "no_reply_yet": (
        "La réponse s'écrira quand la personne sera identifiée et ses données trouvées.",
        "The reply is written once the person is identified and their data are found.",
    ),
    "letters": ("Les lettres", "The letters"),
    "letter_gone": (
        "Cette lettre n'est plus lisible ici.",
        "This letter cannot be read here any more.",
    ),
    "letter_acknowledgment": ("Accusé de réception", "Acknowledgment"),
    "letter_identity_request": ("Demande de confirmer l'adresse", "Request to confirm the address"),
    "letter_identity_reminder": ("Relance", "Reminder"),
    "letter_reply": ("Réponse", "Reply"),
    "letter_refusal": ("Refus motivé", "Refusal with reasons"),
    "letter_extension": ("Prolongation", "Extension"),
    "letter_partial": ("Réponse partielle", "Partial reply"),
    "letter_forced": ("Réponse à l'échéance", "Reply at the deadline"),
    "letter_not_identified": ("Personne non identifiée", "Person not identified"),
    "letter_identity_second_factor": (
        "Demande d'un second élément",
        "Request for a second element",
    ),
    "letter_identity_document": ("Demande d'une pièce", "Request for a document"),
    "letter_document_deleted": ("Pièce détruite", "Document destroyed"),
    "letter_contact_change_notice": (
        "Changement à confirmer, à l'ancien contact",
        "Change to confirm, to the old contact",
    ),
    "letter_withdrawal_confirmed": ("Demande retirée", "Request withdrawn"),
    "letter_restriction_lift_notice": (
        "La limitation va prendre fin",
        "The restriction is about to end",
    ),
    "letter_notice": ("Avis à un destinataire", "Notice to a recipient"),
    "letter_recipient_reminder": ("Relance d'un destinataire", "Reminder to a recipient"),
    "letter_alert_deputy": ("Alerte au suppléant", "Alert to the deputy"),
    "letter_alert_dpo": ("Alerte au DPO", "Alert to the DPO"),
    "letter_alert_management": ("Alerte à la direction", "Alert to management"),
    "letter_is_written": ("écrite, pas encore partie", "written, not gone yet"),
    "letter_is_sending": ("en train de partir", "on its way"),
    "letter_is_sent": ("envoyée", "sent"),
    "letter_is_doubtful": ("incertaine\u00a0: est-elle arrivée\u00a0?", "in doubt: did it arrive?"),
    "letter_is_refused": ("refusée par le serveur", "refused by the server"),
}

FAMILIES: dict[str, tuple[str, ...]] = {
    "verdict_": tuple(Verdict),
    "verdict_why_": tuple(Reason),
    "letter_is_": ("written", "sending", "sent", "doubtful", "refused"),
    "letter_": (
        "acknowledgment",
        "identity_request",
        "identity_reminder",
        "reply",
        "refusal",
        "extension",
        "partial",
        "forced",
        "not_identified",
        "identity_second_factor",
        "identity_document",
        "document_deleted",
        "contact_change_notice",
        "withdrawal_confirmed",
        "restriction_lift_notice",
        "notice",
        "recipient_reminder",
        "alert_deputy",
        "alert_dpo",
        "alert_management",
    ),
}
