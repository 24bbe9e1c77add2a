"""Calibration of confidence, against worked examples of the literature."""

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve

from viva_eval.metrics.reliability import reliability

rows = st.lists(
    st.tuples(st.one_of(st.floats(0, 1), st.sampled_from((0.5, 0.9))), st.booleans()), min_size=1
)


def test_brier_score_is_half_that_of_brier() -> None:
    """Brier (1950), table 1: ten forecasts of rain, P = 0.19 summed over rain and no rain."""
    forecast = [0.7, 0.9, 0.8, 0.4, 0.2, 0, 0, 0, 0, 0.1]
    rained = [place in (1, 2, 3) for place in range(10)]
    assert reliability(forecast, rained).brier == pytest.approx(0.19 / 2)


@pytest.mark.parametrize(("right", "error"), [(80, 0.0), (60, 0.2), (100, 0.2)])
def test_calibration_error_of_a_hundred_equal_confidences(right: int, error: float) -> None:
    """Guo et al. (2017), section 2: of 100 predictions at 0.8, 80 should be right."""
    found = reliability([0.8] * 100, [place < right for place in range(100)])
    assert len(found.bins) == 1
    assert found.ece == pytest.approx(error)


def test_calibration_error_is_that_of_torchmetrics() -> None:
    """The example of its ``BinaryCalibrationError``, l1 norm: 0.29."""
    confidence = [0.25, 0.25, 0.55, 0.75, 0.75]
    found = reliability(confidence, [False, False, True, True, True], bins=3)
    assert found.ece == pytest.approx(0.29)
    assert [(own.n, own.low, own.high) for own in found.bins] == [
        (2, 0.25, 0.25),
        (1, 0.55, 0.55),
        (2, 0.75, 0.75),
    ]


def test_bins_hold_equally_many() -> None:
    confidence = [0.9 + place / 10_000 for place in range(1000)]
    found = reliability(confidence, [True] * 1000)
    assert [own.n for own in found.bins] == [100] * 10


def test_always_right_and_always_wrong_are_defined() -> None:
    assert reliability([1, 1], [True, True]).brier == 0
    assert reliability([1, 1], [False, False]).brier == 1
    assert reliability([1, 1], [False, False]).ece == 1


def test_nothing_stated_has_no_figures() -> None:
    found = reliability([], [])
    assert (found.n, found.bins, found.ece, found.brier) == (0, (), None, None)


@pytest.mark.parametrize("confidence", [-0.1, 1.1, float("nan")])
def test_what_is_no_confidence_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="outside 0 to 1"):
        reliability([confidence], [True])


def test_no_bins_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        reliability([0.5], [True], bins=0)


@given(rows)
def test_the_curve_is_that_of_scikit_learn(drawn: list[tuple[float, bool]]) -> None:
    confidence, right = (list(column) for column in zip(*drawn, strict=True))
    found = reliability(confidence, right)
    if len(set(right)) == 2:
        accuracy, mean = calibration_curve(right, confidence, n_bins=10, strategy="quantile")
        assert [own.accuracy for own in found.bins] == pytest.approx(accuracy)
        assert [own.confidence for own in found.bins] == pytest.approx(mean)
    assert sum(own.n for own in found.bins) == len(drawn)


@given(rows, st.randoms(use_true_random=False))
def test_figures_are_never_nan_and_the_order_of_rows_plays_no_part(
    drawn: list[tuple[float, bool]], random: Random
) -> None:
    before = reliability(*(list(column) for column in zip(*drawn, strict=True)))
    random.shuffle(drawn)
    after = reliability(*(list(column) for column in zip(*drawn, strict=True)))
    assert "NaN" not in json.dumps(before.model_dump())
    assert before.ece is not None
    assert 0 <= before.ece <= 1
    assert [own.n for own in after.bins] == [own.n for own in before.bins]
    assert after.ece == pytest.approx(before.ece)
    assert after.brier == pytest.approx(before.brier)
