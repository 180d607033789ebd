"""Set-up: what the checks say, a test mail, letters as people read them, keys and their age."""

from __future__ import annotations

import asyncio
import re
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid, parseaddr
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from activities.digesting import deliver
from calends.commands.doctor import examined
from calends.evidence.signing import load_signing_key
from calends.letters.own import own_letters
from calends.letters.pdf import pdf_of
from calends.letters.preview import ADDRESS, AT
from calends.letters.render import Rendered, render
from calends.letters.samples import sample_facts
from calends.problems import Problem
from calends.register.account_rows import AccountEventRow, UserRow
from calends.register.keys_seen import case_keys, key_file
from console.desk.frame import Frame
from console.who import May, User, entry_of, require_may

Reader = Annotated[User, Depends(require_may(May.SEE_SETUP))]
Manager = Annotated[User, Depends(require_may(May.MANAGE_OFFICE, May.MANAGE_STAFF))]
"""Who manages accounts sees what happened to them, and when colleagues signed in."""
EVENTS = 60
_LETTER = re.compile(r"[a-z][a-z0-9_]{1,60}")


def routes(frame: Frame) -> APIRouter:
    pages, router = SetUp(frame), APIRouter(prefix="/desk/setup")
    router.add_api_route("", pages.checks, methods=["GET"])
    router.add_api_route("/mail", pages.test_mail, methods=["POST"])
    router.add_api_route("/letters", pages.letters, methods=["GET"])
    router.add_api_route("/letters/{letter}", pages.letter, methods=["GET"])
    router.add_api_route("/letters/{letter}/{number}.pdf", pages.letter_pdf, methods=["GET"])
    router.add_api_route("/keys", pages.keys, methods=["GET"])
    router.add_api_route("/events", pages.events, methods=["GET"])
    return router


class SetUp:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self._one_at_a_time = asyncio.Semaphore(1)

    async def checks(self, request: Request, user: Reader) -> Response:
        """What `calends doctor` says here: settings, systems, mail, engine."""
        return await self._checks(request, user)

    async def _checks(self, request: Request, user: User, mail: str = "") -> Response:
        async with self._one_at_a_time:
            lines = await examined(self.frame.house.settings)
        wrong = sum(line.level == "error" for _, line in lines)
        doubtful = sum(line.level == "warning" for _, line in lines)
        return self.frame.page(
            request,
            user,
            "setup",
            here="setup",
            tab="checks",
            lines=lines,
            errors=wrong,
            warnings=doubtful,
            mail=mail,
        )

    async def test_mail(self, request: Request, user: Reader) -> Response:
        """A mail to the colleague's own address, over the company's outgoing server."""
        house, words = self.frame.house, self.frame.words(request)
        async with house.register.session() as session:
            row = await session.get(UserRow, user.id)
            profile = await entry_of(request).door.directory.profile(row) if row else None
        if profile is None or not profile.email:
            return await self._checks(request, user, mail="setup_mail_no_address")
        controller = house.company.controller
        ours = parseaddr(controller.email)[1]
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"] = ours, profile.email
        message["Subject"] = words["setup_mail_subject"]
        message["Message-ID"] = make_msgid(domain=ours.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(words["setup_mail_body"] + "\n")
        taken = await deliver(house.settings, ours, profile.email, message.as_bytes())
        return await self._checks(
            request, user, mail="setup_mail_taken" if taken else "setup_mail_refused"
        )

    async def letters(self, request: Request, user: Reader) -> Response:
        names = sorted(sample_facts(self.frame.language(request)))
        return self.frame.page(
            request, user, "setup_letters", here="setup", tab="letters", letters=names
        )

    async def letter(self, request: Request, letter: str, user: Reader) -> Response:
        """Each variant of a letter with sample facts; nobody's data are in it."""
        return self.frame.page(
            request,
            user,
            "setup_letter",
            here="setup",
            tab="letters",
            letter=letter,
            variants=await asyncio.to_thread(self._variants, request, letter),
        )

    async def letter_pdf(
        self, request: Request, letter: str, number: int, user: Reader
    ) -> Response:
        variants = await asyncio.to_thread(self._variants, request, letter)
        if not 1 <= number <= len(variants):
            raise HTTPException(404)
        async with self._one_at_a_time:
            made = await asyncio.to_thread(pdf_of, variants[number - 1], at=AT, address=ADDRESS)
        return Response(
            made.content,
            media_type="application/pdf",
            headers={
                "Content-Disposition": f'attachment; filename="{letter}-{number}.pdf"',
                "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
            },
        )

    def _variants(self, request: Request, letter: str) -> list[Rendered]:
        house, language = self.frame.house, self.frame.language(request)
        samples = sample_facts(language, house.company.controller)
        if _LETTER.fullmatch(letter) is None or letter not in samples:
            raise HTTPException(404)
        own = own_letters(house.settings.company_file, house.settings.letters)
        return [render(letter, language, facts, own=own) for facts in samples[letter]]

    async def keys(self, request: Request, user: Reader) -> Response:
        settings = self.frame.house.settings
        async with self.frame.house.register.session() as session:
            counted = await case_keys(session)
        return self.frame.page(
            request,
            user,
            "setup_keys",
            here="setup",
            tab="keys",
            files=[
                ("master", key_file(settings.master_key_file)),
                ("signing", key_file(settings.signing_key_file)),
            ],
            fingerprint=await asyncio.to_thread(self._fingerprint),
            cases=counted,
        )

    def _fingerprint(self) -> str:
        """Of the public signing key, to be compared by telephone; empty when there is none."""
        path = self.frame.house.settings.signing_key_file
        if not path.exists():  # loading would make one
            return ""
        try:
            return load_signing_key(path).public.fingerprint
        except Problem:
            return ""

    async def events(self, request: Request, user: Manager) -> Response:
        """What happened at the door and to accounts, the latest first."""
        door = entry_of(request).door
        async with door.register.session() as session:
            found = await session.scalars(
                select(AccountEventRow).order_by(AccountEventRow.number.desc()).limit(EVENTS)
            )
            rows = list(found)
            ids = {row.user_id for row in rows} | {row.actor for row in rows}
            names = await door.directory.names(session, {each for each in ids if each})
        return self.frame.page(
            request, user, "setup_events", here="setup", tab="events", events=rows, names=names
        )
