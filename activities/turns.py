"""Letters to one domain leave in turn: a burst of a minute's worth, the rest spread behind it.

Large providers put off, or block, who writes to many of their customers at once. A letter that
must wait gives its place in the worker back; the engine's timer brings it again at its turn.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from temporalio.exceptions import ApplicationError

from activities.house import House
from calends.register.mail_rows import TurnRow
from calends.register.models import OutboxRow

BURST = timedelta(minutes=1)
SHORT = timedelta(seconds=1)
"""Not worth another attempt."""


async def wait_for_turn(house: House, case_id: str, purpose: str) -> None:
    """Returns when the letter may leave. Raises ApplicationError `NotItsTurn`, to be retried then.

    A letter waits once: when it comes again its turn has come.
    """
    limit = house.company.mail.letters_per_minute
    if not limit:
        return
    async with house.register.session() as session:
        letter = await session.scalar(
            select(OutboxRow).where(OutboxRow.case_id == case_id, OutboxRow.purpose == purpose)
        )
        if letter is None or letter.on_paper or letter.turn_at or letter.state == "sent":
            return
        key = await house.keyring.get(case_id)
        domain = key.open(letter.sealed_recipient, "recipient").decode().rpartition("@")[2]
        now, each = datetime.now(UTC), BURST / limit
        taken = insert(TurnRow).values(
            domain=house.keyring.index("mail-domain", domain.lower()), used_until=now + each
        )
        used_until = await session.scalar(
            taken.on_conflict_do_update(
                index_elements=["domain"],
                set_={"used_until": func.greatest(TurnRow.used_until, now) + each},
            ).returning(TurnRow.used_until)
        )
        assert used_until is not None
        turn = used_until - BURST
        if turn > now + SHORT:
            await session.execute(
                update(OutboxRow).where(OutboxRow.id == letter.id).values(turn_at=turn)
            )
        await session.commit()
    if turn > now + SHORT:
        raise ApplicationError("later", type="NotItsTurn", next_retry_delay=turn - now)
