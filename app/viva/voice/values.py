"""What voices take and give: sound, and what was heard in it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from viva.domain import Frozen

HEARING_RATE = 16_000
"""Samples a second of what transcribers are fed, in Hz; recognisers are trained at this rate."""

Samples = NDArray[np.float32]
"""Mono sound, -1 to 1."""


class Audio(NamedTuple):
    """Mono sound."""

    samples: Samples
    sample_rate: int
    """In Hz."""

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / self.sample_rate


class Word(Frozen):
    """A word that was heard."""

    text: str
    start: float = Field(ge=0)
    """In seconds from the start of the sound."""
    end: float = Field(ge=0)
    confidence: float = Field(ge=0, le=1)


class Transcript(Frozen):
    """What was heard, verbatim: fillers are kept where the recogniser gives them."""

    text: str
    words: tuple[Word, ...] = ()
    """Empty if the recogniser tells no times."""
    seconds: float = Field(default=0.0, ge=0)
    """Length of the sound."""


def join_audio(parts: Sequence[Audio]) -> Audio:
    """Return sounds of one rate as one, in their order; silence of no length for none."""
    if not parts:
        return Audio(np.zeros(0, dtype=np.float32), HEARING_RATE)
    return Audio(np.concatenate([part.samples for part in parts]), parts[0].sample_rate)
