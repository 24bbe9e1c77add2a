"""Sound to and from WAV with 16 bits a sample, which everything reads."""

import io
import wave

import numpy as np

from viva.errors import AudioError, first_line
from viva.voice.values import Audio

_PEAK = 32767


def to_wav(audio: Audio) -> bytes:
    """Return sound as the content of a WAV file, mono with 16 bits a sample."""
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(audio.sample_rate)
        file.writeframes(to_pcm(audio))
    return content.getvalue()


def to_pcm(audio: Audio) -> bytes:
    """Return sound as raw samples: 16 bits each, little-endian; what is too loud is clipped."""
    return (np.clip(audio.samples, -1, 1) * _PEAK).astype("<i2").tobytes()


def from_wav(content: bytes) -> Audio:
    """Return the sound in a WAV file with 16 bits a sample; channels are averaged.

    A length that its header does not know, as in files that were streamed, is no fault.

    Raises:
        AudioError: If it is not such a file.
    """
    try:
        with wave.open(io.BytesIO(content), "rb") as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            data = file.readframes(len(content))
    except (wave.Error, EOFError) as error:
        raise AudioError(f"This is not a WAV file: {first_line(error)}.") from error
    if width != 2 or channels < 1 or rate < 1:
        raise AudioError(
            f"This WAV file has {8 * width} bits a sample; only 16 can be read.",
            hint="Save it with 16 bits a sample.",
        )
    frames = np.frombuffer(data[: len(data) - len(data) % (2 * channels)], dtype="<i2")
    samples = frames.reshape(-1, channels).mean(axis=1).astype(np.float32) / _PEAK
    return Audio(samples, rate)
