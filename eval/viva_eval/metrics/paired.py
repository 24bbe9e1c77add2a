"""Differences between two graders that graded the same rows, and what may be said of them.

Both are measured on the same draws of questions, so that what is hard for both cancels out.
"""

from collections.abc import Sequence
from enum import StrEnum
from itertools import compress
from typing import Literal

import numpy as np
from scipy.sparse import hstack, issparse
from scipy.stats import binomtest

from viva.domain import Frozen, Verdict
from viva_eval.metrics.agreement_intervals import Figure, score_figures, verdict_figures
from viva_eval.metrics.columns import Codes, Floats, check_lengths, encode_verdicts
from viva_eval.metrics.intervals import (
    DRAWS,
    LEVEL,
    Interval,
    Statistic,
    clustered_bootstrap,
    clustered_bootstrap_of_sums,
)

Better = Literal["higher", "lower", "nearer 0"]
"""Which of two values of a figure is the better one."""
_BETTER: dict[str, Better] = {"mae": "lower", "smd": "nearer 0"}
"""Of every other figure, the higher one is."""
_LEAST_DIFFERENCE = 1e-9
"""An interval nearer to 0 than this reaches it: the rest is rounding."""


class Finding(StrEnum):
    """What a comparison shows of the second grader."""

    BETTER = "better"
    WORSE = "worse"
    NO_DIFFERENCE = "no difference shown"


class McNemar(Frozen):
    """Rows that one of two graders has right and the other wrong."""

    n: int
    """Rows compared."""
    only_first: int
    only_second: int
    p: float
    """Of so uneven a split or a more uneven one, if the two were equally good; two-sided."""
    finding: Finding


class Difference(Frozen):
    """A figure of two graders, and the second's less the first's."""

    first: float | None
    second: float | None
    difference: float | None
    """Between distances from 0 where nearer 0 is better."""
    interval: Interval | None
    """Of the difference."""
    finding: Finding
    """Better or worse only if the interval leaves out 0."""


def mcnemar(
    first_right: Sequence[bool], second_right: Sequence[bool], *, level: float = LEVEL
) -> McNemar:
    """Return McNemar's exact test (1947) of two graders, row by row.

    The p-value is that of the sign test on the rows where they differ. It takes rows to be
    independent; bullets of one answer are not quite, so where it and the interval of a
    ``Difference`` clustered by question do not agree, the interval is the one to believe.

    Raises:
        ValueError: If the two are of different lengths.
    """
    check_lengths(first_right, second_right)
    first, second = np.asarray(first_right, dtype=bool), np.asarray(second_right, dtype=bool)
    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    apart = only_first + only_second
    p = float(binomtest(only_first, apart).pvalue) if apart else 1.0
    finding = Finding.NO_DIFFERENCE
    if p < 1 - level:
        finding = Finding.BETTER if only_second > only_first else Finding.WORSE
    return McNemar(
        n=len(first), only_first=only_first, only_second=only_second, p=p, finding=finding
    )


def paired_bootstrap(
    first: Statistic,
    second: Statistic,
    clusters: Sequence[str],
    *,
    seed: int,
    better: Better = "higher",
    draws: int = DRAWS,
    level: float = LEVEL,
) -> Difference:
    """Return the difference of any figure of two graders, each a function of the rows drawn."""

    def differ(rows: Codes) -> float | None:
        return _subtract(first(rows), second(rows), better)

    everything = np.arange(len(clusters))
    interval = clustered_bootstrap(differ, clusters, seed=seed, draws=draws, level=level)
    return _difference(first(everything), second(everything), interval, better)


def verdict_differences(
    gold: Sequence[Verdict],
    first: Sequence[Verdict],
    second: Sequence[Verdict],
    clusters: Sequence[str],
    *,
    seed: int,
    draws: int = DRAWS,
    level: float = LEVEL,
) -> dict[str, Difference]:
    """Return the differences of accuracy, macro-F1 and kappa, by name.

    Only rows that have a verdict of gold and of both graders are compared.

    Raises:
        ValueError: If the columns are of different lengths.
    """
    check_lengths(gold, first, second, clusters)
    _, kept = encode_verdicts(gold, first, second)
    wanted, one, other = (list(compress(column, kept)) for column in (gold, first, second))
    names = list(compress(clusters, kept))
    return _differences(
        list(verdict_figures(wanted, one, names)),
        list(verdict_figures(wanted, other, names)),
        seed=seed,
        draws=draws,
        level=level,
    )


def score_differences(
    gold: Sequence[float],
    first: Sequence[float],
    second: Sequence[float],
    clusters: Sequence[str],
    *,
    seed: int,
    draws: int = DRAWS,
    level: float = LEVEL,
) -> dict[str, Difference]:
    """Return the differences of qwk, pearson, spearman, mae and smd, by name; none for no rows.

    Raises:
        ValueError: If the columns are of different lengths, or a score is not from 0 to 10.
    """
    return _differences(
        list(score_figures(gold, first, clusters)),
        list(score_figures(gold, second, clusters)),
        seed=seed,
        draws=draws,
        level=level,
    )


def _differences(
    firsts: Sequence[Figure], seconds: Sequence[Figure], *, seed: int, draws: int, level: float
) -> dict[str, Difference]:
    found = {}
    for first, second in zip(firsts, seconds, strict=True):
        better = _BETTER.get(first.name, "higher")
        width = first.sums.shape[1]

        def differ(
            totals: Floats,
            first: Figure = first,
            second: Figure = second,
            width: int = width,
            better: Better = better,
        ) -> Floats:
            one, other = first.statistic(totals[:, :width]), second.statistic(totals[:, width:])
            return np.abs(other) - np.abs(one) if better == "nearer 0" else other - one

        both = (first.sums, second.sums)
        sums = hstack(both, format="csr") if issparse(first.sums) else np.hstack(both)
        interval = clustered_bootstrap_of_sums(differ, sums, seed=seed, draws=draws, level=level)
        found[first.name] = _difference(_value(first), _value(second), interval, better)
    return found


def _value(figure: Figure) -> float | None:
    totals = np.asarray(figure.sums.sum(axis=0), dtype=np.float64).reshape(1, -1)
    value = float(figure.statistic(totals)[0])
    return None if np.isnan(value) else value


def _subtract(first: float | None, second: float | None, better: Better) -> float | None:
    if first is None or second is None:
        return None
    return abs(second) - abs(first) if better == "nearer 0" else second - first


def _difference(
    first: float | None, second: float | None, interval: Interval | None, better: Better
) -> Difference:
    finding = Finding.NO_DIFFERENCE
    rises = interval is not None and interval.low > _LEAST_DIFFERENCE
    falls = interval is not None and interval.high < -_LEAST_DIFFERENCE
    if rises or falls:
        finding = Finding.BETTER if rises == (better == "higher") else Finding.WORSE
    return Difference(
        first=first,
        second=second,
        difference=_subtract(first, second, better),
        interval=interval,
        finding=finding,
    )
