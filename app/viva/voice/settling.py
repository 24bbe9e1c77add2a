"""Hear speech as it is spoken, stretch by stretch: what a pause has ended is recognised once."""

from collections.abc import Callable

import numpy as np

from viva.voice.listening import PARTIAL_EVERY
from viva.voice.stretches import Stretch, Stretches
from viva.voice.values import Samples, Transcript


class SettlingListening:
    """Settles each stretch of speech once a pause has ended it.

    Args:
        recognise: Turns a stretch to text; word times count from the start of the whole.
        guess: Does so roughly and quickly, for the stretch that goes on; None shows settled
            stretches only.
    """

    def __init__(
        self,
        recognise: Callable[[Stretch], Transcript],
        *,
        guess: Callable[[Stretch], str] | None = None,
    ) -> None:
        self._recognise = recognise
        self._guess = guess
        self._stretches = Stretches()
        self._settled: list[Transcript] = []
        self._guessed = ""
        self._guessed_at = 0.0
        """Seconds of sound at the last guess."""

    def feed(self, samples: Samples) -> Transcript:
        """Take more sound (16 kHz mono) and return what is heard so far."""
        if self.take(samples):
            self._guessed = ""
        seconds, stretch = self._stretches.seconds, self._stretches.open
        if self._guess and stretch and seconds - self._guessed_at >= PARTIAL_EVERY:
            self._guessed = self._guess(stretch)
            self._guessed_at = seconds
        return self._joined(Transcript(text=self._guessed))

    def take(self, samples: Samples) -> bool:
        """Take more sound, and return whether it settled something; the rest is not guessed."""
        closed = self._stretches.feed(np.asarray(samples, dtype=np.float32))
        self._settled += [self._recognise(stretch) for stretch in closed]
        return bool(closed)

    def finish(self) -> Transcript:
        """Return what was heard in all of it."""
        last = self._stretches.open
        return self._joined(self._recognise(last) if last else Transcript(text=""))

    def _joined(self, last: Transcript) -> Transcript:
        parts = [part for part in (*self._settled, last) if part.text]
        return Transcript(
            text=" ".join(part.text for part in parts),
            words=tuple(word for part in parts for word in part.words),
            seconds=self._stretches.seconds,
        )
