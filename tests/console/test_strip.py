"""The deadline strip: a clock that was stopped shows it, and says why each date is what it is."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import update

from calends.register.models import CaseRow
from calends.rules.clock import Clock
from calends.rules.pause import paused_clock
from console.who import Role, User
from tests.commands.sample import note, put_case
from tests.console.site import Site

DPO = User("user-1", "Ada Régnier", frozenset({Role.DPO}))
CLOCK: TypeAdapter[Clock] = TypeAdapter(Clock)


async def pause(site: Site, case: CaseRow, asked: datetime, answered: datetime) -> Clock:
    """What the case's own activity writes when its clock was stopped and goes on."""
    clock = paused_clock(CLOCK.validate_python(case.clock), asked, answered)
    written = CLOCK.dump_python(clock, mode="json")
    async with site.house.register.session() as session:
        facts = {"asked": asked.isoformat(), "clock": written}
        await note(session, case.id, "pause_begun", asked, facts)
        await session.execute(
            update(CaseRow)
            .where(CaseRow.id == case.id)
            .values(clock=written, safe_due=clock.safe_due, legal_due=clock.legal_due)
        )
        await session.commit()
    return clock


async def strip(site: Site, case: CaseRow) -> str:
    page = await site.browser.get(f"/desk/case/{case.reference}?lang=en")
    found = re.search(r'<figure class="strip.*?</figure>', page.text, re.DOTALL)
    assert found is not None
    return found.group()


async def test_a_clock_that_stood_still_shows_since_when_and_how_long(site: Site) -> None:
    site.sign_in(DPO)
    case = await put_case(site.house.register, 1, age=timedelta(days=10))
    running = await strip(site, case)
    assert 'class="paused"' not in running
    asked = datetime.now(UTC) - timedelta(days=8)
    clock = await pause(site, case, asked, asked + timedelta(days=5))
    stopped = await strip(site, case)
    assert clock.paused_days == 4
    assert re.search(r'<rect class="paused" x="[\d.]+%" y="43" width="\d', stopped)
    assert re.search(r'<li class="paused"><span>Paused</span>', stopped)
    page = await site.browser.get(f"/desk/case/{case.reference}?lang=en")
    assert "4 whole days of pause are added" in page.text


async def test_the_strip_says_everything_in_words_to_who_does_not_see_it(site: Site) -> None:
    site.sign_in(DPO)
    case = await put_case(site.house.register, 1, age=timedelta(days=3))
    said = re.search(r'aria-label="([^"]+)"', await strip(site, case))
    assert said is not None
    for word in ("Received", "Today", "Legal date"):
        assert word in said[1]
