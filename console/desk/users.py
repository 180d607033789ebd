"""Colleagues: made, given roles, reset, disabled. Nobody changes their own account here."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from calends.accounts.directory import NameTaken, Profile, WrongEmail, WrongRoles
from calends.accounts.invitations import VALID, invite, link, reset
from calends.accounts.roles import May, Role, User
from calends.problems import Problem
from calends.register.account_rows import UserRow
from console.desk.forms import every_field, fields
from console.desk.frame import Frame
from console.who import Fresh, NotAllowed, entry_of, require_may

MANAGES = (May.MANAGE_OFFICE, May.MANAGE_STAFF)
_ID = re.compile(r"user-[0-9a-f]{32}")
Manager = Annotated[User, Depends(require_may(*MANAGES))]


def routes(frame: Frame) -> APIRouter:
    pages, router = Users(frame), APIRouter(prefix="/desk/users")
    router.add_api_route("", pages.show, methods=["GET"])
    router.add_api_route("", pages.add, methods=["POST"])
    router.add_api_route("/{user_id}/roles", pages.roles, methods=["POST"])
    router.add_api_route("/{user_id}/reset", pages.reset, methods=["POST"])
    router.add_api_route("/{user_id}/disable", pages.disable, methods=["POST"])
    return router


class Users:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame

    async def show(self, request: Request, user: Manager) -> Response:
        return await self._page(request, user)

    async def _page(self, request: Request, user: User, fault: str = "") -> Response:
        door = entry_of(request).door
        async with door.register.session() as session:
            accounts = await door.directory.accounts(session)
        grantable = [role for role in Role if user.may_manage(frozenset({role}))]
        return self.frame.page(
            request,
            user,
            "users",
            here="users",
            status=422 if fault else 200,
            accounts=accounts,
            grantable=grantable,
            systems=[(entry.id, entry.name) for entry in self.frame.house.company.systems],
            fault=fault,
        )

    async def add(self, request: Request, user: Manager, live: Fresh) -> Response:
        door, typed = entry_of(request).door, await fields(request)
        roles, systems = await self._chosen(request)
        if not user.may_manage(roles):
            raise NotAllowed
        language = self.frame.house.company.controller.language
        profile = Profile(typed.get("name", "").strip(), typed.get("email", "").strip(), language)
        async with door.register.session() as session:
            try:
                row = await door.directory.add(session, profile, roles, systems, actor=user.id)
            except Problem as problem:
                await session.rollback()
                return await self._page(request, user, fault=why(problem))
            token = await invite(session, row, actor=user.id)
            await session.commit()
        return self._invited(request, user, profile.name, token)

    async def roles(self, request: Request, user_id: str, user: Manager, live: Fresh) -> Response:
        door = entry_of(request).door
        roles, systems = await self._chosen(request)
        async with door.register.session() as session:
            row = await self._theirs(session, user, user_id, roles)
            try:
                await door.directory.set_roles(session, row, roles, systems, actor=user.id)
            except Problem as problem:
                await session.rollback()
                return await self._page(request, user, fault=why(problem))
            await session.commit()
        return RedirectResponse("/desk/users", 303)

    async def reset(self, request: Request, user_id: str, user: Manager, live: Fresh) -> Response:
        door = entry_of(request).door
        async with door.register.session() as session:
            row = await self._theirs(session, user, user_id)
            name = (await door.directory.profile(row)).name
            token = await reset(session, row, actor=user.id)
            await session.commit()
        return self._invited(request, user, name, token)

    async def disable(self, request: Request, user_id: str, user: Manager, live: Fresh) -> Response:
        door = entry_of(request).door
        async with door.register.session() as session:
            row = await self._theirs(session, user, user_id)
            await door.directory.disable(session, row, actor=user.id)
            await session.commit()
        return RedirectResponse("/desk/users", 303)

    async def _theirs(
        self,
        session: AsyncSession,
        user: User,
        user_id: str,
        roles: frozenset[Role] = frozenset(),
    ) -> UserRow:
        """The account, when this colleague may manage what it is and what it would become."""
        known = _ID.fullmatch(user_id) is not None
        row = await session.get(UserRow, user_id, with_for_update=True) if known else None
        if row is None:
            raise HTTPException(404)
        had = frozenset(Role(role) for role in row.roles)
        if user.id == user_id or not user.may_manage(had):
            raise NotAllowed
        if roles and not user.may_manage(roles):
            raise NotAllowed
        return row

    async def _chosen(self, request: Request) -> tuple[frozenset[Role], frozenset[str]]:
        typed = await every_field(request)
        known = {entry.id for entry in self.frame.house.company.systems}
        roles = frozenset(Role(role) for role in typed.get("role", []) if role in set(Role))
        owner = Role.SYSTEM_OWNER in roles
        return roles, frozenset(typed.get("system", [])) & known if owner else frozenset()

    def _invited(self, request: Request, user: User, name: str, token: str) -> Response:
        """The link, shown once: it is not kept anywhere."""
        return self.frame.page(
            request,
            user,
            "invited",
            here="users",
            name=name,
            link=link(self.frame.house.settings.public_url, token),
            hours=int(VALID.total_seconds()) // 3600,
        )


def why(problem: Problem) -> str:
    """The text that tells a reader what `calends.accounts.directory` refused."""
    if isinstance(problem, NameTaken):
        return "users_taken"
    if isinstance(problem, WrongRoles):
        return "users_bad_roles"
    return "account_bad_email" if isinstance(problem, WrongEmail) else "users_bad_name"
