"""Where the marks of the report's charts stand, in the units of their SVG's view box."""

from collections.abc import Iterable, Sequence
from math import floor
from typing import NamedTuple

from viva_eval.summary import Figure, ReliabilityBin, ScoreCell, SpeechGroup

SIDE = 320.0
"""Width and height of a square plot's area."""
_TOP_SCORE = 10
_WIDEST = 12.0
"""Radius of the commonest pair of scores."""
_NARROWEST = 2.0
HEATS = 10
"""Steps of a heat table's colors, 0 to 9."""
STRIP = 100.0
"""Width of the strip in a table's row."""

TARGET = 0.05
"""Share of verdicts that clean speech may change."""
_ROW = 26.0
_LEAST_SHARE = 0.1


class Mark(NamedTuple):
    """A disc and what it says."""

    x: float
    y: float
    radius: float
    title: str


class ShareRow(NamedTuple):
    """A share as a dot on the line of its interval, beside its name."""

    name: str
    y: float
    dot: float
    low: float
    high: float


class ShareChart(NamedTuple):
    """Shares one below the other on one scale from 0."""

    rows: tuple[ShareRow, ...]
    ticks: tuple[tuple[float, str], ...]
    height: float
    target: float
    """Where ``TARGET`` is."""


class Strip(NamedTuple):
    """A figure as a dot on the line of its interval."""

    dot: float
    low: float
    high: float


def score_marks(cells: Iterable[ScoreCell]) -> tuple[Mark, ...]:
    """Return a disc for each pair of scores, its area in proportion to the number of answers."""
    cells = sorted(cells, key=lambda cell: -cell.n)
    most = cells[0].n if cells else 1
    return tuple(
        Mark(
            x=_along(cell.gold / _TOP_SCORE),
            y=SIDE - _along(cell.given / _TOP_SCORE),
            radius=round(max(_NARROWEST, _WIDEST * (cell.n / most) ** 0.5), 1),
            title=f"gold {cell.gold:g}, given {cell.given:g}: {cell.n}",
        )
        for cell in cells
    )


def reliability_marks(bins: Sequence[ReliabilityBin]) -> tuple[Mark, ...]:
    """Return a disc for each bin: mean confidence across, share of right verdicts up."""
    return tuple(
        Mark(
            x=_along(own.confidence),
            y=SIDE - _along(own.accuracy),
            radius=5.0,
            title=f"confidence {own.confidence:.0%}, right {own.accuracy:.0%}, {own.n} bullets",
        )
        for own in bins
    )


def strip(figure: Figure) -> Strip | None:
    """Return where a figure from 0 to 1 and its interval stand; None without a value."""
    if figure.value is None:
        return None
    low = figure.value if figure.low is None else figure.low
    high = figure.value if figure.high is None else figure.high
    dot, low, high = (
        round(STRIP * min(max(own, 0.0), 1.0), 1) for own in (figure.value, low, high)
    )
    return Strip(dot, low, high)


def share_rows(groups: Iterable[SpeechGroup]) -> ShareChart:
    """Return a row for each group: the share of verdicts that changed, with its interval."""
    shown = [own for own in groups if own.changed.value is not None]
    most = max((_or(own.changed.high, own.changed.value) for own in shown), default=0.0)
    end = max(_LEAST_SHARE, -(-most * 10 // 1) / 10)
    rows = tuple(
        ShareRow(
            name=own.name,
            y=round(_ROW * (place + 0.5), 1),
            dot=_along(_or(own.changed.value) / end),
            low=_along(_or(own.changed.low, own.changed.value) / end),
            high=_along(_or(own.changed.high, own.changed.value) / end),
        )
        for place, own in enumerate(shown)
    )
    steps = round(end * 10)
    ticks = tuple((_along(step / steps), f"{step * 10}%") for step in range(steps + 1))
    return ShareChart(rows, ticks, height=_ROW * len(rows), target=_along(TARGET / end))


def score_table(cells: Iterable[ScoreCell]) -> list[list[int]]:
    """Return how many answers have each pair of scores, halves rounded up: gold down."""
    table = [[0] * (_TOP_SCORE + 1) for _ in range(_TOP_SCORE + 1)]
    for cell in cells:
        table[floor(cell.gold + 0.5)][floor(cell.given + 0.5)] += cell.n
    return table


def heats(table: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return each cell's share of its row as a step of color, 0 for none."""
    return [
        [-(-count * (HEATS - 1) // sum(row)) if sum(row) else 0 for count in row] for row in table
    ]


def _or(*values: float | None) -> float:
    return next((own for own in values if own is not None), 0.0)


def _along(share: float) -> float:
    return round(SIDE * share, 1)
