"""`calends up` with all its real parts, killed whole in the middle of a case."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.faults.whole import Service, kill_all, whole_service


@pytest.fixture(scope="module")
async def service() -> AsyncIterator[Service]:
    async with whole_service() as opened:
        yield opened


async def test_a_service_killed_whole_goes_on_where_it_was(service: Service) -> None:
    address = "whole@courriel.example"
    supervisor = await service.up()
    await service.send(address)
    link, code = await service.page(address)
    kill_all(supervisor)

    await service.up()
    await service.prove(link, code)
    await service.search_by_hand()
    case = await service.closed_case()
    evidence = str(service.folder / "evidence")
    await service.calends("evidence", "export", case["reference"], "-o", evidence)
    await service.calends("evidence", "verify", evidence)
    await service.calends("audit")


@pytest.mark.parametrize("part", ["postgres", "temporal", "worker", "starter", "web"])
async def test_a_part_that_is_killed_comes_back_and_mail_still_becomes_a_case(
    service: Service, part: str
) -> None:
    run = Path(service.env["CALENDS_VAR"]) / "run"
    (told,) = [file for file in run.iterdir() if file.name.startswith(part)]
    pid = int(re.search(r"\d+", told.read_text()).group())  # type: ignore[union-attr]
    os.kill(pid, signal.SIGKILL)
    address = f"{part}@courriel.example"
    await service.send(address)
    await service.page(address)
