"""espeak-ng as a second voice: it builds speech from formants and sounds like nobody."""

import shutil
import subprocess
import wave
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from viva.requirements import NotInstalled
from viva.voice.protocols import Audio, Speaker

ESPEAK = "espeak-ng"
_WORDS_A_MINUTE = 160
"""At speed 1; people talk so fast in interviews, about."""
_LONGEST = 120.0
"""Seconds that it may take; some thousand words take one."""


class EspeakSpeaker(Speaker):
    """Speaks with the program espeak-ng, American English.

    Args:
        speed: A multiple of 160 words a minute.

    Raises:
        NotInstalled: If there is no such program.
    """

    name = ESPEAK
    about = "espeak-ng, a program on this machine; only for measuring"

    def __init__(self, speed: float = 1.0) -> None:
        if shutil.which(ESPEAK) is None:
            raise NotInstalled(
                "The voice espeak-ng is not installed.",
                hint="Install it ('apt install espeak-ng'), or leave it out with --voices.",
            )
        self._speed = str(round(_WORDS_A_MINUTE * speed))

    def speak(self, text: str) -> Iterator[Audio]:
        """Yield the whole text as one recording."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / "said.wav"
            subprocess.run(
                [ESPEAK, "-v", "en-us", "-s", self._speed, "--stdin", "-w", str(path)],
                input=text.encode(),
                check=True,
                timeout=_LONGEST,
                capture_output=True,
            )
            with wave.open(str(path)) as file:
                rate = file.getframerate()
                frames = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        yield Audio(frames.astype(np.float32) / np.float32(32768), rate)
