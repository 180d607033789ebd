from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.rules.clock import compute_clock
from calends.rules.receipt import Arrival, Channel, arrival_on, receipt_of
from calends.rules.zones import local_day

AT = datetime(2026, 6, 10, 12, tzinfo=UTC)
VALID = [channel for channel in Channel if channel is not Channel.WRONG_ADDRESS]
arrivals = st.lists(
    st.builds(
        Arrival, st.sampled_from(VALID), st.integers(0, 90).map(lambda n: AT + timedelta(days=n))
    ),
    min_size=1,
)


@pytest.mark.parametrize("channel", VALID)
def test_every_channel_of_the_controller_is_a_valid_one_and_its_arrival_is_the_receipt(
    channel: Channel,
) -> None:
    found = receipt_of([Arrival(channel, AT)])
    assert found.at == AT
    assert found.why.source
    assert found.why.words


@given(arrivals)
def test_the_earliest_known_arrival_rules(known: list[Arrival]) -> None:
    assert receipt_of(known).at == min(arrival.at for arrival in known)


def test_what_was_sent_to_a_wrong_address_counts_from_its_arrival_at_the_controller() -> None:
    wrong = Arrival(Channel.WRONG_ADDRESS, AT - timedelta(days=5))
    assert receipt_of([wrong, Arrival(Channel.MAIL, AT)]).at == AT
    with pytest.raises(ValueError, match="no channel of the controller"):
        receipt_of([wrong])


@pytest.mark.parametrize("tz", ["Europe/Paris", "America/Havana", "Pacific/Kiritimati"])
def test_a_stamp_without_an_hour_stays_on_its_local_day(tz: str) -> None:
    for n in range(366):
        day = date(2026, 1, 1) + timedelta(days=n)
        assert local_day(arrival_on(Channel.POST_DELIVERED, day, tz).at, tz) == day


def test_a_stamp_counts_from_the_first_hour_of_its_day() -> None:
    stamped = arrival_on(Channel.POST_DELIVERED, date(2026, 6, 10), "Europe/Paris")
    assert stamped.at == datetime(2026, 6, 9, 22, tzinfo=UTC)


def test_a_letter_presented_and_fetched_later_counts_from_the_first_presentation() -> None:
    presented = arrival_on(Channel.POST_PRESENTED, date(2026, 6, 10), "Europe/Paris")
    fetched = arrival_on(Channel.POST_DELIVERED, date(2026, 6, 22), "Europe/Paris")
    found = receipt_of([fetched, presented])
    clock = compute_clock(found.at, tz="Europe/Paris", region="FR")
    assert clock.received_local == date(2026, 6, 10)
    assert "presented" in found.why.words
