"""Reading mail: how well, on the corpus, and how fast, from raw bytes to decision.

python -m tests.bench.reading

The speed is a rate per second of processor time, beside the standard library's bare parse of the
same bytes (which decodes nothing and decides nothing), in turn and in one run.
"""

from __future__ import annotations

import email
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from calends.mail.message import parse
from calends.mail.reading import read_message
from calends.rules.vocabulary import Right
from tests.mail.corpus import messages, score

MAILBOX = Path(__file__).parents[2] / "examples" / "impro-solutions" / "mailbox"
PARTS = ("open", "kept", "fresh")
TURNS = 5
_SECONDS = 1.0
"""Of processor time, for each measure of each turn."""


def compare() -> None:
    """Prints both."""
    quality()
    speed()


def quality() -> None:
    """Recall and precision of each right, on each part of the corpus."""
    scores = {part: score(messages(part)) for part in PARTS}
    print(f"{'recall / precision':24}" + "".join(f"{part:>16}" for part in PARTS))
    for right in Right:
        cells = [f"{s.recall(right):.2f} / {s.precision(right):.2f}" for s in scores.values()]
        print(f"{right:24}" + "".join(f"{cell:>16}" for cell in cells))
    totals = [f"{s.recall():.2f} / {s.precision():.2f}" for s in scores.values()]
    print(f"{'all rights':24}" + "".join(f"{cell:>16}" for cell in totals))
    seen = [f"{s.requests_found} of {s.requests}" for s in scores.values()]
    print(f"{'requests not dropped':24}" + "".join(f"{cell:>16}" for cell in seen))
    looks = [f"{s.false_alarms} of {s.daily}" for s in scores.values()]
    print(f"{'daily mail looked at':24}" + "".join(f"{cell:>16}" for cell in looks))


def speed() -> None:
    """Messages per second and core, on the sample mailbox and on the corpus."""
    sample = [file.read_bytes() for file in sorted(MAILBOX.glob("*.eml"))]
    corpus = [message.raw for message in messages()]
    print(
        f"{'messages per second':20}{'bytes':>7}{'bare':>9}{'parsed':>9}{'decided':>9}{'ratio':>7}"
    )
    for name, mails in (("sample mailbox", sample), ("corpus", corpus)):
        for raw in mails:  # what is loaded when first needed is loaded now
            read_message(raw)
        bare, parsed, decided = _rates(mails, (email.message_from_bytes, parse, read_message))
        size = sum(map(len, mails)) // len(mails)
        print(f"{name:20}{size:7}{bare:9.0f}{parsed:9.0f}{decided:9.0f}{decided / bare:7.2f}")


def _rates(mails: Sequence[bytes], steps: Sequence[Callable[[bytes], object]]) -> Sequence[float]:
    """The best of some turns for each: what else the machine does only ever slows."""
    best = [0.0] * len(steps)
    for _ in range(TURNS):
        for number, step in enumerate(steps):
            done, began = 0, time.process_time()
            while (spent := time.process_time() - began) < _SECONDS / TURNS or not done:
                for raw in mails:
                    step(raw)
                done += len(mails)
            best[number] = max(best[number], done / spent)
    return best


if __name__ == "__main__":
    compare()
