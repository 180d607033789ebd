"""The reasons that the law knows, in the words that the person reads; the DPO adds their own."""

from __future__ import annotations

from calends.rules.vocabulary import Language

FR, EN = Language.FR, Language.EN

REFUSAL: dict[str, dict[Language, str]] = {
    "others": {
        FR: "Les données demandées parlent aussi d'autres personnes, et les leur ôter ne laisse rien qui se comprenne (article 15, paragraphe 4, du RGPD).",
        EN: "The data asked for speak of other people too, and nothing intelligible remains without them (Article 15(4) GDPR).",
    },
    "excessive": {
        FR: "La demande est manifestement infondée ou excessive (article 12, paragraphe 5, du RGPD).",
        EN: "The request is manifestly unfounded or excessive (Article 12(5) GDPR).",
    },
    "unidentifiable": {
        FR: "Nous ne sommes pas en mesure de vous identifier dans nos données (article 11, paragraphe 2, du RGPD).",
        EN: "We are not in a position to identify you in our data (Article 11(2) GDPR).",
    },
    "legal_obligation": {
        FR: "Une obligation légale nous impose de conserver ces données (article 17, paragraphe 3, point b, du RGPD).",
        EN: "A legal obligation requires us to keep these data (Article 17(3)(b) GDPR).",
    },
    "claims": {
        FR: "Ces données sont nécessaires à la constatation, à l'exercice ou à la défense de droits en justice (article 17, paragraphe 3, point e, du RGPD).",
        EN: "These data are needed for the establishment, exercise or defence of legal claims (Article 17(3)(e) GDPR).",
    },
    "expression": {
        FR: "Ces données relèvent de la liberté d'expression et d'information (article 17, paragraphe 3, point a, du RGPD).",
        EN: "These data fall under freedom of expression and information (Article 17(3)(a) GDPR).",
    },
    "necessary": {
        FR: "Ces données restent nécessaires à la finalité pour laquelle elles sont traitées (article 17, paragraphe 1, du RGPD).",
        EN: "These data are still necessary for the purpose for which they are processed (Article 17(1) GDPR).",
    },
}
"""GDPR 12(4), 12(5), 11(2), 15(4), 17(1), 17(3)."""

EXTENSION: dict[str, dict[Language, str]] = {
    "complexity": {
        FR: "Votre demande est complexe (article 12, paragraphe 3, du RGPD).",
        EN: "Your request is complex (Article 12(3) GDPR).",
    },
    "number": {
        FR: "Vous nous avez adressé plusieurs demandes (article 12, paragraphe 3, du RGPD).",
        EN: "You have sent us several requests (Article 12(3) GDPR).",
    },
}
"""GDPR 12(3): complexity and number, nothing else (EDPB 01/2022 §162-164)."""

FOR_KIND: dict[str, tuple[str, ...]] = {
    "review_access": ("others", "excessive", "unidentifiable"),
    "approve_erasure": (
        "legal_obligation",
        "claims",
        "expression",
        "necessary",
        "excessive",
        "unidentifiable",
    ),
    "extension": ("complexity", "number"),
}
"""Kind of a task -> the grounds that may be chosen there."""

ALL = REFUSAL | EXTENSION


def reason_in_words(ground: str, own: str, language: str) -> str:
    """The ground in the person's language, then the DPO's own words."""
    law = ALL.get(ground, {}).get(Language(language), "")
    return "\n".join(part for part in (law, own.strip()) if part)
