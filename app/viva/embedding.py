"""Texts to vectors, by a sentence-transformers model that is loaded on first need."""

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from viva.errors import WeightsError
from viva.resources import MINILM_WEIGHTS, verified_path

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor

PACKAGED_MODEL = "all-MiniLM-L6-v2"
"""The model that is installed with Viva and needs no network."""

_BATCH = 6
"""Texts of a batch; all are padded to the longest, so that larger ones are slower on one thread."""

_SHELF = 48
"""Texts of several batches, all padded to one length, that are computed together at most."""
_MOST_THREADS = 8

Vectors = NDArray[np.float32]


class Embedder:
    """A loaded model. ``load_embedder`` makes one.

    Args:
        model: The sentence-transformers model.
        name: What people call it.
        fingerprint: Hash of its weights; vectors of equal fingerprints can be compared.
    """

    def __init__(self, model: "SentenceTransformer", *, name: str, fingerprint: str) -> None:
        self._model = model
        self.name = name
        self.fingerprint = fingerprint

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, one row a text, so that a dot product is a cosine (-1 to 1)."""
        if not texts:
            return np.zeros((0, self._model.get_embedding_dimension() or 0), dtype=np.float32)
        vectors = self._model.encode(
            list(texts),
            batch_size=_BATCH,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32)

    def embed_each(self, groups: Sequence[Sequence[str]]) -> list[Vectors]:
        """Return what ``embed`` returns for each group, to the last bit, sooner.

        A text's vector depends, in its last bits, on the length that it is padded to and on
        nothing else of its batch. So batches that ``embed`` pads to one length are put together,
        and computed on all cores.
        """
        if self.fingerprint != MINILM_WEIGHTS.sha256:
            # Other models may put a prompt before the text, or cut the vector off.
            return [self.embed(group) for group in groups]
        texts = [text for group in groups for text in group]
        if not texts:
            return [self.embed(group) for group in groups]
        vectors = np.empty((len(texts), self._model.get_embedding_dimension() or 0), np.float32)
        shelves = list(_fill_shelves(_plan_batches(groups), self._count_tokens(texts)))
        # Read here, one after the other: a tokenizer is not for several threads.
        features = (self._model.preprocess([texts[row] for row in rows]) for rows in shelves)
        with ThreadPoolExecutor(min(os.cpu_count() or 1, _MOST_THREADS)) as pool:
            for rows, found in zip(shelves, pool.map(self._compute, features), strict=True):
                vectors[rows] = found
        return np.split(vectors, np.cumsum([len(group) for group in groups])[:-1])

    def _count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [int(mask.sum()) for mask in self._model.preprocess(list(texts))["attention_mask"]]

    def _compute(self, features: "dict[str, Tensor]") -> Vectors:
        import torch

        with torch.inference_mode():
            found = self._model(features)["sentence_embedding"]
            normal = torch.nn.functional.normalize(found, p=2, dim=1)
        return np.asarray(normal.numpy(), dtype=np.float32)


def _plan_batches(groups: Iterable[Sequence[str]]) -> Iterator[list[int]]:
    """Yield the batches in which sentence-transformers encodes each group, as rows over all."""
    start = 0
    for group in groups:
        longest_first = np.argsort([-len(text) for text in group])
        for place in range(0, len(group), _BATCH):
            yield [start + int(row) for row in longest_first[place : place + _BATCH]]
        start += len(group)


def _fill_shelves(batches: Iterable[list[int]], lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield rows that are computed together: those of batches with one length.

    Batches without padding keep to themselves: they need no attention mask, and other kernels.
    """
    shelves: dict[tuple[int, bool], list[int]] = defaultdict(list)
    for rows in batches:
        own = [lengths[row] for row in rows]
        shelf = shelves[max(own), min(own) == max(own)]
        if len(shelf) + len(rows) > _SHELF:
            yield shelf.copy()
            shelf.clear()
        shelf += rows
    yield from filter(None, shelves.values())


def load_embedder(name: str = PACKAGED_MODEL) -> Embedder:
    """Load the packaged model, or any sentence-transformers model by name or path.

    The packaged weights are used only if they have the pinned digest, and without a network.

    Raises:
        WeightsError: If the model cannot be found or loaded, or its digest is wrong.
    """
    packaged = name == PACKAGED_MODEL
    source = str(verified_path(MINILM_WEIGHTS).parent) if packaged else name
    model = _load(source, name, offline=packaged or Path(source).expanduser().is_dir())
    if packaged:
        _compute_on_one_thread()
    fingerprint = MINILM_WEIGHTS.sha256 if packaged else _hash_parameters(model)
    embedder = Embedder(model, name=name, fingerprint=fingerprint)
    embedder.embed(["ready"])  # the first use sets the tokenizer up, which threads must not share
    return embedder


def _load(source: str, name: str, *, offline: bool) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # untyped in transformers
    try:
        return SentenceTransformer(
            str(Path(source).expanduser()) if offline else source, local_files_only=offline
        )
    except Exception as error:  # each library below raises its own kinds
        raise WeightsError(
            f"The embedding model {name!r} cannot be loaded: {_first_line(error)}.",
            hint=f"Check VIVA_EMBEDDING_MODEL, or leave it out for {PACKAGED_MODEL}.",
        ) from error


def _compute_on_one_thread() -> None:
    """Keep torch from splitting a computation over cores.

    The packaged model is too small to gain by it, and where another process keeps one core busy,
    the threads that wait for each other make an answer take twenty times as long. One thread also
    adds in the same order everywhere, so vectors do not depend on the number of cores.
    """
    import torch

    torch.set_num_threads(1)


def _hash_parameters(model: "SentenceTransformer") -> str:
    digest = hashlib.sha256()
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(key.encode())
        digest.update(tensor.detach().cpu().contiguous().float().numpy().tobytes())
    return digest.hexdigest()


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [repr(error)])[0].rstrip(".")
