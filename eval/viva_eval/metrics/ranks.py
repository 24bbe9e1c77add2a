"""Spearman's correlation from counts of pairs of scores, for many samples at once.

Ranks are no sum over clusters, but they follow from how often each pair of scores occurs, which is.
"""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from viva_eval.metrics.columns import Codes, Floats


class Pairs(NamedTuple):
    """The different pairs of scores, and how often each cluster has them."""

    counts: csr_array
    """Clusters down, pairs across."""
    wanted: Codes
    """Place of each pair's gold among the different scores of gold, lowest first."""
    found: Codes
    """The same of what was given."""

    def spearman(self, totals: Floats) -> Floats:
        """Return the correlation of ranks; ties share the mean of theirs.

        Takes totals of pairs down, as in ``tables``; NaN where one side does not vary.
        """
        n = totals.sum(axis=1, keepdims=True)
        scale = np.where(n > 0, n, 1)
        x, y = (self._ranks(totals, side) / scale - 0.5 for side in (self.wanted, self.found))
        xx, yy, xy = ((totals * product).sum(axis=1) for product in (x * x, y * y, x * y))
        # Middle ranks are centred by nature, so these are n times variances. The least that two
        # different values of n can have is (n - 1) / 4n, far above what rounding leaves of none.
        varied = (xx > 1e-6) & (yy > 1e-6)
        spread = np.sqrt(np.where(varied, xx * yy, 1))
        return np.where(varied, np.clip(xy / spread, -1, 1), np.nan)

    @staticmethod
    def _ranks(totals: Floats, side: Codes) -> Floats:
        """Return the middle rank of each pair's value on one side, from 0 to n."""
        place = csr_array(
            (np.ones(len(side)), (np.arange(len(side)), side)), shape=(len(side), side.max() + 1)
        )
        counts = np.asarray(totals @ place)
        ranks: Floats = (np.cumsum(counts, axis=1) - counts / 2)[:, side]
        return ranks


def count_pairs(wanted: Floats, found: Floats, clusters: Codes, *, count: int) -> Pairs:
    """Return how often each of ``count`` clusters has each pair of scores; one row at least."""
    _, x = np.unique(wanted, return_inverse=True)
    _, y = np.unique(found, return_inverse=True)
    width = int(y.max()) + 1
    pairs, places = np.unique(x * width + y, return_inverse=True)
    counts = csr_array((np.ones(len(x)), (clusters, places)), shape=(count, len(pairs)))
    return Pairs(counts, pairs // width, pairs % width)
