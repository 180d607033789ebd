"""The play: sixteen mails, the persons, the DPO, a month that passes, and what remains of it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from temporalio.client import WorkflowHandle

from calends.commands.demo import people
from calends.commands.demo.officer import work
from calends.commands.demo.people import STORIES, Story
from calends.commands.demo.place import Place, clear, place
from calends.commands.demo.screen import Screen, follow
from calends.evidence.exporting import export_case
from calends.evidence.signing import load_signing_key
from calends.evidence.verify import verify_file
from calends.letters.compose import plain_text
from calends.register.models import CaseRow, InboxRow, LedgerRow, OutboxRow
from workflows.messages import Closing
from workflows.rights_request import RightsRequest

LONGEST = 100.0
"""Seconds that the play may take once the service is up."""

CHECK_MINUTES = timedelta(minutes=5)


@dataclass
class Ended:
    story: Story
    reference: str
    closing: Closing
    sent: datetime | None
    """When the reply left; None: a human answers, outside."""
    safe_due: str
    in_time: bool

    @property
    def well(self) -> bool:
        rights = {str(right): state for right, state in self.closing.rights.items()}
        return rights == self.story.rights and self.in_time


async def play(sample: Path, folder: Path, *, keep: bool, picture: Path | None) -> bool:
    """True when every request ended as it should and its evidence verifies."""
    screen, began = Screen(recorded=picture is not None), time.monotonic()
    screen.say("Calends: sixteen people write to a small French company.", "bold")
    clear(folder)
    async with place(sample, folder, lambda line: screen.say(f"  {line}", "dim")) as here:
        beside = [asyncio.create_task(follow(here.house.register, screen))]
        try:
            async with asyncio.timeout(LONGEST):
                ended = await _cases(here, sample, screen, beside)
        except TimeoutError:
            screen.say(f"Not all cases ended within {LONGEST:.0f} s; see {folder}/logs/.", "red")
            return False
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
        good = await _remains(here, screen, ended)
        screen.say(f"{time.monotonic() - began:.0f} seconds in all.", "dim")
        if picture is not None:
            screen.save(picture)
        if keep:
            screen.say(f"Still running, state in {folder}; Ctrl-C stops.")
            await asyncio.Event().wait()
    return good


async def _cases(
    here: Place, sample: Path, screen: Screen, beside: list[asyncio.Task[None]]
) -> list[Ended]:
    cases: dict[str, tuple[Story, str]] = {}
    for story in STORIES:
        raw = people.message_of(sample, story)
        address = people.address_in(raw)
        await people.send(here, address, raw)
        case_id = await _case_opened(here, set(cases))
        cases[case_id] = (story, address)
    paper = next(case for case, (story, _) in cases.items() if story.file == "08")
    beside.append(asyncio.create_task(work(here, screen, paper)))
    beside.append(asyncio.create_task(people.answer_notices(here)))
    await asyncio.gather(*(people.prove(here, story, who) for story, who in cases.values()))
    ends = [_end(here, screen, case, story) for case, (story, _) in cases.items()]
    return list(await asyncio.gather(*ends))


async def _case_opened(here: Place, known: set[str]) -> str:
    """The case that the message just sent has opened."""
    while True:
        async with here.house.register.session() as session:
            rows = select(InboxRow.case_id).join(CaseRow, CaseRow.id == InboxRow.case_id)
            new = set(await session.scalars(rows)) - known
        if new:
            return new.pop()
        await asyncio.sleep(0.05)


async def _end(here: Place, screen: Screen, case_id: str, story: Story) -> Ended:
    handle = _handle(here, case_id)
    if story.proves_by == "never":
        await _let_the_month_pass(here, screen, case_id)
    closing: Closing = await handle.result()
    async with here.house.register.session() as session:
        case = await session.get_one(CaseRow, case_id)
        sent = await session.scalar(
            select(LedgerRow.at).where(
                LedgerRow.case_id == case_id, LedgerRow.once == f"letter_sent:{story.letter}"
            )
        )
    assert sent is not None or not story.letter, f"{closing.reference}: no letter {story.letter}"
    assert case.reference is not None
    in_time = sent is None or sent.date() <= case.safe_due
    return Ended(story, case.reference, closing, sent, case.safe_due.isoformat(), in_time)


def _handle(here: Place, case_id: str) -> WorkflowHandle[RightsRequest, Closing]:
    return here.skipper.client.get_workflow_handle(case_id, result_type=Closing)


async def _let_the_month_pass(here: Place, screen: Screen, case_id: str) -> None:
    """Moves this case's clock from milestone to milestone; the others stay in today."""
    handle = _handle(here, case_id)
    async with here.house.register.session() as session:
        case = await session.get_one(CaseRow, case_id)
    now = case.opened_at
    for name in ("identity_reminder_1", "identity_reminder_2", "last_call"):
        then = datetime.fromisoformat(case.milestones[name]) + CHECK_MINUTES
        screen.line(case.reference or "", f"… {(then - now).days} days pass …", "magenta")
        await here.skipper.fast_forward(handle, then - now)
        now = then
    screen.line(case.reference or "", "… nobody ever answers; time runs out …", "magenta")
    await here.skipper.fast_forward(handle, None)


async def _remains(here: Place, screen: Screen, ended: list[Ended]) -> bool:
    """Saves replies and evidence, verifies, and says where all is."""
    replies, evidence = here.folder / "replies", here.folder / "evidence"
    replies.mkdir()
    evidence.mkdir()
    rows, good = [], True
    for end in ended:
        copy = await _save_reply(here, end, replies)
        file = evidence / f"{end.reference}.calends"
        await asyncio.to_thread(export_case, end.reference, file)
        key = load_signing_key(here.settings.signing_key_file).public.text
        checked = await asyncio.to_thread(verify_file, file, key)
        good &= end.well
        rows.append(
            [
                end.reference,
                end.story.who,
                ", ".join(f"{r}: {s}" for r, s in end.closing.rights.items()),
                f"sent {end.sent:%Y-%m-%d}, due {end.safe_due}" if end.sent else "by a human",
                ("with a copy" if copy else "letter") if end.sent else "never the machine's",
                f"evidence verified ({checked.lines['ledger']} events)",
                "as it should" if end.well else "NOT AS IT SHOULD",
            ]
        )
    heads = ["case", "who", "demand", "in time", "reply", "evidence", "ended"]
    screen.table("What became of the sixteen requests", heads, rows)
    screen.say(f"Replies:  {replies}/<case>/letter.eml, copy.zip")
    screen.say(f"Evidence: {evidence}/<case>.calends")
    public = here.folder / "keys" / "signing.pub"
    example = evidence / f"{ended[0].reference}.calends"
    screen.say(f"Verify:   .venv/bin/calends evidence verify {example} --public-key {public}")
    return good


async def _save_reply(here: Place, end: Ended, replies: Path) -> bool:
    if end.sent is None:
        return False
    folder = replies / end.reference
    folder.mkdir()
    async with here.house.register.session() as session:
        message_id = await session.scalar(
            select(OutboxRow.message_id)
            .join(CaseRow, CaseRow.id == OutboxRow.case_id)
            .where(CaseRow.reference == end.reference, OutboxRow.purpose == end.story.letter)
        )
    letter = next(le for le in here.mailboxes.letters if le["Message-ID"] == message_id)
    (folder / "letter.eml").write_bytes(letter.as_bytes())
    (folder / "letter.txt").write_text(plain_text(letter), encoding="utf-8")
    given = end.story.letter in ("reply:ACCESS", "reply:PORTABILITY")
    copy = await people.fetch_copy(letter) if given else None
    if copy is not None:
        (folder / "copy.zip").write_bytes(copy)
    return copy is not None
