"""One case as a page of text: `calends case show`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from calends.desk.timeline import sentence
from calends.desk.words import local, short, shown

Facts = dict[str, Any]
When = Callable[[str | None], str]


def page(facts: Facts) -> list[str]:
    """The facts that `--json` prints, as lines; instants in the controller's zone."""
    tz = facts["clock"]["tz"]

    def when(text: str | None) -> str:
        return local(datetime.fromisoformat(text), tz) if text else "-"

    return [
        *_head(facts, when(facts["received"])),
        *("", "dates", *_dates(facts)),
        *("", "demands", *_demands(facts, when)),
        *("", "searches", *_searches(facts, when)),
        *("", "tasks", *_tasks(facts, when)),
        *("", "letters", *_letters(facts, when)),
        *("", "ledger", *_ledger(facts, when)),
    ]


def _head(facts: Facts, received: str) -> Iterator[str]:
    yield f"{facts['reference']}  {facts['state']}, {facts['left']}  ({facts['case_id']})"
    zone, language, assurance = facts["clock"]["tz"], facts["language"], facts["assurance"]
    yield f"received {received} ({zone}), language {language}, {assurance}"
    if facts["attention"]:
        yield f"needs attention: {shown(facts['attention'])}"
    if "person" in facts:
        name, address = facts["person"]["name"], facts["person"]["address"]
        yield f"written by {shown(name) or 'no name'} <{shown(address or 'no address')}>"


def _dates(facts: Facts) -> Iterator[str]:
    """Each date of the clock with its why, as it was counted at receipt."""
    for step in facts["clock"]["trace"]:
        yield f"  {step['name']:<19}{step['value']:<22}{step['words']}"
        yield f"  {'':<41}[{step['source']}]"


def _demands(facts: Facts, when: When) -> Iterator[str]:
    for demand in facts["demands"]:
        answered = f", {when(demand['answered'])}" if demand["answered"] else ""
        yield f"  {demand['right']:<22}{demand['state']}{answered}"


def _searches(facts: Facts, when: When) -> Iterator[str]:
    for search in facts["searches"]:
        state = search["state"]
        if state == "found":
            state = f"found, {search['count']} records"
        elif state == "failed":
            state = f"failed since {when(search['since'])}"
        why = f" ({shown(search['reason'])})" if search["reason"] else ""
        yield f"  {search['system']:<22}{state}{why}"


def _tasks(facts: Facts, when: When) -> Iterator[str]:
    for task in facts["tasks"]:
        about = f"{task['kind']} {task['system'] or ''}".strip()
        ended = f": {task['outcome']}" if task["outcome"] else f", due {when(task['due'])}"
        yield f"  {short(task['id'])}  {about:<28}{task['role']:<14}{task['state']}{ended}"


def _letters(facts: Facts, when: When) -> Iterator[str]:
    for letter in facts["letters"]:
        why = f" ({shown(letter['reason'])})" if letter["reason"] else ""
        yield f"  {when(letter['at'])}  {letter['purpose']:<28}{letter['state']}{why}"


def _ledger(facts: Facts, when: When) -> Iterator[str]:
    for event in facts["ledger"]:
        said = shown(sentence(event["kind"], event["facts"]))
        yield f"  {event['seq']:>3}  {when(event['at'])}  {said} [{event['actor']}]"
