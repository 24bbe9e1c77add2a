"""What a run would take, before anything is spent."""

import time
from collections.abc import Sequence
from typing import NamedTuple

from viva.domain import Deck, Question
from viva.prompts import Prompt
from viva.settings import Settings
from viva_eval.judges import Judge
from viva_eval.records import Sample
from viva_eval.runner import Hear, grade_sample

_CHARACTERS_PER_TOKEN = 4
"""English text has about so many."""
_TOKENS_PER_BULLET = 80
"""A verdict with its quotes and its reason, about."""
_SECONDS_PER_CALL = 5.0
"""Of a hosted model, about."""
_TRIED = 5
"""Samples that a grader without costs is timed on."""


class Estimate(NamedTuple):
    """What is expected of the samples that are left."""

    samples: int
    calls: int
    """Requests to a language model."""
    input_tokens: int
    output_tokens: int
    cost: float
    """In US dollars, at the prices in the settings."""
    seconds: float
    basis: str
    """What the figures rest on, in words."""


def estimate_calls(
    samples: Sequence[Sample], deck: Deck, prompt: Prompt, settings: Settings, *, workers: int
) -> Estimate:
    """Return what a grader with a language model would take; nothing is asked.

    Second thoughts on single votes and repaired replies come on top, replies in the cache off.
    """
    frame = len(prompt.system) + len(prompt.user)
    texts = {question.id: _length(question) for question in deck.questions}
    bullets = {question.id: len(question.bullets) for question in deck.questions}
    votes = settings.llm_votes
    read = votes * sum(
        (frame + texts[sample.question_id] + len(_said(sample))) // _CHARACTERS_PER_TOKEN
        for sample in samples
    )
    wrote = votes * sum(_TOKENS_PER_BULLET * bullets[sample.question_id] for sample in samples)
    calls = votes * len(samples)
    return Estimate(
        samples=len(samples),
        calls=calls,
        input_tokens=read,
        output_tokens=wrote,
        cost=(read * settings.llm_price_in + wrote * settings.llm_price_out) / 1e6,
        seconds=_SECONDS_PER_CALL * len(samples) / workers,
        basis=f"the lengths of the texts, and {_SECONDS_PER_CALL:g} s a sample",
    )


def estimate_by_trial(
    samples: Sequence[Sample], deck: Deck, judge: Judge, hear: Hear | None = None
) -> Estimate:
    """Return what a grader without costs would take, timed on a few samples, spoken ones heard."""
    step = max(1, len(samples) // _TRIED)
    tried = samples[::step][:_TRIED]
    if hear is not None and tried:
        hear(tried[-1])  # loads the voices, which is done once
    begun = time.perf_counter()
    for sample in tried:
        grade_sample(judge, sample, deck.question(sample.question_id), hear)
    mean = (time.perf_counter() - begun) / max(1, len(tried))
    return Estimate(
        samples=len(samples),
        calls=0,
        input_tokens=0,
        output_tokens=0,
        cost=0.0,
        seconds=mean * len(samples),
        basis=f"{len(tried)} samples that were graded to see",
    )


def _said(sample: Sample) -> str:
    return sample.spoken.said if sample.spoken else sample.answer


def _length(question: Question) -> int:
    terms = sum(len(term) for bullet in question.bullets for term in bullet.key_terms)
    return len(question.text) + terms + sum(len(bullet.text) for bullet in question.bullets)
