"""Comparisons of two graders, against worked examples of the literature."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from metric_samples import clusters, scores

from viva.domain import VERDICTS, Verdict
from viva_eval.metrics.agreement import score_agreement
from viva_eval.metrics.columns import Codes
from viva_eval.metrics.intervals import Statistic
from viva_eval.metrics.paired import (
    Finding,
    mcnemar,
    paired_bootstrap,
    score_differences,
    verdict_differences,
)

Columns = tuple[list[bool], list[bool]]


def columns_of(both: int, only_first: int, only_second: int, neither: int) -> Columns:
    first = [True] * (both + only_first) + [False] * (only_second + neither)
    second = [True] * both + [False] * only_first + [True] * only_second + [False] * neither
    return first, second


def test_exact_p_is_that_of_fagerland() -> None:
    """Fagerland, Lydersen & Laake (2013), 21 children of Bentur et al.: 2 P(X <= 1 of 8)."""
    found = mcnemar(*columns_of(1, 1, 7, 12))
    assert (found.n, found.only_first, found.only_second) == (21, 1, 7)
    assert found.p == pytest.approx(0.0703, abs=0.00005)
    assert found.finding is Finding.NO_DIFFERENCE


def test_exact_p_agrees_with_agresti_on_many_pairs() -> None:
    """Agresti, approval of a prime minister: 150 against 86 changed, z = -4.17, p < 0.0001."""
    found = mcnemar(*columns_of(794, 150, 86, 570))
    assert found.p == pytest.approx(3.1e-5, rel=0.25)  # the normal approximation's own figure
    assert found.finding is Finding.WORSE
    assert mcnemar(*columns_of(794, 86, 150, 570)).finding is Finding.BETTER


def test_graders_that_never_differ_show_no_difference() -> None:
    found = mcnemar([True, False], [True, False])
    assert (found.p, found.finding) == (1, Finding.NO_DIFFERENCE)
    assert mcnemar([], []).p == 1


def test_a_level_of_99_percent_asks_for_more() -> None:
    columns = columns_of(0, 2, 11, 0)
    assert mcnemar(*columns).p == pytest.approx(0.0225, abs=0.0001)
    assert mcnemar(*columns).finding is Finding.BETTER
    assert mcnemar(*columns, level=0.99).finding is Finding.NO_DIFFERENCE


GENERATOR = np.random.default_rng(0)
GOLD = np.round(GENERATOR.uniform(0, 10, 300), 1)
NAMES = [f"q{place % 30}" for place in range(300)]


def grade(noise: float, shift: float = 0.0, seed: int = 1) -> list[float]:
    drawn = np.random.default_rng(seed).normal(shift, noise, 300)
    return [float(score) for score in np.clip(GOLD + drawn, 0, 10)]


def test_a_grader_nearer_to_gold_is_better_on_every_figure() -> None:
    found = score_differences(GOLD.tolist(), grade(3, 1), grade(0.5), NAMES, seed=1)
    assert {name: own.finding for name, own in found.items()} == dict.fromkeys(
        ("qwk", "pearson", "spearman", "mae", "smd"), Finding.BETTER
    )
    assert found["mae"].difference is not None
    assert found["mae"].difference < 0


def test_a_grader_too_strict_is_worse_although_its_bias_is_below_zero() -> None:
    found = score_differences(GOLD.tolist(), grade(0.5), grade(0.5, -2), NAMES, seed=1)
    assert found["smd"].second is not None
    assert found["smd"].second < -0.3
    assert found["smd"].finding is Finding.WORSE
    assert found["mae"].finding is Finding.WORSE


def test_two_samples_of_one_grader_show_no_difference() -> None:
    found = score_differences(GOLD.tolist(), grade(1, seed=1), grade(1, seed=2), NAMES, seed=1)
    assert {own.finding for own in found.values()} == {Finding.NO_DIFFERENCE}


def test_pairing_shows_what_separate_intervals_cannot() -> None:
    """What is hard for both cancels out: each is uncertain, the difference is not."""
    first = grade(2)
    second = [score + 0.2 * (gold - score) for score, gold in zip(first, GOLD, strict=True)]
    found = score_differences(GOLD.tolist(), first, second, NAMES, seed=1)["mae"]
    assert found.finding is Finding.BETTER
    assert found.interval is not None
    assert found.interval.high - found.interval.low < 0.2


def test_verdicts_without_a_pair_are_left_out() -> None:
    covered, missing, ungraded = Verdict.COVERED, Verdict.MISSING, Verdict.UNGRADED
    found = verdict_differences(
        [covered, missing, covered, missing],
        [covered, ungraded, missing, missing],
        [covered, missing, covered, missing],
        ["a", "a", "b", "b"],
        seed=1,
        draws=50,
    )
    assert found["accuracy"].first == pytest.approx(2 / 3)
    assert found["accuracy"].second == 1
    assert found["accuracy"].difference == pytest.approx(1 / 3)


def test_a_better_grader_of_verdicts_is_called_better() -> None:
    generator = np.random.default_rng(3)
    gold = [VERDICTS[place] for place in generator.integers(4, size=600)]
    guess = [VERDICTS[place] for place in generator.integers(4, size=600)]
    names = [f"q{place % 30}" for place in range(600)]
    found = verdict_differences(gold, guess, gold, names, seed=1)
    assert {own.finding for own in found.values()} == {Finding.BETTER}
    back = verdict_differences(gold, gold, guess, names, seed=1)
    assert {own.finding for own in back.values()} == {Finding.WORSE}


@pytest.mark.parametrize("name", ["qwk", "mae", "smd", "spearman"])
def test_sums_and_rows_give_the_same_difference(name: str) -> None:
    gold, first, second = GOLD[:60].tolist(), grade(2)[:60], grade(1, seed=2)[:60]

    def figure(given: list[float]) -> Statistic:
        return lambda rows: getattr(
            score_agreement([gold[row] for row in rows], [given[row] for row in rows]), name
        )

    better = {"mae": "lower", "smd": "nearer 0"}.get(name, "higher")
    slow = paired_bootstrap(
        figure(first), figure(second), NAMES[:60], seed=5, draws=100, better=better
    )
    fast = score_differences(gold, first, second, NAMES[:60], seed=5, draws=100)[name]
    assert fast.finding is slow.finding
    assert fast.difference == pytest.approx(slow.difference)
    assert slow.interval is not None
    assert fast.interval is not None
    assert fast.interval.model_dump() == pytest.approx(slow.interval.model_dump())


def test_a_figure_undefined_for_one_grader_has_no_difference() -> None:
    def undefined(rows: Codes) -> float | None:
        return None

    found = paired_bootstrap(lambda rows: 1.0, undefined, ["a", "b"], seed=1, draws=10)
    assert (found.first, found.second, found.difference, found.interval) == (1, None, None, None)
    assert found.finding is Finding.NO_DIFFERENCE


def test_nothing_to_compare_shows_no_difference() -> None:
    assert score_differences([], [], [], [], seed=1) == {}
    nothing = verdict_differences([], [], [], [], seed=1)
    assert {own.finding for own in nothing.values()} == {Finding.NO_DIFFERENCE}


@settings(deadline=None)
@given(st.lists(st.tuples(scores, scores, clusters), min_size=1, max_size=20))
def test_a_grader_against_itself_is_never_better_or_worse(
    rows: list[tuple[float, float, str]],
) -> None:
    gold, given_scores, names = (list(column) for column in zip(*rows, strict=True))
    found = score_differences(gold, given_scores, given_scores, names, seed=1, draws=20)
    assert {own.finding for own in found.values()} == {Finding.NO_DIFFERENCE}
    assert {own.difference for own in found.values()} <= {0, None}
    assert "NaN" not in json.dumps({name: own.model_dump() for name, own in found.items()})


@given(st.lists(st.tuples(st.booleans(), st.booleans())))
def test_swapping_graders_swaps_the_finding(rows: list[tuple[bool, bool]]) -> None:
    first, second = [x for x, _ in rows], [y for _, y in rows]
    there, back = mcnemar(first, second), mcnemar(second, first)
    assert there.p == pytest.approx(back.p)
    opposite = {Finding.BETTER: Finding.WORSE, Finding.WORSE: Finding.BETTER}
    assert back.finding is opposite.get(there.finding, Finding.NO_DIFFERENCE)


def test_rounding_is_no_difference() -> None:
    """Errors of 0.1 up and 0.1 down are one error, though not to the last bit."""
    gold, above, below, names = [0.7] * 4, [0.8] * 4, [0.6] * 4, list("abcd")
    for first, second in ((above, below), (below, above)):
        found = score_differences(gold, first, second, names, seed=1, draws=100)["mae"]
        assert found.interval is not None
        assert found.interval.low == found.interval.high != 0
        assert found.finding is Finding.NO_DIFFERENCE
