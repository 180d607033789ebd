from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from calends.register.database import Register
from calends.register.ledger import events
from calends.register.models import SearchRow, TaskRow
from tests.commands.conftest import Calends
from tests.commands.sample import put_case, put_task


async def test_the_queue_is_listed_by_due_date_and_role(
    register: Register, calends: Calends
) -> None:
    case = await put_case(register, 1)
    later = await put_task(register, case)
    first = await put_task(
        register, case, role="system_owner", due_at=datetime.now(UTC) + timedelta(hours=1)
    )
    await put_task(register, case, state="withdrawn")
    rows = [json.loads(line) for line in (await calends("task", "list", "--json")).out.splitlines()]
    assert [row["id"] for row in rows] == [first.id, later.id]
    assert rows[0]["reference"] == case.reference
    mine = await calends("task", "list", "--role", "dpo")
    assert later.id[:13] in mine.out
    assert first.id[:13] not in mine.out


async def test_a_claim_is_refused_to_a_second_colleague_unless_forced(
    register: Register, calends: Calends
) -> None:
    case = await put_case(register, 1)
    task = await put_task(register, case)
    assert (await calends("task", "claim", task.id[5:13], "--as", "Aïcha")).code == 0
    refused = await calends("task", "claim", task.id, "--as", "Tom")
    assert (refused.code, refused.out) == (2, "")
    assert "Aïcha" not in refused.err
    assert (await calends("task", "claim", task.id, "--as", "Tom", "--force")).code == 0
    async with register.session() as session:
        row = await session.get_one(TaskRow, task.id)
        assert (row.state, row.claimed_by) == ("claimed", "Tom")


async def test_a_claim_is_in_the_ledger_by_role_and_never_by_name(
    register: Register, calends: Calends
) -> None:
    case = await put_case(register, 1)
    task = await put_task(register, case)
    await calends("task", "claim", task.id, "--as", "Aïcha")
    async with register.session() as session:
        last = [event async for event in events(session, case.id)][-1]
    assert (last.kind, last.actor) == ("task_claimed", "dpo")
    assert "Aïcha" not in str(last.as_json())


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 101, "\x1b[31m"])
async def test_a_name_that_cannot_be_shown_is_refused(
    register: Register, calends: Calends, name: str
) -> None:
    task = await put_task(register, await put_case(register, 1))
    ran = await calends("task", "claim", task.id, "--as", name)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)


async def test_an_id_may_be_cut_short_while_it_is_unambiguous(
    register: Register, calends: Calends
) -> None:
    case = await put_case(register, 1)
    for end in ("a", "b"):
        await put_task(register, case, id=f"task-{'0' * 31}{end}")
    assert (await calends("task", "claim", f"task-{'0' * 31}a")).code == 0
    ambiguous = await calends("task", "claim", "000")
    assert "several tasks begin so" in ambiguous.err
    for nothing in ("fff", "%", "task-", "0_0", "../0", ""):
        assert (await calends("task", "claim", nothing)).code == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--rights", "ACCESS,EVERYTHING"), "--rights: one or more of ACCESS"),
        (("--as-role", "Mrs. DPO"), "--as-role"),
        (("--reason", "a\0b"), "--reason"),
        (("--file", "/nowhere"), "--file"),
        (("--file", "/dev/null"), "--file"),
    ],
)
async def test_bad_input_to_a_completion_is_one_line_before_anything_is_done(
    register: Register, calends: Calends, options: tuple[str, str], said: str
) -> None:
    task = await put_task(register, await put_case(register, 1))
    ran = await calends("task", "complete", task.id, "--outcome", "release", *options)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert said in ran.err


async def test_an_upload_over_the_limit_is_refused(
    register: Register, calends: Calends, tmp_path: Path
) -> None:
    task = await put_task(register, await put_case(register, 1), kind="search_by_hand")
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(50_000_001)
    ran = await calends("task", "complete", task.id, "--outcome", "found", "--file", str(large))
    assert (ran.code, ran.err) == (2, "calends: --file: more than 50 MB\n")


async def test_a_task_is_shown_with_what_may_be_answered(
    register: Register, calends: Calends
) -> None:
    case = await put_case(register, 1)
    task = await put_task(register, case, kind="search_by_hand", system="archive_papier")
    ran = await calends("task", "show", task.id)
    assert (ran.code, ran.err) == (0, "")
    assert "found --file FILE" in ran.out
    assert str(case.reference) in ran.out


async def test_what_an_outcome_needs_and_does_is_shown(
    register: Register, calends: Calends
) -> None:
    case = await put_case(register, 1)
    task = await put_task(register, case, kind="verify_identity")
    ran = await calends("task", "show", task.id)
    lines = ran.out.splitlines()
    assert "  confirm --detail means=TEXT" in lines
    assert lines[lines.index("  confirm --detail means=TEXT") + 1].startswith("      ")
    assert f"  whom: calends case show {case.reference} --person" in lines


async def test_what_may_speak_of_others_is_told_before_a_release(
    register: Register, calends: Calends
) -> None:
    case = await put_case(register, 1)
    task = await put_task(register, case)
    async with register.session() as session:
        session.add(
            SearchRow(
                case_id=case.id,
                system="shop",
                state="found",
                reason=None,
                since=datetime.now(UTC),
                count=1,
                collections={"shop.repair": 1},
                speaks_of_others=True,
            )
        )
        await session.commit()
    assert "may speak of others" in (await calends("task", "show", task.id)).out
