"""Texts to vectors, by the packaged model or by any that sentence-transformers can load."""

import hashlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from viva.errors import WeightsError, first_line
from viva.onnx_model import OnnxModel
from viva.resources import MINILM_GRAPH, MINILM_TOKENIZER, MINILM_WEIGHTS, verified_path

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PACKAGED_MODEL = "all-MiniLM-L6-v2"
"""The model that is installed with Viva and needs no network."""

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into vectors. ``load_embedder`` makes one."""

    @property
    def name(self) -> str:
        """What people call the model."""

    @property
    def fingerprint(self) -> str:
        """Hash of its weights; vectors of equal fingerprints can be compared."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, one row a text, so that a dot product is a cosine (-1 to 1)."""


class Remembered:
    """An embedding that keeps the vectors of the texts that it was last asked for.

    Args:
        embed: Makes the vectors.
        limit: Texts that are kept.
    """

    def __init__(self, embed: Callable[[Sequence[str]], Vectors], *, limit: int = 5_000) -> None:
        self._embed = embed
        self._limit = limit
        self._vectors: dict[str, NDArray[np.float32]] = {}
        self._lock = threading.Lock()

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, one row a text."""
        with self._lock:
            known = {text: self._vectors[text] for text in texts if text in self._vectors}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, self._embed(new), strict=True))
        with self._lock:
            # What was asked for last comes last, and goes last.
            kept = {text: own for text, own in self._vectors.items() if text not in known} | known
            self._vectors = dict(list(kept.items())[-self._limit :])
        return np.array([known[text] for text in texts], dtype=np.float32)


class PackagedEmbedder:
    """all-MiniLM-L6-v2 on onnxruntime: loaded in a fifth of a second, without torch.

    Raises:
        WeightsError: If the model's files are absent, or are not the ones that are pinned.
    """

    name = PACKAGED_MODEL
    fingerprint = MINILM_WEIGHTS.sha256

    def __init__(self) -> None:
        from safetensors.numpy import load_file

        self._model = OnnxModel(
            verified_path(MINILM_GRAPH),
            tokenizer=verified_path(MINILM_TOKENIZER),
            weights={
                name: value
                for name, value in load_file(verified_path(MINILM_WEIGHTS)).items()
                if value.dtype == np.float32 and not name.startswith("pooler.")
            },
        )

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, one row a text."""
        return self._model.run(texts)


class OtherEmbedder:
    """Any model of sentence-transformers.

    Args:
        model: The loaded model.
        name: What people call it.
    """

    def __init__(self, model: "SentenceTransformer", *, name: str) -> None:
        self._model = model
        self.name = name
        self.fingerprint = _hash_parameters(model)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, one row a text."""
        if not texts:
            return np.zeros((0, self._model.get_embedding_dimension() or 0), dtype=np.float32)
        vectors = self._model.encode(
            list(texts),
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32)


def load_embedder(name: str = PACKAGED_MODEL) -> Embedder:
    """Load the packaged model, or any sentence-transformers model by name or path.

    The packaged weights are used only if they have the pinned digest, and without a network.

    Raises:
        WeightsError: If the model cannot be found or loaded, or its digest is wrong.
    """
    if name == PACKAGED_MODEL:
        return PackagedEmbedder()
    return OtherEmbedder(_load(name), name=name)


def _load(name: str) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # untyped in transformers
    path = Path(name).expanduser()
    try:
        if path.is_dir():
            return SentenceTransformer(str(path), local_files_only=True)
        return SentenceTransformer(name)
    except Exception as error:  # each library below raises its own kinds
        raise WeightsError(
            f"The embedding model {name!r} cannot be loaded: {first_line(error)}.",
            hint=f"Check VIVA_EMBEDDING_MODEL, or leave it out for {PACKAGED_MODEL}.",
        ) from error


def _hash_parameters(model: "SentenceTransformer") -> str:
    digest = hashlib.sha256()
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(key.encode())
        digest.update(tensor.detach().cpu().contiguous().float().numpy().tobytes())
    return digest.hexdigest()
