"""Bars as SVG, without script or style: the desk's stylesheet may colour them, a PDF need not.

A chart is never alone: the same numbers stand in a table beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

INK, QUIET, LINE = "#1b1e25", "#565c66", "#dddcd6"
FILLS = {"in_time": "#1c6437", "late": "#a3161f", "open": "#b9bfca", "received": "#154c79"}
_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 720, 220, 34, 12, 28


@dataclass(frozen=True)
class Bar:
    """A column of pieces, from the ground up; each piece is (name of its fill, number)."""

    label: str
    pieces: tuple[tuple[str, int], ...]

    @property
    def height(self) -> int:
        return sum(number for _, number in self.pieces)


def columns(title: str, bars: Sequence[Bar], *, legend: Sequence[tuple[str, str]] = ()) -> str:
    """Upright bars. `title` is what a screen reader says; `legend`: (fill, words)."""
    most = _ceiling(max((bar.height for bar in bars), default=0))
    plain = _HEIGHT - _TOP - _BOTTOM
    step = (_WIDTH - _LEFT) / max(len(bars), 1)
    drawn = [_grid(most, plain)]
    for place, bar in enumerate(bars):
        x, y = _LEFT + place * step + step * 0.2, float(_HEIGHT - _BOTTOM)
        for fill, number in bar.pieces:
            height = plain * number / most
            y -= height
            if number:
                drawn.append(_rect(x, y, step * 0.6, height, fill))
        middle = x + step * 0.3
        drawn.append(_text(middle, _HEIGHT - 10, bar.label, "middle", QUIET))
        if bar.height:
            drawn.append(_text(middle, y - 4, str(bar.height), "middle", INK))
    return _svg(title, "".join(drawn), _HEIGHT, legend)


def lines(title: str, bars: Sequence[tuple[str, int]]) -> str:
    """Lying bars, a line each: label, bar, number."""
    most = max((number for _, number in bars), default=0) or 1
    drawn, row = [], 28
    for place, (label, number) in enumerate(bars):
        y = place * row + 4
        width = 380 * number / most
        drawn.append(_text(250, y + 15, label, "end", INK))
        drawn.append(_rect(260, y, max(width, 1), 20, "received"))
        drawn.append(_text(268 + width, y + 15, str(number), "start", INK))
    return _svg(title, "".join(drawn), max(len(bars), 1) * row + 8, ())


def _svg(title: str, drawn: str, height: int, legend: Sequence[tuple[str, str]]) -> str:
    extra = 26 if legend else 0
    keys = []
    for place, (fill, words) in enumerate(legend):
        x = _LEFT + place * 200
        keys.append(_rect(x, height + 6, 12, 12, fill))
        keys.append(_text(x + 18, height + 16, words, "start", INK))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height + extra}" '
        f'role="img" aria-label="{escape(title, {chr(34): "&quot;"})}" class="chart" '
        f'font-family="sans-serif" font-size="11">{drawn}{"".join(keys)}</svg>'
    )


def _grid(most: int, plain: int) -> str:
    drawn = []
    for part in range(5):
        number, y = most * part / 4, _HEIGHT - _BOTTOM - plain * part / 4
        drawn.append(
            f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{_WIDTH}" y2="{y:.1f}" stroke="{LINE}"/>'
        )
        drawn.append(_text(_LEFT - 6, y + 4, f"{number:g}", "end", QUIET))
    return "".join(drawn)


def _rect(x: float, y: float, width: float, height: float, fill: str) -> str:
    return (
        f'<rect class="{fill}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'fill="{FILLS[fill]}"/>'
    )


def _text(x: float, y: float, words: str, anchor: str, fill: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}">{escape(words)}</text>'
    )


def _ceiling(most: int) -> int:
    """A round number at or above the tallest bar, divisible by the four lines of the grid."""
    power = 1
    while True:
        for step in (4, 8, 12, 20, 40):
            if step * power >= most:
                return step * power
        power *= 10
