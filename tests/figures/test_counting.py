"""What is counted, in which month, and what is in time."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from calends.figures.charts import Bar, _ceiling, columns, lines
from calends.figures.listing import cases_of
from calends.rules.vocabulary import Right
from tests.figures.conftest import TZ, YEAR, Year, on


async def test_an_empty_year_has_twelve_months_of_nothing(year: Year) -> None:
    figures = await year.figures()
    assert figures.total.received == figures.cases == 0
    assert list(figures.by_month) == list(range(1, 13))
    assert figures.total.percent_in_time is None
    assert figures.total.median_days is None
    assert figures.oldest_open is None


async def test_demands_are_counted_by_right_and_by_month_of_receipt(year: Year) -> None:
    await year.demand(on(3, 2))
    await year.demand(on(3, 9), Right.ERASURE)
    await year.demand(on(4, 1))
    figures = await year.figures()
    assert figures.total.received == figures.total.answered == figures.total.in_time == 3
    assert {month: c.received for month, c in figures.by_month.items() if c.received} == {
        3: 2,
        4: 1,
    }
    assert {r: c.received for r, c in figures.by_right.items()} == {
        Right.ACCESS: 2,
        Right.ERASURE: 1,
    }
    assert figures.by_right_and_month[Right.ACCESS, 3].received == 1


async def test_the_month_and_the_year_are_the_controllers(year: Year) -> None:
    """23:30 UTC on 31 December is already the new year in Paris."""
    await year.demand(on(12, 31, 23, year=YEAR - 1))
    await year.demand(on(6, 30, 22))
    figures = await year.figures()
    assert figures.by_month[1].received == 1
    assert figures.by_month[7].received == 1
    assert (await year.figures(YEAR - 1)).total.received == 0


async def test_the_last_legal_day_is_in_time_and_the_next_one_is_late(year: Year) -> None:
    await year.demand(on(3, 5), days=31)  # 5 April 2026 is Easter Sunday: due on Tuesday the 7th
    await year.demand(on(3, 5), days=33)
    await year.demand(on(3, 5), days=34)
    figures = await year.figures()
    assert (figures.total.in_time, figures.total.late) == (2, 1)
    assert figures.total.percent_in_time == 67


async def test_a_notice_of_extension_in_the_first_month_gives_two_more(year: Year) -> None:
    await year.demand(on(3, 5), days=80, extended_after=20)
    await year.demand(on(3, 5), days=80, extended_after=50)
    figures = await year.figures()
    assert figures.total.extended == 2
    assert (figures.total.in_time, figures.total.late) == (1, 1)


async def test_an_open_demand_is_late_once_its_date_is_over_and_not_before(year: Year) -> None:
    await year.demand(on(9, 1), days=None)
    await year.demand(on(11, 20), days=None)
    figures = await year.figures()
    assert (figures.total.open, figures.total.late, figures.total.answered) == (2, 1, 0)


async def test_refusals_and_unknown_persons_are_answers_told_apart(year: Year) -> None:
    await year.demand(on(5, 4), state="refused")
    await year.demand(on(5, 4), state="not_identified", days=28)
    figures = await year.figures()
    assert (figures.total.answered, figures.total.refused, figures.total.not_identified) == (
        2,
        1,
        1,
    )


async def test_the_median_is_of_days_from_receipt_to_answer(year: Year) -> None:
    for days in (2, 4, 30):
        await year.demand(on(2, 3), days=days)
    assert (await year.figures()).total.median_days == 4
    await year.demand(on(2, 3), days=7)
    assert (await year.figures()).total.median_days == 5.5


async def test_the_oldest_open_demand_is_of_whatever_year(year: Year) -> None:
    old = await year.demand(on(12, 1, year=YEAR - 1), days=None)
    await year.demand(on(11, 1), days=None)
    oldest = (await year.figures()).oldest_open
    assert oldest is not None
    assert (oldest.reference, oldest.received) == (old, date(YEAR - 1, 12, 1))


async def test_letters_of_the_authority_are_no_demand_of_a_person(year: Year) -> None:
    await year.demand(on(5, 4), Right.AUTHORITY_INQUIRY)
    assert (await year.figures()).total.received == 0


async def test_the_list_of_an_inspection_tells_the_same_year_as_the_figures(year: Year) -> None:
    await year.demand(on(1, 5), days=10)
    await year.demand(on(3, 5), days=80, extended_after=20)
    await year.demand(on(11, 2), Right.ERASURE, days=None)
    await year.demand(on(11, 2, year=YEAR - 1))
    figures = await year.figures()
    async with year.register.session() as session:
        listed = [one async for one in cases_of(session, YEAR, tz=TZ)]
    assert len(listed) == figures.total.received == 3
    assert [one.received for one in listed] == [
        date(2026, 1, 5),
        date(2026, 3, 5),
        date(2026, 11, 2),
    ]
    in_time = [one for one in listed if one.answered and one.answered <= one.legal_due]
    assert len(in_time) == figures.total.in_time == 2
    assert listed[1].extended == date(2026, 3, 25)
    assert listed[2].answered is None


@given(st.integers(0, 10**9))
def test_the_grid_reaches_over_the_tallest_bar_and_not_far(most: int) -> None:
    top = _ceiling(most)
    assert top >= most
    assert top % 4 == 0
    assert top <= max(4, most * 2.01)


@given(st.text(), st.lists(st.tuples(st.text(max_size=9), st.integers(0, 99)), max_size=13))
def test_no_label_is_markup_in_a_chart(title: str, bars: list[tuple[str, int]]) -> None:
    hostile = f"</svg><script>{title}\"'>"
    upright = columns(hostile, [Bar(f"<b>{label}", (("late", n),)) for label, n in bars])
    lying = lines(hostile, [(f"<b>{label}", n) for label, n in bars])
    for drawn in (upright, lying):
        assert "<script" not in drawn
        assert "<b>" not in drawn
        assert drawn.count("</svg>") == 1
        assert "style=" not in drawn.split(">", 1)[0].replace(title, "")
