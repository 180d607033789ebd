"""`calends user`: who gets into the console. The first account is made here."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import click
from sqlalchemy.ext.asyncio import AsyncSession

from calends.accounts.directory import Account, Directory, Profile
from calends.accounts.events import COMMAND_LINE
from calends.accounts.invitations import VALID, invite, link, reset
from calends.accounts.roles import Role
from calends.commands.office import run
from calends.company import load_company
from calends.desk.words import shown
from calends.problems import Problem
from calends.register.database import Register
from calends.register.opening import existing_keyring
from calends.settings import Settings
from calends.vault.keys import KeyDestroyed

Done = TypeVar("Done")

ROLES = click.Choice([str(role) for role in Role])


@click.group(name="user", help="Who gets into the console: add, list, roles, disable, reset.")
def app() -> None: ...


@app.command()
@click.argument("name")
@click.option("--role", "roles", type=ROLES, multiple=True, required=True, help="May be repeated.")
@click.option("--system", "systems", multiple=True, help="Of a system owner: which systems.")
@click.option("--email", default="", help="Where the daily digest goes.")
@click.option("--language", type=click.Choice(["fr", "en"]), help="Default: the company's.")
def add(
    name: str, roles: tuple[str, ...], systems: tuple[str, ...], email: str, language: str | None
) -> None:
    """Makes an account and prints its set-up link, usable once and for three days."""

    async def work(directory: Directory, session: AsyncSession, settings: Settings) -> str:
        controller = load_company(settings.company_file).controller
        profile = Profile(name, email, language or str(controller.language))
        row = await directory.add(
            session, profile, as_roles(roles), _declared(settings, systems), actor=COMMAND_LINE
        )
        return _invitation(settings, await invite(session, row, actor=COMMAND_LINE))

    print(_with_directory(work))


def _with_directory(
    work: Callable[[Directory, AsyncSession, Settings], Awaitable[Done]],
) -> Done:
    """Does the work in one transaction. Raises Problem when the names cannot be opened."""

    async def opened(register: Register, settings: Settings) -> Done:
        directory = Directory(register, existing_keyring(register, settings))
        try:
            async with register.session() as session:
                done = await work(directory, session, settings)
                await session.commit()
                return done
        except KeyDestroyed as error:
            raise Problem(
                f"{settings.master_key_file} is not this register's master key; "
                "mend: set CALENDS_MASTER_KEY_FILE"
            ) from error

    return run(opened)


def _declared(settings: Settings, systems: tuple[str, ...]) -> frozenset[str]:
    """Raises Problem for a system that the company file does not have."""
    company = load_company(settings.company_file)
    return frozenset(company.system(system).id for system in systems)


@app.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_users(as_json: bool) -> None:
    """All accounts, by name."""

    async def work(directory: Directory, session: AsyncSession, _: Settings) -> list[Account]:
        return await directory.accounts(session)

    accounts = _with_directory(work)
    for account in accounts:
        print(json.dumps(_facts(account), ensure_ascii=False) if as_json else _line(account))
    if not accounts and not as_json:
        print("no account yet; mend: calends user add --role dpo NAME")


def _facts(account: Account) -> dict[str, Any]:
    return {
        "id": account.user.id,
        "name": account.profile.name,
        "roles": sorted(account.user.roles),
        "systems": sorted(account.user.systems),
        "state": account.state,
        "email": account.profile.email,
        "made": account.made_at.isoformat(),
    }


def _line(account: Account) -> str:
    roles = ", ".join(sorted(account.user.roles))
    systems = f" of {', '.join(sorted(account.user.systems))}" if account.user.systems else ""
    return f"{account.state:<9} {shown(account.profile.name):<30} {roles}{systems}"


@app.command()
@click.argument("name")
@click.option("--role", "roles", type=ROLES, multiple=True, required=True, help="May be repeated.")
@click.option("--system", "systems", multiple=True, help="Of a system owner: which systems.")
def roles(name: str, roles: tuple[str, ...], systems: tuple[str, ...]) -> None:
    """Sets the roles of an account anew; whoever is signed in with it is signed out."""

    async def work(directory: Directory, session: AsyncSession, settings: Settings) -> str:
        row, chosen = await directory.find(session, name, lock=True), as_roles(roles)
        of = _declared(settings, systems)
        await directory.set_roles(session, row, chosen, of, actor=COMMAND_LINE)
        return f"now: {', '.join(sorted(chosen))}; signed out everywhere"

    print(_with_directory(work))


@app.command()
@click.argument("name")
def disable(name: str) -> None:
    """Nobody gets in with this account any more; signs it out everywhere."""

    async def work(directory: Directory, session: AsyncSession, _: Settings) -> str:
        row = await directory.find(session, name, lock=True)
        await directory.disable(session, row, actor=COMMAND_LINE)
        return "disabled, signed out everywhere; `calends user reset` brings it back"

    print(_with_directory(work))


@app.command("reset")
@click.argument("name")
def reset_user(name: str) -> None:
    """Forgets password and second factors, signs out everywhere, prints a new set-up link."""

    async def work(directory: Directory, session: AsyncSession, settings: Settings) -> str:
        row = await directory.find(session, name, lock=True)
        return _invitation(settings, await reset(session, row, actor=COMMAND_LINE))

    print(_with_directory(work))


def as_roles(names: tuple[str, ...]) -> frozenset[Role]:
    """Raises Problem for a name that is no role."""
    for name in names:
        if name not in set(Role):
            raise Problem(f"no role `{name}`; one of: {', '.join(Role)}")
    return frozenset(Role(name) for name in names)


def _invitation(settings: Settings, token: str) -> str:
    hours = int(VALID.total_seconds()) // 3600
    return (
        f"{link(settings.public_url, token)}\n"
        f"Opens once, within {hours} hours: password, then second factor."
    )
