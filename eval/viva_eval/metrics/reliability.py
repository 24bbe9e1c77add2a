"""Whether a grader's confidence means what it says: of all it calls 80% sure, 80% are right."""

from collections.abc import Sequence

import numpy as np
from sklearn.metrics import brier_score_loss

from viva.domain import Frozen
from viva_eval.metrics.columns import check_lengths

BINS = 10


class Bin(Frozen):
    """Verdicts of like confidence: one point of the reliability curve."""

    n: int
    low: float
    """Least confidence among them."""
    high: float
    """Greatest confidence among them."""
    confidence: float
    """Their mean confidence, 0 to 1."""
    accuracy: float
    """Share of them that is right, 0 to 1."""


class Reliability(Frozen):
    """How far confidence and accuracy agree."""

    n: int
    bins: tuple[Bin, ...]
    """By rising confidence."""
    ece: float | None
    """Expected calibration error, 0 to 1: the gap between the two, averaged over verdicts."""
    brier: float | None
    """Mean squared distance of confidence from what came out, 0 to 1."""


def reliability(
    confidence: Sequence[float], right: Sequence[bool], *, bins: int = BINS
) -> Reliability:
    """Return the reliability curve of confidences in verdicts that proved right or wrong.

    The expected calibration error is that of Naeini, Cooper & Hauskrecht (2015) and Guo et al.
    (2017), over bins that hold equally many (Nguyen & O'Connor 2015), as many as can: equal
    confidences share a bin, so that the order of rows plays no part. A confidence crowded near 1
    would leave bins of equal width nearly empty. Brier's score (1950) is taken in its usual form
    for two outcomes, half of his.

    Raises:
        ValueError: If the two are of different lengths, a confidence is not from 0 to 1, or there
            is less than one bin.
    """
    check_lengths(confidence, right)
    if bins < 1:
        raise ValueError(f"{bins} bins: need at least one")
    stated = np.asarray(confidence, dtype=np.float64)
    came = np.asarray(right, dtype=np.float64)
    if not ((stated >= 0) & (stated <= 1)).all():  # catches NaN too
        raise ValueError("a confidence lies outside 0 to 1")
    if len(stated) == 0:
        return Reliability(n=0, bins=(), ece=None, brier=None)
    edges = np.quantile(stated, np.linspace(0, 1, bins + 1)[1:-1])
    places = np.searchsorted(edges, stated)
    points = []
    for place in np.unique(places):
        inside, outcome = stated[places == place], came[places == place]
        points.append(
            Bin(
                n=len(inside),
                low=float(inside.min()),
                high=float(inside.max()),
                confidence=float(inside.mean()),
                accuracy=float(outcome.mean()),
            )
        )
    gaps = sum(point.n * abs(point.accuracy - point.confidence) for point in points)
    return Reliability(
        n=len(stated),
        bins=tuple(points),
        ece=gaps / len(stated),
        brier=float(brier_score_loss(came, stated, pos_label=1)),
    )
