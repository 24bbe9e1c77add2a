"""The bootstrap over clusters: answers to one question resemble each other, so questions are drawn.

Whole clusters are drawn with replacement, as many as there are, and the interval runs between
percentiles of the figure over the draws (Efron & Tibshirani 1993, ch. 13; for clusters Field &
Welsh 2007). Two ways lead to the same draws: by rows, for any figure, and by sums over clusters,
for those that need no more of the rows than that, at a small fraction of the time.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from viva.domain import Frozen
from viva_eval.metrics.columns import Codes, Floats, encode_clusters

Statistic = Callable[[Codes], float | None]
"""A figure of the rows at these places; None where it is not defined."""
SumStatistic = Callable[[Floats], Floats]
"""A figure for each row of sums, NaN where it is not defined."""

DRAWS = 1000
LEVEL = 0.95
_MOST_CELLS = 2**20
"""Numbers held at once while drawing; more only costs memory."""
_LEAST_DEFINED = 0.5
"""Share of the draws in which a figure must be defined to have an interval."""


class Interval(Frozen):
    """A confidence interval."""

    low: float
    high: float


def clustered_bootstrap(
    statistic: Statistic,
    clusters: Sequence[str],
    *,
    seed: int,
    draws: int = DRAWS,
    level: float = LEVEL,
) -> Interval | None:
    """Return the interval of any figure, one cluster name for each row.

    A draw in which the figure is not defined is left out. None if there are fewer than two clusters
    or the figure is not defined in at least half of the draws.

    Raises:
        ValueError: If ``draws`` is below 1 or ``level`` not between 0 and 1.
    """
    _check(draws, level)
    codes, count = encode_clusters(clusters)
    if count < 2:
        return None
    order = np.argsort(codes, kind="stable")
    sizes = np.bincount(codes, minlength=count)
    starts = np.cumsum(sizes) - sizes
    values: list[float] = []
    for picks in _draw(count, draws, seed, width=count):
        for picked in picks:
            lengths = sizes[picked]
            ends = np.cumsum(lengths)
            shifts = np.repeat(starts[picked] - (ends - lengths), lengths)
            value = statistic(order[shifts + np.arange(ends[-1])])
            values.append(np.nan if value is None else value)
    return _between(np.array(values), level)


def clustered_bootstrap_of_sums(
    statistic: SumStatistic,
    sums: Floats | csr_array,
    *,
    seed: int,
    draws: int = DRAWS,
    level: float = LEVEL,
) -> Interval | None:
    """Return the interval of a figure of sums, such as a confusion matrix, one row a cluster.

    The draws are those of ``clustered_bootstrap`` with the same seed, if the rows of ``sums`` are
    in the order of the clusters' names; so is what counts as undefined.

    Args:
        statistic: Takes many totals at once, one a row, and returns a figure for each.
        sums: Clusters down, their sums across; sparse where most are 0.
        seed: Of the draws.
        draws: How many.
        level: Of confidence, between 0 and 1.

    Raises:
        ValueError: If ``draws`` is below 1 or ``level`` not between 0 and 1.
    """
    _check(draws, level)
    count, width = sums.shape
    if count < 2:
        return None
    values = []
    for picks in _draw(count, draws, seed, width=max(count, width)):
        cells = picks + count * np.arange(len(picks))[:, None]
        weights = np.bincount(cells.ravel(), minlength=picks.size).reshape(picks.shape)
        values.append(statistic(np.asarray(weights.astype(np.float64) @ sums)))
    return _between(np.concatenate(values), level)


def _draw(count: int, draws: int, seed: int, *, width: int) -> Iterator[NDArray[np.int64]]:
    """Yield the clusters drawn, a draw a row, in batches."""
    generator = np.random.default_rng(seed)
    batch = max(1, _MOST_CELLS // width)
    for done in range(0, draws, batch):
        yield generator.integers(count, size=(min(batch, draws - done), count))


def _between(values: Floats, level: float) -> Interval | None:
    defined = values[~np.isnan(values)]
    if len(defined) < _LEAST_DEFINED * len(values):
        return None
    low, high = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    return Interval(low=float(low), high=float(high))


def _check(draws: int, level: float) -> None:
    if draws < 1 or not 0 < level < 1:
        raise ValueError(f"{draws} draws at level {level}: need one or more, and between 0 and 1")
