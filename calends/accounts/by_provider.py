"""The door by way of the company's OpenID provider, whose own second factor counts."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.accounts.entering import Door, Step
from calends.accounts.events import note
from calends.accounts.invitations import redeem
from calends.accounts.provider import Provider, ProviderRefused
from calends.accounts.sessions import Live, Stage
from calends.register.account_rows import UserRow
from calends.vault.keys import Keyring


class ByProvider:
    def __init__(self, door: Door, provider: Provider) -> None:
        self._door, self._provider = door, provider

    async def begin(self, invitation: str = "") -> tuple[str, Step]:
        """Where to send the browser, and the session that its coming back belongs to.

        `invitation`: a set-up link, by which the account is tied to who signs in there.
        Raises ProviderRefused when the provider cannot be asked.
        """
        begun = await self._provider.begin()
        state = {**begun.state, "invitation": invitation}
        async with self._door.register.session() as session:
            token = await self._door.sessions.start(
                session, None, Stage.PROVIDER, "provider", state
            )
            await session.commit()
        return begun.url, Step(token, Stage.PROVIDER)

    async def finish(self, live: Live, answer: Mapping[str, str]) -> Step | None:
        """Lets in whom the provider's answer names; None for everybody else, whatever it was."""
        if live.stage is not Stage.PROVIDER:
            return None
        async with self._door.register.session() as session:
            await self._door.sessions.end(session, live.digest)  # one answer a beginning
            await session.commit()
        try:
            subject = await self._provider.finish(live.state, answer)
        except ProviderRefused as refused:
            await self._tell(str(refused))
            return None
        digest = self._keyring.index("subject", subject)
        async with self._door.register.session() as session:
            row = await self._colleague(session, digest, str(live.state["invitation"]))
            if row is None:
                note(session, "provider_refused", user_id=None, actor="", why="no account")
                await session.commit()
                return None
            token = await self._door.sessions.start(session, row.id, Stage.FULL, "provider")
            note(session, "signed_in", user_id=row.id, actor=row.id, how="provider")
            await session.commit()
        return Step(token, Stage.FULL)

    @property
    def _keyring(self) -> Keyring:
        return self._door.directory.keyring

    async def _colleague(
        self, session: AsyncSession, subject: bytes, invitation: str
    ) -> UserRow | None:
        row: UserRow | None = await session.scalar(
            select(UserRow).where(UserRow.subject == subject).with_for_update()
        )
        if not invitation:
            return row if row is not None and row.state == "active" else None
        invited = await redeem(session, invitation)
        if invited is None or (row is not None and row.id != invited.id):
            await session.rollback()
            return None
        invited.subject, invited.state = subject, "active"
        note(session, "provider_linked", user_id=invited.id, actor=invited.id)
        return invited

    async def _tell(self, why: str) -> None:
        async with self._door.register.session() as session:
            note(session, "provider_refused", user_id=None, actor="", why=why)
            await session.commit()
