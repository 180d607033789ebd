"""Signing in at a real OpenID provider on loopback, and at one that lies."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import text

from calends.accounts.by_provider import ByProvider
from calends.accounts.entering import Step
from calends.accounts.provider import Provider, ProviderRefused, ProviderSettings
from calends.accounts.sessions import Stage
from calends.problems import Problem
from tests.accounts.conftest import NAME, House
from tests.openid import CLIENT_ID, CLIENT_SECRET, OpenIdProvider, openid_provider

BACK = "https://desk.test/desk/sign-in/provider/back"


@pytest.fixture
async def there() -> AsyncIterator[OpenIdProvider]:
    async with openid_provider() as provider:
        yield provider


def entering(house: House, there: OpenIdProvider) -> ByProvider:
    settings = ProviderSettings(there.issuer, CLIENT_ID, CLIENT_SECRET, BACK)
    return ByProvider(house.door, Provider(settings))


async def visit(url: str) -> dict[str, str]:
    """What the provider sends the browser back with."""
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(url)
    assert answer.headers["location"].startswith(BACK)
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


async def sign_in(house: House, by: ByProvider, invitation: str = "") -> Step | None:
    url, step = await by.begin(invitation)
    return await by.finish(await house.live(step), await visit(url))


async def test_a_set_up_link_ties_a_subject_and_later_the_subject_lets_in(
    house: House, there: OpenIdProvider
) -> None:
    by = entering(house, there)
    first = await sign_in(house, by, await house.invited())
    assert first is not None
    assert first.stage is Stage.FULL
    again = await house.live(await sign_in(house, by))
    assert again.user is not None
    assert again.user.name == NAME
    assert again.how == "provider"


async def test_whoever_has_no_account_here_gets_none_by_signing_in(
    house: House, there: OpenIdProvider
) -> None:
    by = entering(house, there)
    await sign_in(house, by, await house.invited())
    there.subject = "employee-8"
    assert await sign_in(house, by) is None


async def test_one_subject_is_one_colleague(house: House, there: OpenIdProvider) -> None:
    by = entering(house, there)
    await sign_in(house, by, await house.invited())
    other = await house.invited("Otto Bern")
    assert await sign_in(house, by, other) is None
    there.subject = "employee-8"
    assert await sign_in(house, by, other) is not None


async def test_a_disabled_colleague_is_not_let_in_by_the_provider(
    house: House, there: OpenIdProvider
) -> None:
    by = entering(house, there)
    await sign_in(house, by, await house.invited())
    async with house.register.session() as session:
        row = await house.door.directory.find(session, NAME, lock=True)
        await house.door.directory.disable(session, row, actor="command line")
        await session.commit()
    assert await sign_in(house, by) is None


LIES = {
    "nonce": "claims",
    "no nonce": "claims",
    "audience": "claims",
    "party": "claims",
    "expired": "claims",
    "other issuer": "claims",
    "no subject": "claims",
    "at_hash": "claims",
    "empty subject": "claims",
    "endless subject": "sub",
    "other key": "signature",
    "none": "signature",
    "secret as key": "signature",
    "no jwt": "signature",
    "no token": "signature",
    "redirected keys": "away",
    "denied": "error",
    "mix-up": "iss",
}
"""What the provider tells wrong -> the check that finds it."""


@pytest.mark.parametrize(("lie", "found_by"), LIES.items())
async def test_a_lie_of_the_provider_lets_nobody_in(
    house: House, there: OpenIdProvider, lie: str, found_by: str
) -> None:
    await sign_in(house, entering(house, there), await house.invited())
    there.misbehave = lie
    assert await sign_in(house, entering(house, there)) is None
    async with house.register.session() as session:
        told = await session.scalars(
            text("SELECT facts->>'why' FROM account_events WHERE kind = 'provider_refused'")
        )
        assert list(told) == [found_by]
        full = text("SELECT count(*) FROM user_sessions WHERE stage = 'full'")
        assert await session.scalar(full) == 1


async def test_a_provider_that_calls_itself_otherwise_is_not_asked(
    house: House, there: OpenIdProvider
) -> None:
    there.misbehave = "issuer"
    with pytest.raises(ProviderRefused, match="issuer"):
        await entering(house, there).begin()


async def test_an_answer_counts_once(house: House, there: OpenIdProvider) -> None:
    by = entering(house, there)
    await sign_in(house, by, await house.invited())
    url, step = await by.begin()
    live, answer = await house.live(step), await visit(url)
    assert await by.finish(live, answer) is not None
    assert await by.finish(live, answer) is None
    assert await house.door.sessions.find(step.token) is None


@pytest.mark.parametrize("state", ["", "x", "é"])
async def test_an_answer_that_this_browser_did_not_ask_for_is_refused(
    house: House, there: OpenIdProvider, state: str
) -> None:
    by = entering(house, there)
    await sign_in(house, by, await house.invited())
    url, step = await by.begin()
    answer = await visit(url)
    assert await by.finish(await house.live(step), {**answer, "state": state}) is None


async def test_the_code_of_one_browser_is_of_no_use_in_another(
    house: House, there: OpenIdProvider
) -> None:
    """Code injection: a browser is given another one's code, and has not its verifier."""
    by = entering(house, there)
    await sign_in(house, by, await house.invited())
    victims_url, _ = await by.begin()
    stolen = await visit(victims_url)
    url, step = await by.begin()
    own = await visit(url)
    mixed = {**own, "code": stolen["code"]}
    assert await by.finish(await house.live(step), mixed) is None


async def test_keys_that_rotate_are_asked_for_anew(house: House, there: OpenIdProvider) -> None:
    by = entering(house, there)
    await sign_in(house, by, await house.invited())
    there.key = RSAKey.generate_key(2048, {"kid": "two"})
    there.published = [there.key]
    assert await sign_in(house, by) is not None


async def test_what_is_asked_is_bound_to_this_sign_in(house: House, there: OpenIdProvider) -> None:
    by = entering(house, there)
    for _ in range(2):
        await visit((await by.begin())[0])
    one, two = there.asked
    assert one["scope"] == "openid"
    for name in ("state", "nonce", "code_challenge"):
        assert len(one[name]) >= 43
        assert one[name] != two[name]


@pytest.mark.parametrize("issuer", ["http://login.example", "ftp://127.0.0.1", "127.0.0.1", ""])
def test_an_issuer_that_anybody_on_the_way_could_play_is_refused(issuer: str) -> None:
    with pytest.raises(Problem):
        ProviderSettings(issuer, CLIENT_ID, CLIENT_SECRET, BACK)


async def test_a_provider_that_is_away_is_told_as_such(house: House) -> None:
    settings = ProviderSettings("http://127.0.0.1:9", CLIENT_ID, CLIENT_SECRET, BACK)
    with pytest.raises(ProviderRefused):
        await ByProvider(house.door, Provider(settings)).begin()
