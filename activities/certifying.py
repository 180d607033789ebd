"""The completeness certificate of a reply: how the search of every declared system had ended when
it was written. Sealed with the case; its digest stands in the ledger (design, "Completeness")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from activities.house import House, noted
from activities.orders import Answer, Searched
from calends.company import SystemEntry
from calends.evidence.canonical import canonical
from calends.evidence.certified import CERTIFIED, certificate_blob
from calends.exports.certificate import Certificate, SearchEnd, certificate
from calends.register.models import SearchRow
from calends.rules.vocabulary import SearchState

FORMS = ("final", "partial", "forced")
"""Replies that say what was found, and where it was not looked."""


async def certify(
    house: House,
    session: AsyncSession,
    order: Answer,
    purpose: str,
    reference: str,
    searches: Sequence[SearchRow],
) -> None:
    """Keeps the certificate of this reply, in its transaction; none when nothing was searched."""
    if order.form not in FORMS or not (searches or order.pending):
        return
    made = certificate_of(house.company.systems, order, reference, searches)
    if not await noted(
        session,
        order,
        CERTIFIED,
        once=f"{CERTIFIED}:{purpose}",
        purpose=purpose,
        sha256=made.digest,
        complete=made.complete,
    ):
        return
    key = await house.keyring.get(order.case_id)
    content = canonical(made.as_data())
    await house.blobs.write(session, key, certificate_blob(purpose), content)


def certificate_of(
    systems: Sequence[SystemEntry], order: Answer, reference: str, searches: Sequence[SearchRow]
) -> Certificate:
    pending = {search.system: search for search in order.pending}
    rows = {row.system: row for row in searches}
    ends = {
        entry.id: end
        for entry in systems
        if (end := _end(entry, rows.get(entry.id), pending.get(entry.id))) is not None
    }
    asked = [search.since for search in order.pending if search.since]
    return certificate(
        reference,
        [(entry.id, entry.name) for entry in systems],
        ends,
        asked_at=min(asked, default=order.at),
        at=order.at,
    )


def _end(entry: SystemEntry, row: SearchRow | None, late: Searched | None) -> SearchEnd | None:
    """None: nothing is known of this system, so it is awaited since the search was asked for."""
    if row is None:
        if late is None:
            return None
        since, waiting = late.since, WAITING_FOR.get(entry.kind, "")
        return SearchEnd(state=SearchState(late.state), since=since, waiting_for=waiting)
    state = SearchState(row.state)
    if state in (SearchState.FOUND, SearchState.NOTHING):
        return SearchEnd(state=state, count=row.count)
    skipped_by = str(row.facts.get("skipped_by", "")) if state is SearchState.SKIPPED else ""
    since = (late.since if late else None) or row.since
    return SearchEnd(state=state, since=since, reason=row.reason or "", skipped_by=skipped_by)


WAITING_FOR: Mapping[str, str] = {"manual": "colleague", "http": "processor"}
