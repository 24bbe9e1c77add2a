"""Read recordings of any format, bring them to the rate of recognisers, and measure how loud."""

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from viva.errors import AudioError
from viva.requirements import require
from viva.voice.values import HEARING_RATE, Audio, Samples

if TYPE_CHECKING:
    from av import AudioFrame
    from av.container import InputContainer

LONGEST_RECORDING = 600
"""Most seconds that are taken: ten minutes."""
SILENCE = -60.0
"""Level below which a recording counts as silent, in dBFS; a quiet room is at -55 or so."""
_UNREADABLE = "Use WAV, MP3, Ogg, FLAC, M4A or WebM; the file may also be damaged."


def read_audio(content: bytes, *, name: str = "The recording") -> Audio:
    """Return the sound in a file of any format that FFmpeg reads, mono at 16 kHz.

    Args:
        content: Of the file.
        name: What to call it in errors.

    Raises:
        AudioError: If there is no sound in it, or more than ``LONGEST_RECORDING``.
        NotInstalled: If the extra ``voice`` is not installed.
    """
    require({"av": "av"}, extra="voice")
    import av  # takes a while, and most have no use for it

    if not content:
        raise AudioError(f"{name} is empty.", hint="Record it again.")
    try:
        with av.open(io.BytesIO(content), mode="r") as container:
            samples = _decode(container, name)
    except (av.FFmpegError, UnicodeError) as error:
        raise AudioError(f"{name} is no recording that can be read.", hint=_UNREADABLE) from error
    return check_audio(Audio(samples, HEARING_RATE), name=name)


def check_audio(audio: Audio, *, name: str = "The recording") -> Audio:
    """Return the sound if it may hold speech.

    Raises:
        AudioError: If it is empty, silent, or longer than ``LONGEST_RECORDING``.
    """
    if not len(audio.samples):
        raise AudioError(f"{name} holds no sound.", hint="Record it again.")
    if audio.seconds > LONGEST_RECORDING:
        raise too_long(name)
    if level(audio.samples) < SILENCE:
        raise AudioError(
            f"{name} is silent.",
            hint="Check that the right microphone is chosen and not muted.",
        )
    return audio


def too_long(name: str = "The recording") -> AudioError:
    """Return the error for a recording beyond ``LONGEST_RECORDING``."""
    return AudioError(
        f"{name} is longer than {LONGEST_RECORDING // 60} minutes, which is the most.",
        hint="Cut it; a spoken answer takes two or three minutes.",
    )


def level(samples: Samples) -> float:
    """Return how loud a sound is: the root mean square of its samples in dBFS, -120 to 0.

    0 is the loudest square wave there is (AES17 would call it +3).
    """
    if not len(samples):
        return -120.0
    power = float(np.mean(np.square(samples, dtype=np.float64)))
    return max(10 * float(np.log10(power + 1e-12)), -120.0)


def resample(audio: Audio, rate: int = HEARING_RATE) -> Audio:
    """Return the sound at another sample rate (Hz).

    Raises:
        NotInstalled: If the rates differ and the extra ``voice`` is not installed.
    """
    if audio.sample_rate == rate or not len(audio.samples):
        return Audio(audio.samples, rate)
    require({"av": "av"}, extra="voice")
    import av

    frame = av.AudioFrame.from_ndarray(
        np.ascontiguousarray(audio.samples, dtype=np.float32)[None, :], format="flt", layout="mono"
    )
    frame.sample_rate = audio.sample_rate
    resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
    samples = [*_samples(resampler.resample(frame)), *_samples(resampler.resample(None))]
    return Audio(np.concatenate(samples), rate)


def _decode(container: "InputContainer", name: str) -> Samples:
    """Return the first track of sound; stops as soon as there is too much of it."""
    import av

    if not container.streams.audio:
        raise AudioError(f"{name} has no sound in it.", hint="Choose a recording.")
    resampler = av.AudioResampler(format="flt", layout="mono", rate=HEARING_RATE)
    parts = [np.zeros(0, dtype=np.float32)]
    total = 0
    for frame in container.decode(container.streams.audio[0]):
        parts += _samples(resampler.resample(frame))
        total += frame.samples
        if total > LONGEST_RECORDING * frame.sample_rate:
            raise too_long(name)
    if total:
        parts += _samples(resampler.resample(None))
    return np.concatenate(parts)


def _samples(frames: "Iterable[AudioFrame]") -> list[Samples]:
    return [frame.to_ndarray().reshape(-1).astype(np.float32) for frame in frames]
