"""`calends suppression`: whom prospecting must not reach, and lists without them."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, get_args

import click
from sqlalchemy import func, select

from calends.commands.filtering import export, filtered
from calends.commands.office import run
from calends.register.asking import Contact
from calends.register.database import Register
from calends.register.models import SuppressionRow
from calends.register.objections import How, object_by_hand, take_back
from calends.register.opening import existing_keyring
from calends.settings import Settings

HOW = click.Choice(get_args(How))


@click.group(name="suppression", help="Whom prospecting must not reach (GDPR 21(2)-(3)).")
def app() -> None: ...


app.add_command(filtered)
app.add_command(export)


def _told(command: Any) -> Any:
    """The options of a change by hand."""
    for option in (
        click.option("--reason", required=True, help="Why, in your words; kept sealed."),
        click.option("--how", type=HOW, default="phone", show_default=True),
        click.option("--post", "posts", multiple=True, help="A postal address, on one line."),
        click.option("--sms", "texts", multiple=True, help="A number, for texts only."),
        click.option("--calls", multiple=True, help="A number, for calls only."),
        click.option("--phone", "phones", multiple=True, help="A number, for calls and texts."),
        click.option("--email", "emails", multiple=True, help="`-` reads addresses, one a line."),
    ):
        command = option(command)
    return command


@app.command()
@_told
def add(how: How, reason: str, **told: tuple[str, ...]) -> None:
    """Puts a person on the list who said so without writing. It holds at once."""
    _change(object_by_hand, told, how, reason, "put on the list")


@app.command()
@_told
def remove(how: How, reason: str, **told: tuple[str, ...]) -> None:
    """Takes a contact off the list: a new consent, or a mistake."""
    _change(take_back, told, how, reason, "taken off the list")


def _change(act: Any, told: dict[str, tuple[str, ...]], how: How, reason: str, done: str) -> None:
    contacts = _contacts(**told)

    async def work(register: Register, settings: Settings) -> Any:
        keyring, now = existing_keyring(register, settings), datetime.now(UTC)
        async with register.session() as session:
            change = await act(session, keyring, contacts, how=how, reason=reason, at=now)
            await session.commit()
            return change

    change = run(work)
    print(f"{change.changed} of {change.asked} entries {done}; {change.id}")


def _contacts(
    emails: Sequence[str],
    phones: Sequence[str],
    calls: Sequence[str],
    texts: Sequence[str],
    posts: Sequence[str],
) -> list[Contact]:
    if "-" in emails:
        typed = [line.strip() for line in sys.stdin]
        emails = [*(e for e in emails if e != "-"), *filter(None, typed)]
    return [
        *(Contact("email", value) for value in emails),
        *(Contact("phone", value) for value in (*phones, *calls)),
        *(Contact("sms", value) for value in (*phones, *texts)),
        *(Contact("post", value) for value in posts),
    ]


@app.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def count(as_json: bool) -> None:
    """How many entries there are, by channel. Who they are, the list itself does not know."""

    async def work(register: Register, _: Settings) -> dict[str, int]:
        by_channel = select(SuppressionRow.channel, func.count()).group_by(SuppressionRow.channel)
        async with register.reader() as session:
            found = (await session.execute(by_channel)).all()
        return {row[0]: row[1] for row in found}

    found = run(work)
    if as_json:
        print(json.dumps(found))
    else:
        print("\n".join(f"{name}: {n}" for name, n in sorted(found.items())) or "nobody")
