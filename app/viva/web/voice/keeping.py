"""Recordings in a form that every browser plays and that takes little room."""

import io

import numpy as np

from viva.requirements import NotInstalled, require
from viva.voice.values import Audio
from viva.voice.wav import to_pcm, to_wav

_BITS = 48_000
"""Bits a second: speech needs no more."""


def pack(audio: Audio) -> tuple[bytes, str]:
    """Return a recording's content and media type: MP3, or WAV without the extra ``voice``."""
    try:
        require({"av": "av"}, extra="voice")
    except NotInstalled:
        return to_wav(audio), "audio/wav"
    return _to_mp3(audio), "audio/mpeg"


def _to_mp3(audio: Audio) -> bytes:
    import av  # takes a while, and most have no use for it

    content = io.BytesIO()
    samples = np.frombuffer(to_pcm(audio), dtype="<i2")
    with av.open(content, "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=audio.sample_rate)
        stream.bit_rate = _BITS
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(samples[None, :], format="s16p", layout="mono")
        frame.sample_rate = audio.sample_rate
        for piece in (frame, None):
            container.mux(stream.encode(piece))
    return content.getvalue()
