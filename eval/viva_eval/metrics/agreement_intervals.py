"""Intervals of the figures of ``agreement``, clustered by question."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.stats import binomtest

from viva.domain import VERDICTS, Frozen, Verdict
from viva_eval.metrics import moments, tables
from viva_eval.metrics.columns import (
    HIGHEST,
    Floats,
    check_lengths,
    encode_clusters,
    encode_scores,
    encode_verdicts,
    whole_points,
)
from viva_eval.metrics.intervals import (
    DRAWS,
    LEVEL,
    Interval,
    SumStatistic,
    clustered_bootstrap_of_sums,
)
from viva_eval.metrics.ranks import count_pairs


class VerdictIntervals(Frozen):
    """Intervals of a ``VerdictAgreement``; None where there is none."""

    accuracy: Interval | None = None
    macro_f1: Interval | None = None
    kappa: Interval | None = None


class ScoreIntervals(Frozen):
    """Intervals of a ``ScoreAgreement``; None where there is none."""

    qwk: Interval | None = None
    pearson: Interval | None = None
    spearman: Interval | None = None
    mae: Interval | None = None
    smd: Interval | None = None


class Figure(NamedTuple):
    """A figure by the name of its field, and the sums over clusters that it follows from."""

    name: str
    statistic: SumStatistic
    sums: Floats | csr_array


def verdict_intervals(
    gold: Sequence[Verdict],
    given: Sequence[Verdict],
    clusters: Sequence[str],
    *,
    seed: int,
    draws: int = DRAWS,
    level: float = LEVEL,
) -> VerdictIntervals:
    """Return the intervals of ``verdict_agreement``, one cluster (a question's id) for each row.

    Raises:
        ValueError: If the columns are of different lengths.
    """
    return VerdictIntervals(
        **{
            name: clustered_bootstrap_of_sums(figure, sums, seed=seed, draws=draws, level=level)
            for name, figure, sums in verdict_figures(gold, given, clusters)
        }
    )


def score_intervals(
    gold: Sequence[float],
    given: Sequence[float],
    clusters: Sequence[str],
    *,
    seed: int,
    draws: int = DRAWS,
    level: float = LEVEL,
) -> ScoreIntervals:
    """Return the intervals of ``score_agreement``, one cluster (a question's id) for each row.

    Raises:
        ValueError: If the columns are of different lengths, or a score is not from 0 to 10.
    """
    return ScoreIntervals(
        **{
            name: clustered_bootstrap_of_sums(figure, sums, seed=seed, draws=draws, level=level)
            for name, figure, sums in score_figures(gold, given, clusters)
        }
    )


def share_interval(
    hits: Sequence[bool],
    clusters: Sequence[str],
    *,
    seed: int,
    draws: int = DRAWS,
    level: float = LEVEL,
) -> Interval | None:
    """Return the interval of the share of hits, one cluster for each row; None for no rows.

    Where none or all are hits, every draw says the same and the bootstrap would claim certainty
    (Hanley & Lippman-Hand 1983, "If nothing goes wrong, is everything all right?"). The interval is
    then the exact one of Clopper & Pearson (1934), for as many trials as there are clusters.

    Raises:
        ValueError: If the columns are of different lengths.
    """
    check_lengths(hits, clusters)
    codes, count = encode_clusters(clusters)
    if count == 0:
        return None
    found = np.asarray(hits, dtype=np.float64)
    if found.min() == found.max():
        exact = binomtest(count if found[0] else 0, count).proportion_ci(level, method="exact")
        return Interval(low=float(exact.low), high=float(exact.high))
    sums = np.stack(
        [np.bincount(codes, weights=found), np.bincount(codes).astype(np.float64)], axis=1
    )
    return clustered_bootstrap_of_sums(tables.share, sums, seed=seed, draws=draws, level=level)


def verdict_figures(
    gold: Sequence[Verdict], given: Sequence[Verdict], clusters: Sequence[str]
) -> Iterator[Figure]:
    """Yield the figures of ``VerdictIntervals`` with their sums; rows with no verdict are out."""
    check_lengths(gold, given, clusters)
    (wanted, found), kept = encode_verdicts(gold, given)
    codes, count = encode_clusters(np.asarray(clusters, dtype=np.str_)[kept])
    sums = tables.count_tables(wanted, found, codes, size=len(VERDICTS), count=count)
    yield Figure("accuracy", tables.accuracy, sums)
    yield Figure("macro_f1", tables.macro_f1, sums)
    yield Figure("kappa", tables.kappa, sums)


def score_figures(
    gold: Sequence[float], given: Sequence[float], clusters: Sequence[str]
) -> Iterator[Figure]:
    """Yield the figures of ``ScoreIntervals`` with their sums; none for no rows."""
    check_lengths(gold, given, clusters)
    wanted, found = encode_scores(gold, given)
    codes, count = encode_clusters(clusters)
    if count == 0:
        return
    points = whole_points(wanted), whole_points(found)
    yield Figure(
        "qwk",
        tables.quadratic_kappa,
        tables.count_tables(*points, codes, size=HIGHEST + 1, count=count),
    )
    pairs = count_pairs(wanted, found, codes, count=count)
    yield Figure("spearman", pairs.spearman, pairs.counts)
    sums = moments.sum_scores(wanted, found, codes, count=count)
    yield Figure("pearson", moments.pearson, sums)
    yield Figure("mae", moments.mean_absolute_error, sums)
    yield Figure("smd", moments.standardized_difference, sums)
