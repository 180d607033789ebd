"""A letter that a human posts, as the file to print."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from calends.desk.queue import find_task
from calends.desk.words import short
from calends.problems import Problem
from calends.register.cases import instant_for
from calends.register.database import Register
from calends.register.ledger import append_event
from calends.register.models import CaseRow
from calends.register.opening import existing_keyring
from calends.settings import Settings
from calends.vault.blobs import BlobStore, NoSuchBlob
from calends.vault.keys import KeyDestroyed
from workflows.tasks import TaskKind


async def print_letter(register: Register, settings: Settings, task_id: str, file: Path) -> str:
    """Writes the PDF of a task to post, for this user's eyes; the look is in the ledger first.

    Raises Problem when the task posts nothing, or the file is there already.
    """
    async with register.session() as session:
        task = await find_task(session, task_id)
        if task.kind != TaskKind.POST_LETTER:
            raise Problem(f"{short(task.id)}: nothing is to be posted here")
        case = await session.get_one(CaseRow, task.case_id)
        await append_event(
            session,
            case.id,
            once=f"looked_at:{uuid.uuid4()}",
            kind="looked_at",
            at=await instant_for(session, case),
            activity="",
            actor="dpo",
            facts={"what": "letter", "by": "command line"},
        )
        await session.commit()
    blobs = BlobStore(register, existing_keyring(register, settings))
    try:
        content = await blobs.read(task.case_id, f"paper:{task.facts['purpose']}")
    except (KeyDestroyed, NoSuchBlob) as error:
        raise Problem("this letter cannot be read any more") from error
    _write_new(file, content)
    return f"{file}: {len(content):,} bytes; the address shows in the window of the envelope"


def _write_new(file: Path, content: bytes) -> None:
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            target.write(content)
    except OSError as error:
        raise Problem(f"-o {file}: {error.strerror}") from error
