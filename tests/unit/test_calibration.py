import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from viva.domain import VERDICTS
from viva.grading.calibration import CONTRADICTED_FROM, Calibration
from viva.grading.features import FEATURES, Description
from viva.grading.readings import softmax


def make_calibration(**changes: object) -> Calibration:
    """One with no opinion: every verdict is as likely as any other."""
    width = len(FEATURES) + 2
    figures: dict[str, object] = {
        "features": FEATURES,
        "embedding": "e",
        "cross_encoder": "c",
        "head_coefficients": ((0.0,) * 4,) * 2,
        "head_intercepts": (0.0, 0.0),
        "mean": (0.0,) * width,
        "scale": (1.0,) * width,
        "coefficients": ((0.0,) * width,) * 4,
        "intercepts": (0.0, 0.0, 0.0, 0.0),
        "temperature": 1.0,
        "handicaps": (1.0, 1.0, 1.0, 1.0),
        "fitted_on": "nothing",
    }
    return Calibration.model_validate(figures | changes)


SEEN = Description(
    rows=np.ones((2, len(FEATURES))),
    spoken=np.ones((2, 4)),
    best=(0, 0),
    open_to=np.ones((1, 2), dtype=bool),
)


def test_without_an_opinion_all_verdicts_are_as_likely() -> None:
    assert make_calibration().probabilities(SEEN) == pytest.approx(np.full((2, 4), 0.25))


def test_heads_reach_the_verdicts() -> None:
    coefficients = np.zeros((4, len(FEATURES) + 2))
    coefficients[3, -2] = 1.0
    leaning = make_calibration(
        head_coefficients=((1.0, 0, 0, 0), (0.0,) * 4),
        coefficients=tuple(map(tuple, coefficients.tolist())),
    )
    assert (leaning.probabilities(SEEN).argmax(axis=1) == 3).all()


def test_a_higher_temperature_is_less_sure() -> None:
    sure = make_calibration(intercepts=(2.0, 0, 0, 0))
    unsure = make_calibration(intercepts=(2.0, 0, 0, 0), temperature=4.0)
    assert sure.probabilities(SEEN)[0, 0] > unsure.probabilities(SEEN)[0, 0] > 0.25


def test_a_handicap_changes_the_decision_and_not_the_chances() -> None:
    even = make_calibration(intercepts=(0.5, 0, 0, 0))
    raised = make_calibration(intercepts=(0.5, 0, 0, 0), handicaps=(1.0, 3.0, 1.0, 1.0))
    chances = even.probabilities(SEEN)
    assert raised.probabilities(SEEN) == pytest.approx(chances)
    assert list(even.decide(chances)) == [0, 0]
    assert list(raised.decide(chances)) == [1, 1]


def test_a_doubtful_contradiction_is_not_asserted() -> None:
    against = make_calibration(handicaps=(1.0, 1.0, 1.0, 5.0))
    doubtful = np.array([[0.3, 0.15, 0.2, CONTRADICTED_FROM - 0.05]])
    assert list(against.decide(doubtful)) == [0]
    clear = np.array([[0.3, 0.1, 0.2, CONTRADICTED_FROM]])
    assert list(against.decide(clear)) == [3]


@given(st.lists(st.lists(st.floats(-500, 500), min_size=4, max_size=4), min_size=1, max_size=5))
def test_softmax_gives_chances_that_add_up_to_one(logits: list[list[float]]) -> None:
    chances = softmax(np.array(logits))
    assert (chances >= 0).all()
    assert chances.sum(axis=1) == pytest.approx(1)


def test_the_shipped_figures_fit_each_other() -> None:
    shipped = Calibration.shipped()
    width = len(FEATURES) + len(shipped.head_intercepts)
    assert len(shipped.mean) == len(shipped.scale) == width
    assert [len(row) for row in shipped.coefficients] == [width] * len(VERDICTS)
    assert len(shipped.intercepts) == len(shipped.handicaps) == len(VERDICTS)
    assert min(shipped.scale) > 0 < shipped.temperature
    assert "synthetic" in shipped.fitted_on


def test_every_figure_is_in_the_fingerprint() -> None:
    assert make_calibration().fingerprint != make_calibration(temperature=1.5).fingerprint
    assert make_calibration().fingerprint == make_calibration().fingerprint
