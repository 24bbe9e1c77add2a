"""Verdicts, scores and clusters as arrays, checked once where they come in."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from viva.domain import VERDICTS, Verdict

Codes = NDArray[np.intp]
Floats = NDArray[np.float64]

HIGHEST = 10
"""The best score of an answer; the worst is 0."""
_DECIMALS = 6
"""Scores that agree to this place are equal: what lies beyond is noise of their arithmetic."""
_UNGRADED = len(VERDICTS)
_CODES = {verdict: code for code, verdict in enumerate((*VERDICTS, Verdict.UNGRADED))}


def check_lengths(*columns: Sequence[object] | NDArray[np.generic]) -> None:
    """Check that columns are of one length.

    Raises:
        ValueError: If they are not.
    """
    lengths = [len(column) for column in columns]
    if len(set(lengths)) > 1:
        raise ValueError(f"columns of different lengths: {', '.join(map(str, lengths))}")


def encode_verdicts(*columns: Sequence[Verdict]) -> tuple[tuple[Codes, ...], NDArray[np.bool_]]:
    """Return verdicts as places in ``VERDICTS``, and which rows were kept.

    A row with an ungraded verdict in any column is left out of all: it holds no judgement to
    compare.

    Raises:
        ValueError: If the columns are of different lengths.
    """
    check_lengths(*columns)
    codes = [
        np.fromiter((_CODES[verdict] for verdict in column), dtype=np.intp, count=len(column))
        for column in columns
    ]
    kept = np.logical_and.reduce([column != _UNGRADED for column in codes])
    return tuple(column[kept] for column in codes), kept


def encode_scores(*columns: Sequence[float]) -> tuple[Floats, ...]:
    """Return scores as arrays, rounded to six decimals.

    Raises:
        ValueError: If the columns are of different lengths, or a score is not from 0 to 10.
    """
    check_lengths(*columns)
    arrays = [np.asarray(column, dtype=np.float64) for column in columns]
    for array in arrays:
        if not ((array >= 0) & (array <= HIGHEST)).all():  # catches NaN too
            raise ValueError(f"a score lies outside 0 to {HIGHEST}")
    return tuple(np.round(array, _DECIMALS) for array in arrays)


def whole_points(scores: Floats) -> Codes:
    """Return scores in whole points from 0 to 10, halves rounded up."""
    return np.floor(scores + 0.5).astype(np.intp)


def encode_clusters(clusters: Sequence[str] | NDArray[np.str_]) -> tuple[Codes, int]:
    """Return each row's cluster as a number, by the order of their names, and how many there are.

    The order of the rows thus plays no part in what is drawn.
    """
    names, codes = np.unique(np.asarray(clusters, dtype=np.str_), return_inverse=True)
    return codes.astype(np.intp), len(names)
