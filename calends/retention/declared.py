"""What the declarations say about keeping one record: its rules, and from which day they count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from calends.company import UNSET, Company, RetentionRow
from calends.rules.phases import Kept, counting, start_of
from calends.rules.retention import RetentionRule
from calends.rules.statutes import Effect, statute
from calends.systems.dataset import Collection


def row_of(company: Company, collection: Collection) -> RetentionRow | None:
    """The row of the company file: the collection's own, else its purpose's."""
    meta = collection.meta
    row_id = meta.retention
    if row_id == UNSET:
        purpose = next((p for p in company.purposes if p.id == meta.purpose), None)
        row_id = purpose.retention if purpose else UNSET
    return next((row for row in company.retention if row.id == row_id), None)


def rules_of(company: Company, collection: Collection) -> list[RetentionRule]:
    """Every rule that its records are kept by, all of them together; none: a human decides.

    The suppression library row is a minimum, never an end, and so ends nothing.
    """
    row = row_of(company, collection)
    found = [row.rule()] if row else []
    if collection.meta.statute:
        text = statute(collection.meta.statute)
        found += [text.rule()] if text.effect is not Effect.SUPPRESSION else []
    return found


def start_fields(row: RetentionRow | None, collection: Collection) -> Sequence[str]:
    """The fields that say from when a record's period counts; none: nothing says it."""
    meta = collection.meta
    if row is not None and row.start_event and meta.events:
        counted = counting(row.start_event)
        return [field for what, field in meta.events.items() if what in counted]
    return [meta.start] if meta.start else []


def start_day(
    row: RetentionRow | None, collection: Collection, values: Mapping[str, object]
) -> date | None:
    """The local day from which a record's periods count; None when nothing started them.

    Where the row names its start event and the collection says what happened when, the events
    that reset it decide: the last active response, never a mail that was opened.
    """
    meta = collection.meta
    if row is None or not row.start_event or not meta.events:
        return day_of(values.get(meta.start)) if meta.start else None
    days = ((what, day_of(values.get(field))) for what, field in meta.events.items())
    return start_of(row.start_event, [(what, day) for what, day in days if day is not None])


def kept_by(company: Company, collection: Collection, values: Mapping[str, object]) -> list[Kept]:
    start = start_day(row_of(company, collection), collection, values)
    return [Kept(rule, start) for rule in rules_of(company, collection)]


def day_of(value: object) -> date | None:
    """The day of a JSON-safe date or instant; None when it is neither."""
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None
