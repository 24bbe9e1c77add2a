"""Where the marks of charts stand; ``templates/charts.html`` draws them as inline SVG.

A plot is a box of 100 by 100 that is stretched to the room there is; strokes keep their width, and
labels are HTML beside it, so that they stay readable on a phone. Every chart carries its figures,
which the template also shows as a table.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

SIDE = 100.0
LEVELS = 4
"""Steps of a calendar's colors beyond 'nothing'."""
CELL = 16
"""Width and height of a day in the calendar, its gap included, in units of its view box."""
_LABEL_ROOM = 30
_HEAD_ROOM = 18


class Tick(NamedTuple):
    """A label on an axis."""

    at: float
    """In percent from the left, or from the top."""
    label: str


class Dot(NamedTuple):
    """A value, with what it says when it is pointed at."""

    x: float
    y: float
    title: str


class Line(NamedTuple):
    """A course of values."""

    points: str
    """Of an SVG polyline."""
    area: str
    """The same, closed along the bottom."""
    dots: tuple[Dot, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


class Bar(NamedTuple):
    """An upright bar."""

    x: float
    y: float
    width: float
    height: float
    title: str


class Bars(NamedTuple):
    """Bars over one baseline."""

    bars: tuple[Bar, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


class Cell(NamedTuple):
    """A day of the calendar."""

    x: int
    y: int
    level: int
    title: str


class Calendar(NamedTuple):
    """Days by week (across) and weekday (down)."""

    width: int
    height: int
    cells: tuple[Cell, ...]
    months: tuple[Tick, ...]
    weekdays: tuple[Tick, ...]


def line_chart(values: Sequence[tuple[date, float]], *, top: float = 1.0) -> Line:
    """Return a course of shares from 0 to 1, at their true distances in time.

    Args:
        values: At least one; the days must rise.
        top: The share at the upper edge.
    """
    first, last = values[0][0], values[-1][0]
    spread = (last - first).days or 1
    dots = tuple(
        Dot(
            _rounded(SIDE * ((day - first).days / spread if last != first else 0.5)),
            _rounded(SIDE * (1 - value / top)),
            f"{_day(day)}: {value:.0%}",
        )
        for day, value in values
    )
    points = " ".join(f"{dot.x},{dot.y}" for dot in dots)
    return Line(
        points=points,
        area=f"{dots[0].x},{SIDE} {points} {dots[-1].x},{SIDE}",
        dots=dots,
        x_ticks=_spread_ticks(
            [Tick(dot.x, _day(day)) for dot, (day, _) in zip(dots, values, strict=True)]
        ),
        y_ticks=tuple(
            Tick(SIDE * (1 - part), f"{100 * part * top:g}%") for part in (1.0, 0.5, 0.0)
        ),
    )


def round_share(share: float) -> float:
    """Return the upper edge of a plot of shares up to this one: 0.2, 0.5 or 1."""
    return next(top for top in (0.2, 0.5, 1.0) if share <= top or top == 1.0)


def sparkline(values: Sequence[float], *, top: float = 1.0) -> str:
    """Return the points of a small course of shares from 0 to ``top``, evenly spaced."""
    if len(values) == 1:
        values = (*values, *values)
    step = SIDE / (len(values) - 1)
    return " ".join(
        f"{_rounded(place * step)},{_rounded(SIDE * (1 - value / top))}"
        for place, value in enumerate(values)
    )


def bar_chart(values: Sequence[tuple[date, float]], *, unit: str) -> Bars:
    """Return bars of amounts from 0 up.

    Args:
        values: At least one.
        unit: What is counted, for the titles.
    """
    top = _round_up(max(value for _, value in values))
    step = SIDE / len(values)
    bars = tuple(
        Bar(
            x=_rounded(place * step + 0.15 * step),
            y=_rounded(SIDE * (1 - value / top)),
            width=_rounded(0.7 * step),
            height=_rounded(SIDE * value / top),
            title=f"{_day(day)}: {value:.0f} {unit}",
        )
        for place, (day, value) in enumerate(values)
    )
    ticks = [
        Tick(_rounded((place + 0.5) * step), _day(day)) for place, (day, _) in enumerate(values)
    ]
    return Bars(bars, _spread_ticks(ticks), (Tick(0, f"{top:g}"), Tick(SIDE, "0")))


def calendar(days: Sequence[tuple[date, int]]) -> Calendar:
    """Return a calendar of counts.

    Args:
        days: Without a gap, the first a Monday.
    """
    most = max((count for _, count in days), default=0)
    monday = days[0][0]
    cells = tuple(
        Cell(
            x=_LABEL_ROOM + CELL * ((day - monday).days // 7),
            y=_HEAD_ROOM + CELL * day.weekday(),
            level=-(-LEVELS * count // most) if count else 0,
            title=f"{_day(day)}: {count or 'no'} answer{'' if count == 1 else 's'}",
        )
        for day, count in days
    )
    weeks = (days[-1][0] - monday).days // 7 + 1
    return Calendar(
        width=_LABEL_ROOM + CELL * weeks,
        height=_HEAD_ROOM + CELL * 7,
        cells=cells,
        months=_months(monday, weeks),
        weekdays=tuple(
            Tick(_HEAD_ROOM + CELL * weekday + 11, name)
            for weekday, name in ((0, "Mon"), (2, "Wed"), (4, "Fri"))
        ),
    )


def _months(monday: date, weeks: int) -> tuple[Tick, ...]:
    """Return a label over the first week that starts in each month, where there is room for it."""
    starts = [monday + timedelta(weeks=week) for week in range(weeks)]
    found: list[Tick] = []
    for week, start in enumerate(starts):
        is_new = week == 0 or start.month != starts[week - 1].month
        if is_new and week <= weeks - 2:
            at = _LABEL_ROOM + CELL * week
            if found and at - found[-1].at < 2 * CELL:
                found.pop()  # the month had hardly a week left
            found.append(Tick(at, f"{start:%b}"))
    return tuple(found)


def _spread_ticks(ticks: Sequence[Tick], *, most: int = 4) -> tuple[Tick, ...]:
    """Return the first, the last and some ticks between, evenly spread."""
    if len(ticks) <= most:
        return tuple(ticks)
    places = {round(place * (len(ticks) - 1) / (most - 1)) for place in range(most)}
    return tuple(ticks[place] for place in sorted(places))


def _round_up(value: float) -> float:
    """Return a round number that is not less: its first digit and noughts, and at least 1."""
    size = 1.0
    while True:
        for step in (1, 2, 3, 4, 5, 6, 8):
            if value <= step * size:
                return step * size
        size *= 10


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"


def _rounded(value: float) -> float:
    return round(value, 2)
