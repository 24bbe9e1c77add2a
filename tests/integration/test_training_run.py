"""The real trainer on a few pairs: weights come out that the grader can read with."""

from pathlib import Path

import numpy as np
import pytest
import torch

from viva.domain import VERDICTS
from viva.onnx_model import OnnxModel
from viva.resources import MINILM_GRAPH, MINILM_TOKENIZER, verified_path
from viva_eval.training.export import write_classifier, write_sentence_graph
from viva_eval.training.fitting import fit
from viva_eval.training.outside import load_outside
from viva_eval.training.pairs import make_pairs

pytestmark = [
    pytest.mark.slow,
    # Of the libraries that train and export: their own affair.
    pytest.mark.filterwarnings("ignore"),
]

PAIRS = 64
MOST_BYTES = 30e6


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[torch.nn.Module, Path]:
    """The network, and the folder of its checkpoints."""
    folder = tmp_path_factory.mktemp("training")
    pairs = make_pairs(load_outside()[:2], seed=0)[:PAIRS]
    return fit(pairs, epochs=1, seed=0, folder=folder), folder


def test_what_is_written_reads_as_what_was_trained(
    trained: tuple[torch.nn.Module, Path], tmp_path: Path
) -> None:
    network, _ = trained
    write_classifier(network, path := tmp_path / "small.onnx")  # type: ignore[arg-type]
    assert path.stat().st_size < MOST_BYTES
    model = OnnxModel(path, tokenizer=verified_path(MINILM_TOKENIZER))
    assert model.width == len(VERDICTS)
    ids = torch.tensor([model._tokenizer.encode("We cache it.", "Never cache it.").ids])
    types = torch.tensor([model._tokenizer.encode("We cache it.", "Never cache it.").type_ids])
    with torch.inference_mode():
        exact = network(input_ids=ids, token_type_ids=types).logits.numpy()
    assert np.abs(model.run([("We cache it.", "Never cache it.")]) - exact).max() < 0.2


def test_a_fit_goes_on_from_its_last_checkpoint(trained: tuple[torch.nn.Module, Path]) -> None:
    """This one had ended: the same weights come out, and no step is taken again."""
    network, folder = trained
    checkpoints = sorted(path.name for path in folder.iterdir())
    pairs = make_pairs(load_outside()[:2], seed=0)[:PAIRS]
    again = fit(pairs, epochs=1, seed=0, folder=folder)
    assert sorted(path.name for path in folder.iterdir()) == checkpoints
    for one, other in zip(network.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, other)


def test_the_graph_of_the_embedding_model_is_what_is_written(tmp_path: Path) -> None:
    write_sentence_graph(path := tmp_path / "minilm.onnx")
    assert path.read_bytes() == verified_path(MINILM_GRAPH).read_bytes()
