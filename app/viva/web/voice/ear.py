"""One stretch of speech as it comes from the page: heard, and ended by a pause."""

from typing import NamedTuple, Protocol

import numpy as np

from viva.voice.audio import LONGEST_RECORDING, level
from viva.voice.listening import Listening
from viva.voice.values import HEARING_RATE, Samples, Transcript

_LOUD = -45
"""Level of sound that somebody would call noise, in dBFS."""


class Pauses(Protocol):
    """Tells the end of a turn; ``EndOfTurn`` is one."""

    def feed(self, samples: Samples) -> bool:
        """Take more sound (16 kHz mono) and return whether the turn is at its end by now."""
        ...


class Heard(NamedTuple):
    """What is known after some more sound."""

    text: str
    turn_over: bool
    """Whether the speaker paused for as long as ends a turn."""
    full: bool
    """Whether nothing more is taken."""


class Ear:
    """Takes 16-bit sound at 16 kHz, piece by piece.

    Args:
        listening: The recogniser at work.
        pauses: Tells the end of a turn; None if only the speaker does.
        longest: Most that is taken, in seconds.
    """

    def __init__(
        self, listening: Listening, pauses: Pauses | None, *, longest: float = LONGEST_RECORDING
    ) -> None:
        self._listening = listening
        self._pauses = pauses
        self._room = round(longest * HEARING_RATE)
        self._pieces: list[Samples] = []
        self._over = False
        self._text = ""

    def feed(self, sound: bytes) -> Heard:
        """Take more sound and return what is heard so far; what does not fit is left out."""
        samples = np.frombuffer(sound[: len(sound) // 2 * 2], dtype="<i2").astype(np.float32)
        samples = samples[: self._room] / np.float32(32768)
        self._room -= len(samples)
        self._pieces.append(samples)
        if self._pauses and not self._over:
            self._over = self._pauses.feed(samples)
        self._text = self._listening.feed(samples).text
        return Heard(self._text, self._over, self._room == 0)

    def finish(self) -> Transcript:
        """Return what was heard in all of it."""
        return self._listening.finish()

    @property
    def samples(self) -> Samples:
        """All the sound that was taken."""
        return np.concatenate(self._pieces) if self._pieces else np.zeros(0, dtype=np.float32)

    def why_nothing(self) -> str:
        """Return a word for a person of whom nothing was understood."""
        samples = self.samples
        if not len(samples):
            return "No sound came. Press Speak, wait until it says Stop, then talk."
        if level(samples) > _LOUD:
            return (
                "There was sound, but no words could be made out. Is it noisy where you are? "
                "Speak nearer to the microphone, or type."
            )
        return (
            "Nothing was heard. Is the microphone muted, or another one chosen? "
            "Voice settings has a check."
        )
