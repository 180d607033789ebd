"""A worker beside the data: it has that system's credentials and no others; without it only that
system is late, and the case says so."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from calends.desk.completing import Answer
from calends.register.models import SearchRow
from tests.faults.processes import ROOT, Office, open_office
from tests.office import LINK, MailServer, mail, until
from workflows.messages import ContactProved
from workflows.rights_request import RightsRequest

ADDRESS = "beside@courriel.example"
SYSTEMS = ("CALENDS_CRM_", "CALENDS_BILLING_")
"""How the variables of the sample's systems begin."""


@pytest.fixture(scope="module")
async def office() -> AsyncIterator[Office]:
    async with open_office(MailServer()) as opened:
        yield opened


def start(office: Office, queue: str, *credentials: str) -> subprocess.Popen[bytes]:
    """A worker of one queue that knows of the systems only these variables."""
    known = os.environ | office.env
    env = {name: value for name, value in known.items() if not name.startswith(SYSTEMS)}
    env |= {name: known[name] for name in credentials}
    # It stands on another machine: nothing of the engine's own folder is at hand.
    env["CALENDS_VAR"] = str(office.folder / "elsewhere")
    with (office.folder / f"{queue}.log").open("ab") as log:
        child = subprocess.Popen(
            [sys.executable, "worker.py", "--queue", queue],
            cwd=ROOT,
            env=env,
            stdout=log,
            stderr=log,
        )
    office.running.append(child)
    return child


async def searches(office: Office, case_id: str) -> dict[str, str]:
    handle = office.starter.client.get_workflow_handle(case_id)
    return (await handle.query(RightsRequest.view)).searches


async def test_without_one_systems_worker_only_that_system_is_late_and_the_case_says_so(
    office: Office,
) -> None:
    start(office, "calends")
    crm = start(office, "system-crm", "CALENDS_CRM_URL", "CALENDS_CRM_ACT_URL")
    kept = await office.starter.inbox.keep(
        mail(ADDRESS, "Bonjour, je souhaite une copie de toutes mes données personnelles."),
        channel="file",
        received_at=datetime.now(UTC),
    )
    await office.starter.dispatch(kept.inbox_id)
    case_id = kept.case_id

    async def asked() -> bool:
        return any(LINK.search(letter.text) for letter in office.post.to(ADDRESS))

    await until(asked, seconds=60)
    handle = office.starter.client.get_workflow_handle(case_id)
    await handle.execute_update(RightsRequest.prove_contact, ContactProved())

    async def crm_is_done() -> bool:
        async with office.house.register.session() as session:
            row = await session.get(SearchRow, (case_id, "crm"))
            return row is not None and row.state == "nothing"

    await until(crm_is_done, seconds=60)
    said = await searches(office, case_id)
    assert said["crm"] == "nothing"
    assert said["billing"] == "waiting"
    async with office.house.register.session() as session:
        assert await session.get(SearchRow, (case_id, "billing")) is None

    office.kill(crm)
    start(office, "system-billing", "CALENDS_BILLING_URL", "CALENDS_BILLING_ACT_URL")
    desk = asyncio.create_task(office.desk({"search_by_hand": Answer("nothing")}))
    assert (await office.closed(case_id)).outcome == "answered"
    desk.cancel()


async def test_a_systems_worker_opens_no_other_system(office: Office, tmp_path: Path) -> None:
    """With one system's variables alone, that system opens and every other one names what it
    lacks."""
    code = (
        "from calends.company import load_company\n"
        "from calends.problems import Problem\n"
        "from calends.systems.opening import open_system\n"
        "from pathlib import Path\n"
        "company = load_company(Path('examples/impro-solutions/company.yml'))\n"
        "open_system(company.system('crm'), company, for_acts=True)\n"
        "try:\n"
        "    open_system(company.system('billing'), company)\n"
        "except Problem as problem:\n"
        "    print(problem)\n"
    )
    env = {
        "PATH": os.environ["PATH"],
        "CALENDS_VAR": str(tmp_path),
        "CALENDS_CRM_URL": "postgresql://u@127.0.0.1/x",
        "CALENDS_CRM_ACT_URL": "postgresql://u@127.0.0.1/x",
    }
    ran = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.stdout == "environment variable CALENDS_BILLING_URL is not set\n"
