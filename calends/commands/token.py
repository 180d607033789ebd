"""`calends token`: the programs that may ask the registers over HTTP."""

from __future__ import annotations

import json

import click

from calends.commands.office import run
from calends.register.api_tokens import Scope, all_tokens, make_token, revoke_token
from calends.register.database import Register
from calends.register.house_rows import ApiTokenRow
from calends.settings import Settings

SCOPES = click.Choice([str(scope) for scope in Scope])


@click.group(name="token", help="Programs that may ask the registers: create, list, revoke.")
def app() -> None: ...


@app.command()
@click.argument("name")
@click.option("--scope", "scopes", type=SCOPES, multiple=True, required=True, help="Repeatable.")
def create(name: str, scopes: tuple[str, ...]) -> None:
    """Makes a token for the program NAME and prints it, this once. Only its digest is kept."""

    async def work(register: Register, settings: Settings) -> tuple[str, str]:
        async with register.session() as session:
            token = await make_token(session, name, map(Scope, scopes))
            await session.commit()
        return token, settings.public_url

    token, url = run(work)
    print(token)
    print(f"shown once; asked at {url.rstrip('/')}/api/v1, as: Authorization: Bearer …")


@app.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_tokens(as_json: bool) -> None:
    """Every token, the revoked ones last; never the token itself."""

    async def work(register: Register, _: Settings) -> list[ApiTokenRow]:
        async with register.session() as session:
            return await all_tokens(session)

    rows = run(work)
    for row in rows:
        print(json.dumps(_facts(row)) if as_json else _line(row))
    if not rows and not as_json:
        print("no token, so the API is off; mend: calends token create NAME --scope suppression")


@app.command()
@click.argument("token", metavar="NAME_OR_ID")
def revoke(token: str) -> None:
    """Ends a token at once, by its name or id."""

    async def work(register: Register, _: Settings) -> str:
        async with register.session() as session:
            row = await revoke_token(session, token)
            await session.commit()
            return row.name

    print(f"{run(work)}: revoked")


def _facts(row: ApiTokenRow) -> dict[str, object]:
    return {
        "id": row.id,
        "name": row.name,
        "scopes": row.scopes,
        "made": row.made_at.isoformat(timespec="seconds"),
        "used": row.used_on.isoformat() if row.used_on else None,
        "revoked": row.revoked_at.isoformat(timespec="seconds") if row.revoked_at else None,
    }


def _line(row: ApiTokenRow) -> str:
    used = f"last used {row.used_on}" if row.used_on else "never used"
    state = f"revoked {row.revoked_at:%Y-%m-%d}" if row.revoked_at else used
    return f"{row.id}  {row.name}  {', '.join(row.scopes)}  made {row.made_at:%Y-%m-%d}  {state}"
