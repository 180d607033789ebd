"""One task as a page of text: `calends task show`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from calends.desk.queue import Facts
from calends.desk.words import shown
from console.desk.texts import TEXTS
from workflows.tasks import TaskKind

_OF_A_PERSON = (TaskKind.SEARCH_BY_HAND, TaskKind.VERIFY_IDENTITY, TaskKind.POST_LETTER)
"""Cannot be done without knowing who it is. That look is noted in the ledger: a command apart."""


def page(facts: Facts) -> list[str]:
    """The facts as lines."""
    about = f"{facts['kind']} {facts['system'] or ''}".strip()
    by_person = facts["kind"] in _OF_A_PERSON
    ended = f": {facts['outcome']}" if facts["outcome"] else ""
    return [
        f"{facts['id']}  {about}, {facts['state']}{ended}",
        f"case {facts['reference']}, for {facts['role']}, due {facts['due_local']} "
        f"({facts['left']})",
        *(f"  {name}: {shown(str(value))}" for name, value in sorted(facts["facts"].items())),
        *_about_lines(facts),
        *_why_lines(facts),
        *([f"  whom: calends case show {facts['reference']} --person"] if by_person else []),
        "",
        f"calends task complete {facts['id'][:13]} --outcome …",
        *(line for outcome in facts["outcomes"] for line in _answer_lines(facts, outcome)),
    ]


def _answer_lines(facts: Facts, outcome: str) -> Iterator[str]:
    """How it is typed, and in the desk's words what it does."""
    yield f"  {_answer(facts, outcome)}"
    _, english = TEXTS[f"answer_{facts['kind']}_{outcome}_hint"]
    yield f"      {english}"


def _answer(facts: Facts, outcome: str) -> str:
    more = ""
    if outcome in facts["needs_reason"]:
        more += " --reason TEXT"
    if facts["takes_file"] and outcome == "found":
        more += " --file FILE"
    if facts["takes_rights"] and outcome == "accept":
        more += " [--rights ACCESS,ERASURE]"
    for name in facts["wants"].get(outcome, ()):
        more += f" --detail {name}=TEXT"
    return outcome + more


def _about_lines(facts: Facts) -> Iterator[str]:
    if "message" in facts:
        yield from _message_lines(facts["message"])
    for line in facts.get("plan", []):
        until = f" until {line['until']}" if line["until"] else ""
        why = "; ".join(part for part in (line["reason"], line["article"], line["source"]) if part)
        yield f"  {line['data_set']:<32}{line['count']:>6} {line['verdict']}{until} ({why})"
    for search in facts.get("searches", []):
        why = f" ({shown(search['reason'])})" if search["reason"] else ""
        yield f"  {search['system']:<22}{search['state']}, {search['count']} records{why}"
        if search["others"] and facts["kind"] == TaskKind.REVIEW_ACCESS:
            yield "    may speak of others (GDPR 15(4)): what nobody has read goes masked;"
            yield "    read it on the desk first, and mask there only what is not the person's"
        for name, count in sorted(search["collections"].items()):
            yield f"    {shown(name)}: {count}"
    for letter in facts.get("letters", []):
        why = f" ({shown(letter['reason'])})" if letter["reason"] else ""
        yield f"  {letter['purpose']}: {letter['state']}, {letter['attempts']} attempts{why}"
    if facts.get("holder"):
        yield f"  held by: {shown(facts['holder'])}"
    for language, words in (facts.get("instructions") or {}).items():
        yield f"  {language}: {shown(words)}"


def _why_lines(facts: Facts) -> Iterator[str]:
    if facts["kind"] == TaskKind.MEND_SYSTEM:
        yield "  why: calends systems check; what refused an act stands in the worker's log"
        yield "  a changed company file or data set is read when the service starts again"


def _message_lines(message: dict[str, Any]) -> Iterator[str]:
    yield f"  understood as {message['kind']}, language {message['language']}"
    for demand in message["demands"]:
        yield f"  {demand['right']} ({demand['confidence']:.0%}): “{shown(demand['quote'])}”"
    if message["doubts"]:
        yield f"  doubts: {', '.join(message['doubts'])}"
    yield f"  subject: {shown(message['subject'])}"
    yield from (f"  | {shown(line)}" for line in message["text"].splitlines())
