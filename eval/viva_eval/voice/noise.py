"""Noise for recordings, the same for the same seed."""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]


def add_pink_noise(samples: Samples, snr: float, random: np.random.Generator) -> Samples:
    """Return a recording with pink noise over it, as a room with a fan has.

    The power of pink noise falls with frequency as 1/f; it is made from white noise in the
    frequency domain.

    Args:
        samples: From -1 to 1.
        snr: Ratio of the recording's mean power to the noise's, in dB.
        random: The only source of chance.
    """
    if not samples.any():
        return samples  # there is no level to be so far below
    size = len(samples)
    spectrum = np.fft.rfft(random.standard_normal(size))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    spectrum[:1] = 0
    noise = np.fft.irfft(spectrum, size)
    power = np.mean(np.square(samples, dtype=np.float64))
    scale = np.sqrt(power / 10 ** (snr / 10) / np.mean(np.square(noise)))
    noisy: Samples = np.clip(samples + scale * noise, -1, 1).astype(np.float32)
    return noisy
