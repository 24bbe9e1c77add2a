"""Intervals, against SciPy's, worked examples of the literature and each other."""

import json
from collections.abc import Callable
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from metric_samples import clusters, scores
from scipy.stats import bootstrap

from viva.domain import VERDICTS, Verdict
from viva_eval.metrics.agreement import score_agreement, verdict_agreement
from viva_eval.metrics.agreement_intervals import (
    score_figures,
    score_intervals,
    share_interval,
    verdict_figures,
    verdict_intervals,
)
from viva_eval.metrics.columns import Codes, Floats
from viva_eval.metrics.intervals import (
    Interval,
    clustered_bootstrap,
    clustered_bootstrap_of_sums,
)

Rows = list[tuple[Verdict, Verdict, str]]
ScoreRows = list[tuple[float, float, str]]

MOUSE = np.array([94.0, 197, 16, 38, 99, 141, 23])
"""Efron & Tibshirani (1993), table 2.1: days that treated mice survived."""
LAW = np.array(
    [
        [576, 635, 558, 578, 666, 580, 555, 661, 651, 605, 653, 575, 545, 572, 594],
        [3.39, 3.30, 2.81, 3.03, 3.44, 3.07, 3.00, 3.43, 3.36, 3.13, 3.12, 2.74, 2.76, 2.88, 2.96],
    ]
)
"""Efron & Tibshirani (1993), table 3.1: LSAT and GPA of 15 law schools, r = 0.776."""


def test_clusters_of_one_row_give_the_intervals_of_scipy() -> None:
    names = [f"{place:02d}" for place in range(15)]

    def correlate(rows: Codes) -> float:
        return float(np.corrcoef(LAW[:, rows])[0, 1])

    own = clustered_bootstrap(correlate, names, seed=7, draws=500)
    theirs = bootstrap(
        (np.arange(15),),
        correlate,
        n_resamples=500,
        vectorized=False,
        method="percentile",
        rng=np.random.default_rng(7),
    ).confidence_interval
    assert own is not None
    assert (own.low, own.high) == pytest.approx((theirs.low, theirs.high))


def test_the_spread_of_the_law_schools_is_that_of_efron() -> None:
    """Efron & Tibshirani (1993), table 6.1: the standard error of r tends to 0.133."""
    names = [f"{place:02d}" for place in range(15)]
    drawn: list[float] = []

    def correlate(rows: Codes) -> float:
        drawn.append(float(np.corrcoef(LAW[:, rows])[0, 1]))
        return drawn[-1]

    clustered_bootstrap(correlate, names, seed=1, draws=3200)
    assert np.std(drawn, ddof=1) == pytest.approx(0.133, abs=0.005)


def test_the_spread_of_the_mice_is_that_of_efron() -> None:
    """Efron & Tibshirani (1993), ch. 2: the mean's standard error, n in the divisor, is 23.36."""
    drawn: list[float] = []

    def mean(rows: Codes) -> float:
        drawn.append(float(MOUSE[rows].mean()))
        return drawn[-1]

    clustered_bootstrap(mean, list("abcdefg"), seed=1, draws=5000)
    assert np.std(drawn) == pytest.approx(23.36, abs=0.7)


def test_rows_of_a_cluster_come_and_go_together() -> None:
    names = ["b", "a", "b", "c", "a"]
    seen: list[Codes] = []

    def look(rows: Codes) -> float:
        seen.append(rows)
        return 0.0

    clustered_bootstrap(look, names, seed=3, draws=50)
    for rows in seen:
        times = np.bincount(rows, minlength=5)
        assert times[0] == times[2]
        assert times[1] == times[4]
        assert times[0] + times[1] + times[3] == 3


def test_an_interval_is_wider_where_rows_of_a_cluster_are_alike() -> None:
    """Kish (1965): with clusters of m equal rows the variance is m times that of single rows."""
    values = np.repeat(np.random.default_rng(0).normal(size=100), 16)

    def mean(rows: Codes) -> float:
        return float(values[rows].mean())

    alone = clustered_bootstrap(mean, [str(place) for place in range(1600)], seed=1)
    together = clustered_bootstrap(mean, [str(place // 16) for place in range(1600)], seed=1)
    assert alone is not None
    assert together is not None
    widths = (together.high - together.low) / (alone.high - alone.low)
    assert widths == pytest.approx(4, rel=0.1)


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    generator = np.random.default_rng(5)
    covered = 0
    for trial in range(200):
        values = (generator.normal(size=(40, 1)) + generator.normal(size=(40, 5))).ravel()
        names = [str(place // 5) for place in range(200)]
        sample = values

        def mean(rows: Codes, sample: Floats = sample) -> float:
            return float(sample[rows].mean())

        interval = clustered_bootstrap(mean, names, seed=trial, draws=200, level=0.9)
        assert interval is not None
        covered += interval.low <= 0 <= interval.high
    assert 0.82 <= covered / 200 <= 0.96


def test_the_same_seed_gives_the_same_interval() -> None:
    def mean(rows: Codes) -> float:
        return float(MOUSE[rows].mean())

    names = list("abcdefg")
    assert clustered_bootstrap(mean, names, seed=1) == clustered_bootstrap(mean, names, seed=1)
    assert clustered_bootstrap(mean, names, seed=1) != clustered_bootstrap(mean, names, seed=2)


def test_one_cluster_has_no_interval() -> None:
    assert clustered_bootstrap(lambda _: 1.0, ["a", "a"], seed=1) is None
    assert clustered_bootstrap(lambda _: 1.0, [], seed=1) is None
    assert share_interval([], [], seed=1) is None


def test_draws_in_which_a_figure_is_undefined_are_left_out() -> None:
    def sometimes(rows: Codes) -> float | None:
        return 1.0 if 0 in rows else None

    assert clustered_bootstrap(sometimes, ["a", "b"], seed=1) == Interval(low=1, high=1)
    assert clustered_bootstrap(lambda _: None, ["a", "b"], seed=1) is None


@pytest.mark.parametrize(("draws", "level"), [(0, 0.95), (10, 0), (10, 1)])
def test_senseless_settings_are_refused(draws: int, level: float) -> None:
    with pytest.raises(ValueError, match="at level"):
        clustered_bootstrap(lambda _: 1.0, ["a", "b"], seed=1, draws=draws, level=level)


def test_no_hits_at_all_leave_the_rule_of_three() -> None:
    """Hanley & Lippman-Hand (1983): 0 of n still allows for about 3/n, 95% on that one side."""
    names = [str(place) for place in range(100)]
    found = share_interval([False] * 100, names, seed=1, level=0.9)
    assert found is not None
    assert found.low == 0
    assert found.high == pytest.approx(3 / 100, rel=0.03)
    certain = share_interval([True] * 100, names, seed=1, level=0.9)
    assert certain is not None
    assert (certain.low, certain.high) == pytest.approx((1 - found.high, 1))


def test_the_interval_of_a_share_is_near_the_binomial_one_for_single_rows() -> None:
    hits = [place % 5 == 0 for place in range(500)]
    found = share_interval(hits, [str(place) for place in range(500)], seed=1)
    assert found is not None
    half = 1.96 * (0.2 * 0.8 / 500) ** 0.5
    assert (found.low, found.high) == pytest.approx((0.2 - half, 0.2 + half), abs=0.006)


verdict_samples = st.lists(
    st.tuples(st.sampled_from(tuple(Verdict)), st.sampled_from(tuple(Verdict)), clusters),
    min_size=1,
    max_size=30,
)
score_samples = st.lists(st.tuples(scores, scores, clusters), min_size=1, max_size=30)


@given(verdict_samples)
def test_sums_over_clusters_lose_nothing_of_the_verdicts(rows: Rows) -> None:
    gold, found, names = (list(column) for column in zip(*rows, strict=True))
    wanted = verdict_agreement(gold, found).model_dump()
    for name, statistic, sums in verdict_figures(gold, found, names):
        value = statistic(np.asarray(sums.sum(axis=0)).reshape(1, -1))[0]
        assert (None if np.isnan(value) else value) == pytest.approx(wanted[name])


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100), clusters), min_size=1))
def test_sums_over_clusters_lose_nothing_of_the_scores(rows: list[tuple[int, int, str]]) -> None:
    gold = [x / 10 for x, _, _ in rows]
    found = [y / 10 for _, y, _ in rows]
    wanted = score_agreement(gold, found).model_dump()
    for name, statistic, sums in score_figures(gold, found, [name for _, _, name in rows]):
        value = statistic(np.asarray(sums.sum(axis=0)).reshape(1, -1))[0]
        assert (None if np.isnan(value) else value) == pytest.approx(wanted[name], abs=1e-9)


def as_statistic(
    figure: str, gold: list[float], found: list[float]
) -> Callable[[Codes], float | None]:
    def statistic(rows: Codes) -> float | None:
        agreement = score_agreement([gold[row] for row in rows], [found[row] for row in rows])
        value = getattr(agreement, figure)
        return None if value is None else float(value)

    return statistic


@pytest.mark.parametrize("figure", ["qwk", "pearson", "spearman", "mae", "smd"])
def test_drawing_sums_is_drawing_rows(figure: str) -> None:
    generator = np.random.default_rng(2)
    gold = np.round(generator.uniform(0, 10, 60), 1).tolist()
    found = np.round(np.clip(gold + generator.normal(size=60), 0, 10), 1).tolist()
    names = [f"q{place}" for place in generator.integers(12, size=60)]
    slow = clustered_bootstrap(as_statistic(figure, gold, found), names, seed=4, draws=200)
    fast = getattr(score_intervals(gold, found, names, seed=4, draws=200), figure)
    assert slow is not None
    assert (fast.low, fast.high) == pytest.approx((slow.low, slow.high))


def test_drawing_tables_is_drawing_bullets() -> None:
    generator = np.random.default_rng(2)
    gold = [VERDICTS[place] for place in generator.integers(4, size=80)]
    found = [VERDICTS[place] for place in generator.integers(4, size=80)]
    names = [f"q{place}" for place in generator.integers(12, size=80)]

    def macro_f1(rows: Codes) -> float | None:
        return verdict_agreement([gold[row] for row in rows], [found[row] for row in rows]).macro_f1

    slow = clustered_bootstrap(macro_f1, names, seed=4, draws=200)
    fast = verdict_intervals(gold, found, names, seed=4, draws=200).macro_f1
    assert slow is not None
    assert fast is not None
    assert (fast.low, fast.high) == pytest.approx((slow.low, slow.high))


@settings(deadline=None)
@given(verdict_samples, score_samples, st.randoms(use_true_random=False))
def test_intervals_are_never_nan_and_the_order_of_rows_plays_no_part(
    rows: Rows, scored: ScoreRows, random: Random
) -> None:
    def flat(bullets: Rows, answers: ScoreRows) -> list[float]:
        columns = (list(column) for column in zip(*bullets, strict=True))
        found = {
            **verdict_intervals(*columns, seed=1, draws=20).model_dump(),
            **score_intervals(
                *(list(column) for column in zip(*answers, strict=True)), seed=1, draws=20
            ).model_dump(),
        }
        assert "NaN" not in json.dumps(found)
        return [
            -9 if own is None else own[end] for own in found.values() for end in ("low", "high")
        ]

    before = flat(rows, scored)
    random.shuffle(rows)
    random.shuffle(scored)
    assert flat(rows, scored) == pytest.approx(before, abs=1e-6)


def test_a_hundred_thousand_rows_take_seconds() -> None:
    """The draws must not touch the rows: a thousand times 100,000 of them would take minutes."""
    generator = np.random.default_rng(0)
    gold = np.round(generator.uniform(0, 10, 100_000), 1)
    found = np.round(generator.uniform(0, 10, 100_000), 1)
    names = [f"q{place % 61}" for place in range(100_000)]
    figures = list(score_figures(gold.tolist(), found.tolist(), names))
    assert len(figures) == 5
    assert max(figure.sums.shape[0] for figure in figures) == 61
    intervals = score_intervals(gold.tolist(), found.tolist(), names, seed=1)
    assert intervals.pearson is not None
    assert intervals.pearson.low < 0.02


def test_what_is_drawn_does_not_depend_on_how_much_is_held_at_once() -> None:
    narrow = np.array([[94.0, 1], [197, 2], [16, 3]])
    wide = np.hstack([narrow, np.zeros((3, 2**18))])  # so wide that four draws fill a batch

    def first_over_second(totals: Floats) -> Floats:
        return totals[:, 0] / totals[:, 1]

    assert clustered_bootstrap_of_sums(
        first_over_second, wide, seed=1, draws=50
    ) == clustered_bootstrap_of_sums(first_over_second, narrow, seed=1, draws=50)
