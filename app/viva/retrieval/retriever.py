"""Ask the index: bullets near to claims, questions near to a text."""

from collections import defaultdict
from collections.abc import Container
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from chromadb.api import ClientAPI
from chromadb.api.types import QueryResult
from numpy.typing import NDArray

from viva.claims import split_sentences
from viva.domain import Deck, Question
from viva.embedding import Embedder, Vectors
from viva.errors import IndexUnavailableError
from viva.retrieval.client import chroma_errors
from viva.retrieval.index import Index

_SENTENCES_COUNTED = 3
"""Best sentences of a text that speak for a question; more would favor long texts' chatter."""
_NEAR_EACH = 24
"""Bullets and questions looked at for each sentence of a text."""
_LONGEST_QUERY = 400
"""Sentences of a pasted text that are read."""


class BulletHit(NamedTuple):
    """A bullet found by nearness."""

    question_id: str
    bullet_id: str
    text: str
    similarity: float
    """Cosine, -1 to 1."""


class QuestionHit(NamedTuple):
    """A question found by nearness to a text."""

    question_id: str
    similarity: float
    """Mean cosine of the text's best sentences, -1 to 1."""
    because: str
    """The sentence of the text that is nearest."""


class Retriever:
    """Asks one deck's built index.

    Args:
        client: The open Chroma database.
        deck: The deck that was indexed.
        embedder: The model it was indexed with.

    Raises:
        IndexUnavailableError: If the index was not built.
    """

    def __init__(self, client: ClientAPI, deck: Deck, embedder: Embedder) -> None:
        index = Index(client)
        self._bullets = index.collection(deck, embedder, "bullets")
        self._questions = index.collection(deck, embedder, "questions")
        self._embedder = embedder
        self._stored = lru_cache(maxsize=512)(self._fetch)
        self._stored_texts = lru_cache(maxsize=512)(self._fetch_texts)

    def rank_bullets(self, question: Question, claims: Vectors) -> NDArray[np.float32]:
        """Return the cosine of each claim with each bullet of the question, claims x bullets.

        The bullets' vectors come from Chroma by id and are compared in full: an approximate
        search under a filter may leave a bullet out, and a bullet that is not seen is not graded.

        Raises:
            IndexUnavailableError: If the index lacks a bullet or does not answer.
        """
        return np.asarray(claims @ self._stored(_entry_ids(question)).T, dtype=np.float32)

    def reference_bullets(self, question: Question) -> list[BulletHit]:
        """Return what the index holds of the question's bullets, in the question's order.

        They are fetched by id, so their similarity is 1.

        Raises:
            IndexUnavailableError: If the index lacks a bullet or does not answer.
        """
        texts = self._stored_texts(_entry_ids(question))
        return [
            BulletHit(question.id, bullet.id, text, 1.0)
            for bullet, text in zip(question.bullets, texts, strict=True)
        ]

    def related_bullets(
        self, question: Question, claims: Vectors, *, limit: int
    ) -> list[list[BulletHit]]:
        """Return, for each claim, the nearest bullets of other questions, nearest first.

        Raises:
            IndexUnavailableError: If the index does not answer.
        """
        if not len(claims):
            return []
        with chroma_errors():
            found = self._bullets.query(
                query_embeddings=claims,
                n_results=limit,
                where={"question": {"$ne": question.id}},  # type: ignore[dict-item]  # as documented
                include=["documents", "metadatas", "distances"],
            )
        return _hits(found)

    def find_bullets(self, text: str, *, limit: int) -> list[BulletHit]:
        """Return the bullets nearest to a text as a whole, of any question, nearest first.

        Raises:
            IndexUnavailableError: If the index does not answer.
        """
        with chroma_errors():
            found = self._bullets.query(
                query_embeddings=self._embedder.embed([text]),
                n_results=limit,
                include=["documents", "metadatas", "distances"],
            )
        return _hits(found)[0]

    def find_questions(
        self, text: str, *, limit: int, topic: str | None = None
    ) -> list[QuestionHit]:
        """Return the questions nearest to a text, nearest first.

        A question is as near as the text's best sentences are to it or to one of its bullets, so
        that a job description finds its questions among sentences on perks and places.

        Args:
            text: A few words, or a pasted job description.
            limit: How many questions at the most.
            topic: Id of a topic to stay within.

        Raises:
            IndexUnavailableError: If the index does not answer.
        """
        sentences = [claim.text for claim in split_sentences(text)][:_LONGEST_QUERY]
        if not sentences:
            return []
        near = self._near_questions(self._embedder.embed(sentences), topic)
        hits = []
        for question_id, by_sentence in near.items():
            best = sorted(by_sentence.items(), key=lambda pair: -pair[1])[:_SENTENCES_COUNTED]
            # Divided by the same number for all: three good sentences say more than one.
            mean = sum(similarity for _, similarity in best) / min(
                _SENTENCES_COUNTED, len(sentences)
            )
            hits.append(QuestionHit(question_id, mean, sentences[best[0][0]]))
        return sorted(hits, key=lambda hit: (-hit.similarity, hit.question_id))[:limit]

    def _near_questions(self, vectors: Vectors, topic: str | None) -> dict[str, dict[int, float]]:
        """Return, by question, the best cosine of each sentence that is near to it."""
        near: dict[str, dict[int, float]] = defaultdict(dict)
        for collection in (self._questions, self._bullets):
            with chroma_errors():
                held = collection.count()
                found = collection.query(
                    query_embeddings=vectors,
                    n_results=min(_NEAR_EACH, held) if topic is None else held,
                    include=["metadatas", "distances"],
                )
            rows = zip(found["metadatas"] or [], found["distances"] or [], strict=True)
            for sentence, (abouts, distances) in enumerate(rows):
                for about, distance in zip(abouts, distances, strict=True):
                    if topic is None or topic in str(about["topics"]).split(","):
                        seen = near[str(about["question"])]
                        seen[sentence] = max(seen.get(sentence, -1.0), 1 - distance)
        return near

    def _fetch(self, ids: tuple[str, ...]) -> NDArray[Any]:
        with chroma_errors():
            found = self._bullets.get(ids=list(ids), include=["embeddings"])
        vectors = dict(zip(found["ids"], np.asarray(found["embeddings"]), strict=True))
        _require(ids, vectors)
        return np.array([vectors[name] for name in ids])

    def _fetch_texts(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        with chroma_errors():
            found = self._bullets.get(ids=list(ids), include=["documents"])
        texts = dict(zip(found["ids"], found["documents"] or [], strict=True))
        _require(ids, texts)
        return tuple(texts[name] for name in ids)


def _hits(found: QueryResult) -> list[list[BulletHit]]:
    """Return what Chroma found, by query."""
    rows = zip(
        found["metadatas"] or [], found["documents"] or [], found["distances"] or [], strict=True
    )
    return [
        [
            BulletHit(str(about["question"]), str(about["bullet"]), text, 1 - distance)
            for about, text, distance in zip(*row, strict=True)
        ]
        for row in rows
    ]


def _entry_ids(question: Question) -> tuple[str, ...]:
    return tuple(f"{question.id}/{bullet.id}" for bullet in question.bullets)


def _require(ids: tuple[str, ...], found: Container[str]) -> None:
    if absent := [name for name in ids if name not in found]:
        raise IndexUnavailableError(
            f"The vector index lacks the bullets {', '.join(absent)}.",
            hint="Run 'viva index build --fresh'.",
        )
