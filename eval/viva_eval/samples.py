"""From answers to samples: each answer as it is and perturbed, as often as it is repeated."""

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from types import MappingProxyType
from typing import NamedTuple, Protocol

from viva.domain import Deck, Question
from viva_eval.datasets_index import Dataset, Item
from viva_eval.labelled import Kind, LabelledAnswer, Split
from viva_eval.records import Sample

_NONE: Mapping[str, Sequence[str]] = MappingProxyType({})
_KINDS = {kind.value for kind in Kind}
_SPLITS = {split.value for split in Split}


class Changed(Protocol):
    """An answer after a perturbation."""

    @property
    def text(self) -> str:
        """The answer as it reads now."""
        ...

    @property
    def target(self) -> str:
        """The bullet that was aimed at, or an empty string."""
        ...

    @property
    def question(self) -> Question | None:
        """The question to grade by, where its bullets come in another order."""
        ...


class Perturbs(Protocol):
    """A perturbation, as far as samples need it; ``viva_eval.perturb`` has them all."""

    @property
    def name(self) -> str:
        """Stands in the sample's id."""
        ...

    def apply(
        self,
        answer: LabelledAnswer,
        question: Question,
        random: Random,
        *,
        deck: Deck | None = None,
        evidence: Mapping[str, Sequence[str]] = _NONE,
    ) -> Changed | None:
        """Change an answer, or return None where that cannot be done."""
        ...


class Plan(NamedTuple):
    """What of a set is graded, and how often."""

    split: str = "all"
    limit: int | None = None
    """Most answers, drawn from the split by the seed; None for all."""
    repeats: int = 1
    perturbations: Sequence[Perturbs] = ()
    seed: int = 0


def make_samples(dataset: Dataset, plan: Plan) -> tuple[Sample, ...]:
    """Return all samples of a plan; the same for the same arguments.

    All answers come once before any comes again, so that a run that was broken off has seen as
    much of the set as it could. Perturbed ones come once: what they are compared with is the
    first time. An answer that a perturbation does not apply to is left out there.

    Raises:
        InputError: If the split is empty.
    """
    items = _draw(dataset.of_split(plan.split), plan)
    return tuple(
        sample
        for repeat in range(plan.repeats)
        for item in items
        for sample in _variants(item, dataset, plan, repeat)
    )


def _variants(item: Item, dataset: Dataset, plan: Plan, repeat: int) -> Iterator[Sample]:
    yield _sample(item, repeat)
    if repeat:
        return
    question = dataset.deck.question(item.question_id)
    for perturbation in plan.perturbations:
        # Seeded by what it changes, so that neither order nor limit matters.
        random = Random(f"{plan.seed}\n{item.id}\n{perturbation.name}")
        changed = perturbation.apply(
            _as_labelled(item), question, random, deck=dataset.deck, evidence=item.spans
        )
        if changed is not None:
            yield _sample(item, repeat, perturbation.name, changed)


def _sample(
    item: Item, repeat: int, perturbation: str = "", changed: Changed | None = None
) -> Sample:
    name = f"~{perturbation}" if perturbation else ""
    return Sample(
        id=f"{item.id}{name}#{repeat}",
        answer_id=item.id,
        question_id=item.question_id,
        kind=item.kind,
        split=item.split,
        perturbation=perturbation,
        target=changed.target if changed else "",
        bullet_order=_order(changed),
        repeat=repeat,
        answer=changed.text if changed else item.answer,
        gold=item.gold,
        gold_score=item.gold_score,
        spans=item.spans,
    )


def _order(changed: Changed | None) -> tuple[str, ...]:
    if changed is None or changed.question is None:
        return ()
    return tuple(bullet.id for bullet in changed.question.bullets)


def _draw(items: Sequence[Item], plan: Plan) -> Sequence[Item]:
    """Return so many items in their order, drawn by chance: sets list kinds in a fixed order.

    A higher limit draws the same ones and others.
    """
    if plan.limit is None or plan.limit >= len(items):
        return items
    order = Random(f"{plan.seed}\nlimit").sample(range(len(items)), len(items))
    return [items[place] for place in sorted(order[: plan.limit])]


def _as_labelled(item: Item) -> LabelledAnswer:
    """Return what perturbations take; of public sets they see no labels."""
    return LabelledAnswer(
        id=item.id,
        question_id=item.question_id,
        kind=Kind(item.kind) if item.kind in _KINDS else Kind.PARTIAL,
        split=Split(item.split) if item.split in _SPLITS else Split.TEST,
        answer=item.answer,
        labels=item.gold,
    )
