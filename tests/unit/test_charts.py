from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viva.web.charts import bar_chart, calendar, line_chart, round_share, sparkline

MONDAY = date(2026, 1, 5)


def days(count: int) -> list[date]:
    return [MONDAY + timedelta(days=number) for number in range(count)]


def test_a_course_keeps_the_distances_of_its_days_and_says_its_values() -> None:
    chart = line_chart(
        [(MONDAY, 0.0), (MONDAY + timedelta(days=1), 0.25), (days(5)[-1], 0.5)], top=0.5
    )
    assert [(dot.x, dot.y) for dot in chart.dots] == [(0, 100), (25, 50), (100, 0)]
    assert chart.dots[1].title == "6 Jan: 25%"
    assert [tick.label for tick in chart.y_ticks] == ["50%", "25%", "0%"]
    assert chart.area.startswith("0.0,100.0 ")


def test_a_single_value_stands_in_the_middle() -> None:
    assert [(dot.x, dot.y) for dot in line_chart([(MONDAY, 1.0)]).dots] == [(50, 0)]
    assert sparkline([0.5]) == "0.0,50.0 100.0,50.0"


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_every_mark_stays_within_its_plot(shares: list[float]) -> None:
    top = round_share(max(shares))
    course = line_chart(list(zip(days(len(shares)), shares, strict=True)), top=top)
    bars = bar_chart(list(zip(days(len(shares)), shares, strict=True)), unit="due")
    assert all(0 <= dot.x <= 100 and 0 <= dot.y <= 100 for dot in course.dots)
    assert all(0 <= bar.y <= 100 and bar.y + bar.height <= 100.02 for bar in bars.bars)
    assert all(bar.x + bar.width <= 100 for bar in bars.bars)
    for ticks in (course.x_ticks, bars.x_ticks):
        assert len(ticks) <= 4
        assert [tick.at for tick in ticks] == sorted(tick.at for tick in ticks)


@pytest.mark.parametrize(
    ("value", "top"),
    [(0, "1"), (1, "1"), (3, "3"), (7, "8"), (9, "10"), (21, "30"), (1001, "2000")],
)
def test_the_axis_ends_at_a_round_number(value: float, top: str) -> None:
    assert bar_chart([(MONDAY, value)], unit="minutes").y_ticks[0].label == top


def test_the_calendar_has_a_column_a_week_and_darker_days_for_more_answers() -> None:
    counts = [0, 1, 2, 8, 0, 0, 0, 4]
    chart = calendar(list(zip(days(8), counts, strict=True)))
    assert [cell.level for cell in chart.cells] == [0, 1, 1, 4, 0, 0, 0, 2]
    assert chart.cells[7].x > chart.cells[6].x
    assert chart.cells[7].y == chart.cells[0].y
    assert [cell.title for cell in chart.cells[:3]] == [
        "5 Jan: no answers",
        "6 Jan: 1 answer",
        "7 Jan: 2 answers",
    ]


def test_months_are_named_where_they_begin_and_never_over_each_other() -> None:
    chart = calendar([(day, 0) for day in days(26 * 7)])
    assert [month.label for month in chart.months] == ["Jan", "Feb", "Mar", "Apr", "May", "Jun"]
    places = [month.at for month in chart.months]
    assert all(later - earlier >= 32 for earlier, later in zip(places, places[1:], strict=False))
