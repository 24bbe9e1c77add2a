"""Speak a sample and hear it again: what turns a planned clip into a transcript to grade."""

import threading
import time
from collections.abc import Callable, Sequence
from zlib import crc32

import numpy as np

from viva.voice.protocols import Audio, Speaker, Transcriber
from viva.voice.values import join_audio
from viva_eval.records import Sample, Spoken
from viva_eval.voice.noise import add_pink_noise
from viva_eval.voice.wording import find_unsaid

MakeSpeaker = Callable[[str, float], Speaker]
"""Returns the speaker of a name at a speed, a multiple of its own."""


class Ear:
    """Has samples spoken and heard, one after the other, from any thread.

    The last recording is kept: the same one is heard with hints and without.

    Args:
        make_speaker: Called once for each voice and speed.
        transcriber: Hears.
        hints: Words of the whole deck.
        seed: Of the noise; each recording has its own all the same.
    """

    def __init__(
        self,
        make_speaker: MakeSpeaker,
        transcriber: Transcriber,
        *,
        hints: Sequence[str],
        seed: int,
    ) -> None:
        self._make_speaker = make_speaker
        self._transcriber = transcriber
        self._hints = tuple(hints)
        self._seed = seed
        self._speakers: dict[tuple[str, float], Speaker] = {}
        self._last: tuple[str, Audio] | None = None
        self._lock = threading.Lock()

    def hear(self, sample: Sample) -> Sample:
        """Return a spoken sample with what was heard as its answer, and any other as it is.

        Raises:
            VivaError: If it cannot be spoken or heard; says why.
        """
        spoken = sample.spoken
        if spoken is None:
            return sample
        with self._lock:
            audio = self._record(sample.answer_id, spoken)
            begun = time.perf_counter()
            heard = self._transcriber.transcribe(audio, hints=self._hints if spoken.hinted else ())
            took = time.perf_counter() - begun
        known = spoken.model_copy(
            update={
                "seconds": audio.seconds,
                "hearing_seconds": took,
                "unsaid": find_unsaid(self._hints, spoken.said, heard.text),
            }
        )
        return sample.model_copy(update={"answer": heard.text, "spoken": known})

    def _record(self, answer_id: str, spoken: Spoken) -> Audio:
        key = f"{answer_id}\n{spoken.voice}\n{spoken.speed}\n{spoken.snr}\n{spoken.bare}"
        if self._last is not None and self._last[0] == key:
            return self._last[1]
        speaker = self._speaker(spoken.voice, spoken.speed)
        audio = join_audio(tuple(speaker.speak(spoken.said)))
        if spoken.snr is not None:
            random = np.random.default_rng([self._seed, crc32(key.encode())])
            audio = audio._replace(samples=add_pink_noise(audio.samples, spoken.snr, random))
        self._last = (key, audio)
        return audio

    def _speaker(self, voice: str, speed: float) -> Speaker:
        if (voice, speed) not in self._speakers:
            self._speakers[voice, speed] = self._make_speaker(voice, speed)
        return self._speakers[voice, speed]
