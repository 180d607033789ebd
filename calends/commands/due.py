"""`calends due`: the clock of each receipt instant, with the why of every date."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import datetime

import click

from calends.problems import Problem
from calends.rules.calendar import NATIONAL
from calends.rules.clock import Clock, compute_clock
from calends.rules.zones import zone_of

_DEFAULT_TZ = "Europe/Paris"
# datetime.fromisoformat takes any character between date and time.
_ISO = re.compile(r"[0-9TWZ:+., -]{8,40}", re.ASCII)
_DATES = ("nominal", "legal_due", "safe_due", "extended_legal_due", "extended_safe_due")


@click.command(name="due")
@click.argument("received", nargs=-1, required=True)
@click.option("--tz", help=f"IANA zone of the controller; {_DEFAULT_TZ} when not given.")
@click.option("--region", default=NATIONAL, help="FR, FR-57, FR-971 …: its own holidays count.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def app(received: tuple[str, ...], tz: str | None, region: str, as_json: bool) -> None:
    """The clock of each RECEIVED: an ISO 8601 instant such as 2026-01-31T12:00:00+01:00.

    An instant without an offset is taken in --tz, and refused when --tz is not given.
    """
    # All are computed before the first is printed: a bad one leaves nothing half done.
    clocks = [(text, _clock(text, tz, region)) for text in received]
    for text, clock in clocks:
        click.echo(_as_json(text, clock) if as_json else _as_table(clock))


def _clock(text: str, tz: str | None, region: str) -> Clock:
    try:
        zone = zone_of(_DEFAULT_TZ if tz is None else tz)
        instant = _instant(text)
        if instant.tzinfo is None:
            if tz is None:
                raise ValueError("it has no UTC offset: add one (+01:00, Z) or give --tz")
            instant = instant.replace(tzinfo=zone)
        return compute_clock(instant, tz=zone.key, region=region, count_local_holidays=True)
    except ValueError as error:
        raise Problem(f"{_quoted(text)}: {error}") from error


def _instant(text: str) -> datetime:
    if _ISO.fullmatch(text) is not None:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass  # said in our own words below
    raise ValueError("not an ISO 8601 instant such as 2026-01-31T12:00:00+01:00")


def _quoted(text: str) -> str:
    """Somebody else's text in one short printable line."""
    return ascii(text if len(text) <= 40 else f"{text[:40]}…")


def _as_json(text: str, clock: Clock) -> str:
    dates = {name: str(getattr(clock, name)) for name in _DATES}
    trace = [dataclasses.asdict(step) for step in clock.trace]
    return json.dumps({"received": text, **dates, "trace": trace}, ensure_ascii=False)


def _as_table(clock: Clock) -> str:
    lines = [f"received {clock.received:%Y-%m-%d %H:%M:%S} UTC ({clock.tz}, {clock.region})"]
    for step in clock.trace:
        lines.append(f"  {step.name:<19}{step.value:<22}{step.words}")
        lines.append(f"  {'':<41}[{step.source}]")
    return "\n".join(lines)
