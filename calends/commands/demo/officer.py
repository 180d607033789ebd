"""The DPO of the demo: does the tasks of the queue, as `calends task complete` would."""

from __future__ import annotations

import asyncio

from calends.commands.demo.place import Place
from calends.commands.demo.screen import Screen
from calends.desk import queue
from calends.desk.completing import Answer, complete_task

PAPER = b"%PDF-1.4\n% A page that a colleague scanned for the demo.\n"

ANSWERS = {
    "review_access": Answer("release"),
    "approve_erasure": Answer("approve"),
    "tell_recipients": Answer("told"),
    "review_portability": Answer("release"),
    "review_decision": Answer("no_such_decision"),
    "rectify": Answer("carry_out"),
    "decide_restriction": Answer("grant", details={"ground": "a"}),
    "lift_restriction": Answer("lift", reason="Les données contestées ont été vérifiées."),
    "weigh_objection": Answer("uphold"),
    "authority": Answer("answered_by_hand"),
    "read_mail": Answer("read"),
}


async def work(place: Place, screen: Screen, finds_paper_of: str) -> None:
    """Does what waits, until cancelled. Paper is found for one person's case only."""
    while True:
        for task in await queue.waiting(place.house.register, None):
            answer = ANSWERS.get(task["kind"])
            if task["kind"] == "search_by_hand":
                found = task["case_id"] == finds_paper_of
                answer = Answer("found", upload=PAPER) if found else Answer("nothing")
            if answer is not None:
                await complete_task(place.house.register, place.settings, task["id"], answer)
                screen.line(task["reference"], f"DPO: {task['kind']} -> {answer.outcome}", "cyan")
        await asyncio.sleep(0.2)
