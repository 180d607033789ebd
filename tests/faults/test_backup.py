"""A lost disk: the service comes back from its backup and its keys, in the middle of a case."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.faults.whole import CALENDS, Service, kill_all, whole_service

PERSON = "disque@courriel.example"


@pytest.fixture(scope="module")
async def service() -> AsyncIterator[Service]:
    async with whole_service() as opened:
        yield opened


def refused(service: Service, *arguments: str) -> str:
    """The one line of a command that does not do it."""
    done = subprocess.run([*CALENDS, *arguments], env=service.env, capture_output=True, text=True)
    assert done.returncode == 2, (done.stdout, done.stderr)
    (line,) = done.stderr.splitlines()
    return line


async def test_a_lost_disk_loses_no_case(service: Service) -> None:
    var, kept = Path(service.env["CALENDS_VAR"]), service.folder / "kept"
    backup = str(service.folder / "calends.backup")
    supervisor = await service.up()
    await service.send(PERSON)
    link, code = await service.page(PERSON)
    assert "not in it" in await service.calends("backup", "-o", backup)
    assert "exists already" in refused(service, "backup", "-o", backup)
    assert "already runs" in refused(service, "restore", backup)
    kill_all(supervisor)
    assert "has a register already" in refused(service, "restore", backup)
    (var / "keys").rename(kept)
    shutil.rmtree(var)

    assert "put the keys back first" in refused(service, "restore", backup)
    (var / "keys").rmdir()
    shutil.copytree(kept, var / "keys")
    assert "its keys open it" in await service.calends("restore", backup)

    again = await service.up()
    await service.prove(link, code)
    await service.search_by_hand()
    case = await service.closed_case()
    evidence = str(service.folder / "evidence")
    await service.calends("evidence", "export", case["reference"], "-o", evidence)
    await service.calends("evidence", "verify", evidence)
    await service.calends("audit")
    again.send_signal(signal.SIGINT)
    again.wait(60)


async def test_a_backup_says_nothing_of_anybody_and_holds_no_key(service: Service) -> None:
    content = (service.folder / "calends.backup").read_bytes()
    assert PERSON.encode() not in content
    assert (service.folder / "kept" / "master.key").read_bytes() not in content


@pytest.mark.parametrize("damage", ["cut", "one byte", "no backup"])
async def test_a_damaged_backup_is_refused_and_nothing_is_left(
    service: Service, damage: str, tmp_path: Path
) -> None:
    whole = (service.folder / "calends.backup").read_bytes()
    middle = len(whole) // 2
    damaged = {
        "cut": whole[:middle],
        "one byte": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        "no backup": b"no backup",
    }[damage]
    file, var = tmp_path / "damaged", tmp_path / "var"
    file.write_bytes(damaged)
    shutil.copytree(service.folder / "kept", var / "keys")
    other = Service(service.env | {"CALENDS_VAR": str(var)}, service.post, tmp_path)
    assert "not a whole backup" in refused(other, "restore", str(file))
    assert not (var / "restoring").exists()
    assert not (var / "postgres").exists()


async def test_a_backup_of_other_keys_is_refused_and_nothing_is_left(service: Service) -> None:
    var = service.folder / "elsewhere"
    (var / "keys").mkdir(parents=True)
    key = var / "keys" / "master.key"
    key.write_bytes(bytes(32))
    key.chmod(0o600)
    other = Service(service.env | {"CALENDS_VAR": str(var)}, service.post, service.folder)
    line = refused(other, "restore", str(service.folder / "calends.backup"))
    assert "not the master key of this register" in line
    assert not (var / "postgres").exists()
