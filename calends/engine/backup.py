"""A backup of the embedded engine: the register and the running cases in one file, without keys.

The keys stay out on purpose. A backup that held them would keep readable what a destroyed key is
meant to end, for as long as the backup lives. So a stolen backup opens nothing; the company copies
`keys/` once, elsewhere.

The histories are copied before the register. A case that was restored may then remember less than
its register holds, and does again what is done once only; the other way round it would rely on
what the register has never seen.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from calends.engine.files import private_directory, sync_directory
from calends.engine.layout import Layout
from calends.engine.locks import only_one
from calends.engine.postgres import PostgresServer
from calends.engine.supervisor import Supervisor
from calends.engine.temporal_server import TemporalServer
from calends.problems import Problem
from calends.register.opening import require_own_keys

FORMAT = 1
MANIFEST, REGISTER, HISTORIES, STAMP = (
    "manifest.json",
    "register.dump",
    "temporal.sqlite",
    "VERSION",
)
CONTENT = (REGISTER, HISTORIES, STAMP)
_MANIFEST_BYTES = 100_000
_PIECE = 1 << 20

Report = Callable[[str], None]


@dataclass(frozen=True)
class Backup:
    """What a backup file says of itself."""

    made_at: datetime
    """UTC."""
    files: dict[str, dict[str, Any]]
    """Name -> `bytes`, `sha256` (hex)."""


def save(var: Path, output: Path, report: Report) -> Backup:
    """Writes the backup of the engine that runs on `var`, whole or not at all.

    Raises Problem when no engine runs there, when `output` exists, or when a copy fails.
    """
    layout = Layout(var)
    if not layout.env_file.exists():
        raise Problem(f"no engine has run on {layout.var}; mend: `make up`, or set CALENDS_VAR")
    if output.exists():
        raise Problem(f"{output} exists already; choose another name")
    with _beside(output) as draft:
        temporal, postgres = TemporalServer(layout), PostgresServer(layout, report)
        _copy_histories(temporal.file, draft / HISTORIES)
        shutil.copyfile(temporal.stamp, draft / STAMP)
        report(f"running cases: {(draft / HISTORIES).stat().st_size:,} bytes")
        _run(postgres.dump_command(draft / REGISTER), "the register could not be read")
        report(f"register: {(draft / REGISTER).stat().st_size:,} bytes")
        backup = Backup(datetime.now(UTC), {name: _described(draft / name) for name in CONTENT})
        told = {"format": FORMAT, "made_at": backup.made_at.isoformat(), "files": backup.files}
        (draft / MANIFEST).write_text(json.dumps(told, indent=1), encoding="utf-8")
        packed = draft / "packed"
        with packed.open("wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
            for name in (MANIFEST, *CONTENT):
                tar.add(draft / name, name, filter=_nobody)
            file.flush()
            os.fsync(file.fileno())
        _appear(packed, output)
    return backup


async def restore(file: Path, var: Path, report: Report) -> Backup:
    """Makes `var` what the backup holds; `calends up` goes on from there. Keys must be back first.

    Nothing is changed in a directory that has a register, and an interrupted restore leaves none.
    Raises Problem for a damaged file, other keys, another version, or a register that is there.
    """
    layout = Layout(var)
    layout.prepare()
    with only_one(layout.lock_file):
        if (layout.postgres / "data").exists():
            raise Problem(
                f"{layout.var} has a register already; restore into another directory "
                "(CALENDS_VAR), or move that one away"
            )
        if not (layout.keys / "master.key").exists():
            raise Problem(
                f"no master key in {layout.keys}; put the keys back first: without them a "
                "backup opens nothing"
            )
        draft = layout.var / "restoring"
        shutil.rmtree(draft, ignore_errors=True)
        try:
            backup = await _restore_into(Layout(draft), file, layout.keys / "master.key", report)
            _take_over(Layout(draft), layout)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return backup


async def _restore_into(draft: Layout, file: Path, master_key: Path, report: Report) -> Backup:
    draft.prepare()
    backup = _unpack(file, draft.temporal)
    report(f"backup of {backup.made_at:%Y-%m-%d %H:%M} UTC: whole")
    TemporalServer(draft).prepare()  # says when the histories are another version's
    postgres = PostgresServer(draft, report)
    servers = Supervisor(draft, [postgres.part()], {}, report)
    try:
        await servers.start()
        dump = draft.temporal / REGISTER
        _run(postgres.restore_command(), "the register could not be restored", dump)
        dump.unlink()
        await require_own_keys(postgres.url, master_key)
    finally:
        await servers.stop()
        postgres.leave()
    report("register: restored, and its keys open it")
    return backup


def _take_over(draft: Layout, layout: Layout) -> None:
    """The register's move, the last one, is what makes the restore done."""
    for name in (HISTORIES, STAMP):
        os.replace(draft.temporal / name, layout.temporal / name)
    sync_directory(layout.temporal)
    if layout.postgres.exists():
        shutil.rmtree(layout.postgres)  # it has no data: an emptied socket directory at most
    draft.postgres.rename(layout.postgres)
    sync_directory(layout.var)


def _copy_histories(source: Path, target: Path) -> None:
    """A consistent copy of the server's file while the server writes."""
    try:
        with (
            closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as running,
            closing(sqlite3.connect(target)) as copy,
        ):
            running.backup(copy)
    except sqlite3.Error as error:
        raise Problem(f"the running cases could not be copied ({type(error).__name__})") from error


def _run(command: list[str], failed: str, standard_input: Path | None = None) -> None:
    """Runs one of PostgreSQL's programs; what it says may quote data and is not told on."""
    source = standard_input.open("rb") if standard_input else None
    try:
        done = subprocess.run(  # noqa: S603 - our own programs and paths
            command,
            stdin=source or subprocess.DEVNULL,
            capture_output=True,
            env={"PATH": os.defpath, "LC_ALL": "C"},
        )
    finally:
        if source:
            source.close()
    if done.returncode != 0:
        raise Problem(f"{failed} ({Path(command[0]).name}: exit {done.returncode}); is it up?")


def _unpack(file: Path, target: Path) -> Backup:
    """Only what the manifest lists, byte for byte. Raises Problem when anything differs."""
    damaged = Problem(f"{file} is not a whole backup of Calends")
    try:
        with tarfile.open(file, mode="r:") as tar:
            manifest = tar.extractfile(MANIFEST)
            told = json.loads(manifest.read(_MANIFEST_BYTES)) if manifest else {}
            if told["format"] != FORMAT:
                raise Problem(f"{file} is of format {told['format']}, this version reads {FORMAT}")
            backup = Backup(datetime.fromisoformat(told["made_at"]), told["files"])
            for name in CONTENT:
                member = tar.extractfile(name)
                if member is None:
                    raise damaged
                with (target / name).open("wb") as copy:
                    shutil.copyfileobj(member, copy, _PIECE)
                if _described(target / name) != backup.files[name]:
                    raise damaged
    except OSError as error:
        raise Problem(f"{file}: {error.strerror or 'cannot be read'}") from error
    except (tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise damaged from error
    return backup


def _described(file: Path) -> dict[str, Any]:
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return {"bytes": file.stat().st_size, "sha256": digest}


def _nobody(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid, member.gid, member.uname, member.gname, member.mode = 0, 0, "", "", 0o600
    return member


@contextmanager
def _beside(output: Path) -> Iterator[Path]:
    """A private directory on the same disk as `output`, gone afterwards."""
    try:
        folder = output.absolute().parent
        folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{output.name}.", dir=folder))
    except OSError as error:
        raise Problem(f"{output}: {error.strerror}") from error
    try:
        yield private_directory(draft)
    finally:
        shutil.rmtree(draft)


def _appear(packed: Path, output: Path) -> None:
    packed.chmod(0o600)
    try:
        os.link(packed, output)  # never over a file that came meanwhile
    except FileExistsError:
        raise Problem(f"{output} exists already; choose another name") from None
    sync_directory(output.absolute().parent)
