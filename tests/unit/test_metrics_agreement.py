"""Figures of agreement, against worked examples of the literature."""

import json
import math
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from metric_samples import (
    COHEN_1960,
    FLEISS_LEVIN_PAIK_2003,
    STATA_KAPPA,
    rows_of,
    scores,
    verdict_rows,
    verdicts,
)

from viva.domain import VERDICTS, Verdict
from viva_eval.metrics.agreement import score_agreement, verdict_agreement


@pytest.mark.parametrize(("table", "kappa"), [(COHEN_1960, 0.492), (FLEISS_LEVIN_PAIK_2003, 0.676)])
def test_kappa_is_that_of_the_textbook(table: list[list[int]], kappa: float) -> None:
    gold, given = rows_of(table)
    found = verdict_agreement([VERDICTS[x] for x in gold], [VERDICTS[y] for y in given])
    assert found.kappa == pytest.approx(kappa, abs=0.0005)
    assert found.accuracy == pytest.approx(sum(table[i][i] for i in range(3)) / len(gold))


def test_weighted_kappa_is_that_of_the_stata_manual() -> None:
    """Stata's manual, ``kap``: 85 mammograms read by two radiologists, w2 weights (squares)."""
    gold, given = rows_of(STATA_KAPPA)
    assert score_agreement(gold, given).qwk == pytest.approx(0.6714, abs=0.00005)


def test_standardized_difference_is_that_of_borenstein() -> None:
    """Borenstein et al. (2009), ch. 4: means 103 and 100, SDs 5.5 and 4.5, 50 each: d = 0.5970.

    With samples of one size their pooled deviation is the one that Williamson et al. (2012) take.
    The difference does not depend on the scale, so (x - 80) / 5 fits into 0 to 10.
    """

    def sample(mean: float, sd: float) -> list[float]:
        step = sd * math.sqrt(49 / 50)
        return [(mean + sign * step - 80) / 5 for sign in (-1, 1) for _ in range(25)]

    found = score_agreement(sample(100, 4.5), sample(103, 5.5))
    assert found.smd == pytest.approx(0.5970, abs=0.00005)


def test_correlations_are_those_of_anscombe() -> None:
    """Anscombe (1973), the first of his four sets (x and y less 4): Pearson's r is 0.816."""
    x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
    y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]
    found = score_agreement([value - 4 for value in x], [value - 4 for value in y])
    assert found.pearson == pytest.approx(0.816, abs=0.0005)
    ranks_apart = sum(
        (a - b) ** 2
        for a, b in zip(np.argsort(np.argsort(x)), np.argsort(np.argsort(y)), strict=True)
    )
    assert found.spearman == pytest.approx(1 - 6 * ranks_apart / (11 * (11**2 - 1)))


def test_f1_by_verdict_counted_by_hand() -> None:
    covered, partial, missing, contradicted = VERDICTS
    found = verdict_agreement(
        [covered, covered, covered, partial, missing],
        [covered, covered, missing, missing, missing],
    )
    assert found.confusion == ((2, 0, 1, 0), (0, 0, 1, 0), (0, 0, 1, 0), (0, 0, 0, 0))
    assert found.by_verdict[covered].precision == 1
    assert found.by_verdict[covered].recall == pytest.approx(2 / 3)
    assert found.by_verdict[covered].f1 == pytest.approx(0.8)
    assert found.by_verdict[partial].precision is None
    assert found.by_verdict[partial].f1 == 0
    assert found.by_verdict[missing].f1 == pytest.approx(0.5)
    assert found.by_verdict[contradicted].f1 is None
    assert found.macro_f1 == pytest.approx((0.8 + 0 + 0.5) / 3)
    assert found.base_rate == pytest.approx(0.6)


def test_ungraded_rows_are_counted_and_take_no_part() -> None:
    found = verdict_agreement(
        [Verdict.COVERED, Verdict.MISSING, Verdict.PARTIAL],
        [Verdict.COVERED, Verdict.UNGRADED, Verdict.MISSING],
    )
    assert (found.n, found.ungraded, found.accuracy) == (2, 1, 0.5)


def test_halves_round_up_before_they_are_weighted() -> None:
    # As 3 against 3 and 8 against 8; rounded half to even, 2.5 would be 2 and the two would differ.
    assert score_agreement([2.5, 7.5], [3, 8]).qwk == 1


@pytest.mark.parametrize("score", [-0.1, 10.1, math.nan, math.inf])
def test_what_is_no_score_is_refused(score: float) -> None:
    with pytest.raises(ValueError, match="outside 0 to 10"):
        score_agreement([1], [score])


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="different lengths: 1, 2"):
        verdict_agreement([Verdict.COVERED], [Verdict.COVERED, Verdict.MISSING])
    with pytest.raises(ValueError, match="different lengths: 2, 1"):
        score_agreement([1, 2], [1])


def test_nothing_to_compare_has_no_figures() -> None:
    nothing = verdict_agreement([], [])
    assert (nothing.n, nothing.accuracy, nothing.macro_f1, nothing.kappa) == (0, None, None, None)
    assert set(score_agreement([], []).model_dump().values()) == {0, None}


def test_a_correlation_needs_both_sides_to_vary() -> None:
    flat = score_agreement([5, 5, 5], [1, 2, 3])
    assert flat.pearson is None
    assert flat.spearman is None
    assert flat.smd == pytest.approx(-3 / math.sqrt(0.5))


@given(st.lists(verdicts, min_size=1))
def test_verdicts_agree_with_themselves(own: list[Verdict]) -> None:
    found = verdict_agreement(own, own)
    assert found.accuracy == 1
    assert found.macro_f1 == 1
    assert found.kappa == (1 if len(set(own)) > 1 else None)


@given(st.lists(scores, min_size=1))
def test_scores_agree_with_themselves(own: list[float]) -> None:
    found = score_agreement(own, own)
    assert found.mae == 0
    assert found.smd in (0, None)
    assert found.qwk in (1, None)
    assert found.pearson is None or found.pearson == pytest.approx(1)
    assert found.spearman is None or found.spearman == pytest.approx(1)


@given(verdict_rows(), st.randoms(use_true_random=False))
def test_the_order_of_bullets_plays_no_part(
    rows: list[tuple[Verdict, Verdict]], random: Random
) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert verdict_agreement(*zip(*shuffled, strict=True)) == verdict_agreement(
        *zip(*rows, strict=True)
    )


@given(st.lists(st.tuples(scores, scores)))
def test_no_figure_of_scores_is_nan(rows: list[tuple[float, float]]) -> None:
    found = score_agreement([x for x, _ in rows], [y for _, y in rows])
    assert "NaN" not in json.dumps(found.model_dump())
    assert found.qwk is None or -1 <= found.qwk <= 1
    assert found.pearson is None or -1 <= found.pearson <= 1


@given(verdict_rows())
def test_no_figure_of_verdicts_is_nan(rows: list[tuple[Verdict, Verdict]]) -> None:
    found = verdict_agreement(*zip(*rows, strict=True))
    assert "NaN" not in json.dumps(found.model_dump())
