"""What the writer wrote now, apart from earlier mail underneath and the signature.

Every known way to strip replies loses text at times. So nothing is decided on the stripped text
alone: what is quoted is looked at too, and sends the message to a human where it matters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARK = re.compile(r"[ \t]{0,3}(?:>|\|>)")
_WROTE = (
    r"(?:a [ée]crit|[ée]crivait|wrote|writes|schrieb|escribi[óo]|ha scritto|schreef|escreveu|napsal"
    r"|έγραψε|skrev|je napisao|je napisala|a scris)"
)
_ATTRIBUTION = re.compile(
    rf"[ \t]*(?:le|on|am|el|il|op|em|den|dne|στις|dana|în"
    rf"|-+)\b.{{4,300}}\b{_WROTE}\b.{{0,120}}:?[ \t]*",
    re.IGNORECASE,
)
_ATTRIBUTION_END = re.compile(rf".{{0,300}}\b{_WROTE}\b\s?:?[ \t]*", re.IGNORECASE)
_ATTRIBUTION_START = re.compile(r"[ \t]*(?:le|on|am|el|il|op|em) .{0,60}\d", re.IGNORECASE)
_DIVIDER = re.compile(
    r"[ \t]*[-_*=]{2,40}[ \t]*(?:message (?:d['’ ]origine|original|transf[ée]r[ée]|initial)|"
    r"original message|forwarded message|begin forwarded message|(?:urspr[üu]ngliche"
    r"|weitergeleitete) "
    r"nachricht|mensaje (?:original|reenviado)|messaggio (?:originale|inoltrato)|mensagem original|"
    r"oorspronkelijk bericht)[ \t]*[-_*=]{0,40}:?[ \t]*|"
    r"[ \t]*(?:d[ée]but du message (?:r[ée]exp[ée]di[ée]|transf[ée]r[ée])"
    r"|begin forwarded message)[ \t]*:?[ \t]*",
    re.IGNORECASE,
)
_BLOCK_FIRST = re.compile(r"[ \t*]*(?:de|from|von|exp[ée]diteur|da|van)[ \t*]*:", re.IGNORECASE)
_BLOCK_NEXT = re.compile(
    r"[ \t*]*(?:envoy[ée](?: le)?|sent|gesendet|date|datum|[àa]|to|an|objet|subject|betreff|cc"
    r"|enviado|"
    r"asunto|para|inviato|oggetto|verzonden|aan|onderwerp)[ \t*]*:",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"--[ \t]?|[ \t]*(?:envoy[ée] (?:de|depuis|[àa] partir de) |sent from |sent with "
    r"|get outlook for "
    r"|t[ée]l[ée]charger outlook|provenance : courrier).{0,100}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Layers:
    own: str
    signature: str
    quoted: str


def layers(text: str) -> Layers:
    """The text taken apart; each line goes to exactly one layer, in its order."""
    lines = text.split("\n")
    own: list[str] = []
    signature: list[str] = []
    quoted: list[str] = []
    here = own
    position = 0
    while position < len(lines):
        line = lines[position]
        skip = _earlier_mail_starts(lines, position)
        if skip:
            quoted += lines[position : position + skip]
            position += skip
            if not _marked_next(lines, position):  # unmarked: all that follows is the earlier mail
                quoted += lines[position:]
                break
            here = own
            continue
        if _MARK.match(line):
            quoted.append(line)
        elif here is own and _SIGNATURE.fullmatch(line):
            here = signature
        else:
            here.append(line)
        position += 1
    return Layers("\n".join(own).strip(), "\n".join(signature).strip(), "\n".join(quoted))


def _earlier_mail_starts(lines: list[str], at: int) -> int:
    """How many lines introduce earlier mail here; 0 for none."""
    line = lines[at][:1000]
    if _DIVIDER.fullmatch(line) or _ATTRIBUTION.fullmatch(line):
        return 1
    if _ATTRIBUTION_START.match(
        line
    ):  # "Le mardi 3 mars 2026 à 10:12, Jeanne Martin\n<…> a écrit :"
        for more in (1, 2):
            if at + more < len(lines) and _ATTRIBUTION_END.fullmatch(lines[at + more][:1000]):
                return more + 1
    if _BLOCK_FIRST.match(line):
        following = [following for following in lines[at + 1 : at + 6] if following.strip()]
        if sum(1 for f in following if _BLOCK_NEXT.match(f)) >= 2:
            return 1
    return 0


def _marked_next(lines: list[str], at: int) -> bool:
    following = (line for line in lines[at : at + 5] if line.strip())
    return bool(_MARK.match(next(following, "")))
