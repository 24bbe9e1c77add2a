"""What a voice must be able to do; plugins write classes like these.

::

    class Parrot(Transcriber):
        name = "parrot"
        about = "Hears nothing but its own name; nothing leaves this machine."

        def transcribe(self, audio, *, hints=()):
            return Transcript(text="parrot", seconds=audio.seconds)

``docs/voice.md`` says how a package offers one.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from viva.voice.listening import Listening, WindowListening
from viva.voice.values import Audio, Transcript, Word

__all__ = ["Audio", "Listening", "Speaker", "Transcriber", "Transcript", "Word"]


class Transcriber(Protocol):
    """Turns speech to text, from any number of threads; loads what it needs when first used."""

    name: str
    about: str
    """One line for people; says where the sound goes."""

    def prepare(self) -> None:
        """Load now what is otherwise loaded when first used; a class may have nothing to load.

        Raises:
            VivaError: If it cannot be loaded; says why and what to do.
        """
        return None

    def transcribe(self, audio: Audio, *, hints: Sequence[str] = ()) -> Transcript:
        """Return what is said.

        Args:
            audio: Of any sample rate.
            hints: Words that may well be said, drawn from a whole deck; never what must be heard.

        Raises:
            VivaError: If it cannot be recognised; says why and what to do.
        """
        ...

    def listen(self, *, hints: Sequence[str] = ()) -> Listening:
        """Begin to hear speech as it is spoken.

        A class that derives from this one and says nothing here recognises all that was heard so
        far, again and again.
        """
        return WindowListening(lambda audio: self.transcribe(audio, hints=hints))


class Speaker(Protocol):
    """Turns text to speech, from any number of threads; loads what it needs when first used."""

    name: str
    about: str
    """One line for people; says where the text goes."""

    def prepare(self) -> None:
        """Load now what is otherwise loaded when first used; a class may have nothing to load.

        Raises:
            VivaError: If it cannot be loaded; says why and what to do.
        """
        return None

    def speak(self, text: str) -> Iterator[Audio]:
        """Yield the text as speech, a sentence at a time, each as soon as it is ready.

        Raises:
            VivaError: If it cannot be spoken; says why and what to do.
        """
        ...
