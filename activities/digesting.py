"""Sending the daily digests: on working days, one a colleague, once a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from activities.house import House
from calends.accounts.directory import Account, Directory
from calends.accounts.events import note
from calends.agenda.digest import digest_mail, digest_of
from calends.agenda.seeing import has_queue
from calends.mail.sending import Envelope, InDoubt, NotTaken, Refused, hand_over
from calends.register.account_rows import AccountEventRow
from calends.rules.calendar import is_working_day
from calends.rules.vocabulary import Language
from calends.settings import Settings

SENT = "digest_sent"


@dataclass(frozen=True)
class DigestsSent:
    """How many went, and how many the server did not take."""

    sent: int = 0
    failed: int = 0


async def send_digests(house: House, at: datetime) -> DigestsSent:
    """Called once or more on each day; `at` (aware) is the business instant.

    A colleague who had today's is passed over. What the server does not take is tried at the next
    call. A digest whose fate is in doubt counts as sent: tomorrow brings another one.
    """
    controller = house.company.controller
    today = at.astimezone(ZoneInfo(controller.tz)).date()
    if not is_working_day(today, controller.region):
        return DigestsSent()
    sent = failed = 0
    for account in await receivers(house):
        if await _had(house, account, today):
            continue
        mail = await mail_for(house, account, at)
        if await deliver(house.settings, controller.email, account.profile.email, mail):
            await _mark(house, account, today)
            sent += 1
        else:
            failed += 1
    return DigestsSent(sent, failed)


async def receivers(house: House) -> list[Account]:
    """Active colleagues who have a queue and gave an address."""
    directory = Directory(house.register, house.keyring)
    async with house.register.session() as session:
        accounts = await directory.accounts(session)
    return [
        account
        for account in accounts
        if account.state == "active" and account.profile.email and has_queue(account.user)
    ]


async def mail_for(house: House, account: Account, at: datetime) -> bytes:
    controller = house.company.controller
    today = at.astimezone(ZoneInfo(controller.tz)).date()
    async with house.register.session() as session:
        digest = await digest_of(session, account.user, now=at, tz=controller.tz, today=today)
    mark = house.keyring.index("digest", f"{account.user.id}|{today}").hex()[:32]
    return digest_mail(
        digest,
        Language(account.profile.language),
        sender=(controller.name, controller.email),
        to=account.profile.email,
        url=house.settings.public_url,
        mark=mark,
    )


async def _had(house: House, account: Account, today: date) -> bool:
    async with house.register.session() as session:
        return await _event(session, account, today) is not None


async def _event(session: AsyncSession, account: Account, today: date) -> int | None:
    found: int | None = await session.scalar(
        select(AccountEventRow.number)
        .where(AccountEventRow.kind == SENT, AccountEventRow.user_id == account.user.id)
        .where(AccountEventRow.facts["day"].as_string() == today.isoformat())
        .limit(1)
    )
    return found


async def _mark(house: House, account: Account, today: date) -> None:
    async with house.register.session() as session:
        note(session, SENT, user_id=account.user.id, actor="engine", day=today.isoformat())
        await session.commit()


async def deliver(settings: Settings, sender: str, recipient: str, mail: bytes) -> bool:
    """Whether the server took it; in doubt it did."""
    try:
        await hand_over(settings, sender, Envelope(sender, recipient), mail)
    except InDoubt:
        return True
    except (NotTaken, Refused):
        return False
    return True
