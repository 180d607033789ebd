"""`calends suppression check` and `export`: a list goes in, a list comes out."""

from __future__ import annotations

import errno
import json
import os
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import click

from calends.commands.office import run
from calends.lists.filtering import Judged, hashed, judged
from calends.lists.reading import Columns, opened_list
from calends.problems import Problem
from calends.register.database import Register
from calends.register.marks import normal
from calends.register.opening import existing_keyring
from calends.settings import Settings

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def _list_options(command: Any) -> Any:
    for option in (
        click.option("--force", is_flag=True, help="Write over a file that is there."),
        click.option("--delimiter", default="", help="Default: what its first line has most of."),
        click.option("--encoding", default="utf-8", show_default=True),
        click.option("--post", multiple=True, help="Columns that make the postal address."),
        click.option("--sms", multiple=True, help="Column of a number, asked for texts."),
        click.option("--phone", multiple=True, help="Column of a number, asked for calls."),
        click.option("--email", multiple=True, help="Column of an e-mail address."),
        click.option("-o", "--output", type=click.Path(path_type=Path), required=True),
    ):
        command = option(command)
    return command


@click.command(name="check")
@click.argument("file", type=click.Path(path_type=Path))
@_list_options
@click.option("--refused", type=click.Path(path_type=Path), help="Line and reason, no address.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def filtered(file: Path, output: Path, refused: Path | None, as_json: bool, **given: Any) -> None:
    """Copies the list FILE without whoever must not be reached, before a mailing or an import.

    Rows that pass are copied byte for byte. A row is refused when one of its contacts objected
    on that channel, or cannot be read and hence not be looked for.
    """
    counts: Counter[str] = Counter()

    async def work(register: Register, settings: Settings) -> None:
        keyring = existing_keyring(register, settings)
        with (
            opened_list(file, _columns(**given), **_form(**given)) as rows,
            _written(output, **given) as out,
            _written(refused, **given | {"encoding": "utf-8"}) as told,
        ):
            out.write(rows.header)
            told.write("line,channel,why,since\n")
            async for one in judged(register, keyring, rows):
                counts["refused" if one.refused else "passed"] += 1
                if one.refused:
                    told.writelines(_reasons(one))
                else:
                    out.write(one.row.raw)

    run(work)
    if as_json:
        print(json.dumps({"passed": counts["passed"], "refused": counts["refused"]}))
    else:
        print(f"{output}: {counts['passed']} rows passed, {counts['refused']} refused")


@click.command(name="export")
@click.option("--of", "file", type=click.Path(path_type=Path), required=True, metavar="FILE")
@_list_options
@click.option("--form", type=click.Choice(["plain", "sha256"]), default="plain")
def export(file: Path, output: Path, form: str, **given: Any) -> None:
    """Of the list FILE, which the other tool has already, the contacts that it must not reach.

    For tools that only take such lists. The register itself knows keyed digests, which are of use
    to nobody else, so nobody can be exported who was not in the list. `sha256` is the hash that
    advertising platforms take, of the lower-case address or of the number as +33….
    """
    seen: set[str] = set()

    async def work(register: Register, settings: Settings) -> None:
        keyring = existing_keyring(register, settings)
        with (
            opened_list(file, _columns(**given), **_form(**given)) as rows,
            _written(output, **given) as out,
        ):
            async for one in judged(register, keyring, rows):
                for contact, answer in one.answers:
                    plain = normal(contact.channel, contact.value)
                    if answer.since is not None and plain not in seen:
                        seen.add(plain)
                        out.write((plain if form == "plain" else hashed(contact)) + "\n")

    run(work)
    print(f"{output}: {len(seen)} contacts")


def _reasons(one: Judged) -> Iterator[str]:
    for contact, answer in one.refused:
        why = "objected" if answer.readable else "unreadable"
        since = answer.since.date().isoformat() if answer.since else ""
        yield f"{one.row.line},{contact.channel},{why},{since}\n"


def _columns(
    email: Sequence[str], phone: Sequence[str], sms: Sequence[str], post: Sequence[str], **_: Any
) -> Columns:
    columns: Columns = {"email": email, "phone": phone, "sms": sms, "post": post}
    if not any(columns.values()):
        raise Problem("say which columns hold contacts: --email COLUMN, --phone COLUMN, …")
    return columns


def _form(encoding: str, delimiter: str, **_: Any) -> dict[str, str]:
    if len(delimiter) > 1:
        raise Problem("--delimiter is one character")
    return {"encoding": encoding, "delimiter": delimiter}


@contextmanager
def _written(path: Path | None, *, encoding: str, force: bool, **_: Any) -> Iterator[TextIO]:
    """A file that appears whole or not at all, for its owner's eyes; None: nowhere."""
    if path is None:
        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            yield nowhere
        return
    if path.exists() and not (force and path.is_file()):
        raise Problem(f"{path}: is there already; mend: another name, or --force for a file")
    half = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "w", encoding=encoding, newline="") as out:
            yield out
        half.replace(path)
    except OSError as error:
        if error.filename is None and error.errno not in _NO_ROOM:
            raise  # not of this file: the register's
        raise Problem(f"{path}: cannot be written ({error.strerror})") from error
    finally:
        half.unlink(missing_ok=True)
