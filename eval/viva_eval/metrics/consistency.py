"""How far a grader that grades the same answer several times says the same.

Each item is what was said of one thing, such as the verdicts on one bullet of one answer, one for
each repeat. Items with fewer than two are left out: there is nothing to compare.
"""

from collections.abc import Sequence

import krippendorff
import numpy as np

from viva.domain import VERDICTS, Frozen, Verdict
from viva_eval.metrics.columns import encode_scores, encode_verdicts


class VerdictConsistency(Frozen):
    """How far verdicts of repeats agree."""

    items: int
    """Bullets of answers with two verdicts or more."""
    alpha: float | None
    """Krippendorff's alpha, nominal, at most 1; None where only one verdict was ever given."""
    flipped: int
    """Items whose verdicts are not all equal."""
    flip_share: float | None
    """``flipped`` of ``items``, 0 to 1. More repeats can only raise it."""
    pair_flip_share: float | None
    """Share of pairs of repeats that differ, 0 to 1, whatever the number of repeats."""


class ScoreConsistency(Frozen):
    """How far scores of repeats agree."""

    items: int
    """Answers with two scores or more."""
    alpha: float | None
    """Krippendorff's alpha, interval, at most 1; None where all scores are equal."""
    sd: float | None
    """Standard deviation within answers, pooled, in points."""


def verdict_consistency(items: Sequence[Sequence[Verdict]]) -> VerdictConsistency:
    """Return how far the verdicts of each item agree; ungraded ones are left out.

    Alpha is that of Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability".
    """
    owners = np.repeat(np.arange(len(items)), [len(item) for item in items])
    (codes,), kept = encode_verdicts([verdict for item in items for verdict in item])
    cells = owners[kept] * len(VERDICTS) + codes
    counts = np.bincount(cells, minlength=len(items) * len(VERDICTS)).reshape(-1, len(VERDICTS))
    counts = counts[counts.sum(axis=1) > 1]
    if len(counts) == 0:
        return VerdictConsistency(
            items=0, alpha=None, flipped=0, flip_share=None, pair_flip_share=None
        )
    repeats = counts.sum(axis=1)
    pairs = int((repeats * (repeats - 1)).sum())
    equal = int((counts * (counts - 1)).sum())
    flipped = int((counts.max(axis=1) < repeats).sum())
    alpha = None
    if (counts.sum(axis=0) > 0).sum() > 1:
        alpha = float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))
    return VerdictConsistency(
        items=len(counts),
        alpha=alpha,
        flipped=flipped,
        flip_share=flipped / len(counts),
        pair_flip_share=(pairs - equal) / pairs,
    )


def score_consistency(items: Sequence[Sequence[float]]) -> ScoreConsistency:
    """Return how far the scores of each item agree.

    The deviation is the within-subject one of Bland & Altman (1996), "Measurement error". Alpha is
    Krippendorff's (2011) for interval data, from sums of squares: his coincidences of a hundred
    different scores would take a table of 100 by 100 for each answer, which the package holds all
    at once. A test holds the two equal.

    Raises:
        ValueError: If a score is not from 0 to 10.
    """
    compared = [item for item in items if len(item) > 1]
    if not compared:
        return ScoreConsistency(items=0, alpha=None, sd=None)
    repeats = np.array([len(item) for item in compared])
    owners = np.repeat(np.arange(len(compared)), repeats)
    (scores,) = encode_scores([score for item in compared for score in item])
    means = np.bincount(owners, weights=scores) / repeats
    within = np.bincount(owners, weights=(scores - means[owners]) ** 2)
    alpha = None
    if np.ptp(scores) > 0:
        expected = len(scores) * ((scores - scores.mean()) ** 2).sum() / (len(scores) - 1)
        alpha = float(1 - (repeats * within / (repeats - 1)).sum() / expected)
    return ScoreConsistency(
        items=len(compared),
        alpha=alpha,
        sd=float(np.sqrt(within.sum() / (repeats - 1).sum())),
    )
