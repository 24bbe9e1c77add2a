"""How well verdicts agree with labels: figures, and Markdown tables of them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import cohen_kappa_score, confusion_matrix, f1_score

from viva.domain import VERDICTS
from viva_eval.labelled import Kind

_NAMES = [verdict.value for verdict in VERDICTS]
_CREDITED = 2
"""Verdicts before this index earn something."""
_CONTRADICTED = 3
_BINS = 10
EMPTY_KINDS = (Kind.STUFFED, Kind.OFF_TOPIC, Kind.UNKNOWN, Kind.INJECTION, Kind.VAGUE)
"""Kinds of answer that state next to nothing of what was asked."""

Indices = NDArray[np.int64]


class Judged(NamedTuple):
    """Bullets of labelled answers and what a grader said of them, one a place."""

    labels: Indices
    verdicts: Indices
    kinds: NDArray[np.str_]


class Scores(NamedTuple):
    """Answers' scores from 0 to 10, by the labels and by a grader."""

    wanted: NDArray[np.float64]
    given: NDArray[np.float64]


def accuracy(judged: Judged) -> float:
    """Return the share of bullets with the labelled verdict."""
    return float((judged.labels == judged.verdicts).mean())


def f1_by_verdict(judged: Judged) -> list[float]:
    """Return the F1 of each verdict, in the order of ``VERDICTS``."""
    scores = f1_score(judged.labels, judged.verdicts, labels=range(4), average=None)
    return [float(score) for score in scores]


def macro_f1(judged: Judged) -> float:
    """Return the mean of the verdicts' F1."""
    return float(np.mean(f1_by_verdict(judged)))


def weighted_kappa(judged: Judged) -> float:
    """Return Cohen's kappa of the credit (0, ½, 1), quadratic weights (Cohen 1968)."""
    credit = np.array([2, 1, 0, 0])
    return float(
        cohen_kappa_score(credit[judged.labels], credit[judged.verdicts], weights="quadratic")
    )


def contradiction_recall(judged: Judged) -> float:
    """Return the share of contradicted bullets that are found."""
    wanted = judged.labels == _CONTRADICTED
    return float((judged.verdicts[wanted] == _CONTRADICTED).mean())


def undeserved_credit(judged: Judged, kinds: Iterable[Kind] | None = None) -> float:
    """Return the share of bullets without credit that a grader credits, of some kinds of answer."""
    wanted = judged.labels >= _CREDITED
    if kinds is not None:
        wanted &= np.isin(judged.kinds, [kind.value for kind in kinds])
    return float((judged.verdicts[wanted] < _CREDITED).mean()) if wanted.any() else 0.0


def calibration_error(judged: Judged, confidence: NDArray[np.float64]) -> float:
    """Return the expected calibration error over ten bins of equal width (Guo et al. 2017)."""
    right = judged.labels == judged.verdicts
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    gaps = [
        (bins == place).mean() * abs(right[bins == place].mean() - confidence[bins == place].mean())
        for place in np.unique(bins)
    ]
    return float(sum(gaps))


def pearson(scores: Scores) -> float:
    """Return the correlation of answers' scores; 0 where one side does not vary."""
    if scores.wanted.std() == 0 or scores.given.std() == 0:
        return 0.0
    return float(np.corrcoef(scores.wanted, scores.given)[0, 1])


def mean_error(scores: Scores) -> float:
    """Return the mean absolute error of answers' scores, in points of ten."""
    return float(np.abs(scores.wanted - scores.given).mean())


def compare(graders: Mapping[str, tuple[Judged, Scores]]) -> str:
    """Return a Markdown table with a column for each grader."""
    rows: list[tuple[str, list[float]]] = []

    def add(name: str, values: Iterable[float]) -> None:
        rows.append((name, list(values)))

    judged = [own for own, _ in graders.values()]
    scores = [own for _, own in graders.values()]
    add("bullet accuracy", map(accuracy, judged))
    add("macro-F1 of the four verdicts", map(macro_f1, judged))
    for place, name in enumerate(_NAMES):
        add(f"F1 of {name}", (f1_by_verdict(own)[place] for own in judged))
    add("contradictions found (recall)", map(contradiction_recall, judged))
    add("quadratic weighted kappa of credit", map(weighted_kappa, judged))
    add("correlation of answer scores", map(pearson, scores))
    add("mean error of answer scores, of 10", map(mean_error, scores))
    add("undeserved credit, all bullets", (undeserved_credit(own) for own in judged))
    for kind in EMPTY_KINDS:
        add(
            f"undeserved credit, {kind.value} answers",
            (undeserved_credit(own, (kind,)) for own in judged),
        )
    return _table(
        ["", *graders], [[name, *(f"{value:.3f}" for value in values)] for name, values in rows]
    )


def confusion(judged: Judged) -> str:
    """Return the confusion matrix as a Markdown table: labels down, verdicts across."""
    counts = confusion_matrix(judged.labels, judged.verdicts, labels=range(4))
    rows = [[name, *map(str, own)] for name, own in zip(_NAMES, counts, strict=True)]
    return _table(["labelled \\ graded", *_NAMES], rows)


def by_kind(judged: Judged) -> str:
    """Return bullets, accuracy and undeserved credit by kind of answer."""
    rows = []
    for kind in Kind:
        own = judged.kinds == kind.value
        if own.any():
            part = Judged(judged.labels[own], judged.verdicts[own], judged.kinds[own])
            credit = undeserved_credit(part)
            rows.append([kind.value, str(own.sum()), f"{accuracy(part):.3f}", f"{credit:.3f}"])
    return _table(["answers", "bullets", "accuracy", "undeserved credit"], rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, rule, *rows])
