"""From what the cross-encoder says of single statements to one reading of a bullet."""

import numpy as np
from numpy.typing import NDArray

from viva.domain import VERDICTS, Verdict

_WAYS = ("most", "nearest", "telling", "mean")
READING_FEATURES = tuple(f"{verdict.value}_{way}" for way in _WAYS for verdict in VERDICTS)
"""Names of the numbers that ``sum_up`` returns."""
_MISSING = VERDICTS.index(Verdict.MISSING)
_NOTHING_READ = np.eye(len(VERDICTS))[_MISSING]
_LEAST_CHANCE = 1e-3
"""Added to each chance, so that a very small one does not outweigh all else."""


def sum_up(logits: NDArray[np.floating]) -> dict[str, float]:
    """Return logarithms of the chances of each verdict on a bullet, by name.

    The highest of each chance (``most``), those of the statement most similar to the bullet
    (``nearest``), those of the one least likely to say nothing of it (``telling``), and those
    of all together (``mean``).

    Args:
        logits: Statements x 4, the most similar statement first; perhaps none.
    """
    if len(logits):
        each = softmax(logits)
        telling = each[np.argmin(each[:, _MISSING])]
        mean = softmax(logits.mean(axis=0, keepdims=True))[0]
        chances = np.concatenate([each.max(axis=0), each[0], telling, mean])
    else:
        chances = np.tile(_NOTHING_READ, len(_WAYS))
    return dict(zip(READING_FEATURES, np.log(chances + _LEAST_CHANCE).tolist(), strict=True))


def softmax(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the normalized exponentials of each row."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True), dtype=np.float64)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
