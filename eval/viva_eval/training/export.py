"""Write networks of torch as ONNX: the cross-encoder in eight bits, MiniLM without its weights.

``python -m viva_eval.training.export`` writes ``viva/minilm.onnx``, the graph of the embedding
model; its weights stay in the package that ships them, and the two meet when it is loaded.
"""

import contextlib
import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from transformers import AutoModel

import viva
from viva.resources import MINILM_WEIGHTS, verified_path

if TYPE_CHECKING:
    from transformers import PreTrainedModel

MINILM_GRAPH = Path(viva.__file__).parent / "minilm.onnx"
_LONGEST = 512
"""Positions that MiniLM knows."""


class _Sentence(nn.Module):
    """The mean of a text's token vectors, at unit length (Reimers and Gurevych 2019)."""

    def __init__(self, network: "PreTrainedModel") -> None:
        super().__init__()
        self.network = network
        self.eval()

    def forward(self, input_ids: Tensor) -> Tensor:
        tokens = self.network(input_ids=input_ids).last_hidden_state
        return nn.functional.normalize(tokens.mean(1), dim=1)


class _Pair(nn.Module):
    """The logits of a classifier."""

    def __init__(self, network: "PreTrainedModel") -> None:
        super().__init__()
        self.network = network
        self.eval()

    def forward(self, input_ids: Tensor, token_type_ids: Tensor) -> Tensor:
        logits: Tensor = self.network(input_ids=input_ids, token_type_ids=token_type_ids).logits
        return logits


def write_sentence_graph(path: Path) -> None:
    """Write MiniLM's graph with the names of its weights in place of their values."""
    folder = verified_path(MINILM_WEIGHTS).parent
    network = AutoModel.from_pretrained(
        folder, attn_implementation="eager", add_pooling_layer=False
    )
    with tempfile.TemporaryDirectory() as held:
        whole = Path(held) / "whole.onnx"
        _export(_Sentence(network), ["input_ids"], "vector", whole)
        model = onnx.load(str(whole))
    for each in model.graph.initializer:
        if each.data_type == onnx.TensorProto.FLOAT and each.dims:
            _leave_out(each)
    _rename(model, "network.", "")
    for node in model.graph.node:
        del node.metadata_props[:]  # where each step stands in whose source code
    onnx.save(model, str(path))


def write_classifier(network: "PreTrainedModel", path: Path) -> None:
    """Write a classifier of pairs, its weights rounded to eight bits, one scale a channel.

    Activations are rounded as they come (dynamic quantization: Wu et al. 2020, "Integer
    quantization for deep learning inference", section 3).
    """
    with tempfile.TemporaryDirectory() as held:
        whole = Path(held) / "whole.onnx"
        inputs = ["input_ids", "token_type_ids"]
        # Optimized, so that the weights stand where the quantizer looks for them.
        _export(_Pair(network), inputs, "logits", whole, optimize=True)
        # Seven bits of the eight: sums of products of eight overflow on processors without VNNI.
        quantize_dynamic(
            whole, path, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True
        )


def _export(
    network: nn.Module, inputs: list[str], output: str, path: Path, *, optimize: bool = False
) -> None:
    example = tuple(torch.ones((2, 4), dtype=torch.int64) for _ in inputs)
    shape = {0: torch.export.Dim("texts"), 1: torch.export.Dim("tokens", max=_LONGEST)}
    with contextlib.redirect_stdout(io.StringIO()):  # its progress, a line a step
        program = torch.onnx.export(
            network,
            example,
            dynamo=True,
            optimize=optimize,
            input_names=inputs,
            output_names=[output],
            dynamic_shapes=dict.fromkeys(inputs, shape),
        )
    assert program is not None
    program.save(str(path))


def _leave_out(tensor: onnx.TensorProto) -> None:
    """Say that a parameter's values are elsewhere; who loads the graph must bring them."""
    count = len(tensor.raw_data)
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    for key, value in (("location", "weights"), ("offset", "0"), ("length", str(count))):
        tensor.external_data.add(key=key, value=value)


def _rename(model: onnx.ModelProto, prefix: str, other: str) -> None:
    for each in model.graph.initializer:
        each.name = other + each.name.removeprefix(prefix)
    for node in model.graph.node:
        for place, name in enumerate(node.input):
            if name.startswith(prefix):
                node.input[place] = other + name.removeprefix(prefix)


if __name__ == "__main__":
    write_sentence_graph(MINILM_GRAPH)
