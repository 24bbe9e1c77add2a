"""Sound for tests: spoken by the local voice, or made by arithmetic."""

from functools import cache

import numpy as np

from viva.settings import Settings
from viva.voice.local_speaker import LocalSpeaker
from viva.voice.local_transcriber import LocalTranscriber
from viva.voice.values import HEARING_RATE, Audio, join_audio

ANSWER = (
    "I would begin with a small baseline model, and compare it with what we have today. "
    "Then I would watch the drift of the features every hour. "
    "If it crosses a limit, we page an engineer and roll back to the former version."
)


@cache
def spoken(text: str = ANSWER) -> Audio:
    """A text spoken by the packaged voice."""
    return join_audio(list(local_speaker().speak(text)))


@cache
def local_speaker() -> LocalSpeaker:
    return LocalSpeaker(Settings())


@cache
def local_transcriber() -> LocalTranscriber:
    return LocalTranscriber(Settings())


def silence(seconds: float) -> Audio:
    """Nothing at all."""
    return Audio(np.zeros(int(seconds * HEARING_RATE), dtype=np.float32), HEARING_RATE)


def noise(seconds: float, *, level: float = 0.05, seed: int = 7) -> Audio:
    """White noise; the level is its standard deviation."""
    drawn = np.random.default_rng(seed).normal(0, level, int(seconds * HEARING_RATE))
    return Audio(drawn.astype(np.float32), HEARING_RATE)


def tone(seconds: float, *, hertz: float = 440.0, rate: int = HEARING_RATE) -> Audio:
    """A sine of half the full amplitude."""
    times = np.arange(int(seconds * rate)) / rate
    return Audio((0.5 * np.sin(2 * np.pi * hertz * times)).astype(np.float32), rate)
