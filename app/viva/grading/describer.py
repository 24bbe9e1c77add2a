"""Describe an answer for the calibration, whether that is used or being fitted."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from viva.domain import Deck, Question
from viva.embedding import Embedder, Vectors
from viva.grading.features import Description, describe
from viva.grading.reference import ReferenceVectors, embed_references
from viva.grading.units import Unit
from viva.grading.wording import content_stems
from viva.retrieval import Retriever


class Seen(NamedTuple):
    """An answer as the grader sees it."""

    units: tuple[Unit, ...]
    vectors: NDArray[np.float32]
    similarities: NDArray[np.float32]
    """Cosine of each unit with each bullet."""
    description: Description


class Describer:
    """Sees answers to one deck's questions; keeps the vectors of each question's reference.

    Args:
        deck: Gives the rarity of words.
        embedder: Text to vectors; the index must have been built with the same.
        retriever: Ranks bullets by nearness to claims.
    """

    def __init__(self, *, deck: Deck, embedder: Embedder, retriever: Retriever) -> None:
        self._embedder = embedder
        self._retriever = retriever
        self._rarity = word_rarity(deck)
        self._references: dict[Question, ReferenceVectors] = {}

    def prepare(self, *questions: Question) -> None:
        """Embed questions' references, so that their first answers do not wait for that."""
        new = [own for own in dict.fromkeys(questions) if own not in self._references]
        self._references.update(zip(new, embed_references(new, self._embedder), strict=True))

    def see(self, question: Question, units: tuple[Unit, ...]) -> Seen:
        """Return what is seen of an answer's units, at least one.

        Raises:
            IndexUnavailableError: If the index lacks a bullet or does not answer.
        """
        self.prepare(question)
        return self._see(question, units, self._embedder.embed([unit.text for unit in units]))

    def see_each(self, answers: Sequence[tuple[Question, tuple[Unit, ...]]]) -> Iterator[Seen]:
        """Yield what ``see`` returns for each; all are embedded before the first comes.

        Raises:
            IndexUnavailableError: As ``see``.
        """
        self.prepare(*(question for question, _ in answers))
        found = self._embedder.embed_each([[own.text for own in units] for _, units in answers])
        for (question, units), vectors in zip(answers, found, strict=True):
            yield self._see(question, units, vectors)

    def look_again(self, question: Question, seen: Seen, open_to: NDArray[np.bool_]) -> Seen:
        """Return what is seen when each bullet may rest on some of the units only."""
        description = self._describe(question, seen.units, seen.vectors, seen.similarities, open_to)
        return seen._replace(description=description)

    def _see(self, question: Question, units: tuple[Unit, ...], vectors: Vectors) -> Seen:
        similarities = self._retriever.rank_bullets(question, vectors)
        description = self._describe(question, units, vectors, similarities)
        return Seen(units, vectors, similarities, description)

    def _describe(
        self,
        question: Question,
        units: tuple[Unit, ...],
        vectors: NDArray[np.float32],
        similarities: NDArray[np.float32],
        open_to: NDArray[np.bool_] | None = None,
    ) -> Description:
        return describe(
            question,
            units,
            vectors=vectors,
            similarities=similarities,
            reference=self._references[question],
            rarity=self._rarity,
            open_to=open_to,
        )


def word_rarity(deck: Deck) -> dict[str, float]:
    """Return the inverse document frequency of each word stem over the deck's bullets.

    ``log(1 + n / df)``, with a bullet as the document (Spärck Jones 1972).
    """
    documents = [
        content_stems(bullet.text) for question in deck.questions for bullet in question.bullets
    ]
    counts = Counter(stem for stems in documents for stem in stems)
    return {stem: math.log(1 + len(documents) / count) for stem, count in counts.items()}
