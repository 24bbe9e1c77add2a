"""Figures of scores that need only sums of them, for many samples at once.

As in ``tables``: sums down, one number for each, NaN where the figure is not defined.
"""

import numpy as np

from viva_eval.metrics.columns import HIGHEST, Codes, Floats

_MIDDLE = HIGHEST / 2
"""Taken off the scores, so that little is lost when a mean's square is subtracted."""
_LEAST_VARIANCE = 1e-12
"""In points squared; below it, rounding is all that is left."""


def sum_scores(wanted: Floats, found: Floats, clusters: Codes, *, count: int) -> Floats:
    """Return, for each cluster, how many, and sums of x, y, xx, yy, xy and the error's size."""
    x, y = wanted - _MIDDLE, found - _MIDDLE
    parts = (np.ones_like(x), x, y, x * x, y * y, x * y, np.abs(x - y))
    sums = [np.bincount(clusters, weights=part, minlength=count) for part in parts]
    return np.stack(sums, axis=1)


def pearson(sums: Floats) -> Floats:
    """Return the correlation."""
    n, _, _, xx, yy, xy = _central(sums)
    varied = (n > 1) & (xx > _LEAST_VARIANCE) & (yy > _LEAST_VARIANCE)
    spread = np.sqrt(np.where(varied, xx * yy, 1))
    return np.where(varied, np.clip(xy / spread, -1, 1), np.nan)


def mean_absolute_error(sums: Floats) -> Floats:
    """Return the mean absolute error."""
    n = sums[:, 0]
    return np.where(n > 0, sums[:, 6] / np.maximum(n, 1), np.nan)


def standardized_difference(sums: Floats) -> Floats:
    """Return the standardized mean difference (Williamson, Xi & Breyer 2012)."""
    n, x, y, xx, yy, _ = _central(sums)
    variance = (xx + yy) / 2 * n / np.maximum(n - 1, 1)
    varied = (n > 1) & (variance > _LEAST_VARIANCE)
    return np.where(varied, (y - x) / np.sqrt(np.where(varied, variance, 1)), np.nan)


def _central(sums: Floats) -> tuple[Floats, ...]:
    """Return how many, the two means, the two variances (over n) and the covariance."""
    n = sums[:, 0]
    x, y, xx, yy, xy = (sums[:, place] / np.maximum(n, 1) for place in range(1, 6))
    return n, x, y, xx - x * x, yy - y * y, xy - x * y
