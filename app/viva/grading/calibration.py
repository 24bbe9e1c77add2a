"""The fitted part of the local grader: from features to calibrated probabilities of verdicts.

Two steps. *Heads* are linear models of what was said, the embeddings of the best claim and of its
sentence: one tells contradiction from support, one tells a vague mention from a full one. Their
outputs join the features, and a multinomial logistic regression on all of them, standardized,
gives the verdicts (stacking: Wolpert 1992, "Stacked generalization"; Hastie, Tibshirani and
Friedman 2009, *The Elements of Statistical Learning*, sections 4.4 and 8.8), followed by
temperature scaling (Guo et al. 2017, "On Calibration of Modern Neural Networks"). Rare verdicts
are then weighed up for the decision alone, so that the confidence shown stays a probability.

``viva_eval.calibrate`` fits it; the figures live in ``calibration.json``.
"""

import hashlib
import json
from functools import cached_property
from importlib.resources import files
from typing import Self

import numpy as np
from numpy.typing import NDArray

from viva.domain import VERDICTS, Frozen, Verdict
from viva.errors import WeightsError
from viva.grading.features import FEATURES, Description
from viva.grading.readings import softmax

Matrix = NDArray[np.float64]

CONTRADICTED_FROM = 0.4
"""Chance from which a person is told to have said the opposite: wrongly accused, they would trust
no other mark. Chosen on the train split, where half of the false contradictions go and one true
one in ten."""


class Calibration(Frozen):
    """Figures of the local grader; rows follow ``VERDICTS``."""

    features: tuple[str, ...]
    embedding: str
    """Fingerprint of the embedding model whose vectors it was fitted on."""
    cross_encoder: str
    """The sha256 of the cross-encoder whose readings it was fitted on."""
    head_coefficients: tuple[tuple[float, ...], ...]
    head_intercepts: tuple[float, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    coefficients: tuple[tuple[float, ...], ...]
    intercepts: tuple[float, ...]
    temperature: float
    handicaps: tuple[float, ...]
    """What each verdict's probability is multiplied by before the highest one is chosen."""
    fitted_on: str
    """What data, in words."""

    @classmethod
    def shipped(cls) -> Self:
        """Return the calibration in the package.

        Raises:
            WeightsError: If it does not fit the features of this version.
        """
        text = files("viva.grading").joinpath("calibration.json").read_text(encoding="utf-8")
        held = json.loads(text)
        if tuple(held.get("features", ())) != FEATURES:
            raise WeightsError(
                "The local grader's calibration was fitted for other features.",
                hint="Run 'make calibrate'.",
            )
        return cls.model_validate(held)

    @cached_property
    def fingerprint(self) -> str:
        """Hash of all figures."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def probabilities(self, seen: Description) -> Matrix:
        """Return the probability of each verdict for each bullet, bullets x 4."""
        heads = seen.spoken @ np.array(self.head_coefficients).T + np.array(self.head_intercepts)
        inputs = (np.hstack([seen.rows, heads]) - np.array(self.mean)) / np.array(self.scale)
        logits = inputs @ np.array(self.coefficients).T + np.array(self.intercepts)
        return softmax(logits / self.temperature)

    def decide(self, chances: Matrix) -> NDArray[np.intp]:
        """Return the index in ``VERDICTS`` of the verdict on each row of probabilities."""
        return choose_verdicts(chances, np.array(self.handicaps))


def choose_verdicts(chances: Matrix, handicaps: Matrix) -> NDArray[np.intp]:
    """Return the index of the verdict with the highest chance after handicaps, row by row.

    *Contradicted* is out of the question below ``CONTRADICTED_FROM``.
    """
    weighed = chances * handicaps
    against = VERDICTS.index(Verdict.CONTRADICTED)
    weighed[chances[:, against] < CONTRADICTED_FROM, against] = 0
    return np.asarray(np.argmax(weighed, axis=1))
