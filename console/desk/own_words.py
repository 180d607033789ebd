"""The DPO's own words in a reply that has not gone: kept as they will stand in it."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from activities.composing import own_words
from calends.letters.own_words import LONGEST, blob_of, tidy
from calends.register.cases import instant_for
from calends.register.ledger import append_event
from calends.register.models import CaseRow
from calends.rules.vocabulary import Right
from calends.vault.keys import KeyDestroyed
from console.desk.answering import role_of
from console.desk.casework import Casework, open_case
from console.desk.decide import RIGHT_OF
from console.desk.errors import error_page
from console.desk.frame import Frame
from console.desk.preview import reply_purpose
from console.who import Decider, User

Field = Annotated[str, Form()]


def may_write(work: Casework, right: str) -> bool:
    """While its answer is to be given and nobody has proposed one: whoever confirms a reply
    confirms the text that goes."""
    return any(
        RIGHT_OF.get(task.row.kind) == right and task.mine and task.decision is None
        for task in work.tasks
    )


def routes(frame: Frame) -> APIRouter:
    router = APIRouter(prefix="/desk/case/{reference}")

    @router.post("/reply/{right}/words")
    async def words(
        request: Request,
        user: Decider,
        reference: str,
        right: str,
        words: Field = "",
        before: Field = "",
    ) -> Response:
        """`before`: what stood there when the page was shown."""
        async with frame.house.register.session() as session:
            work = await open_case(frame, request, session, user, reference)
        if isinstance(work, Response):
            return work
        if not may_write(work, right):
            return error_page(frame, request, 409, frame.words(request)["own_words_over"])
        wanted = tidy(words)
        if len(wanted) > LONGEST:
            return error_page(frame, request, 422, frame.words(request)["own_words_long"])
        try:
            purpose = reply_purpose(work.dossier, Right(right))
            kept = await _keep(work.case, purpose, wanted, tidy(before), user)
        except KeyDestroyed:
            return error_page(frame, request, 404)
        if not kept:
            return error_page(frame, request, 409, frame.words(request)["own_words_changed"])
        return RedirectResponse(f"{work.path}/reply?kept=1", 303)

    async def _keep(case: CaseRow, purpose: str, wanted: str, before: str, user: User) -> bool:
        """Whether they were kept: not over what somebody else has written meanwhile."""
        house = frame.house
        async with house.register.session() as session:
            key = await house.keyring.get(case.id)
            await session.get_one(CaseRow, case.id, with_for_update={"key_share": True})
            now = await own_words(house, case.id, purpose)
            if now == wanted:
                return True
            if now != before:
                return False
            await house.blobs.write(session, key, blob_of(purpose), wanted.encode())
            await append_event(
                session,
                case.id,
                once=f"own_words:{uuid4()}",
                kind="own_words_written",
                at=await instant_for(session, case),
                activity="",
                actor=role_of(user),
                facts={"purpose": purpose, "characters": len(wanted), "by": user.id},
            )
            await session.commit()
        return True

    return router
