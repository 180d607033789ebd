"""`calends digest`: the daily digests, shown or sent."""

from __future__ import annotations

import asyncio
import email
import email.policy
from datetime import UTC, datetime

import click
from sqlalchemy.exc import SQLAlchemyError

from activities.digesting import mail_for, receivers, send_digests
from activities.house import House
from calends.problems import Problem
from calends.settings import load_settings


@click.command(name="digest")
@click.option("--print", "show", is_flag=True, help="Show them, send nothing (the default).")
@click.option("--send", is_flag=True, help="Send today's to all who have not had it.")
def app(show: bool, send: bool) -> None:
    """What waits for each colleague who gave a mail address; on working days, once a day."""
    if show and send:
        raise Problem("--print or --send, not both")
    print(asyncio.run(_run(send)))


async def _run(send: bool) -> str:
    settings = load_settings()
    if not settings.master_key_file.exists():  # opening would make one
        raise Problem(f"no master key at {settings.master_key_file}; mend: `make up`")
    house = House.open(settings)
    try:
        return await (_send(house) if send else _shown(house))
    except (SQLAlchemyError, OSError) as error:
        raise Problem(
            f"the register does not answer ({type(error).__name__}); mend: `make up`"
        ) from error
    finally:
        await house.close()


async def _send(house: House) -> str:
    done = await send_digests(house, datetime.now(UTC))
    if done.failed:
        raise Problem(
            f"{done.sent} sent, {done.failed} not taken by the mail server; "
            "see `calends doctor`, then send again"
        )
    return f"{done.sent} sent"


async def _shown(house: House) -> str:
    shown = []
    for account in await receivers(house):
        mail = email.message_from_bytes(
            await mail_for(house, account, datetime.now(UTC)), policy=email.policy.default
        )
        shown.append(f"To: {mail['To']}\nSubject: {mail['Subject']}\n\n{mail.get_content()}")
    return "\n".join(shown) or "nobody has an address for it; `calends user add --email`"
