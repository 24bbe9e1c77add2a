"""Hear speech while it is spoken: the protocol, and a way for any recogniser of whole sounds."""

from collections.abc import Callable
from typing import Protocol

import numpy as np

from viva.voice.values import HEARING_RATE, Audio, Samples, Transcript

PARTIAL_EVERY = 1.0
"""Seconds of new sound after which what is heard so far is recognised again."""


class Listening(Protocol):
    """One stretch of speech that is being heard."""

    def feed(self, samples: Samples) -> Transcript:
        """Take more sound (16 kHz mono, -1 to 1) and return what is heard so far.

        At most about one recognition a second is made; what is settled is not recognised again.
        """
        ...

    def finish(self) -> Transcript:
        """Return what was heard in all of it; nothing can be fed afterwards."""
        ...


class WindowListening:
    """Recognises all that was heard so far anew, each time that enough was added.

    Args:
        recognise: Turns a whole sound to text.
        every: Seconds of new sound that are enough; infinity for the end only.
    """

    def __init__(
        self, recognise: Callable[[Audio], Transcript], *, every: float = PARTIAL_EVERY
    ) -> None:
        self._every = every
        self._recognise = recognise
        self._samples = np.zeros(0, dtype=np.float32)
        self._recognised = 0
        self._heard = Transcript(text="")

    def feed(self, samples: Samples) -> Transcript:
        """Take more sound and return what is heard so far."""
        self._samples = np.concatenate([self._samples, samples])
        # A longer sound takes longer to recognise: wait for a tenth of it at least.
        wanted = max(self._every * HEARING_RATE, len(self._samples) / 10)
        if len(self._samples) - self._recognised >= wanted:
            self._hear()
        return self._heard

    def finish(self) -> Transcript:
        """Return what was heard in all of it."""
        if self._recognised < len(self._samples):
            self._hear()
        return self._heard

    def _hear(self) -> None:
        self._heard = self._recognise(Audio(self._samples, HEARING_RATE))
        self._recognised = len(self._samples)
