"""Where one can go: the modules that answer, and what stands in the menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter

from console.desk import (
    account,
    answering,
    codec,
    data,
    decide,
    enrol,
    figures,
    files,
    identity,
    letters,
    links,
    mail_in,
    mine,
    overview,
    own_words,
    reply,
    review,
    search,
    setup,
    sign_in,
    tasks,
    timeline,
    today,
    users,
)
from console.desk.frame import Frame
from console.who import DECIDES, SEES_CASES, Role, User

PAGES: tuple[Callable[[Frame], APIRouter], ...] = (
    today.routes,
    tasks.routes,
    answering.routes,
    overview.routes,
    files.routes,
    data.routes,
    decide.routes,
    reply.routes,
    links.routes,
    own_words.routes,
    review.routes,
    identity.routes,
    timeline.routes,
    mine.routes,
    codec.routes,
    search.routes,
    sign_in.routes,
    enrol.routes,
    account.routes,
    users.routes,
    letters.routes,
    figures.routes,
    setup.routes,
    mail_in.routes,
)
"""Each makes the routes of its pages; all stand under /desk."""


@dataclass(frozen=True)
class Entry:
    """A line of the menu, for whoever has one of the roles; `key` is its text and its place."""

    key: str
    path: str
    roles: tuple[Role, ...]


MENU: tuple[Entry, ...] = (
    Entry("today", "/desk", (*SEES_CASES, Role.SYSTEM_OWNER)),
    Entry("search", "/desk/search", SEES_CASES),
    Entry("letters_in", "/desk/letters", DECIDES),
    Entry("figures", "/desk/figures", (Role.DPO, Role.DEPUTY, Role.AUDITOR)),
    Entry("setup", "/desk/setup", (Role.DPO, Role.DEPUTY, Role.ADMIN, Role.ENGINEER)),
    Entry("users", "/desk/users", (Role.DPO, Role.ADMIN)),
)


def menu_for(user: User | None) -> list[Entry]:
    return [entry for entry in MENU if user is not None and user.has(*entry.roles)]
