"""Messages as people write them, each with what it is, all written by us.

Three parts. The grammars were tuned on the open one. The one kept aside (`held_out: true`) was
looked at once, when they were done, and mended for. `fresh.yml` was written last and only ever
measured: it alone says how the reader does on what it has never met.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from calends.mail.reading import Reading, read_message
from calends.rules.vocabulary import MessageKind, Right

FOLDER = Path(__file__).parent


class Message(BaseModel):
    """One message and what a careful human makes of it."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    text: str
    subject: str = ""
    sender: str = "Camille Exemple <camille@person.example>"
    head: str = ""
    kind: MessageKind = MessageKind.REQUEST
    rights: frozenset[Right] = frozenset()
    may: frozenset[Right] = frozenset()  # as good an answer when given, none when not
    includes: frozenset[Right] = frozenset()
    lang: str = "fr"
    triage: bool = False  # a human must look
    triage_ok: bool = False  # no request, and no harm if a human looks
    channels: frozenset[str] = frozenset()
    corrections: tuple[dict[str, str], ...] = ()
    role: str = ""
    several: bool = False
    hints: frozenset[str] = frozenset()
    chases: bool = False
    withdraws: bool = False
    changes: bool = False
    held_out: bool = False
    place: str = ""

    @property
    def part(self) -> str:
        """open, kept or fresh"""
        if not self.held_out:
            return "open"
        return "fresh" if self.place.startswith("fresh") else "kept"

    @property
    def raw(self) -> bytes:
        head = f"{self.head}\n" if self.head else ""
        return (
            f"From: {self.sender}\nTo: contact@company.example\nSubject: {self.subject}\n"
            f"Message-ID: <{abs(hash(self.text + self.subject))}@person.example>\n{head}"
            "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
            f"Content-Transfer-Encoding: 8bit\n\n{self.text}\n"
        ).encode()


def messages(part: str = "") -> list[Message]:
    """The corpus, or one part of it."""
    found = []
    for file in sorted(FOLDER.glob("*.yml")):
        for number, item in enumerate(yaml.safe_load(file.read_text(encoding="utf-8"))):
            if "from" in item:
                item["sender"] = item.pop("from")
            found.append(Message(place=f"{file.stem}-{number + 1}", **item))
    return [m for m in found if part in ("", m.part)]


@dataclass
class Score:
    """How often the reader agrees with the corpus."""

    messages: int = 0
    hits: Counter[Right] = field(default_factory=Counter)
    misses: Counter[Right] = field(default_factory=Counter)
    extras: Counter[Right] = field(default_factory=Counter)
    kinds: int = 0
    requests: int = 0
    requests_found: int = 0  # as a request or reply, or for a human: nobody's request is dropped
    daily: int = 0
    false_alarms: int = 0  # everyday messages that would open a case or cost a human a look

    def recall(self, *rights: Right) -> float:
        """Of these rights, or of all."""
        return _share(self.hits, self.misses, rights)

    def precision(self, *rights: Right) -> float:
        return _share(self.hits, self.extras, rights)


def _share(hits: Counter[Right], others: Counter[Right], rights: tuple[Right, ...]) -> float:
    found = sum(hits[right] for right in rights or Right)
    all_ = found + sum(others[right] for right in rights or Right)
    return found / all_ if all_ else 1.0


def score(corpus: Iterable[Message]) -> Score:
    total = Score()
    for message in corpus:
        add(total, message, read_message(message.raw))
    return total


def add(total: Score, message: Message, reading: Reading) -> None:
    given = {demand.right for demand in reading.demands}
    total.messages += 1
    total.hits.update(message.rights & given)
    total.misses.update(message.rights - given)
    total.extras.update(given - message.rights - message.may)
    total.kinds += reading.kind is message.kind
    seen = reading.kind in (MessageKind.REQUEST, MessageKind.REPLY) or reading.needs_triage
    if message.kind is MessageKind.REQUEST:
        total.requests += 1
        total.requests_found += seen
    elif message.kind is MessageKind.OTHER and not message.triage_ok:
        total.daily += 1
        total.false_alarms += seen
