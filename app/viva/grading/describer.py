"""Describe an answer for the calibration, whether that is used or being fitted."""

import math
from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from viva.domain import VERDICTS, Deck, Question, Verdict
from viva.embedding import Embedder, Vectors
from viva.grading.features import Description, describe
from viva.grading.reference import ReferenceVectors, embed_references
from viva.grading.spelling import Speller
from viva.grading.units import Unit, split_units
from viva.grading.wording import content_stems
from viva.onnx_model import Rows
from viva.retrieval import Retriever

MOST_READ = 3
"""Statements that are read beside a bullet: those most similar to it."""


class Reader(Protocol):
    """Reads bullets and statements together; the cross-encoder is one."""

    @property
    def words(self) -> Collection[str]:
        """Words, in lower case, that it reads as they are."""

    def read(self, pairs: Sequence[tuple[str, str]]) -> Rows:
        """Return how statements bear on bullets, as logits; columns follow ``VERDICTS``."""


class Seen(NamedTuple):
    """An answer as the grader sees it."""

    units: tuple[Unit, ...]
    vectors: NDArray[np.float32]
    similarities: NDArray[np.float32]
    """Cosine of each unit with each bullet."""
    readings: NDArray[np.float32]
    """What the reader says of each unit beside each bullet, units x bullets x 4; NaN if unread."""
    description: Description


class Describer:
    """Sees answers to one deck's questions; keeps the vectors of each question's reference.

    Args:
        deck: Gives the rarity of words.
        embedder: Text to vectors; the index must have been built with the same.
        retriever: Ranks bullets by nearness to claims.
        reader: Reads the nearest statements beside a bullet.
    """

    def __init__(
        self, *, deck: Deck, embedder: Embedder, retriever: Retriever, reader: Reader
    ) -> None:
        self._embedder = embedder
        self._reader = reader
        self._retriever = retriever
        self._rarity = word_rarity(deck)
        self._speller = Speller(deck, known=reader.words)
        self._references: dict[Question, ReferenceVectors] = {}

    def prepare(self, *questions: Question) -> None:
        """Embed questions' references, so that their first answers do not wait for that."""
        new = [own for own in dict.fromkeys(questions) if own not in self._references]
        self._references.update(zip(new, embed_references(new, self._embedder), strict=True))

    def split(self, question: Question, answer: str) -> tuple[Unit, ...]:
        """Return the units of an answer, with slips in words of the deck mended for reading."""
        return tuple(
            unit._replace(text=self._speller.mend(unit.text))
            for unit in split_units(answer, question)
        )

    def see(self, question: Question, units: tuple[Unit, ...]) -> Seen:
        """Return what is seen of an answer's units, at least one.

        Raises:
            IndexUnavailableError: If the index lacks a bullet or does not answer.
        """
        self.prepare(question)
        vectors = self._embedder.embed([unit.text for unit in units])
        similarities = self._retriever.rank_bullets(question, vectors)
        readings = self._read(question, units, similarities)
        description = self._describe(question, units, vectors, similarities, readings)
        return Seen(units, vectors, similarities, readings, description)

    def look_again(self, question: Question, seen: Seen, open_to: NDArray[np.bool_]) -> Seen:
        """Return what is seen when each bullet may rest on some of the units only."""
        description = self._describe(
            question, seen.units, seen.vectors, seen.similarities, seen.readings, open_to
        )
        return seen._replace(description=description)

    def _describe(
        self,
        question: Question,
        units: tuple[Unit, ...],
        vectors: NDArray[np.float32],
        similarities: NDArray[np.float32],
        readings: NDArray[np.float32],
        open_to: NDArray[np.bool_] | None = None,
    ) -> Description:
        return describe(
            question,
            units,
            vectors=vectors,
            similarities=similarities,
            readings=readings,
            reference=self._references[question],
            rarity=self._rarity,
            open_to=open_to,
        )

    def _read(
        self, question: Question, units: Sequence[Unit], similarities: Vectors
    ) -> NDArray[np.float32]:
        readings = np.full((*similarities.shape, len(VERDICTS)), np.nan, dtype=np.float32)
        stated = np.flatnonzero([unit.states for unit in units])
        places = [
            (int(unit), place)
            for place in range(len(question.bullets))
            for unit in stated[np.argsort(-similarities[stated, place], kind="stable")][:MOST_READ]
        ]
        if places:
            pairs = [(question.bullets[place].text, units[unit].text) for unit, place in places]
            read = self._reader.read(pairs)
            rejected = [units[unit].rejected for unit, _ in places]
            read[rejected] = _turn_round(read[rejected])
            readings[tuple(zip(*places, strict=True))] = read
        return readings


def _turn_round(readings: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the readings of statements that are rejected as a whole: all of it or a part, denied.

    Args:
        readings: Logits of the statements as if they were asserted; the last axis is of verdicts.
    """
    by_verdict = dict(zip(VERDICTS, np.moveaxis(readings, -1, 0), strict=True))
    against = np.logaddexp(by_verdict[Verdict.COVERED], by_verdict[Verdict.PARTIAL])
    turned = {
        Verdict.COVERED: by_verdict[Verdict.CONTRADICTED],
        Verdict.PARTIAL: by_verdict[Verdict.CONTRADICTED],
        Verdict.MISSING: by_verdict[Verdict.MISSING],
        Verdict.CONTRADICTED: against,
    }
    return np.stack([turned[verdict] for verdict in VERDICTS], axis=-1)


def word_rarity(deck: Deck) -> dict[str, float]:
    """Return the inverse document frequency of each word stem over the deck's bullets.

    ``log(1 + n / df)``, with a bullet as the document (Spärck Jones 1972).
    """
    documents = [
        content_stems(bullet.text) for question in deck.questions for bullet in question.bullets
    ]
    counts = Counter(stem for stems in documents for stem in stems)
    return {stem: math.log(1 + len(documents) / count) for stem, count in counts.items()}
