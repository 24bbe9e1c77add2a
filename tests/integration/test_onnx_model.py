"""The packaged networks on onnxruntime, beside torch and by themselves."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from viva.embedding import Embedder, OtherEmbedder
from viva.errors import WeightsError
from viva.grading.calibration import Calibration
from viva.grading.cross_encoder import CrossEncoder
from viva.onnx_model import MOST_TOKENS, OnnxModel
from viva.resources import MINILM_GRAPH, MINILM_TOKENIZER, MINILM_WEIGHTS, verified_path

TEXTS = (
    "Drift is measured.",
    "We shadow the new model, and compare it with the old one for a week.",
    "naïve façade, 你好, 🙂 and <b>markup</b>",
    "We log each request and join it with its outcome. " * 20,
    "",
)


def test_vectors_are_those_of_sentence_transformers(embedder: Embedder) -> None:
    folder = str(verified_path(MINILM_WEIGHTS).parent)
    other = OtherEmbedder(SentenceTransformer(folder, local_files_only=True), name="the same")
    ours, theirs = embedder.embed(TEXTS), other.embed(TEXTS)
    assert ours.shape == theirs.shape == (len(TEXTS), 384)
    assert np.abs(ours - theirs).max() < 1e-5
    assert other.embed([]).shape == (0, 384)


def test_a_vector_depends_on_its_text_alone(embedder: Embedder) -> None:
    together = embedder.embed(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        assert np.array_equal(embedder.embed([text])[0], vector)
    assert np.array_equal(embedder.embed(TEXTS[::-1])[::-1], together)
    assert embedder.embed([]).shape == (0, 384)


def test_a_reading_depends_on_its_pair_alone() -> None:
    reader = CrossEncoder(Calibration.shipped().cross_encoder)
    pairs = [("Encrypt personal data at rest.", text) for text in TEXTS]
    together = reader.read(pairs)
    assert together.shape == (len(TEXTS), 4)
    for pair, reading in zip(pairs, together, strict=True):
        assert np.array_equal(reader.read([pair])[0], reading)
    assert reader.read([]).shape == (0, 4)


def test_what_comes_after_the_most_that_is_read_changes_nothing(embedder: Embedder) -> None:
    words = "drift " * MOST_TOKENS
    one, other = embedder.embed([words, words + "encryption of the data at rest"])
    assert np.array_equal(one, other)


def test_grading_needs_no_torch() -> None:
    """In a process of its own, since this one has it already."""
    program = (
        "import sys; from viva.embedding import load_embedder; "
        "from viva.grading.calibration import Calibration; "
        "from viva.grading.cross_encoder import CrossEncoder; "
        "load_embedder().embed(['ready']); "
        "CrossEncoder(Calibration.shipped().cross_encoder).read([('a', 'b')]); "
        "print('torch' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout.strip()) == (0, "False"), ran.stderr


def test_weights_with_another_digest_are_not_used() -> None:
    with pytest.raises(WeightsError, match="not the ones"):
        CrossEncoder("0" * 64)


def test_a_file_that_is_no_model_gets_one_clear_message(tmp_path: Path) -> None:
    (broken := tmp_path / "broken.onnx").write_bytes(b"not a model")
    with pytest.raises(WeightsError, match=r"broken\.onnx cannot be loaded"):
        OnnxModel(broken, tokenizer=verified_path(MINILM_TOKENIZER))


def test_a_graph_without_its_weights_gets_one_clear_message() -> None:
    with pytest.raises(WeightsError, match=r"minilm\.onnx cannot be loaded"):
        OnnxModel(verified_path(MINILM_GRAPH), tokenizer=verified_path(MINILM_TOKENIZER))
