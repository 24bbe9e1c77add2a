"""Build the index of a deck: one Chroma collection of its bullets and one of its questions.

A build never touches the collections that serve. Their names hold a key, the hash of the deck's
content and of the model; a build fills collections under the new key and marks them complete as
its last act. A build that is killed therefore leaves the old ones serving, and the next build
goes on from where it stopped. Vectors of texts that the last complete index has already are
copied from it, so that a small edit of a deck costs a few embeddings.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from chromadb.api import ClientAPI
from chromadb.api.models.Collection import Collection
from chromadb.errors import NotFoundError as NoSuchCollection

from viva.deck.loading import deck_hash
from viva.domain import Deck
from viva.embedding import Embedder
from viva.retrieval.client import chroma_errors

LAYOUT = "1"
"""Raised when what a collection holds changes, so that older ones are rebuilt."""

KINDS = ("bullets", "questions")

_BATCH = 64
_KEPT = 2
"""Complete indexes kept of a deck: the one in use, and one that an older process may still use."""

Progress = Callable[[int, int], None]


class IndexState(StrEnum):
    """Whether a deck's index can be used as it is."""

    READY = "ready"
    STALE = "stale"
    """There is one, of another version of the deck or the model."""
    ABSENT = "absent"


class IndexStatus(NamedTuple):
    """The state of a deck's index."""

    state: IndexState
    key: str
    """The key it has, or would have once built."""


class BuildResult(NamedTuple):
    """What a build did, in texts."""

    embedded: int
    reused: int


class Entry(NamedTuple):
    """A text to be found by its vector."""

    id: str
    text: str
    metadata: dict[str, str | float]


class Index:
    """The index of one deck in one Chroma database.

    Args:
        client: The open database.
    """

    def __init__(self, client: ClientAPI) -> None:
        self._client = client

    def status(self, deck: Deck, embedder: Embedder) -> IndexStatus:
        """Return whether the deck's index is ready for this deck and model.

        Raises:
            IndexUnavailableError: If Chroma does not answer.
        """
        key = index_key(deck, embedder)
        with chroma_errors():
            if self._is_complete(deck, key):
                return IndexStatus(IndexState.READY, key)
            older = self._complete_keys(deck)
        return IndexStatus(IndexState.STALE if older else IndexState.ABSENT, key)

    def build(
        self, deck: Deck, embedder: Embedder, *, progress: Progress | None = None
    ) -> BuildResult:
        """Build the deck's index unless it is ready; a no-op costs one look-up.

        Args:
            deck: What to index.
            embedder: Makes the vectors.
            progress: Called with texts done and texts in all.

        Raises:
            IndexUnavailableError: If Chroma does not answer.
        """
        state, key = self.status(deck, embedder)
        if state is IndexState.READY:
            self._renew(deck, key)
            return BuildResult(0, 0)
        wanted = {"bullets": bullet_entries(deck), "questions": question_entries(deck)}
        total = sum(len(entries) for entries in wanted.values())
        embedded = 0
        with chroma_errors():
            known = self._known_vectors(deck, embedder)
            done = 0
            for kind, entries in wanted.items():
                target = self._open(deck, key, kind, embedder)
                for start in range(0, len(entries), _BATCH):
                    batch = entries[start : start + _BATCH]
                    embedded += _fill(target, batch, embedder, known)
                    done += len(batch)
                    if progress:
                        progress(done, total)
            for kind in KINDS:
                self._mark_complete(deck, key, kind)
            self._prune(deck, key)
        return BuildResult(embedded, total - embedded)

    def drop(self, deck: Deck) -> None:
        """Delete every index of the deck, so that the next build starts from nothing.

        Raises:
            IndexUnavailableError: If Chroma does not answer.
        """
        with chroma_errors():
            for collection in self._collections(deck):
                self._client.delete_collection(collection.name)

    def collection(self, deck: Deck, embedder: Embedder, kind: str) -> Collection:
        """Return a complete collection.

        Raises:
            IndexUnavailableError: If it was not built, or Chroma does not answer.
        """
        name = _name(deck, index_key(deck, embedder), kind)
        with chroma_errors():
            return self._client.get_collection(name, embedding_function=None)

    def _open(self, deck: Deck, key: str, kind: str, embedder: Embedder) -> Collection:
        return self._client.get_or_create_collection(
            _name(deck, key, kind),
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine"}},
            metadata={
                "deck": deck.id,
                "kind": kind,
                "key": key,
                "model": embedder.name,
                "fingerprint": embedder.fingerprint,
                "complete": False,
            },
        )

    def _is_complete(self, deck: Deck, key: str) -> bool:
        try:
            found = [
                self._client.get_collection(_name(deck, key, kind), embedding_function=None)
                for kind in KINDS
            ]
        except NoSuchCollection:
            return False
        return all((collection.metadata or {}).get("complete") for collection in found)

    def _mark_complete(self, deck: Deck, key: str, kind: str) -> None:
        collection = self._client.get_collection(_name(deck, key, kind), embedding_function=None)
        serial = 1 + max((_serial(other) for other in self._collections(deck)), default=0)
        collection.modify(
            metadata={**(collection.metadata or {}), "complete": True, "serial": serial}
        )

    def _renew(self, deck: Deck, key: str) -> None:
        """Count an index that is used again as the newest, so that it is the last to go."""
        with chroma_errors():
            if self._complete_keys(deck)[0] != key:
                for kind in KINDS:
                    self._mark_complete(deck, key, kind)

    def _collections(self, deck: Deck) -> list[Collection]:
        return [
            collection
            for collection in self._client.list_collections()
            if (collection.metadata or {}).get("deck") == deck.id
        ]

    def _complete_keys(self, deck: Deck) -> list[str]:
        """Return the keys of the deck's complete indexes, newest first."""
        serials: dict[str, int] = {}
        for collection in self._collections(deck):
            if (collection.metadata or {}).get("complete"):
                serials.setdefault(_key(collection), _serial(collection))
        return sorted(serials, key=lambda key: -serials[key])

    def _known_vectors(self, deck: Deck, embedder: Embedder) -> dict[str, np.ndarray[Any, Any]]:
        """Return the vectors that complete indexes of the same model hold, by text."""
        known: dict[str, np.ndarray[Any, Any]] = {}
        for collection in self._collections(deck):
            about = collection.metadata or {}
            if about.get("complete") and about.get("fingerprint") == embedder.fingerprint:
                held = collection.get(include=["documents", "embeddings"])
                texts, vectors = held["documents"] or [], held["embeddings"]
                if vectors is not None:
                    known.update(zip(texts, np.asarray(vectors), strict=True))
        return known

    def _prune(self, deck: Deck, key: str) -> None:
        kept = {key, *self._complete_keys(deck)[:_KEPT]}
        for collection in self._collections(deck):
            if _key(collection) not in kept:
                self._client.delete_collection(collection.name)


def index_key(deck: Deck, embedder: Embedder) -> str:
    """Return the hash over all that an index depends on: layout, deck content, model weights."""
    parts = json.dumps([LAYOUT, deck_hash(deck), embedder.fingerprint])
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


def bullet_entries(deck: Deck) -> list[Entry]:
    """Return an entry for every bullet; ids are ``question/bullet``."""
    return [
        Entry(
            f"{question.id}/{bullet.id}",
            bullet.text,
            {
                "deck": deck.id,
                "question": question.id,
                "bullet": bullet.id,
                "topics": ",".join(question.topics),
                "weight": bullet.weight,
            },
        )
        for question in deck.questions
        for bullet in question.bullets
    ]


def question_entries(deck: Deck) -> list[Entry]:
    """Return an entry for every question."""
    return [
        Entry(
            question.id,
            question.text,
            {
                "deck": deck.id,
                "question": question.id,
                "topics": ",".join(question.topics),
                "difficulty": question.difficulty.value,
                "weight": sum(bullet.weight for bullet in question.bullets),
            },
        )
        for question in deck.questions
    ]


def _fill(
    target: Collection,
    batch: Sequence[Entry],
    embedder: Embedder,
    known: dict[str, np.ndarray[Any, Any]],
) -> int:
    """Add what the collection lacks of a batch; return how many texts had to be embedded."""
    present = set(target.get(ids=[entry.id for entry in batch], include=[])["ids"])
    absent = [entry for entry in batch if entry.id not in present]
    if not absent:
        return 0
    new = list(dict.fromkeys(entry.text for entry in absent if entry.text not in known))
    known.update(zip(new, embedder.embed(new), strict=True))
    target.upsert(
        ids=[entry.id for entry in absent],
        embeddings=np.array([known[entry.text] for entry in absent], dtype=np.float32),
        documents=[entry.text for entry in absent],
        metadatas=[entry.metadata for entry in absent],
    )
    return len(new)


def _name(deck: Deck, key: str, kind: str) -> str:
    return f"viva.{deck.id}.{key}.{kind}"


def _key(collection: Collection) -> str:
    return str((collection.metadata or {}).get("key", ""))


def _serial(collection: Collection) -> int:
    return int((collection.metadata or {}).get("serial", 0))
