"""Who hears and who speaks in the page, each made when first needed."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from viva.errors import VivaError
from viva.settings import Settings
from viva.voice.protocols import Speaker, Transcriber
from viva.voices import make_speaker, make_transcriber

Made = TypeVar("Made", Transcriber, Speaker)


BROWSER = "browser"
"""The voice whose work the browser does."""
_LEFT = (
    "This server leaves it to the browser. Whoever runs it can install a voice on the server: "
    "pip install 'viva-interview[voice]'."
)


class Once(Generic[Made]):
    """Makes a voice when it is first asked for; if that fails, tries again the next time.

    Args:
        make: Makes it; raises a ``VivaError`` where it is not set up.
    """

    def __init__(self, make: Callable[[], Made]) -> None:
        self._make: Callable[[], Made] = make
        self._made: Made | None = None
        self._lock = threading.Lock()

    def __call__(self) -> Made:
        """Return the voice.

        Raises:
            VivaError: If there is none; says what to install or set.
        """
        with self._lock:
            self._made = self._made or self._make()
            return self._made

    def describe(self) -> dict[str, str]:
        """Return what the page says of it: one line, or what it lacks."""
        try:
            made = self()
        except VivaError as error:
            return {"about": "", "problem": str(error)}
        # That voice is a stand-in: the page does its work.
        return {"about": made.about, "problem": _LEFT if made.name == BROWSER else ""}


@dataclass(frozen=True)
class Voices:
    """The voices of this server, and what it sets for them.

    Args:
        transcriber: Turns speech to text.
        speaker: Turns text to speech.
        pause: Pause that ends a turn where the person chose none, in seconds; 0 for none.
    """

    transcriber: Once[Transcriber]
    speaker: Once[Speaker]
    pause: float = 2.5

    def describe(self) -> dict[str, Any]:
        """Return what the page must know."""
        return {
            "transcriber": self.transcriber.describe(),
            "speaker": self.speaker.describe(),
            "pause": self.pause,
        }


def open_voices(settings: Settings) -> Voices:
    """Return the voices that the settings choose; none is made yet."""
    return Voices(
        Once(lambda: make_transcriber(settings)),
        Once(lambda: make_speaker(settings)),
        pause=settings.end_of_turn_pause,
    )
