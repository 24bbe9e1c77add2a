"""Figures of consistency, against worked examples of the literature."""

import json
import math
from itertools import combinations
from random import Random

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from metric_samples import scores, verdicts

from viva.domain import VERDICTS, Verdict
from viva_eval.metrics.consistency import score_consistency, verdict_consistency

FOUR_OBSERVERS = [
    [1, 1, 1],
    [2, 2, 3, 2],
    [3, 3, 3, 3],
    [3, 3, 3, 3],
    [2, 2, 2, 2],
    [1, 2, 3, 4],
    [4, 4, 4, 4],
    [1, 1, 2, 1],
    [2, 2, 2, 2],
    [5, 5, 5],
    [1, 1],
    [3],
]
"""Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", section C: 12 units."""
THREE_CODERS = [
    [1],
    [],
    [2, 2],
    [1, 1],
    [3, 3],
    [3, 4, 3],
    [4, 4, 4],
    [1, 3],
    [2, 2],
    [1, 1],
    [1, 1],
    [3, 3],
    [3, 3],
    [],
    [3, 4],
]
"""Fifteen units of four values, the example of Wikipedia's article on Krippendorff's alpha."""
CHILDREN = [
    [190, 220, 200, 200],
    [220, 200, 240, 230],
    [260, 260, 240, 280],
    [210, 300, 280, 265],
    [270, 265, 280, 270],
]
"""Bland & Altman (1996), "Measurement error", BMJ 313:744, table 1: peak flow, five of the 20."""
CHILDREN_SD = [12.58, 17.08, 16.33, 38.60, 6.29]
"""The deviations printed beside them; the within-subject one is the root of their mean square."""


def test_alpha_of_verdicts_is_that_of_krippendorff() -> None:
    """Krippendorff (2011), section A: two observers, ten units, alpha = 0.095."""
    one, other = "0100000010", "1110010000"
    items = [[VERDICTS[int(x)], VERDICTS[int(y)]] for x, y in zip(one, other, strict=True)]
    found = verdict_consistency(items)
    assert found.alpha == pytest.approx(0.095, abs=0.0005)
    assert (found.items, found.flipped, found.flip_share) == (10, 4, 0.4)


def test_alpha_of_verdicts_with_gaps() -> None:
    found = verdict_consistency([[VERDICTS[value - 1] for value in unit] for unit in THREE_CODERS])
    assert found.alpha == pytest.approx(0.691, abs=0.0005)
    assert (found.items, found.flipped) == (12, 3)


@pytest.mark.parametrize(("units", "alpha"), [(FOUR_OBSERVERS, 0.849), (THREE_CODERS, 0.811)])
def test_alpha_of_scores_is_that_of_krippendorff(units: list[list[int]], alpha: float) -> None:
    """Krippendorff (2011), section C: interval data, alpha = 0.849."""
    assert score_consistency(units).alpha == pytest.approx(alpha, abs=0.0005)


def test_the_deviation_within_answers_is_that_of_bland_and_altman() -> None:
    found = score_consistency([[value / 100 for value in child] for child in CHILDREN])
    within = math.sqrt(sum(sd**2 for sd in CHILDREN_SD) / len(CHILDREN_SD))
    assert found.sd == pytest.approx(within / 100, abs=0.0001)


def test_an_item_with_more_repeats_weighs_by_its_degrees_of_freedom() -> None:
    # Squares of 0.5 with one degree, and of 2 with two.
    found = score_consistency([[3, 4], [5, 6, 7]])
    assert found.sd == pytest.approx(math.sqrt((0.5 + 2) / 3))


def test_flips_counted_by_hand() -> None:
    covered, partial, missing, _ = VERDICTS
    found = verdict_consistency(
        [[covered, covered, partial], [missing, missing, missing], [covered, partial, missing]]
    )
    assert (found.items, found.flipped) == (3, 2)
    assert found.flip_share == pytest.approx(2 / 3)
    assert found.pair_flip_share == pytest.approx((2 + 0 + 3) / 9)


def test_an_ungraded_repeat_is_no_flip() -> None:
    covered, ungraded = Verdict.COVERED, Verdict.UNGRADED
    found = verdict_consistency([[covered, covered, ungraded], [covered, ungraded]])
    assert (found.items, found.flipped) == (1, 0)


def test_nothing_repeated_has_no_figures() -> None:
    for empty in ([], [[]], [[Verdict.COVERED]]):
        found = verdict_consistency(empty)
        assert (found.items, found.alpha, found.flip_share) == (0, None, None)
    assert set(score_consistency([[1], []]).model_dump().values()) == {0, None}


@given(st.lists(verdicts, min_size=1), st.integers(2, 4))
def test_a_grader_that_repeats_itself_is_consistent(own: list[Verdict], times: int) -> None:
    found = verdict_consistency([[verdict] * times for verdict in own])
    assert found.flip_share == found.pair_flip_share == 0
    assert found.alpha == (1 if len(set(own)) > 1 else None)


@given(st.lists(scores, min_size=1), st.integers(2, 4))
def test_scores_that_repeat_are_consistent(own: list[float], times: int) -> None:
    found = score_consistency([[score] * times for score in own])
    assert found.sd == pytest.approx(0, abs=1e-9)
    assert found.alpha is None or found.alpha == pytest.approx(1)


@given(st.lists(st.lists(verdicts, max_size=4)))
def test_flips_are_those_of_every_pair(items: list[list[Verdict]]) -> None:
    pairs = [pair for item in items for pair in combinations(item, 2)]
    found = verdict_consistency(items)
    wanted = sum(x != y for x, y in pairs) / len(pairs) if pairs else None
    assert found.pair_flip_share == pytest.approx(wanted)
    assert "NaN" not in json.dumps(found.model_dump())


@given(st.lists(st.lists(st.integers(0, 10), min_size=2, max_size=4), min_size=1))
def test_alpha_of_scores_is_that_of_the_package(items: list[list[int]]) -> None:
    counts = np.array([np.bincount(item, minlength=11) for item in items])
    found = score_consistency(items)
    assert "NaN" not in json.dumps(found.model_dump())
    if len({score for item in items for score in item}) > 1:
        theirs = krippendorff.alpha(value_counts=counts, level_of_measurement="interval")
        assert found.alpha == pytest.approx(theirs)
    else:
        assert found.alpha is None


@given(st.lists(st.lists(verdicts, max_size=4)), st.randoms(use_true_random=False))
def test_the_order_of_repeats_and_items_plays_no_part(
    items: list[list[Verdict]], random: Random
) -> None:
    before = verdict_consistency(items)
    for item in items:
        random.shuffle(item)
    random.shuffle(items)
    after = verdict_consistency(items)
    assert after.model_dump() == pytest.approx(before.model_dump())
