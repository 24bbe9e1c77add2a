"""What the local grader has to beat: one cosine with tuned thresholds."""

from collections.abc import Iterable
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from viva.claims import split_sentences
from viva.domain import Deck
from viva.embedding import Embedder
from viva.retrieval import Retriever
from viva_eval.fitting import COVERED, MISSING, PARTIAL
from viva_eval.labelled import LabelledAnswer

_STEPS = 61


def nearest_sentences(
    answers: Iterable[LabelledAnswer], deck: Deck, embedder: Embedder, retriever: Retriever
) -> NDArray[np.float64]:
    """Return, for each bullet of each answer, the highest cosine of a sentence with it."""
    found = []
    for answer in answers:
        question = deck.question(answer.question_id)
        sentences = [claim.text for claim in split_sentences(answer.answer)]
        if sentences:
            cosines = retriever.rank_bullets(question, embedder.embed(sentences))
            found.append(cosines.max(axis=0))
        else:
            found.append(np.zeros(len(question.bullets)))
    return np.concatenate(found).astype(np.float64)


def tune_thresholds(cosines: NDArray[np.float64], labels: NDArray[np.int64]) -> tuple[float, float]:
    """Return the cosines from which a bullet is partial and covered, best in macro-F1.

    It cannot tell contradiction, so that verdict's F1 is 0 whatever the thresholds.
    """
    steps = np.quantile(cosines, np.linspace(0, 1, _STEPS))
    return max(
        combinations(map(float, steps), 2),
        key=lambda pair: float(
            f1_score(labels, by_thresholds(cosines, *pair), labels=range(4), average="macro")
        ),
    )


def by_thresholds(cosines: NDArray[np.float64], partial: float, full: float) -> NDArray[np.int64]:
    """Return the verdicts' indices that two thresholds give."""
    return np.select([cosines >= full, cosines >= partial], [COVERED, PARTIAL], MISSING)
