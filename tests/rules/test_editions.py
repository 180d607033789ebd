from datetime import UTC, date, datetime

import pytest

from calends.rules.clock import compute_clock
from calends.rules.editions import EDITIONS, Edition, edition_named, edition_on

OLD = Edition("old", date(2018, 5, 25), "GDPR 12(3)")
NEW = Edition("new", date(2027, 1, 1), "a law to come", answer_months=2, extension_months=1)
BOTH = (NEW, OLD)


@pytest.mark.parametrize(
    ("day", "edition"),
    [
        (date(2017, 1, 1), OLD),  # before the law: counted the same way
        (date(2018, 5, 25), OLD),
        (date(2026, 12, 31), OLD),
        (date(2027, 1, 1), NEW),
        (date(2090, 1, 1), NEW),
    ],
)
def test_the_day_of_receipt_chooses_the_edition(day: date, edition: Edition) -> None:
    assert edition_on(day, BOTH) is edition


def test_a_case_finds_the_edition_that_it_was_born_under_by_its_name() -> None:
    assert edition_named("old", BOTH) is OLD
    clock = compute_clock(datetime(2026, 6, 10, tzinfo=UTC), tz="Europe/Paris", region="FR")
    assert edition_named(clock.rules_version) == EDITIONS[-1]
    assert clock.valid_from == EDITIONS[-1].valid_from
    assert EDITIONS[0].valid_from == date(2018, 5, 25)  # GDPR 99(2)


def test_an_edition_that_nobody_knows_is_refused_with_the_list() -> None:
    with pytest.raises(ValueError, match=r"named '9999'.*2026\.1"):
        edition_named("9999")


def test_names_and_first_days_of_editions_are_unique() -> None:
    assert len({edition.name for edition in EDITIONS}) == len(EDITIONS)
    assert len({edition.valid_from for edition in EDITIONS}) == len(EDITIONS)


def test_another_edition_gives_other_dates_and_a_running_case_keeps_its_own() -> None:
    received = datetime(2026, 6, 10, 12, tzinfo=UTC)
    old = compute_clock(received, tz="Europe/Paris", region="FR", edition=OLD)
    new = compute_clock(received, tz="Europe/Paris", region="FR", edition=NEW)
    assert (old.nominal, new.nominal) == (date(2026, 7, 10), date(2026, 8, 10))
    assert old.extended_legal_due == new.extended_legal_due
    assert (old.rules_version, new.rules_version) == ("old", "new")
    words = {step.name: step.words for step in new.trace}
    assert words["nominal"].startswith("2 months from 2026-06-10")
    assert "3 months from receipt" in words["extended_legal_due"]
