"""Which language a message is in, by its most common small words. No model, no dependency."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

UNKNOWN = "und"  # ISO 639-2: undetermined

_WORDS = {
    "fr": "je vous le la les des est et dans pour que qui ne pas mes mon ma vos une sur avec"
    " bonjour merci cordialement de en a si on il votre l d j qu c au du veuillez plus ce"
    " cette suis ai avez nous par donnees moi",
    "en": "the you your and of to my is are that this with for have please me from not would will"
    " hello thank thanks it be on i data am if or",
    "de": "ich sie und der die das ist nicht mir mich ihre ihnen bitte auf mit fur von zu den dem"
    " ein eine uber dass guten tag meine meiner wenn werden hiermit im",
    "es": "el los las que de en y por para con una mis usted ustedes su sus me se del al no gracias"
    " hola estimados datos solicito favor es como lo",
    "it": "il lo gli di che e per con una mio mia miei vostro vostra non sono dei della delle nel"
    " grazie buongiorno dati ai mi si del alla chiedo",
    "nl": "ik de het een en van u mijn niet dat voor met op zijn wordt deze uw te is bij als graag"
    " hallo bedankt gegevens aan of hierbij",
    "pt": "o os as que de em e para com uma meu minha meus seu nao por dos das da do obrigado ola"
    " dados solicito me ao nos se mais",
    "ro": "si de la in cu pe care nu sunt mele mea dumneavoastra va rog din pentru ca este ale al"
    " datele buna ziua multumesc prin",
    "cs": "a se na v ze je me mych mi vas jsem prosim dobry den podle udaju nebo k pro ktere jako"
    " bych tykajicich timto o pokud",
    "hr": "i je na u se da koji sam moje mojih vas molim postovani prema podataka ili za od su ako"
    " osobnih osobne ovim te",
    "sv": "jag och att det som en pa ar for med av till mig min mina inte ni er har den om hej tack"
    " ett enligt eller",
}  # fmt: skip
_COMMON = {code: frozenset(words.split()) for code, words in _WORDS.items()}
_WORD = re.compile(r"[a-z]+")
_ELSEWHERE = re.compile(r"[\u0370-\u1fff\u3040-\uffef]")  # scripts that are not Latin
_GREEK = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")
_NEAR = frozenset({"fr", "en", "de", "es", "it", "nl"})
_SAMPLE = 700  # characters


def language_of(text: str) -> str:
    """An ISO 639-1 code, or "und" where too little is written to tell."""
    sample = text[:_SAMPLE].lower()
    if not sample.isascii():
        if _ELSEWHERE.search(sample):
            letters = sum(map(str.isalpha, sample))
            if len(_GREEK.findall(sample)) > letters // 2:
                return "el"
            if len(_ELSEWHERE.findall(sample)) > letters // 2:
                return UNKNOWN
        sample = unicodedata.normalize("NFKD", sample).encode("ascii", "ignore").decode()
    words = Counter(_WORD.findall(sample))
    seen = set(words)
    scores = [(sum(map(words.__getitem__, seen & known)), code) for code, known in _COMMON.items()]
    (second, _), (best, code) = sorted(scores)[-2:]
    least = 2 if code in _NEAR else 3  # a short text is seldom in a language from afar
    if best < least or best == second or best * 8 < words.total():
        return UNKNOWN
    return code
