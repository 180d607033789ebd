"""Masking parts of a text, so that neither the words nor their length remain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from calends.redaction.review import Decision
from calends.redaction.spans import Reason, Span, merged
from calends.rules.vocabulary import Language

BLOCK = "█████"
LABELS = {
    Language.FR: "[occulté : art. 15, § 4 RGPD]",
    Language.EN: "[masked: Art. 15(4) GDPR]",
}


def mask(text: str, spans: Iterable[Span], label: str = BLOCK) -> str:
    """The text with each span replaced by the label."""
    pieces, place = [], 0
    for span in merged(spans):
        pieces += [text[place : span.start], label]
        place = span.end
    return "".join([*pieces, text[place:]])


def to_mask(
    suspects: Sequence[Span],
    decisions: Sequence[Decision],
    *,
    declared: bool,
    rest: str,
    length: int,
) -> list[Span]:
    """The spans to mask in one text.

    What a human decided counts; of what nobody decided, `rest` says what becomes: suspects, and
    the whole of a declared text at which nobody has looked. Where decisions overlap, the smaller
    part counts, for who marked it looked closer.
    """
    masked: list[Span] = []
    for decision in sorted(decisions, key=lambda d: d.start - d.end):  # the widest first
        part = Span(decision.start, min(decision.end, length), decision.reason)
        masked = _without(masked, part)
        if decision.verdict == "mask" and part.start < part.end:
            masked.append(part)
    if rest == "mask":
        masked += [suspect for suspect in suspects if not _covered(suspect, decisions)]
        if declared and not decisions:
            masked.append(Span(0, length, Reason.DECLARED))
    return merged(masked)


def _covered(suspect: Span, decisions: Sequence[Decision]) -> bool:
    return any(d.start <= suspect.start and suspect.end <= d.end for d in decisions)


def _without(spans: Sequence[Span], part: Span) -> list[Span]:
    """The spans less that part."""
    left = []
    for span in spans:
        if span.start < part.start:
            left.append(Span(span.start, min(span.end, part.start), span.reason))
        if part.end < span.end:
            left.append(Span(max(span.start, part.end), span.end, span.reason))
    return left
