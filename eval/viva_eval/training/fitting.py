"""Fit a cross-encoder to pairs, with sentence-transformers' trainer."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from datasets import Dataset
from sentence_transformers import CrossEncoder
from sentence_transformers.base.sampler import DefaultBatchSampler
from sentence_transformers.cross_encoder import (
    CrossEncoderTrainer,
    CrossEncoderTrainingArguments,
)
from sentence_transformers.cross_encoder.losses import CrossEntropyLoss
from transformers.trainer_utils import get_last_checkpoint

from viva.domain import VERDICTS
from viva.onnx_model import MOST_TOKENS
from viva.resources import MINILM_WEIGHTS, verified_path
from viva_eval.training.pairs import Pair

if TYPE_CHECKING:
    from transformers import PreTrainedModel

BATCH = 32
LEARNING_RATE = 1e-4
WARMUP = 0.1
"""Share of the steps in which the learning rate rises."""
SMOOTHING = 0.05
"""Share of each label that is spread over all verdicts (Szegedy et al. 2016, section 7)."""
_SAVE_EVERY = 200
"""Steps."""
_SORTED_BATCHES = 20
"""Batches that are filled together, by length."""


def fit(pairs: Sequence[Pair], *, epochs: int, seed: int, folder: Path) -> "PreTrainedModel":
    """Return MiniLM fitted to tell the verdicts of pairs; goes on where a killed fit stopped.

    Args:
        pairs: What it is shown.
        epochs: How often.
        seed: Decides the order and the first weights of the classifier.
        folder: Where checkpoints are kept.
    """
    torch.manual_seed(seed)
    model = CrossEncoder(
        str(verified_path(MINILM_WEIGHTS).parent),
        num_labels=len(VERDICTS),
        max_length=MOST_TOKENS,
        local_files_only=True,
    )
    dataset = Dataset.from_dict(
        {
            "bullet": [pair.bullet for pair in pairs],
            "statement": [pair.statement for pair in pairs],
            "label": [VERDICTS.index(pair.verdict) for pair in pairs],
        }
    )
    trainer = CrossEncoderTrainer(
        model=model,
        args=CrossEncoderTrainingArguments(
            output_dir=str(folder),
            num_train_epochs=epochs,
            per_device_train_batch_size=BATCH,
            learning_rate=LEARNING_RATE,
            warmup_steps=WARMUP,
            bf16=True,
            use_cpu=not torch.cuda.is_available(),
            seed=seed,
            batch_sampler=_ByLength,
            save_steps=_SAVE_EVERY,
            save_total_limit=1,
            logging_steps=_SAVE_EVERY,
            report_to="none",
        ),
        train_dataset=dataset,
        loss=CrossEntropyLoss(model, label_smoothing=SMOOTHING),
    )
    last = get_last_checkpoint(str(folder))  # type: ignore[no-untyped-call]  # untyped there
    trainer.train(resume_from_checkpoint=last)
    network: PreTrainedModel = model.model.to("cpu")
    return network


class _ByLength(DefaultBatchSampler):
    """Shuffled batches of pairs of like length: less is padded, and a step takes half the time."""

    def __init__(self, dataset: Dataset, batch_size: int, **others: Any) -> None:
        super().__init__(range(len(dataset)), batch_size=batch_size, **others)
        columns = zip(dataset["bullet"], dataset["statement"], strict=True)
        self._lengths = [len(bullet) + len(statement) for bullet, statement in columns]

    def __iter__(self) -> Iterator[list[int]]:
        assert self.generator is not None and self.seed is not None
        self.generator.manual_seed(self.seed + self.epoch)
        order = torch.randperm(len(self._lengths), generator=self.generator).tolist()
        batches: list[list[int]] = []
        for start in range(0, len(order), step := self.batch_size * _SORTED_BATCHES):
            held = sorted(order[start : start + step], key=self._lengths.__getitem__)
            batches += [held[i : i + self.batch_size] for i in range(0, len(held), self.batch_size)]
        for place in torch.randperm(len(batches), generator=self.generator).tolist():
            yield batches[place]
