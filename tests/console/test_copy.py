"""The copy of a person's data, opened by its code."""

from __future__ import annotations

import asyncio
import io
import zipfile
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from calends.evidence.chain import parse_instant
from calends.register.ledger import events
from calends.vault.blobs import CHUNK_BYTES
from tests.console.site import Site


def archive(size: int = 100) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("data.json", b"7" * size)
    return made.getvalue()


async def test_the_right_code_gives_the_copy_byte_for_byte(site: Site) -> None:
    content = archive(2 * CHUNK_BYTES + 17)
    link = await site.copy(content)
    answer = await site.post(link, link.code)
    assert answer.status_code == 200
    assert answer.content == content


async def test_a_code_may_be_typed_without_hyphen_in_small_letters(site: Site) -> None:
    link = await site.copy(archive())
    assert (await site.post(link, f" {link.code.lower().replace('-', ' ')} ")).status_code == 200


async def test_a_copy_is_a_download_that_no_browser_shows_or_keeps(site: Site) -> None:
    link = await site.copy(archive())
    headers = (await site.post(link, link.code)).headers
    assert headers["content-disposition"] == 'attachment; filename="calends-2026-00042-K7.zip"'
    assert headers["content-type"] == "application/zip"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"].startswith("sandbox;")
    assert headers["content-length"] == str(len(archive()))


async def test_each_download_is_counted_and_told_in_the_ledger(site: Site) -> None:
    link = await site.copy(archive())
    await site.post(link, link.code)
    await site.post(link, link.code)
    assert await site.rows("SELECT uses, state FROM tokens") == [{"uses": 2, "state": "used"}]
    told = await site.rows(
        "SELECT actor, activity, facts FROM ledger WHERE kind = 'copy_fetched' ORDER BY seq"
    )
    size = len(archive())
    assert told == [
        {
            "actor": "person",
            "activity": "",
            "facts": {"purpose": "reply:ACCESS", "count": count, "bytes": size},
        }
        for count in (1, 2)
    ]


async def test_downloads_at_once_are_each_one_event_of_an_unbroken_chain(site: Site) -> None:
    link = await site.copy(archive())
    answers = await asyncio.gather(*(site.post(link, link.code) for _ in range(8)))
    assert [answer.status_code for answer in answers] == [200] * 8
    async with site.house.register.session() as session:
        chain = [event async for event in events(session, link.case_id)]
    assert [event.kind for event in chain] == ["case_opened", *["copy_fetched"] * 8]
    assert all(a.hash == b.previous for a, b in pairwise(chain))


async def test_a_download_is_never_dated_before_the_event_it_follows(site: Site) -> None:
    ahead = datetime.now(UTC) + timedelta(days=60)
    case_id = await site.case(opened_at=ahead)
    async with site.house.register.session() as session:
        key = await site.house.keyring.get(case_id)
        await site.house.blobs.write(session, key, "export:partial", archive())
        await session.commit()
    link = await site.link(case_id, "partial", made_at=ahead)
    assert (await site.post(link, link.code)).status_code == 200
    async with site.house.register.session() as session:
        opened, fetched = [event async for event in events(session, case_id)]
    assert parse_instant(fetched.at) == parse_instant(opened.at)
    assert parse_instant(fetched.wall) < ahead


async def test_the_code_of_another_link_opens_nothing(site: Site) -> None:
    mine = await site.copy(archive())
    other = await site.copy(archive(), reference="2026-00043-AB")
    assert (await site.post(mine, other.code)).status_code == 410
    assert await site.rows("SELECT sum(uses)::int AS uses FROM tokens") == [{"uses": 0}]
