"""The fitted part of the local grader: from features to calibrated probabilities of verdicts.

Multinomial logistic regression on standardized features (Hastie, Tibshirani and Friedman 2009,
*The Elements of Statistical Learning*, section 4.4) and their products with the similarity of the
best claim, followed by temperature scaling (Guo et al. 2017, "On Calibration of Modern Neural
Networks"). ``viva_eval.calibrate`` fits it; the figures live in ``calibration.json``.
"""

import hashlib
import json
from functools import cached_property
from importlib.resources import files
from typing import Self

import numpy as np
from numpy.typing import NDArray

from viva.domain import Frozen
from viva.errors import WeightsError
from viva.grading.features import FEATURES

Matrix = NDArray[np.float64]


class Calibration(Frozen):
    """Coefficients of the local grader; rows follow ``VERDICTS``."""

    features: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    coefficients: tuple[tuple[float, ...], ...]
    intercepts: tuple[float, ...]
    temperature: float
    fitted_on: str
    """What data, in words."""

    @classmethod
    def shipped(cls) -> Self:
        """Return the calibration in the package.

        Raises:
            WeightsError: If it does not fit the features of this version.
        """
        text = files("viva.grading").joinpath("calibration.json").read_text(encoding="utf-8")
        found = cls.model_validate(json.loads(text))
        if found.features != FEATURES:
            raise WeightsError(
                "The local grader's calibration was fitted for other features.",
                hint="Run 'make calibrate'.",
            )
        return found

    @cached_property
    def fingerprint(self) -> str:
        """Hash of all figures."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def probabilities(self, rows: Matrix) -> Matrix:
        """Return the probability of each verdict for each row of features, bullets x 4."""
        inputs = (expand(rows) - np.array(self.mean)) / np.array(self.scale)
        logits = inputs @ np.array(self.coefficients).T + np.array(self.intercepts)
        return softmax(logits / self.temperature)


def expand(rows: Matrix) -> Matrix:
    """Return the features and their products with the first one, the best similarity."""
    return np.hstack([rows, rows * rows[:, :1]])


def softmax(logits: Matrix) -> Matrix:
    """Return the normalized exponentials of each row."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
