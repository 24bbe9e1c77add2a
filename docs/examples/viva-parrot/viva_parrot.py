"""A voice for Viva in a dozen lines: hears how long somebody spoke, and answers in beeps."""

import numpy as np

from viva.hookspecs import hookimpl
from viva.voice.protocols import Audio, Speaker, Transcriber, Transcript


class Parrot(Transcriber, Speaker):
    name = "parrot"
    about = "Counts seconds and beeps; nothing leaves this machine."

    def transcribe(self, audio, *, hints=()):
        text = f"You said something for {audio.seconds:.0f} seconds."
        return Transcript(text=text, seconds=audio.seconds)

    def speak(self, text):
        for _ in text.split():
            yield Audio(np.sin(np.arange(3200) / 5).astype(np.float32), 16_000)


@hookimpl
def register_transcribers():
    return {"parrot": lambda settings: Parrot()}


@hookimpl
def register_speakers():
    return {"parrot": lambda settings: Parrot()}
