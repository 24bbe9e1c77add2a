import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from viva.grading.readings import READING_FEATURES, softmax, sum_up

LOGITS = arrays(
    np.float32,
    st.tuples(st.integers(1, 6), st.just(4)),
    elements=st.floats(-20, 20, width=32),
)


@given(LOGITS)
def test_each_way_of_reading_one_statement_gives_chances(logits: np.ndarray) -> None:
    found = sum_up(logits)
    assert tuple(found) == READING_FEATURES
    for way in ("nearest", "telling", "mean"):
        total = sum(np.exp(value) for name, value in found.items() if name.endswith(way))
        assert total == pytest.approx(1.004)  # a thousandth is added to each


@given(LOGITS)
def test_the_highest_chance_of_each_verdict_is_no_lower_than_the_nearest(
    logits: np.ndarray,
) -> None:
    found = sum_up(logits)
    for verdict in ("covered", "partial", "missing", "contradicted"):
        assert found[f"{verdict}_most"] >= found[f"{verdict}_nearest"]


def test_the_telling_statement_is_the_one_that_is_least_silent() -> None:
    silent, against = [0.0, 0.0, 9.0, 0.0], [0.0, 0.0, 0.0, 9.0]
    found = sum_up(np.array([silent, against]))
    assert found["missing_nearest"] == pytest.approx(0, abs=0.01)
    assert found["contradicted_telling"] == pytest.approx(0, abs=0.01)


def test_where_nothing_was_read_nothing_was_said() -> None:
    found = sum_up(np.zeros((0, 4)))
    assert {name for name, value in found.items() if value > -1} == {
        name for name in READING_FEATURES if name.startswith("missing")
    }


def test_softmax_of_large_logits_does_not_overflow() -> None:
    assert softmax(np.array([[1e4, 0, 0, 0]])).tolist() == [[1, 0, 0, 0]]
