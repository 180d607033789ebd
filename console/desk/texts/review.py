"""Reviewing what was found, and masking what speaks of others."""

from __future__ import annotations

from calends.redaction.spans import Reason

TEXTS: dict[str, tuple[str, str]] = {
    "data_sets": ("Ce qui a été trouvé", "What was found"),
    "nothing_found_yet": ("Rien n'a été trouvé pour l'instant.", "Nothing was found so far."),
    "no_records_here": ("Plus d'enregistrement ici.", "No more records here."),
    "show_only_left": ("Montrer seulement ce qui reste à lire", "Show only what is left to read"),
    "only_left": ("Seulement ce qui reste à lire.", "Only what is left to read."),
    "show_all_records": ("Tout montrer", "Show everything"),
    "nothing_left": ("Tout est lu dans cet ensemble.", "Everything in this set has been read."),
    "others_short": ("tiers", "others"),
    "file_of": ("Le fichier de «\u00a0{system}\u00a0»", 'The file from "{system}"'),
    "review_how": (
        "Lisez d'abord ce qui peut parler d'autres personnes. Ce qui est coché sera masqué dans la copie.",
        "Read first what may speak of other people. What is ticked is masked in the copy.",
    ),
    "see_reply": ("Voir la réponse telle qu'elle partira", "See the reply as it will go"),
    "refuse_instead": ("Refuser l'accès", "Refuse access"),
    "give_text": (
        "J'ai lu ce texte\u00a0: le donner, sauf ce qui est coché",
        "I have read this text: give it, but for what is ticked",
    ),
    "mask": ("Masquer", "Mask"),
    "mask_more": ("Masquer autre chose", "Mask something else"),
    "mask_words": (
        "Mots à masquer, une expression par ligne",
        "Words to mask, one expression a line",
    ),
    "mask_by_mouse": (
        "Sélectionnez les mots dans le texte, puis appuyez sur Entrée\u00a0: ils s'ajoutent ici.",
        "Select the words in the text, then press Enter: they are added here.",
    ),
    "mask_reason": ("Motif", "Reason"),
    "mask_source": ("une personne qui a donné une information", "a person who gave information"),
    "mask_name": ("nom d'une autre personne", "name of another person"),
    "mask_relation": ("un proche ou un tiers", "a relative or third person"),
    "mask_email": ("adresse électronique d'autrui", "mail address of somebody else"),
    "mask_phone": ("téléphone d'autrui", "phone number of somebody else"),
    "mask_iban": ("compte bancaire d'autrui", "bank account of somebody else"),
    "mask_card": ("carte bancaire d'autrui", "payment card of somebody else"),
    "mask_social_number": (
        "numéro de sécurité sociale d'autrui",
        "social security number of somebody else",
    ),
    "mask_address": ("adresse postale d'autrui", "postal address of somebody else"),
    "mask_declared": ("texte à relire", "text to be read"),
    "mask_stated": ("autre motif, relu par un humain", "another reason, read by a human"),
    "keep": ("Garder", "Keep"),
    "keep_next": ("Garder et page suivante", "Keep, and next page"),
    "review_kept": ("C'est gardé.", "Kept."),
    "review_stale": (
        "Un collègue a décidé autrement du même passage entre-temps. Rouvrez la page\u00a0: rien de votre envoi n'a été gardé.",
        "A colleague has decided otherwise on the same part meanwhile. Open the page again: nothing of yours was kept.",
    ),
}

FAMILIES: dict[str, tuple[str, ...]] = {"mask_": tuple(Reason)}
