"""Letters in: what came on paper, by phone or at the counter."""

from __future__ import annotations

from calends.mail.by_hand import FAULTS, Way

TEXTS: dict[str, tuple[str, str]] = {
    "letters_in": ("Courrier", "Letters in"),
    "letters_lead": (
        "Une lettre, un appel ou une visite vaut une demande. Elle devient un dossier, avec ses "
        "délais.",
        "A letter, a call or a visit is a request. It becomes a case, with its time limits.",
    ),
    "letters_way": ("Comment est-ce arrivé\u00a0?", "How did it come?"),
    "letter_way_post": ("Par la poste", "By post"),
    "letter_way_phone": ("Par téléphone", "By telephone"),
    "letter_way_counter": ("À l'accueil", "At the counter"),
    "letters_delivered": (
        "Jour de la remise, de l'appel ou de la visite",
        "Day of delivery, of the call or of the visit",
    ),
    "letters_delivered_hint": (
        "Le cachet ou l'avis de réception, pas le jour où la lettre a été lue.",
        "The stamp or the advice of delivery, not the day on which it was read.",
    ),
    "letters_presented": ("Première présentation", "First presentation"),
    "letters_presented_hint": (
        "Pour un recommandé non retiré aussitôt. Le plus ancien des deux jours compte.",
        "For a registered letter that was not collected at once. The earlier day counts.",
    ),
    "letters_scans": ("Numérisation", "Scan"),
    "letters_scans_hint": (
        "PDF, JPEG, PNG ou TIFF, 20\u00a0Mo en tout. Elle est chiffrée avant toute lecture.",
        "PDF, JPEG, PNG or TIFF, 20 MB in all. It is sealed before anything reads it.",
    ),
    "letters_says": ("Ce qui est écrit, ou a été dit", "What it says, or what was said"),
    "letters_says_hint": (
        "Nécessaire sans numérisation. Sinon facultatif, et lu comme un courriel.",
        "Needed without a scan. Otherwise optional, and read like a mail.",
    ),
    "letters_rights": ("Droits exercés, si c'est évident", "Rights exercised, if obvious"),
    "letters_rights_hint": (
        "Dans le doute, n'en cochez aucun\u00a0: le tri vous sera proposé.",
        "In doubt tick none: you will be asked to triage.",
    ),
    "letters_name": ("Nom de la personne", "The person's name"),
    "letters_postal": ("Adresse postale", "Postal address"),
    "letters_email_hint": (
        "Seulement si la personne la donne\u00a0: la réponse ira par courriel.",
        "Only if the person gives it: the answer will go by mail.",
    ),
    "letters_language": ("Langue de la personne", "The person's language"),
    "letters_go": ("Ouvrir le dossier", "Open the case"),
    "letter_fault_days": (
        "Il manque le jour de la remise ou de la première présentation.",
        "The day of delivery, or of the first presentation, is missing.",
    ),
    "letter_fault_day": ("Ce n'est pas un jour.", "This is not a day."),
    "letter_fault_future": ("Ce jour n'est pas encore venu.", "That day has not come yet."),
    "letter_fault_order": (
        "Une lettre est présentée avant d'être remise, pas après.",
        "A letter is presented before it is delivered, not after.",
    ),
    "letter_fault_presented": (
        "Seule une lettre postale est présentée.",
        "Only a posted letter is presented.",
    ),
    "letter_fault_email": (
        "Ce n'est pas une adresse de courriel.",
        "This is not a mail address.",
    ),
    "letter_fault_nothing": (
        "Il manque une numérisation, ou ce qui a été dit.",
        "A scan, or what was said, is missing.",
    ),
    "letter_fault_kind": (
        "Une numérisation est un fichier PDF, JPEG, PNG ou TIFF.",
        "A scan is a PDF, JPEG, PNG or TIFF file.",
    ),
    "letter_fault_many": ("20 fichiers au plus.", "20 files at most."),
    "letter_fault_large": ("20\u00a0Mo au plus en tout.", "20 MB at most in all."),
    "letter_fault_long": (
        "Un texte a plus de 20\u00a0000 caractères.",
        "A text has more than 20,000 characters.",
    ),
    "letter_kept": ("C'est enregistré", "It is registered"),
    "letter_kept_lead": (
        "Le dossier s'ouvre dans les secondes qui viennent et apparaîtra dans Aujourd'hui.",
        "The case opens within seconds and will appear in Today.",
    ),
    "letter_known": ("Cette lettre est déjà enregistrée", "This letter is registered already"),
    "letter_known_lead": (
        "La même lettre ne fait qu'un dossier.",
        "The same letter makes one case only.",
    ),
    "letter_counts_from": ("Le délai court depuis le", "The time limit runs from"),
    "letter_answer_by": ("À répondre au plus tard le", "To be answered by"),
    "letter_by_post": (
        "La réponse ira par la poste\u00a0: prévoyez trois jours ouvrés de plus.",
        "The answer will go by post: allow three more working days.",
    ),
    "letter_another": ("Enregistrer une autre lettre", "Register another letter"),
}

FAMILIES: dict[str, tuple[str, ...]] = {
    "letter_way_": tuple(Way),
    "letter_fault_": FAULTS,
}
