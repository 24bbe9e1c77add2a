"""How well verdicts and scores agree with gold.

Each figure is the one of scikit-learn or SciPy. ``tables``, ``moments`` and ``ranks`` have them
once more as functions of sums, for the intervals; tests hold the two equal.
"""

from collections.abc import Sequence

import numpy as np
from scipy.stats import pearsonr, spearmanr
from sklearn.metrics import cohen_kappa_score, confusion_matrix, precision_recall_fscore_support

from viva.domain import VERDICTS, Frozen, Verdict
from viva_eval.metrics.columns import (
    HIGHEST,
    Codes,
    Floats,
    encode_scores,
    encode_verdicts,
    whole_points,
)


class OfVerdict(Frozen):
    """How well one verdict is found. A figure without a denominator is None."""

    precision: float | None
    """Share of the given that gold has too, 0 to 1; None if it was never given."""
    recall: float | None
    """Share of gold's that was given, 0 to 1; None if gold has none."""
    f1: float | None
    """Harmonic mean of the two, 0 to 1; None if neither side has the verdict."""
    support: int
    """How often gold has it."""


class VerdictAgreement(Frozen):
    """Agreement of verdicts on bullets."""

    n: int
    """Bullets with a verdict on both sides."""
    ungraded: int
    """Bullets left out because one side is ungraded."""
    accuracy: float | None
    """Share of equal verdicts, 0 to 1."""
    macro_f1: float | None
    """Mean F1 of the verdicts that either side has, 0 to 1."""
    kappa: float | None
    """Cohen's kappa, unweighted, -1 to 1; None where both sides know one and the same verdict."""
    base_rate: float | None
    """Share of gold's most frequent verdict: the accuracy of always giving that one."""
    by_verdict: dict[Verdict, OfVerdict]
    confusion: tuple[tuple[int, ...], ...]
    """Counts, gold down and given across, both in the order of ``VERDICTS``."""


class ScoreAgreement(Frozen):
    """Agreement of answers' scores, in points from 0 to 10."""

    n: int
    qwk: float | None
    """Quadratic weighted kappa of the scores rounded to whole points, -1 to 1."""
    pearson: float | None
    """Correlation, -1 to 1; None where one side does not vary."""
    spearman: float | None
    """Correlation of ranks, -1 to 1; None where one side does not vary."""
    mae: float | None
    """Mean absolute error in points, 0 to 10."""
    smd: float | None
    """Standardized mean difference; above 0 where the grader is generous."""


def verdict_agreement(gold: Sequence[Verdict], given: Sequence[Verdict]) -> VerdictAgreement:
    """Return how well verdicts agree with gold, row by row.

    Kappa is Cohen's (1960); the F1 of a verdict that neither side has is not defined, so that it
    takes no part in the mean.

    Raises:
        ValueError: If the two are of different lengths.
    """
    (wanted, found), _ = encode_verdicts(gold, given)
    n, places = len(wanted), range(len(VERDICTS))
    if n == 0:
        nothing = OfVerdict(precision=None, recall=None, f1=None, support=0)
        return VerdictAgreement(
            n=0,
            ungraded=len(gold),
            accuracy=None,
            macro_f1=None,
            kappa=None,
            base_rate=None,
            by_verdict=dict.fromkeys(VERDICTS, nothing),
            confusion=tuple((0,) * len(VERDICTS) for _ in VERDICTS),
        )
    precision, recall, f1, support = precision_recall_fscore_support(
        wanted, found, labels=places, zero_division=np.nan
    )
    return VerdictAgreement(
        n=n,
        ungraded=len(gold) - n,
        accuracy=float((wanted == found).mean()),
        macro_f1=float(np.nanmean(f1)),
        kappa=_kappa(wanted, found, size=len(VERDICTS)),
        base_rate=float(support.max() / n),
        by_verdict={
            verdict: OfVerdict(
                precision=_defined(precision[place]),
                recall=_defined(recall[place]),
                f1=_defined(f1[place]),
                support=int(support[place]),
            )
            for place, verdict in enumerate(VERDICTS)
        },
        confusion=tuple(
            tuple(int(count) for count in row)
            for row in confusion_matrix(wanted, found, labels=places)
        ),
    )


def score_agreement(gold: Sequence[float], given: Sequence[float]) -> ScoreAgreement:
    """Return how well answers' scores agree with gold, row by row.

    Quadratic weighted kappa (Cohen 1968) needs categories: both sides are rounded to whole points
    first, halves up. The standardized mean difference is that of Williamson, Xi and Breyer (2012),
    the mean given less the mean of gold, over the root of the mean of the two variances (n - 1).

    Raises:
        ValueError: If the two are of different lengths, or a score is not from 0 to 10.
    """
    wanted, found = encode_scores(gold, given)
    n = len(wanted)
    if n == 0:
        return ScoreAgreement(n=0, qwk=None, pearson=None, spearman=None, mae=None, smd=None)
    varied = n > 1 and bool(np.ptp(wanted) > 0 and np.ptp(found) > 0)
    return ScoreAgreement(
        n=n,
        qwk=_kappa(
            whole_points(wanted), whole_points(found), size=HIGHEST + 1, weights="quadratic"
        ),
        pearson=float(pearsonr(wanted, found).statistic) if varied else None,
        spearman=float(spearmanr(wanted, found).statistic) if varied else None,
        mae=float(np.abs(wanted - found).mean()),
        smd=_standardized_difference(wanted, found),
    )


def _kappa(wanted: Codes, found: Codes, *, size: int, weights: str | None = None) -> float | None:
    if np.ptp(wanted) == 0 and np.ptp(found) == 0 and wanted[0] == found[0]:
        return None  # chance alone would agree in full, which leaves nothing to measure against
    return float(cohen_kappa_score(wanted, found, labels=range(size), weights=weights))


def _standardized_difference(wanted: Floats, found: Floats) -> float | None:
    if len(wanted) < 2 or (np.ptp(wanted) == 0 and np.ptp(found) == 0):
        return None
    spread = np.sqrt((wanted.var(ddof=1) + found.var(ddof=1)) / 2)
    return float((found.mean() - wanted.mean()) / spread)


def _defined(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
