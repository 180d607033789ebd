"""The limiter, on a clock of its own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.limits import Limiter


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_after_the_burst_one_more_comes_with_each_refill() -> None:
    clock = Clock()
    limiter = Limiter(3, 20.0, clock=clock)
    assert [limiter.allows("192.0.2.1") for _ in range(4)] == [True, True, True, False]
    clock.now = 20.0
    assert [limiter.allows("192.0.2.1") for _ in range(2)] == [True, False]


def test_one_address_does_not_use_up_the_tries_of_another() -> None:
    limiter = Limiter(1, 20.0, clock=Clock())
    assert limiter.allows("192.0.2.1")
    assert not limiter.allows("192.0.2.1")
    assert limiter.allows("192.0.2.2")


def test_the_addresses_of_one_ipv6_household_are_one_client() -> None:
    limiter = Limiter(1, 20.0, clock=Clock())
    assert limiter.allows("2001:db8:0:1::1")
    assert not limiter.allows("2001:db8:0:1:ffff::2")
    assert limiter.allows("2001:db8:0:2::1")


def test_an_ipv4_address_in_ipv6_dress_is_the_ipv4_address() -> None:
    limiter = Limiter(1, 20.0, clock=Clock())
    assert limiter.allows("::ffff:192.0.2.1")
    assert not limiter.allows("192.0.2.1")
    assert limiter.allows("::ffff:192.0.2.2")


@given(st.lists(st.tuples(st.ip_addresses(), st.floats(0, 50)), max_size=200))
def test_it_remembers_no_more_addresses_than_it_was_told(tries: list[tuple[object, float]]) -> None:
    clock = Clock()
    limiter = Limiter(2, 10.0, remembered=16, clock=clock)
    for address, wait in tries:
        clock.now += wait
        limiter.allows(str(address))
        assert len(limiter) <= 16


@given(st.lists(st.floats(0, 30), min_size=1, max_size=100))
def test_no_address_gets_more_than_the_burst_and_its_refills(waits: list[float]) -> None:
    clock = Clock()
    limiter = Limiter(5, 10.0, clock=clock)
    allowed = 0
    for wait in waits:
        clock.now += wait
        allowed += limiter.allows("192.0.2.1")
        assert allowed <= 5 + clock.now / 10.0
