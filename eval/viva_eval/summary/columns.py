"""The columns of a tally as arrays, of which parts can be taken."""

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from viva_eval.summary.tally import BulletColumns, ScoreColumns

Rows = NDArray[np.bool_]
Places = NDArray[np.int64]


class Columns(NamedTuple):
    """Bullets, then scores of answers; verdicts by their places in ``VERDICTS``."""

    gold: NDArray[np.int64]
    given: NDArray[np.int64]
    confidence: NDArray[np.float64]
    bullet_question: NDArray[np.int64]
    bullet_kind: NDArray[np.int64]
    gold_score: NDArray[np.float64]
    score: NDArray[np.float64]
    score_question: NDArray[np.int64]
    score_kind: NDArray[np.int64]

    @classmethod
    def of(cls, bullets: BulletColumns, scores: ScoreColumns) -> Self:
        """Return the columns of a tally."""
        return cls(
            gold=np.array(bullets.gold, dtype=np.int64),
            given=np.array(bullets.given, dtype=np.int64),
            confidence=np.array(bullets.confidence, dtype=np.float64),
            bullet_question=np.array(bullets.question, dtype=np.int64),
            bullet_kind=np.array(bullets.kind, dtype=np.int64),
            gold_score=np.array(scores.gold, dtype=np.float64),
            score=np.array(scores.given, dtype=np.float64),
            score_question=np.array(scores.question, dtype=np.int64),
            score_kind=np.array(scores.kind, dtype=np.int64),
        )

    def sorted(self) -> "Columns":
        """Return the rows in an order that is that of their values.

        Sums of floats depend on the order of their terms, and a run with several workers leaves
        its records in any order; the same records shall give the same figures to the last digit.
        """
        return self.only(np.lexsort(self[:3]), np.lexsort(self[5:7]))

    def only(self, bullets: Rows | Places, scores: Rows | Places) -> "Columns":
        """Return a part of the rows."""
        return Columns(
            gold=self.gold[bullets],
            given=self.given[bullets],
            confidence=self.confidence[bullets],
            bullet_question=self.bullet_question[bullets],
            bullet_kind=self.bullet_kind[bullets],
            gold_score=self.gold_score[scores],
            score=self.score[scores],
            score_question=self.score_question[scores],
            score_kind=self.score_kind[scores],
        )
