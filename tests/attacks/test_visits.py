"""Attacks on what a person may do after the code: stolen, forged, old and borrowed visits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from console import visits
from console.alarm import MANY, Alarm
from console.limits import Limiter
from tests.conftest import Postgres
from tests.console.site import OURS, WRONG, Link, Site, open_site
from tests.console.visiting import PDF, act, put_letter, put_person, status_page, visit_of

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
async def site(postgres: Postgres, database: str, tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(postgres, database, tmp_path) as opened:
        yield opened


async def a_link(site: Site, reference: str = "2026-00042-K7") -> Link:
    case_id = await site.case(reference=reference)
    await put_person(site, case_id)
    await put_letter(site, case_id, "mandate_request")
    return await site.link(case_id, "partial")


async def refusals(site: Site, link: Link, visit: str) -> list[tuple[int, bytes]]:
    """What each form of the page answers with this visit."""
    return [
        (answer.status_code, answer.content)
        for answer in (
            await act(site, link, "status", visit),
            await act(site, link, "copy", visit),
            await act(site, link, "withdraw", visit, sure="yes"),
            await act(site, link, "add", visit, PDF, text="x"),
        )
    ]


@pytest.mark.usefixtures("patient")
async def test_every_visit_that_is_none_gets_the_page_of_a_wrong_code(site: Site) -> None:
    link, other = await a_link(site), await a_link(site, "2026-00043-AB")
    good = visit_of(await status_page(site, link))
    before = await site.snapshot()
    wrong = await site.post(f"/p/{'b' * 32}", WRONG)
    others = visit_of(await status_page(site, other))
    for visit in ("", "x", good[:-2], good.swapcase(), "A" * 300, "é", "=" * 40, others):
        assert set(await refusals(site, link, visit)) == {(410, wrong.content)}
    assert await site.snapshot() == before


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """One browser may try as often as it likes: the limit has tests of its own."""
    monkeypatch.setattr(Limiter, "allows", lambda limiter, address: True)


async def test_a_visit_is_over_after_half_an_hour(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = await a_link(site)
    monkeypatch.setattr(visits, "LASTS", timedelta(seconds=-1))
    visit = visit_of(await status_page(site, link))
    assert {status for status, _ in await refusals(site, link, visit)} == {410}


@pytest.mark.usefixtures("patient")
async def test_a_link_that_is_revoked_or_locked_ends_the_visits_it_began(site: Site) -> None:
    for state in ("revoked", "locked", "shredded"):
        link = await a_link(site, f"2026-0004{len(state)}-XX")
        visit = visit_of(await status_page(site, link))
        if state == "revoked":
            await site.set_state(link, "revoked")
        elif state == "locked":
            await site.execute("UPDATE tokens SET tries = 5 WHERE case_id = :c", c=link.case_id)
        else:
            await site.execute("UPDATE keys SET wrapped = NULL WHERE id = :c", c=link.case_id)
            site.house.keyring.forget(link.case_id)
        assert {status for status, _ in await refusals(site, link, visit)} == {410}, state


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
     {"Origin": "https://evil.test"}, {"Origin": "null"}],
)  # fmt: skip
async def test_a_form_of_another_site_withdraws_nothing(
    site: Site, headers: dict[str, str]
) -> None:
    link = await a_link(site)
    visit = visit_of(await status_page(site, link))
    for what in ("status", "copy", "withdraw", "add"):
        answer = await site.browser.post(
            f"{link.path}/{what}", data={"visit": visit, "sure": "yes"}, headers=headers
        )
        assert answer.status_code == 403
    assert await site.rows("SELECT * FROM inbox") == []


async def test_what_a_person_types_never_reaches_a_header_or_a_page(site: Site) -> None:
    link = await a_link(site)
    visit = visit_of(await status_page(site, link))
    hostile = f"{SCRIPT}\r\nBcc: eve@evil.test\r\n\r\n{{{{ 7 * 7 }}}} MARK\x00\x1b[2J\u202e"
    page = await act(site, link, "add", visit, text=hostile)
    assert page.status_code == 200
    assert "MARK" not in page.text
    [row] = await site.rows("SELECT case_id FROM inbox")
    raw = await site.house.blobs.read(str(row["case_id"]), "raw")
    header = raw.partition(b"\r\n\r\n")[0]
    assert b"Bcc" not in header
    assert b"MARK" not in header
    assert b"svg" not in raw


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"", "multipart/form-data; boundary=b", 410),
        (b"--b--\r\n", "multipart/form-data; boundary=b", 410),
        (b"x", "multipart/form-data", 400),
        (b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n",
         "multipart/form-data; boundary=b", 400),
        (b"text=x", "application/x-www-form-urlencoded", 400),
        (b"{}", "application/json", 400),
        (b"".join(b'--b\r\nContent-Disposition: form-data; name="n%d"\r\n\r\nx\r\n' % n
                  for n in range(50)) + b"--b--\r\n", "multipart/form-data; boundary=b", 400),
        (b"".join(b'--b\r\nContent-Disposition: form-data; name="f"; filename="f%d"\r\n\r\nx\r\n'
                  % n for n in range(9)) + b"--b--\r\n", "multipart/form-data; boundary=b", 400),
    ],
)  # fmt: skip
async def test_a_broken_upload_is_one_clear_page_and_changes_nothing(
    site: Site, content: bytes, kind: str, status: int
) -> None:
    link = await a_link(site)
    answer = await site.browser.post(
        f"{link.path}/add", content=content, headers=OURS | {"Content-Type": kind}
    )
    assert answer.status_code == status
    assert "contact@impro-solutions.fr" in answer.text
    assert await site.rows("SELECT * FROM inbox") == []


@pytest.mark.parametrize(
    ("admitted", "status", "most"), [(True, 413, 11_000_000), (False, 410, 99_000)]
)
async def test_an_endless_upload_is_cut_off_and_a_strangers_at_once(
    site: Site, admitted: bool, status: int, most: int
) -> None:
    link, served = await a_link(site), 0
    visit = visit_of(await status_page(site, link)) if admitted else "A" * 200

    async def endless() -> AsyncIterator[bytes]:
        nonlocal served
        head = b"--b\r\nContent-Disposition: form-data; name="
        yield head + b'"visit"\r\n\r\n' + visit.encode() + b"\r\n"
        yield head + b'"file"; filename="x"\r\n\r\n'
        while True:
            served += 1 << 14
            yield b"y" * (1 << 14)

    answer = await site.browser.post(
        f"{link.path}/add",
        content=endless(),
        headers=OURS | {"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert answer.status_code == status
    assert served < most


async def test_uploads_that_never_go_on_keep_nobody_out(site: Site) -> None:
    """Whoever has no visit takes none of the few places for uploads."""
    link = await a_link(site)
    visit = visit_of(await status_page(site, link))
    stalled = asyncio.Event()

    async def stalling() -> AsyncIterator[bytes]:
        yield b"--b\r\nContent-Disposition: form-data; name="
        await stalled.wait()

    headers = OURS | {"Content-Type": "multipart/form-data; boundary=b"}
    hanging = [
        asyncio.create_task(
            site.browser.post(f"{link.path}/add", content=stalling(), headers=headers)
        )
        for _ in range(8)
    ]
    await asyncio.sleep(0)
    async with asyncio.timeout(60):
        assert (await act(site, link, "add", visit, PDF)).status_code == 200
    stalled.set()
    await asyncio.gather(*hanging)


async def test_uploads_never_lie_unsealed_on_a_disk(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    def refused(*args: object, **more: object) -> object:
        raise AssertionError("an upload was spooled to disk")

    link = await a_link(site)
    visit = visit_of(await status_page(site, link))
    monkeypatch.setattr(tempfile, "_TemporaryFileWrapper", refused)
    monkeypatch.setattr(tempfile, "TemporaryFile", refused)
    page = await act(site, link, "add", visit, PDF + b"x" * 3_000_000)
    assert page.status_code == 200


async def test_fifty_refusals_in_ten_minutes_give_one_alarm(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    now = 0.0
    alarm = Alarm(site.house.register, clock=lambda: now)
    with caplog.at_level(logging.ERROR, logger="calends.page"):
        for _ in range(MANY * 2):
            now += 1
            await alarm.refused()
    told = [record.getMessage() for record in caplog.records if record.name == "calends.page"]
    assert told == ["ALARM page: 50 refusals in 10 minutes"]
    [event] = await site.rows("SELECT kind, facts FROM account_events")
    assert event == {"kind": "page_guessed_at", "facts": {"refusals": 50}}


async def test_refusals_of_ordinary_days_give_no_alarm(site: Site) -> None:
    now = 0.0
    alarm = Alarm(site.house.register, clock=lambda: now)
    for _ in range(MANY * 2):
        now += 30
        assert not await alarm.refused()


async def test_visits_begun_at_once_are_all_good(site: Site) -> None:
    link = await a_link(site)
    pages = await asyncio.gather(*(status_page(site, link) for _ in range(5)))
    assert len({visit_of(page) for page in pages}) == 5
