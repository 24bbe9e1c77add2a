"""Answers to perturb in tests, and texts such as people write."""

from collections.abc import Mapping, Sequence
from random import Random

from builders import make_question
from hypothesis import strategies as st

from viva.domain import Deck, Question, Verdict
from viva_eval.labelled import Kind, LabelledAnswer, Split
from viva_eval.perturb import Perturbation, Perturbed

_WORDS = (
    "we I you cache the models labels encrypt data in Redis Kafka v2 99.9 GPU don't never not"
    " scikit-learn labelled optimize behaviour and or because users 30 days naïve retrain weekly"
).split()
_ENDS = (". ", "? ", ", ", " ", "; ", ".\n", "\n\n", ' "quoted" ', " (aside) ")

prose = st.lists(
    st.tuples(st.sampled_from(_WORDS), st.sampled_from((" ", " ", " ", *_ENDS))), max_size=40
).map(lambda parts: "".join(word + end for word, end in parts))
"""Words of answers between any signs, down to none."""
anything = prose | st.text(max_size=60)
seeds = st.integers(min_value=0, max_value=2**32)


def make_answer(text: str, labels: Mapping[str, Verdict] | None = None) -> LabelledAnswer:
    """An answer to the question that ``make_question`` makes."""
    return LabelledAnswer(
        id="caching.1",
        question_id="caching",
        kind=Kind.PARTIAL,
        split=Split.TEST,
        answer=text,
        labels=dict(labels or {}),
    )


def change(
    perturbation: Perturbation,
    text: str,
    *,
    seed: int = 0,
    question: Question | None = None,
    deck: Deck | None = None,
    labels: Mapping[str, Verdict] | None = None,
    evidence: Mapping[str, Sequence[str]] | None = None,
) -> Perturbed | None:
    """What a perturbation makes of a text."""
    return perturbation.apply(
        make_answer(text, labels),
        question or make_question(),
        Random(seed),
        deck=deck,
        evidence=evidence or {},
    )


def changed_text(perturbation: Perturbation, text: str, *, seed: int = 0) -> str:
    """The text that is graded: the changed one, or as it was where nothing applies."""
    made = change(perturbation, text, seed=seed)
    return text if made is None else made.text
