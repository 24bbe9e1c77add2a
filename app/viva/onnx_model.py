"""Run a small transformer that is stored as ONNX, on the processor, text by text."""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from viva.errors import WeightsError, first_line

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding

MOST_TOKENS = 256
"""Tokens of a text, or of a pair of texts, that are read; the rest is cut off."""
_MOST_THREADS = 8

Text = str | tuple[str, str]
"""One text, or two that are read together."""
Rows = NDArray[np.float32]


class OnnxModel:
    """A network and its tokenizer.

    Each text is computed by itself on one thread, several texts side by side. So what comes out
    depends on the text alone: not on its neighbours' lengths, which it would be padded to, nor on
    their values, with which it would share the steps of its rounding, nor on the number of cores.

    Args:
        graph: The ONNX file; takes ``input_ids`` and perhaps ``token_type_ids``.
        tokenizer: The ``tokenizer.json`` that belongs to it.
        weights: The graph's parameters by name, where the file does not hold them.

    Raises:
        WeightsError: If the files cannot be read, or do not fit each other.
    """

    def __init__(
        self, graph: Path, *, tokenizer: Path, weights: Mapping[str, Rows] | None = None
    ) -> None:
        from tokenizers import Tokenizer

        try:
            self._tokenizer = Tokenizer.from_file(str(tokenizer))
            self._session = _open_session(graph, weights or {})
        except Exception as error:  # both libraries raise their own kinds, and bare ones
            raise WeightsError(
                f"The model {graph.name} cannot be loaded: {first_line(error)}.",
                hint="Install Viva again: 'make install' in a checkout.",
            ) from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._inputs = {each.name for each in self._session.get_inputs()}
        self.width = int(self._session.get_outputs()[0].shape[-1])
        """Numbers that come out for a text."""
        self.vocabulary = frozenset(self._tokenizer.get_vocab())
        """What the tokenizer does not cut further."""

    def run(self, texts: Sequence[Text]) -> Rows:
        """Return what comes out for each text, one row a text."""
        if not texts:
            return np.zeros((0, self.width), dtype=np.float32)
        encoded = self._tokenizer.encode_batch(list(texts))
        with ThreadPoolExecutor(min(os.cpu_count() or 1, _MOST_THREADS)) as pool:
            return np.concatenate(list(pool.map(self._run_one, encoded)))

    def _run_one(self, text: "Encoding") -> Rows:
        given = {"input_ids": text.ids, "token_type_ids": text.type_ids}
        held = {key: np.array([ids], np.int64) for key, ids in given.items() if key in self._inputs}
        return np.asarray(self._session.run(None, held)[0], dtype=np.float32)


def _open_session(graph: Path, weights: Mapping[str, Rows]) -> "InferenceSession":
    from onnxruntime import InferenceSession, OrtValue, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = 1
    if weights:
        values = [OrtValue.ortvalue_from_numpy(value) for value in weights.values()]
        options.add_external_initializers(list(weights), values)
    return InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
