"""Password, second factor, set-up link."""

from __future__ import annotations

import asyncio
import statistics
import time

import pytest

from calends.accounts.entering import MOST_CODES
from calends.accounts.invitations import reset
from calends.accounts.sessions import Stage
from calends.problems import Problem
from calends.register.account_rows import SessionRow
from tests.accounts.conftest import NAME, PASSWORD, PLACE, House

WRONG = "un autre mot de passe"


async def test_a_password_alone_lets_nobody_in(house: House) -> None:
    await house.enrolled()
    step = await house.by_password()
    assert step is not None
    assert step.stage is Stage.SECOND_FACTOR


async def test_password_and_code_let_in_under_a_new_token(house: House) -> None:
    secret = await house.enrolled()
    first = await house.by_password()
    live = await house.live(first)
    step = await house.door.code(live, house.code(secret))
    assert step is not None
    assert first is not None
    assert step.stage is Stage.FULL
    assert step.token != first.token
    assert await house.door.sessions.find(first.token) is None
    inside = await house.live(step)
    assert inside.user is not None
    assert inside.user.name == NAME


async def test_a_name_may_be_typed_in_other_capitals_and_spaces(house: House) -> None:
    await house.enrolled()
    assert await house.by_password("  claire   DUPONT ") is not None


async def test_wrong_password_unknown_name_and_no_password_yet_are_the_same_nothing(
    house: House,
) -> None:
    await house.enrolled()
    await house.invited("Neu Ling")
    assert await house.by_password(password=WRONG) is None
    assert await house.by_password("Nobody") is None
    assert await house.by_password("Neu Ling") is None
    assert await house.by_password("", "") is None


async def test_a_code_counts_once(house: House) -> None:
    secret = await house.enrolled()
    code = house.code(secret)
    assert await house.door.code(await house.live(await house.by_password()), code)
    assert await house.door.code(await house.live(await house.by_password()), code) is None


@pytest.mark.parametrize("seconds", [-30, 30])
async def test_a_clock_half_a_minute_off_is_forgiven(house: House, seconds: int) -> None:
    secret = await house.enrolled()
    house.clock.skip(minutes=5)
    live = await house.live(await house.by_password())
    house.clock.skip(seconds=seconds)
    code = house.code(secret)
    house.clock.skip(seconds=-seconds)
    assert await house.door.code(live, code) is not None


async def test_a_code_of_five_minutes_ago_is_no_code(house: House) -> None:
    secret = await house.enrolled()
    code = house.code(secret)
    house.clock.skip(minutes=5)
    assert await house.door.code(await house.live(await house.by_password()), code) is None


async def test_after_five_wrong_codes_the_password_is_asked_again(house: House) -> None:
    secret = await house.enrolled()
    live = await house.live(await house.by_password())
    for _ in range(MOST_CODES):
        assert await house.door.code(live, "000000") is None
    assert await house.door.code(live, house.code(secret)) is None
    async with house.register.session() as session:
        assert await session.get(SessionRow, live.digest) is None


async def test_who_knows_the_password_cannot_try_codes_without_end(house: House) -> None:
    secret = await house.enrolled()
    for _ in range(3):
        live = await house.live(await house.by_password())
        for _ in range(MOST_CODES):
            await house.door.code(live, "000000")
    live = await house.live(await house.by_password())
    assert await house.door.code(live, house.code(secret)) is None
    house.clock.skip(hours=1)
    live = await house.live(await house.by_password())
    assert await house.door.code(live, house.code(secret)) is not None


async def test_a_recovery_code_lets_in_once(house: House) -> None:
    await house.enrolled()
    row = await house.row()
    async with house.register.session() as session:
        codes = await house.door.factors.new_recovery_codes(session, row.id)
        await session.commit()
    typed = codes[3].lower().replace("-", " ")
    assert await house.door.code(await house.live(await house.by_password()), typed) is not None
    assert await house.door.code(await house.live(await house.by_password()), typed) is None
    async with house.register.session() as session:
        assert await house.door.factors.recovery_codes_left(session, row.id) == 9


async def test_five_wrong_passwords_from_one_place_make_the_right_one_wait(house: House) -> None:
    await house.enrolled()
    for _ in range(5):
        await house.by_password(password=WRONG)
    assert await house.by_password() is None
    assert await house.door.password(NAME, PASSWORD, "198.51.100.7") is not None
    house.clock.skip(seconds=16)
    assert await house.by_password() is not None


async def test_passwords_tried_at_once_are_each_counted(house: House) -> None:
    await house.enrolled()
    await asyncio.gather(*(house.by_password(password=WRONG) for _ in range(8)))
    assert await house.by_password() is None


async def test_nobody_locks_a_colleague_out_for_longer_than_half_a_minute(house: House) -> None:
    await house.enrolled()
    for number in range(60):
        house.clock.skip(seconds=31 if number > 49 else 0)
        await house.door.password(NAME, WRONG, f"198.51.100.{number}")
    assert await house.by_password() is None
    house.clock.skip(seconds=31)
    assert await house.by_password() is not None


async def test_an_unknown_name_takes_as_long_as_a_wrong_password(house: House) -> None:
    await house.enrolled()
    await house.by_password("Warm Up")
    known = [await seconds(house, NAME, f"10.0.0.{n}") for n in range(7)]
    unknown = [await seconds(house, f"Nobody {n}", f"10.0.0.{n}") for n in range(7)]
    ratio = statistics.median(known) / statistics.median(unknown)
    assert 0.5 < ratio < 2


async def seconds(house: House, name: str, place: str) -> float:
    began = time.monotonic()
    assert await house.door.password(name, WRONG, place) is None
    return time.monotonic() - began


async def test_a_set_up_link_is_of_use_once(house: House) -> None:
    token = await house.invited()
    assert await house.door.set_up(token, PASSWORD) is not None
    assert await house.door.set_up(token, WRONG) is None
    assert await house.by_password() is not None


async def test_two_who_use_a_set_up_link_at_once_are_one(house: House) -> None:
    token = await house.invited()
    steps = await asyncio.gather(*(house.door.set_up(token, f"{PASSWORD} {n}") for n in range(4)))
    assert [step is not None for step in steps].count(True) == 1


async def test_an_unfit_password_leaves_the_link_as_it_was(house: House) -> None:
    token = await house.invited()
    for unfit in (
        "short",
        "aaaaaaaaaaaaaaaa",
        "claire dupont 2026",
        "impro mot de passe",
        "x" * 300,
    ):
        with pytest.raises(Problem):
            await house.door.set_up(token, unfit)
    assert await house.door.set_up(token, PASSWORD) is not None


async def test_a_set_up_link_is_over_after_three_days(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from calends.accounts import invitations

    token = await house.invited()
    monkeypatch.setattr(invitations, "VALID", timedelta(0))
    assert await house.door.set_up(token, PASSWORD) is None


async def test_a_reset_voids_password_factors_sessions_and_earlier_links(house: House) -> None:
    secret = await house.enrolled()
    inside = await house.signed_in(secret)
    async with house.register.session() as session:
        row = await house.door.directory.find(session, NAME, lock=True)
        earlier = await reset(session, row, actor="command line")
        token = await reset(session, row, actor="command line")
        await session.commit()
    assert await house.door.sessions.find(inside.token) is None
    assert await house.by_password() is None
    assert await house.door.set_up(earlier, PASSWORD) is None
    step = await house.door.set_up(token, PASSWORD)
    assert step is not None
    assert step.stage is Stage.ENROL


async def test_a_disabled_colleague_is_out_at_once_and_gets_in_by_no_way(house: House) -> None:
    secret = await house.enrolled()
    inside, half = await house.signed_in(secret), await house.by_password()
    assert half is not None
    async with house.register.session() as session:
        row = await house.door.directory.find(session, NAME, lock=True)
        await house.door.directory.disable(session, row, actor="command line")
        await session.commit()
    assert await house.door.sessions.find(inside.token) is None
    assert await house.door.sessions.find(half.token) is None
    assert await house.by_password() is None


async def test_confirming_oneself_needs_a_code_that_was_not_used(house: House) -> None:
    secret = await house.enrolled()
    live = await house.live(await house.signed_in(secret))
    house.clock.skip(minutes=20)
    assert not house.door.sessions.fresh(live)
    assert not await house.door.confirm(live, "000000", "")
    code = house.code(secret)
    assert await house.door.confirm(live, code, "")
    assert not await house.door.confirm(live, code, "")
    assert PLACE
