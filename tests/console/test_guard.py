"""The middleware: where a request comes from, how large it is, which headers an answer has."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from console.guard import HEADERS, LARGEST_BODY, same_origin
from tests.console.site import OURS, WRONG, Site

UNKNOWN = "/p/" + "a" * 32


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site", "origin": "https://page.test"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "https://page.test"}, False),
        ({"sec-fetch-site": ""}, False),
        ({"origin": "https://page.test"}, True),
        ({"origin": "https://page.test:8443"}, False),
        ({"origin": "https://page.test.evil.test"}, False),
        ({"origin": "https://evil.test/page.test"}, False),
        ({"origin": "https://page.test@evil.test"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://[page.test"}, False),
        ({}, False),
    ],
)
def test_only_our_own_page_is_same_origin(headers: dict[str, str], ours: bool) -> None:
    assert same_origin(Headers({"host": "page.test", **headers})) is ours


@given(st.text(st.characters(codec="latin-1"), max_size=60))
def test_no_odd_origin_is_an_error(origin: str) -> None:
    raw = [(b"host", b"page.test"), (b"origin", origin.encode("latin-1"))]
    assert same_origin(Headers(raw=raw)) in (True, False)


def test_without_a_host_nothing_is_same_origin() -> None:
    assert not same_origin(Headers({"origin": "https://"}))


ANSWERS = ["/", UNKNOWN, "/nowhere", "/static/page.css", "/health"]


@pytest.mark.parametrize("path", ANSWERS)
async def test_every_answer_has_every_header(site: Site, path: str) -> None:
    answer = await site.browser.get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


async def test_refusals_have_every_header_too(site: Site) -> None:
    for answer in (
        await site.post(UNKNOWN, WRONG),
        await site.post(UNKNOWN, WRONG, {"Sec-Fetch-Site": "cross-site"}),
        await site.browser.delete(UNKNOWN, headers=OURS),
    ):
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


async def test_a_method_that_the_page_does_not_have_is_a_page(site: Site) -> None:
    answer = await site.browser.put(UNKNOWN, headers=OURS)
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"] or "POST" in answer.headers["allow"]


async def test_a_body_over_four_kilobytes_is_refused(site: Site) -> None:
    link = await site.copy(b"PK")
    fitting = f"code={link.code}&x=".ljust(LARGEST_BODY, "y")
    form = OURS | {"Content-Type": "application/x-www-form-urlencoded"}
    over = await site.browser.post(link.path, content=fitting + "y", headers=form)
    assert over.status_code == 413
    assert (await site.browser.post(link.path, content=fitting, headers=form)).status_code == 200


async def test_a_body_without_a_declared_length_is_bounded_too(site: Site) -> None:
    served = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal served
        while True:
            served += 1024
            yield b"y" * 1024

    answer = await site.browser.post(UNKNOWN, content=endless(), headers=OURS)
    assert answer.status_code == 413
    assert served <= LARGEST_BODY + 2048


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "application/x-www-form-urlencoded"),
        (b"code=\xff\xfe", "application/x-www-form-urlencoded"),
        (b"&".join(b"a=1" for _ in range(50)), "application/x-www-form-urlencoded"),
        (b"code=%00%ff", "application/x-www-form-urlencoded"),
        (b'{"code": "x"}', "application/json"),
        (b"--b\r\n", "multipart/form-data; boundary=b"),
        (b"code=" + b"A" * 4000, "application/x-www-form-urlencoded"),
    ],
)
async def test_a_body_that_is_no_form_of_ours_is_refused_and_closes_no_link(
    site: Site, content: bytes, kind: str
) -> None:
    link = await site.copy(b"PK")
    headers = OURS | {"Content-Type": kind}
    assert (await site.browser.post(link.path, content=content, headers=headers)).status_code == 410
    assert await site.rows("SELECT tries FROM tokens") == [{"tries": 0}]
