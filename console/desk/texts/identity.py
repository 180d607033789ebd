"""Identity: claimed, known, proved."""

from __future__ import annotations

from calends.mail.authentication import Check
from calends.mail.sender_evidence import Caution
from calends.rules.vocabulary import Assurance

TEXTS: dict[str, tuple[str, str]] = {
    "alike": ("Des fiches qui lui ressemblent", "Records that look like theirs"),
    "alike_hint": (
        "Elles peuvent être celles d'une autre personne\u00a0: seul ce qui la nomme est montré. Rien n'est dit à l'auteur du message.",
        "They may be somebody else's: only what names the person is shown. The writer is told nothing of them.",
    ),
    "alike_no_contact": ("aucun contact auquel écrire", "no contact to write to"),
    "documents": ("Pièces reçues", "Documents received"),
    "documents_hint": (
        "Elles s'ouvrent hors de cette page, et sont détruites dès que vous avez répondu, au plus tard après 72 heures.",
        "They open outside this page, and are destroyed as soon as you have answered, after 72 hours at the latest.",
    ),
    "document_get": ("Ouvrir la pièce {n}", "Open document {n}"),
    "claimed_and_known": ("Ce qui est dit, ce qui est connu", "What is claimed, what is known"),
    "claimed_hint": (
        "Un nom seul ne prouve rien\u00a0: des homonymes existent. Deux éléments doivent concorder.",
        "A name alone proves nothing: people share names. Two things must agree.",
    ),
    "claim_kind": ("Élément", "Element"),
    "claimed": ("Dit dans le message", "Claimed in the message"),
    "known": ("Connu de nos systèmes", "Known to our systems"),
    "agreement": ("Accord", "Agreement"),
    "agree_same": ("concorde", "agrees"),
    "agree_differs": ("diffère", "differs"),
    "agree_only_claimed": ("dit seulement", "claimed only"),
    "agree_only_known": ("connu seulement", "known only"),
    "claim_birth_date": ("Date de naissance", "Date of birth"),
    "nothing_claimed": (
        "Le message ne dit rien de son auteur, et rien n'est connu encore.",
        "The message says nothing of its writer, and nothing is known yet.",
    ),
    "mail_evidence": ("Comment le message est arrivé", "How the message came"),
    "mail_evidence_hint": (
        "Au mieux, cela dit que le courriel vient du domaine qu'il nomme. Cela n'identifie personne.",
        "At best it says that the mail comes from the domain it names. It identifies nobody.",
    ),
    "check_pass": ("confirmé", "confirmed"),
    "check_fail": ("échoue", "fails"),
    "check_none": ("rien à vérifier", "nothing to check"),
    "check_unknown": ("non vérifié par notre serveur", "not checked by our server"),
    "verified_domain": ("Le domaine {domain} en répond.", "The domain {domain} vouches for it."),
    "caution_ambiguous_sender": (
        "L'expéditeur se lit de deux façons.",
        "The sender can be read in two ways.",
    ),
    "caution_authentication_failed": (
        "L'authentification échoue\u00a0: l'expéditeur est peut-être usurpé.",
        "Authentication fails: the sender may be forged.",
    ),
    "caution_verified_for_another_domain": (
        "Le message est authentifié pour un autre domaine que celui qu'il nomme.",
        "The message is authenticated for another domain than the one it names.",
    ),
    "caution_looks_like_a_known_domain": (
        "Le domaine ressemble à un domaine connu\u00a0:",
        "The domain looks like a known one:",
    ),
    "caution_confusable_letters": (
        "L'adresse contient des lettres qui en imitent d'autres.",
        "The address has letters that imitate others.",
    ),
    "caution_claims_to_be_us": (
        "Le message prétend venir de nous.",
        "The message claims to come from us.",
    ),
    "caution_claims_to_be_an_authority": (
        "Le message prétend venir d'une autorité.",
        "The message claims to come from an authority.",
    ),
    "caution_replies_go_elsewhere": (
        "Les réponses iraient ailleurs (jamais utilisé)\u00a0:",
        "Replies would go elsewhere (never used):",
    ),
    "caution_shared_mailbox": (
        "Une boîte partagée\u00a0: plusieurs personnes peuvent la lire.",
        "A shared mailbox: several people may read it.",
    ),
    "of_the_sender": ("Expéditeur\u00a0: {said}.", "Sender: {said}."),
    "sender_pass": ("authentifié par notre serveur", "authenticated by our server"),
    "short_ambiguous_sender": ("ambigu", "ambiguous"),
    "short_authentication_failed": ("peut-être usurpé", "maybe forged"),
    "short_verified_for_another_domain": (
        "authentifié pour un autre domaine",
        "authenticated for another domain",
    ),
    "short_looks_like_a_known_domain": (
        "domaine ressemblant à un domaine connu",
        "domain that looks like a known one",
    ),
    "short_confusable_letters": ("lettres trompeuses", "misleading letters"),
    "short_claims_to_be_us": ("prétend venir de nous", "claims to come from us"),
    "short_claims_to_be_an_authority": (
        "prétend venir d'une autorité",
        "claims to come from an authority",
    ),
    "short_replies_go_elsewhere": ("réponses dirigées ailleurs", "replies directed elsewhere"),
    "short_shared_mailbox": ("boîte partagée", "shared mailbox"),
    "enough": ("Ce qu'il faut, ce qui est atteint", "What is needed, what is reached"),
    "assurance_IA0": (
        "Pour l'instant, seul le message dit qui écrit.",
        "So far only the message says who writes.",
    ),
    "assurance_IA1": (
        "La personne contrôle l'adresse d'où elle écrit.",
        "The person controls the address they write from.",
    ),
    "assurance_IA2": (
        "En plus, elle a montré un élément que nous avions déjà.",
        "Besides, they showed something that we held already.",
    ),
    "assurance_IA3": (
        "Une pièce a été vue, puis détruite.",
        "A document was seen, then destroyed.",
    ),
    "needs_IA0": ("rien de plus que le message", "nothing more than the message"),
    "needs_IA1": ("le contrôle de l'adresse", "control of the address"),
    "needs_IA2": ("l'adresse et un élément déjà connu", "the address and something known already"),
    "needs_IA3": ("une pièce vue, en dernier recours", "a document seen, as the last resort"),
    "ways": ("Les preuves, de la plus légère à la plus lourde", "Proofs, the lightest first"),
    "way_wrote": ("A écrit", "Wrote"),
    "way_asked": ("Un code a été envoyé à cette adresse", "A code was sent to this address"),
    "way_reminded": ("Relance", "Reminded"),
    "way_proved": (
        "A tapé le code, ou l'a cité en réponse",
        "Typed the code, or quoted it in a reply",
    ),
    "way_known_reference": (
        "Un numéro de client ou de facture déjà connu",
        "A customer or invoice number known already",
    ),
    "way_post": (
        "Une réponse à l'adresse postale connue",
        "An answer to the postal address on file",
    ),
    "way_document": ("Une pièce, en dernier recours", "A document, as the last resort"),
    "no_document": (
        "Aucune pièce n'est demandée sans que vous ayez écrit pourquoi (art. 12, § 6). Vue, elle est détruite.",
        "No document is asked for before you have written why (art. 12(6)). Once seen it is destroyed.",
    ),
}

FAMILIES: dict[str, tuple[str, ...]] = {
    "agree_": ("same", "differs", "only_claimed", "only_known"),
    "check_": tuple(Check),
    "caution_": tuple(Caution),
    "short_": tuple(Caution),
    "sender_": ("pass",),
    "assurance_": tuple(Assurance),
    "needs_": tuple(Assurance),
    "way_": ("wrote", "asked", "reminded", "proved", "known_reference", "post", "document"),
    "claim_": (
        "name",
        "addresses",
        "phones",
        "postal_address",
        "birth_date",
        "customer_numbers",
    ),
}
