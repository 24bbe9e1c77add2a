"""Read a bullet and a statement together, and say how the one bears on the other.

A cross-encoder: one transformer sees both texts at once (Nogueira and Cho 2019, "Passage re-ranking
with BERT"), so that it can tell "encrypt at rest" from "never encrypt at rest", which have nearly
the same embedding. It was trained on questions from outside the deck; ``docs/model-card.md`` says
how, and how well it does. ``viva_eval.training`` made it.
"""

from collections.abc import Collection, Sequence
from pathlib import Path

from viva.onnx_model import OnnxModel, Rows
from viva.resources import MINILM_TOKENIZER, PinnedFile, verified_path

WEIGHTS = "grading/cross_encoder.onnx"
"""Where the package holds them."""
WEIGHTS_PATH = Path(__file__).parent.parent / WEIGHTS


class CrossEncoder:
    """The packaged cross-encoder.

    Args:
        digest: The sha256 of the weights that are expected.

    Raises:
        WeightsError: If the weights are absent or others.
    """

    def __init__(self, digest: str) -> None:
        self._model = OnnxModel(
            verified_path(PinnedFile("viva", WEIGHTS, digest)),
            tokenizer=verified_path(MINILM_TOKENIZER),
        )

    @property
    def words(self) -> Collection[str]:
        """Words, in lower case, that it reads whole and not piece by piece."""
        return self._model.vocabulary

    def read(self, pairs: Sequence[tuple[str, str]]) -> Rows:
        """Return how statements bear on bullets, as logits; columns follow ``VERDICTS``.

        Args:
            pairs: A bullet's text and a statement, each.
        """
        return self._model.run(pairs)
