"""Worked examples of the literature and random samples, for the tests of the figures."""

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from viva.domain import VERDICTS, Verdict

COHEN_1960 = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
"""Cohen (1960), "A coefficient of agreement for nominal scales", n = 200: kappa = .492."""
FLEISS_LEVIN_PAIK_2003 = [[75, 1, 4], [5, 4, 1], [0, 0, 10]]
"""Fleiss, Levin & Paik (2003), table 18.1, psychiatric diagnoses, n = 100: kappa = 0.68."""
STATA_KAPPA = [[21, 12, 0, 0], [4, 17, 1, 0], [3, 9, 15, 2], [0, 0, 0, 1]]
"""Stata's manual, ``kap``, mammograms of Boyd et al. (1982): .4728, .5684 linear, .6714 squares."""

verdicts = st.sampled_from(VERDICTS)
scores = st.one_of(
    st.integers(0, 100).map(lambda tenths: tenths / 10), st.floats(0, 10, allow_nan=False)
)
clusters = st.sampled_from("abcd")


def verdict_rows() -> st.SearchStrategy[list[tuple[Verdict, Verdict]]]:
    """Rows of gold and given, at least one; some ungraded."""
    either = st.sampled_from(tuple(Verdict))
    return st.lists(st.tuples(either, either), min_size=1)


def rows_of(table: Sequence[Sequence[int]]) -> tuple[list[int], list[int]]:
    """Return the two columns that a table of counts was made from."""
    counts = np.array(table)
    down, across = np.indices(counts.shape)
    return np.repeat(down, counts.ravel()).tolist(), np.repeat(across, counts.ravel()).tolist()
