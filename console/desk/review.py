"""Review and redact: what was found, record by record; what speaks of others is masked or given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from calends.desk.reviewing import Found, SetInfo, occurrences, page_of, sets_of
from calends.redaction.review import Decision, Item, Review, StaleReview
from calends.redaction.spans import Reason
from calends.redaction.store import decide, read_review
from calends.register.cases import instant_for
from calends.register.ledger import append_event
from calends.register.models import SearchRow, TaskRow
from calends.rules.vocabulary import SearchState
from calends.vault.blobs import NoSuchBlob
from calends.vault.keys import KeyDestroyed
from console.desk.answering import role_of
from console.desk.casework import (
    NOTHING_TYPED,
    Casework,
    Typed,
    case_page,
    open_case,
)
from console.desk.downloads import download
from console.desk.errors import error_page
from console.desk.frame import Frame
from console.desk.grounds import FOR_KIND
from console.desk.looks import looked_at
from console.desk.naming import system_name
from console.who import CaseReader, Decider, User

STATED = (
    Reason.NAME,
    Reason.RELATION,
    Reason.SOURCE,
    Reason.EMAIL,
    Reason.PHONE,
    Reason.ADDRESS,
    Reason.STATED,
)
"""Reasons that a human may give for masking more: what is left out needs one."""


class At(NamedTuple):
    """Where on the page of a case somebody is."""

    chosen: SetInfo | None
    page: int
    left: bool = False
    """Only what is still to be read."""

    def query(self, page: int, *, left: bool | None = None) -> str:
        """The address of another page of the same data set."""
        assert self.chosen is not None
        wanted = {"system": self.chosen.system, "set": self.chosen.collection, "page": page}
        if self.left if left is None else left:
            wanted["left"] = 1
        return f"?{urlencode(wanted)}"


def routes(frame: Frame) -> APIRouter:
    router = APIRouter(prefix="/desk/case/{reference}")

    @router.get("/review")
    async def review(request: Request, user: CaseReader, reference: str) -> Response:
        return await shown(request, user, reference)

    @router.post("/review")
    async def masks(request: Request, user: Decider, reference: str) -> Response:
        """Keeps what was decided on the texts of one page, and shows the next."""
        async with request.form(max_files=0, max_fields=5000, max_part_size=200_000) as form:
            async with frame.house.register.session() as session:
                work = await open_case(frame, request, session, user, reference)
            if isinstance(work, Response):
                return work
            at = _at(frame, request, work)
            if at.chosen is None:
                return error_page(frame, request, 404)
            try:
                kept = await _keep(work, at, form, user)
            except StaleReview:
                return error_page(frame, request, 409, frame.words(request)["review_stale"])
            except KeyDestroyed:
                return error_page(frame, request, 404)
        # What was read is not left to read: the same page then shows what followed.
        page = at.page + 1 if kept.more and not at.left else at.page
        here = f"/desk/case/{work.case.reference}/review{at.query(page)}"
        return RedirectResponse(f"{here}&kept=1", 303)

    async def _keep(work: Casework, at: At, form: FormData, user: User) -> Found:
        assert at.chosen is not None
        house = frame.house
        before = await read_review(house.blobs, work.case.id)
        seen = str(form.get("seen", ""))
        if at.left and seen != str(before.version):
            raise StaleReview("other texts are left to read than those on the page")
        found = await page_of(house, work.dossier, at.chosen, before, at.page, left=at.left)
        taken = list(decisions_in(form, found, before, user.id))
        async with house.register.session() as session:
            key = await house.keyring.get(work.case.id)
            after = await decide(
                session,
                house.blobs,
                key,
                taken,
                seen_version=int(seen) if seen.isdecimal() else -1,
            )
            if after.version != before.version:
                await append_event(
                    session,
                    work.case.id,
                    once=f"review_decided:{after.version}",
                    kind="review_decided",
                    at=await instant_for(session, work.case),
                    activity="",
                    actor=role_of(user),
                    facts={"version": after.version, "parts": len(taken), "by": user.id},
                )
            await session.commit()
        return found

    async def again(
        request: Request, user: User, task: TaskRow, *, typed: Typed, status: int
    ) -> Response:
        return await shown(request, user, task.case_id, typed, status)

    async def shown(
        request: Request,
        user: User,
        reference: str,
        typed: Typed = NOTHING_TYPED,
        status: int = 200,
    ) -> Response:
        async with frame.house.register.session() as session:
            work = await open_case(frame, request, session, user, reference)
            if isinstance(work, Response):
                return work
            await looked_at(session, work.case, user, "findings")
        sets, at = sets_of(frame.house, work.dossier, frame.language(request)), None
        at = _at(frame, request, work)
        try:
            review = await read_review(frame.house.blobs, work.case.id)
            found = (
                await page_of(frame.house, work.dossier, at.chosen, review, at.page, left=at.left)
                if at.chosen
                else Found()
            )
        except KeyDestroyed:
            review, found, sets = Review(), Found(), []
        return case_page(
            frame,
            request,
            work,
            "review",
            "review",
            status=status,
            typed=typed,
            sets=sets,
            at=at,
            found=found,
            review=review,
            reasons=STATED,
            uploads=_uploads(frame, work),
            grounds=FOR_KIND,
            kept=request.query_params.get("kept") == "1",
        )

    @router.get("/files/{system}")
    async def file(request: Request, user: CaseReader, reference: str, system: str) -> Response:
        """What a colleague found by hand, as a download: it is opened nowhere here."""
        async with frame.house.register.session() as session:
            work = await open_case(frame, request, session, user, reference)
            if isinstance(work, Response):
                return work
            await looked_at(session, work.case, user, "findings")
        row = next((each for each in _by_hand(frame, work) if each.system == system), None)
        if row is None:
            return error_page(frame, request, 404)
        try:
            content = await frame.house.blobs.read(work.case.id, next(iter(row.collections)))
        except (KeyDestroyed, NoSuchBlob):
            return error_page(frame, request, 404)
        return download(content, "application/octet-stream", f"{work.case.reference}-{system}.bin")

    frame.places["review"] = again
    return router


def _at(frame: Frame, request: Request, work: Casework) -> At:
    """The data set and page that the query names; the first ones when it names none."""
    asked = request.query_params
    sets = sets_of(frame.house, work.dossier, frame.language(request))
    wanted = (asked.get("system", ""), asked.get("set", ""))
    chosen = next((each for each in sets if (each.system, each.collection) == wanted), None)
    number = asked.get("page", "1")
    page = int(number) if number.isascii() and number.isdecimal() else 1
    first = sets[0] if sets else None
    return At(chosen or first, max(1, min(page, 10_000)), asked.get("left") == "1")


def decisions_in(form: FormData, found: Found, before: Review, by: str) -> Iterator[Decision]:
    """What the form says of the items that stand on its page; others are not believed.

    Of an item that the form shows (`shown`): each suspicion is masked when its box is ticked and
    given when not; `give-<id>` gives the rest of a text declared to speak of others; `words-<id>`
    masks these words wherever they stand in it, and gives what was masked so before and is not
    among them any more.
    """
    now = datetime.now(UTC)
    shown = {str(value) for value in form.getlist("shown")}
    ticked = {str(value) for value in form.getlist("mask")}
    known = before.by_item()
    for item in found.items:
        if item.id not in shown:
            continue
        if item.declared:
            give = form.get(f"give-{item.id}") == "1"
            yield Decision(
                item=item.id,
                start=0,
                end=item.length,
                verdict="give" if give else "mask",
                reason=Reason.DECLARED,
                by=by,
                at=now,
            )
            if not give:
                continue
        for suspect in item.suspects:
            mask = f"{item.id}:{suspect.start}:{suspect.end}" in ticked
            yield Decision(
                item=item.id,
                start=suspect.start,
                end=suspect.end,
                verdict="mask" if mask else "give",
                reason=suspect.reason,
                by=by,
                at=now,
            )
        yield from _more(form, item, found.texts[item.id], known.get(item.id, ()), by, now)


def _more(
    form: FormData,
    item: Item,
    text: str,
    before: Sequence[Decision],
    by: str,
    now: datetime,
) -> Iterator[Decision]:
    """Words that a human masks besides, one expression a line."""
    given = str(form.get(f"reason-{item.id}", Reason.STATED))
    reason = Reason(given) if given in set(Reason) else Reason.STATED
    apart = {(suspect.start, suspect.end) for suspect in item.suspects} | {(0, item.length)}
    lines = str(form.get(f"words-{item.id}", "")).splitlines()[:50]
    wanted = {place for words in lines for place in occurrences(text, words)} - apart
    dropped = {(d.start, d.end) for d in before if d.verdict == "mask"} - apart - wanted
    for places, verdict in ((wanted, "mask"), (dropped, "give")):
        for start, end in sorted(places):
            yield Decision.model_validate(
                {
                    "item": item.id,
                    "start": start,
                    "end": end,
                    "verdict": verdict,
                    "reason": reason,
                    "by": by,
                    "at": now,
                }
            )


def _by_hand(frame: Frame, work: Casework) -> list[SearchRow]:
    systems = {entry.id for entry in frame.house.company.systems if not entry.declared}
    return [
        row
        for row in work.dossier.searches
        if row.state == SearchState.FOUND and row.system in systems and row.collections
    ]


def _uploads(frame: Frame, work: Casework) -> list[tuple[str, str]]:
    """System and its name, of each file found by hand."""
    return [
        (row.system, system_name(frame.house.company, row.system)) for row in _by_hand(frame, work)
    ]
