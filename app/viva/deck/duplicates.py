"""Find questions of a deck, and bullets of a question, that say nearly the same.

Thresholds were measured on the deck that ships, with all-MiniLM-L6-v2 (docs/decks.md has the
figures): an embedding cannot tell what a person would merge, so pairs are offered and never merged.
"""

from collections.abc import Iterator
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from viva.deck.linting import ALIKE_WITHIN, Embed
from viva.domain import Deck

ALIKE_QUESTIONS = 0.66
"""Cosine from which two questions are offered for merging."""
ALIKE_BULLETS = ALIKE_WITHIN
"""Cosine from which two bullets of one question are."""
_MOST = 50
"""Pairs that are offered at once; after a merge come the next."""


class AlikeQuestions(NamedTuple):
    """Two questions that ask nearly the same."""

    first: str
    second: str
    similarity: float
    """Cosine, -1 to 1."""


class AlikeBullets(NamedTuple):
    """Two bullets of one question that say nearly the same."""

    question: str
    first: str
    second: str
    similarity: float
    """Cosine, -1 to 1."""


Pair = TypeVar("Pair", AlikeQuestions, AlikeBullets)


class Alike(NamedTuple):
    """What a person may want to merge, the most alike first."""

    questions: tuple[AlikeQuestions, ...]
    bullets: tuple[AlikeBullets, ...]

    @property
    def pairs(self) -> int:
        """How many pairs there are."""
        return len(self.questions) + len(self.bullets)


def find_alike(deck: Deck, embed: Embed) -> Alike:
    """Return the pairs of a deck that say nearly the same.

    Args:
        deck: What to look through.
        embed: The embedding model; called once.
    """
    asked = [question.text for question in deck.questions]
    bullets = [bullet.text for question in deck.questions for bullet in question.bullets]
    vectors = embed([*asked, *bullets])
    questions = [
        AlikeQuestions(deck.questions[one].id, deck.questions[other].id, similarity)
        for one, other, similarity in _pairs(vectors[: len(asked)], ALIKE_QUESTIONS)
    ]
    within = []
    start = len(asked)
    for question in deck.questions:
        end = start + len(question.bullets)
        within += [
            AlikeBullets(
                question.id, question.bullets[one].id, question.bullets[other].id, similarity
            )
            for one, other, similarity in _pairs(vectors[start:end], ALIKE_BULLETS)
        ]
        start = end
    return Alike(_most_alike(questions), _most_alike(within))


def _pairs(vectors: NDArray[np.float32], least: float) -> Iterator[tuple[int, int, float]]:
    similarities = np.triu(vectors @ vectors.T, k=1)
    for one, other in np.argwhere(similarities >= least):
        yield int(one), int(other), float(similarities[one, other])


def _most_alike(pairs: list[Pair]) -> tuple[Pair, ...]:
    return tuple(sorted(pairs, key=lambda pair: -pair.similarity)[:_MOST])
