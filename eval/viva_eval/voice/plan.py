"""Which answers are spoken, by whom and how: every condition, or so many of them by chance."""

from collections.abc import Sequence
from itertools import product
from random import Random
from typing import NamedTuple

from viva_eval.records import Sample, Spoken
from viva_eval.voice.wording import leave_out

SPEEDS = (1.0, 0.8, 1.25)
"""Multiples of a voice's own speed; the first is the one that counts as normal."""
SNRS = (None, 10.0)
"""Signal to noise in dB; None for clean speech."""
ANSWERS = 40
"""Answers that are spoken if no limit is given."""
PERTURBATION = "spoken"
"""Stands in a sample's ``perturbation``: no figure on answers as they are counts it."""


class Clip(NamedTuple):
    """How an answer is spoken."""

    voice: str
    speed: float
    snr: float | None
    bare: bool = False
    """Whether the hinted words are left out."""

    @property
    def name(self) -> str:
        """As it stands in a sample's id."""
        noise = "clean" if self.snr is None else f"{self.snr:g}dB"
        return ":".join((self.voice, f"{self.speed:g}", noise, *(["bare"] if self.bare else [])))


def plan_spoken(
    samples: Sequence[Sample],
    *,
    voices: Sequence[str],
    terms: Sequence[str],
    most: int | None,
    seed: int,
) -> tuple[Sample, ...]:
    """Return samples to be spoken: each clip twice, to be heard with hints and without.

    The first voice at normal speed, clean, speaks every answer first; the other conditions, and
    answers without the hinted words, follow in an order by chance. So a run that is broken off, or
    that may not speak all, has drawn them evenly.

    Args:
        samples: The run's; only answers as they are, the first time, are spoken.
        voices: Their names, at least one.
        terms: What the transcriber is given as hints.
        most: Most clips; None for all.
        seed: Of the order.
    """
    plain = [own for own in samples if not own.perturbation and not own.repeat]
    grid = [Clip(*own) for own in product(voices, SPEEDS, SNRS)]
    bare = [Clip(voices[0], SPEEDS[0], snr, bare=True) for snr in SNRS]
    first = [(own, grid[0]) for own in plain]
    rest = [
        (own, clip)
        for own in plain
        for clip in (*grid[1:], *bare)
        if not clip.bare or leave_out(terms, own.answer) != own.answer
    ]
    Random(f"{seed}\nclips").shuffle(rest)
    return tuple(
        _spoken(sample, clip, terms, hinted=hinted)
        for sample, clip in [*first, *rest][:most]
        for hinted in (True, False)
    )


def _spoken(sample: Sample, clip: Clip, terms: Sequence[str], *, hinted: bool) -> Sample:
    said = leave_out(terms, sample.answer) if clip.bare else sample.answer
    hints = "hints" if hinted else "no-hints"
    return sample.model_copy(
        update={
            "id": f"{sample.answer_id}~{PERTURBATION}:{clip.name}:{hints}#0",
            "perturbation": PERTURBATION,
            "spoken": Spoken(
                voice=clip.voice,
                speed=clip.speed,
                snr=clip.snr,
                bare=clip.bare,
                hinted=hinted,
                said=said,
            ),
            "spans": {},
            "answer": "",
            **({"gold": {}, "gold_score": None} if clip.bare else {}),
        }
    )
