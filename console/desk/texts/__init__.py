"""Every word of the desk, French and English side by side. Plain text, no markup.

`{name}` is filled in by the page; a text that counts has `_one` and `_many`.
"""

from __future__ import annotations

from calends.desk.board import Group
from calends.rules.vocabulary import Right
from console.desk.texts import (
    case,
    data,
    decide,
    door,
    figures,
    frame,
    identity,
    law,
    letters_in,
    mail_in,
    mine,
    more_tasks,
    review,
    setup,
    tasks,
    timeline,
    today,
    unsent,
)
from workflows.tasks import OUTCOMES, WANTS, TaskKind

Catalogue = dict[str, tuple[str, str]]
"""Key -> French, English."""

PARTS: tuple[Catalogue, ...] = (
    frame.TEXTS,
    door.TEXTS,
    figures.TEXTS,
    setup.TEXTS,
    law.TEXTS,
    letters_in.TEXTS,
    mail_in.TEXTS,
    tasks.TEXTS,
    more_tasks.TEXTS,
    today.TEXTS,
    case.TEXTS,
    data.TEXTS,
    decide.TEXTS,
    review.TEXTS,
    identity.TEXTS,
    timeline.TEXTS,
    mine.TEXTS,
    unsent.TEXTS,
)

TEXTS: Catalogue = {}
for _part in PARTS:
    _twice = TEXTS.keys() & _part.keys()
    assert not _twice, f"texts given twice: {_twice}"
    TEXTS |= _part

FAMILIES: dict[str, tuple[str, ...]] = {
    "right_": tuple(Right),
    "demand_": (
        "open",
        "answered",
        "refused",
        "not_identified",
        "forced",
        "by_hand",
        "withdrawn",
    ),
    "task_": tuple(TaskKind),
    "done_": tuple({outcome for outcomes in OUTCOMES.values() for outcome in outcomes}),
    "answer_": tuple(
        f"{kind}_{outcome}{more}"
        for kind, outcomes in OUTCOMES.items()
        for outcome in outcomes
        for more in ("", "_hint")
    ),
    "restrict_": ("a", "b", "c", "d"),
    "detail_": tuple({name for names in WANTS.values() for name in names}),
    "what_": ("late", "last_call", "extended_last_call", "authority", "undelivered"),
    "group_": tuple(f"{group}{more}" for group in Group for more in ("", "_hint")),
    "empty_": tuple(Group),
    **door.FAMILIES,
    **setup.FAMILIES,
    **letters_in.FAMILIES,
    **mail_in.FAMILIES,
    **today.FAMILIES,
    **case.FAMILIES,
    **data.FAMILIES,
    **decide.FAMILIES,
    **review.FAMILIES,
    **identity.FAMILIES,
    **timeline.FAMILIES,
    **unsent.FAMILIES,
}
"""Beginning of a key -> what may follow it: keys that pages put together from codes."""
