"""What the readable copy says beside the data, in both languages of the letters."""

from __future__ import annotations

from calends.rules.vocabulary import Language, SearchState

FR, EN = Language.FR, Language.EN

WORDS: dict[str, dict[Language, str]] = {
    "title": {FR: "Copie de vos données", EN: "Copy of your data"},
    "contents": {FR: "Table des matières", EN: "Table of contents"},
    "where": {FR: "Où nous avons cherché", EN: "Where we searched"},
    "system": {FR: "Système", EN: "System"},
    "outcome": {FR: "Résultat", EN: "Outcome"},
    "masked": {FR: "Ce qui a été occulté", EN: "What was masked"},
    "purpose": {FR: "Finalité", EN: "Purpose"},
    "record": {FR: "Enregistrement", EN: "Record"},
    "yes": {FR: "oui", EN: "yes"},
    "no": {FR: "non", EN: "no"},
    "cut": {FR: "texte coupé ici, entier dans", EN: "text cut here, whole in"},
    "rest": {
        FR: "Les {rest} enregistrements suivants se trouvent dans {files}.",
        EN: "The {rest} records that follow are in {files}.",
    },
    "top": {FR: "retour à la table des matières", EN: "back to the table of contents"},
    "nothing": {FR: "Aucune donnée dans cette copie.", EN: "No data in this copy."},
}

OUTCOMES: dict[SearchState, dict[Language, str]] = {
    SearchState.FOUND: {FR: "trouvé", EN: "found"},
    SearchState.NOTHING: {FR: "rien à votre sujet", EN: "nothing about you"},
    SearchState.FAILED: {FR: "pas de réponse", EN: "no answer"},
    SearchState.WAITING: {FR: "réponse attendue", EN: "answer awaited"},
    SearchState.SKIPPED: {FR: "non consulté", EN: "not searched"},
}


def word(name: str, language: Language) -> str:
    return WORDS[name][language]
