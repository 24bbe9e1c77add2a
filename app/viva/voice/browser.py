"""The voices ``browser``: the page does the work, by the browser's own Web Speech API."""

from collections.abc import Iterator, Sequence

from viva.errors import InputError
from viva.settings import Settings
from viva.voice.protocols import Audio, Speaker, Transcriber, Transcript

_WHERE = "This voice is the browser's own: it works in the page only."
_HINT = "Open the page with 'viva serve', or choose another voice; 'viva voice list' shows them."


class BrowserTranscriber(Transcriber):
    """Stands for the browser's own recogniser."""

    name = "browser"
    about = (
        "The browser's own recogniser, in the page only; some browsers, such as Chrome, send the "
        "sound to their maker."
    )

    def __init__(self, settings: Settings) -> None:
        pass

    def transcribe(self, audio: Audio, *, hints: Sequence[str] = ()) -> Transcript:
        """Raise an ``InputError``: outside the page there is no browser."""
        raise InputError(_WHERE, hint=_HINT)


class BrowserSpeaker(Speaker):
    """Stands for the browser's own voices."""

    name = "browser"
    about = "The browser's own voices, in the page only; some of them send the text to their maker."

    def __init__(self, settings: Settings) -> None:
        pass

    def speak(self, text: str) -> Iterator[Audio]:
        """Raise an ``InputError``: outside the page there is no browser."""
        raise InputError(_WHERE, hint=_HINT)
