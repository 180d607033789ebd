"""An event of the ledger in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calends.rules.vocabulary import SearchState
from console.desk.frame import Frame
from console.desk.language import Words
from console.desk.naming import letter_title, recipient_name, system_name

Facts = Mapping[str, Any]

PLAIN = frozenset({"case", "ground"})
"""Facts that a sentence names as they are."""


def sentence(frame: Frame, words: Words, kind: str, facts: Facts) -> str:
    """What one event says; an event of another version of this engine is told by its code."""
    key = f"event_{kind}"
    if key not in words:
        return words("event_other", kind=kind.replace("_", " "))
    try:
        return words(key, **_values(frame, words, facts)) + _sender(words, facts)
    except KeyError:
        return words("event_other", kind=kind.replace("_", " "))


def _values(frame: Frame, words: Words, facts: Facts) -> dict[str, str]:
    """Every value that a sentence may name, for the facts that the event has."""
    values: dict[str, str] = {}
    if "rights" in facts:
        said = [words.get(f"right_{right}", str(right)) for right in facts["rights"]]
        values["rights"] = ", ".join(said) or words["no_right"]
    if facts.get("system"):
        values["system"] = system_name(frame.house.company, str(facts["system"]))
    if "task_kind" in facts:
        task = words.get(f"task_{facts['task_kind']}", words["task_unknown"])
        values["task"] = f"{task} · {values['system']}" if "system" in values else task
    if "outcome" in facts:
        values["outcome"] = words.get(f"done_{facts['outcome']}", str(facts["outcome"]))
        values["how"] = words.get(f"closed_{facts['outcome']}", str(facts["outcome"]))
    if "purpose" in facts:
        values["letter"] = letter_title(frame.house.company, words, str(facts["purpose"]))
    if "state" in facts:
        values["state"] = _search(words, facts)
        values["notice"] = words.get(f"done_{facts['state']}", str(facts["state"]))
    if "counts" in facts:
        values["counts"] = ", ".join(
            f"{count} {words.get(f'verdict_{verdict}', verdict)}"
            for verdict, count in sorted(facts["counts"].items())
        )
    if "what" in facts:
        values["what"] = words.get(f"what_{facts['what']}", str(facts["what"]))
        values["thing"] = words.get(f"thing_{facts['what']}", str(facts["what"]))
    return values | _short(frame, words, facts)


def _sender(words: Words, facts: Facts) -> str:
    """What spoke for and against the sender of a message when it came."""
    sender = facts.get("sender") or {}
    said = [words.get(f"short_{each}", str(each)) for each in sender.get("cautions", [])]
    if sender.get("verdict") == "pass":
        said.insert(0, words["sender_pass"])
    return f" {words('of_the_sender', said=', '.join(said))}" if said else ""


def _short(frame: Frame, words: Words, facts: Facts) -> dict[str, str]:
    """Names, numbers and codes that stand in a sentence by themselves."""
    company, values = frame.house.company, {name: str(facts[name]) for name in PLAIN & facts.keys()}
    for number in ("parts", "people"):
        if number in facts:
            values["n"] = str(facts[number])
    if "mark" in facts:
        values["mark"] = words.get(f"mark_{facts['mark']}", str(facts["mark"]))
    if "changes" in facts:
        values["changes"] = words.count("changes", int(facts["changes"]))
    if "recipient" in facts:
        values["recipient"] = recipient_name(company, str(facts["recipient"]))
    if "recipients" in facts:
        told = [recipient_name(company, str(each)) for each in facts["recipients"]]
        values["recipients"] = ", ".join(told) or words["no_recipient"]
    return values


def _search(words: Words, facts: Facts) -> str:
    if facts["state"] == SearchState.FOUND:
        return words.count("search_found", int(facts.get("count", 0)))
    if facts["state"] == SearchState.FAILED:
        return words.get(f"fail_{facts.get('reason', '')}", words["fail_SystemFailed"])
    return words.get(f"search_{facts['state']}", str(facts["state"]))
