"""Cut speech at its pauses into stretches that a recogniser takes at once, as it comes in.

Whisper reads 30 seconds at a time. A stretch that is closed is recognised once and for all, so that
what was heard early in an answer costs nothing later, and hearing a sound while it is recorded
gives what hearing it as a whole gives.
"""

from typing import NamedTuple

import numpy as np

from viva.voice.pauses import STEP, STEP_SECONDS, SpeechDetector
from viva.voice.values import HEARING_RATE, Samples

LONGEST = 28.0
"""Seconds after which a stretch is cut even if speech goes on."""
_PAUSES = ((20.0, 0.2), (10.0, 0.5), (0.0, 2.0))
"""From so many seconds of a stretch on, so long a pause ends it: the longer, the less choosy."""
_SOUGHT = 5.0
"""Seconds before that in which the quietest moment is sought."""
_MARGIN = 0.3
"""Seconds of silence that stay around speech: its first and last sounds are faint."""


class Stretch(NamedTuple):
    """Sound with speech in it."""

    samples: Samples
    start: float
    """In seconds from the start of the whole."""

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / HEARING_RATE


class Stretches:
    """Takes sound as it comes in, drops what is silent, and cuts the rest."""

    def __init__(self) -> None:
        self._detector = SpeechDetector()
        self._sound = np.zeros(0, dtype=np.float32)
        """What is not yet part of a closed stretch."""
        self._start = 0
        """Where that begins, in samples from the start of the whole."""
        self._speech: list[bool] = []
        """Of each step of it."""

    @property
    def seconds(self) -> float:
        """Length of all sound so far."""
        return (self._start + len(self._sound)) / HEARING_RATE

    def feed(self, samples: Samples) -> list[Stretch]:
        """Take more sound (16 kHz mono) and return the stretches that it closes."""
        self._sound = np.concatenate([self._sound, samples])
        closed = []
        for is_speech in self._detector.feed(samples):
            self._speech.append(is_speech)
            if (end := self._end()) and (stretch := self._cut(end)):
                closed.append(stretch)
        return closed

    @property
    def open(self) -> Stretch | None:
        """The stretch that goes on, or None if nothing was said since the last."""
        return self._spoken(len(self._speech), len(self._sound))

    def _end(self) -> int:
        """Return the steps after which the stretch ends, or 0 if it goes on."""
        steps = len(self._speech)
        if steps >= LONGEST / STEP_SECONDS:
            return self._quietest(steps - round(_SOUGHT / STEP_SECONDS))
        needed = next(pause for beyond, pause in _PAUSES if steps * STEP_SECONDS >= beyond)
        pause = round(needed / STEP_SECONDS)
        return steps if steps >= pause and not any(self._speech[-pause:]) else 0

    def _quietest(self, first: int) -> int:
        """Return the quietest step from ``first`` on: better there than within a word."""
        loudness = np.square(self._sound[first * STEP : len(self._speech) * STEP])
        around = np.convolve(loudness.reshape(-1, STEP).mean(axis=1), np.ones(3), mode="same")
        return first + int(np.argmin(around[1:-1])) + 1

    def _cut(self, end: int) -> Stretch | None:
        """End the stretch after so many steps, and return it if anything was said in it."""
        stretch = self._spoken(end, end * STEP)
        # Silence may end with the first, faint sounds of what comes next.
        keep = 0 if self._speech[end - 1] else min(round(_MARGIN / STEP_SECONDS), end)
        begin = end - keep
        self._sound, self._speech = self._sound[begin * STEP :], self._speech[begin:]
        self._start += begin * STEP
        return stretch

    def _spoken(self, steps: int, samples: int) -> Stretch | None:
        """Return the part with speech of the first steps, ending at ``samples`` at the latest."""
        spoken = np.flatnonzero(self._speech[:steps])
        if not len(spoken):
            return None
        margin = round(_MARGIN * HEARING_RATE)
        first = max(int(spoken[0]) * STEP - margin, 0)
        last = min((int(spoken[-1]) + 1) * STEP + margin, samples)
        return Stretch(self._sound[first:last], (self._start + first) / HEARING_RATE)
