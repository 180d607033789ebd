"""Authentication-Results: whom to believe, and what cannot be smuggled into one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.mail.authentication import MAX_VALUE, Check, read_results

US = "mx.company.example"


def _dmarc(*values: str, ours: str = US) -> Check:
    return read_results(values, ours).check("dmarc")


def test_our_own_servers_verdict_is_read() -> None:
    found = read_results(
        [f"{US}; spf=pass smtp.mailfrom=a@orange.fr; dkim=fail (bad sig) header.d=orange.fr;"
         " dmarc=none header.from=orange.fr"], US,
    )  # fmt: skip
    assert [found.check(m) for m in ("spf", "dkim", "dmarc")] == ["pass", "fail", "none"]
    assert {result.domain for result in found.results} == {"orange.fr"}


def test_without_a_configured_server_nothing_is_known() -> None:
    assert _dmarc(f"{US}; dmarc=pass", ours="") is Check.UNKNOWN


@pytest.mark.parametrize(
    "value",
    [
        "mx.evil.example; dmarc=pass",
        f"mx.evil.example ({US}); dmarc=pass",
        f'"mx.evil.example {US}"; dmarc=pass',
        f"{US}.evil.example; dmarc=pass",
        f"{US}/1; dmarc=pass",
        "spf=pass smtp.mailfrom=a@orange.fr; dmarc=pass",  # Microsoft 365 writes no id
        "; dmarc=pass",
        "",
    ],
)
def test_another_servers_verdict_is_ignored(value: str) -> None:
    assert _dmarc(value) is Check.UNKNOWN


@pytest.mark.parametrize(
    "identity", [US, US.upper(), f'"{US}"', f"{US} 1", f"(forwarded) {US} (Postfix)"]
)
def test_our_server_is_known_however_it_writes_itself(identity: str) -> None:
    assert _dmarc(f"{identity}; dmarc=pass header.from=a.example") is Check.PASS


def test_only_the_topmost_field_of_our_server_counts() -> None:
    assert _dmarc(f"{US}; dmarc=fail", f"{US}; dmarc=pass") is Check.FAIL
    assert _dmarc("other.example; dmarc=pass", f"{US}; dmarc=none") is Check.NONE
    assert _dmarc(f"{US}; spf=pass", f"{US}; dmarc=pass") is Check.NONE


@pytest.mark.parametrize("said", ["dmarc=pass; dmarc=fail", "dmarc=fail; dmarc=pass"])
def test_of_pass_and_fail_the_fail_wins(said: str) -> None:
    assert _dmarc(f"{US}; {said}") is Check.FAIL


@pytest.mark.parametrize(
    ("value", "check"),
    [
        (f"{US}; (dmarc=pass) dmarc=fail", Check.FAIL),
        (f"{US}; dmarc=fail (; dmarc=pass)", Check.FAIL),
        (f'{US}; spf=pass reason="x; dmarc=pass"; dmarc=fail', Check.FAIL),
        (f'{US}; spf=none (a " quote); dmarc=fail (the other ")', Check.FAIL),
        (f"{US}; spf=none (nested (deep; dmarc=pass)); dmarc=fail", Check.FAIL),
        (rf"{US}; spf=none (escaped \) ; dmarc=pass) ; dmarc=fail", Check.FAIL),
        (f"{US}; spf=pass smtp.mailfrom=dmarc=pass@evil.example", Check.NONE),
        (f"{US}; x-dmarc=pass", Check.NONE),
        (f"{US}; dmarc=passed", Check.NONE),
        (f"{US}; dmarc=softfail", Check.NONE),
        (f"{US}; none", Check.NONE),
    ],
)
def test_nothing_is_smuggled_in_a_comment_or_a_quoted_string(value: str, check: Check) -> None:
    assert _dmarc(value) is check


@pytest.mark.parametrize("broken", ['; spf=pass reason="x; dmarc=pass', "; (dmarc=pass", "; a)"])
def test_a_field_that_does_not_close_says_nothing(broken: str) -> None:
    assert _dmarc(f"{US}{broken}; dmarc=pass") is Check.UNKNOWN


def test_a_field_that_was_cut_says_nothing() -> None:
    value = f"{US}; dmarc=pass; " + "spf=pass " * 1000
    assert _dmarc(value[:MAX_VALUE], f"{US}; dmarc=pass") is Check.UNKNOWN


@given(st.text('mx.company.example;=() \\"dmarcpassfail\n', max_size=200))
def test_any_text_gets_a_verdict(text: str) -> None:
    assert _dmarc(f"{US};{text}") in set(Check)
    assert _dmarc(text, ours=US) in set(Check)
