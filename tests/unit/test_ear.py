import numpy as np

from viva.voice.listening import WindowListening
from viva.voice.values import HEARING_RATE, Audio, Samples, Transcript
from viva.web.voice.ear import Ear

SECOND = (np.full(HEARING_RATE, 0.3) * 32767).astype("<i2").tobytes()


class AfterSeconds:
    """Ends a turn after so much sound."""

    def __init__(self, seconds: float) -> None:
        self._left = round(seconds * HEARING_RATE)

    def feed(self, samples: Samples) -> bool:
        self._left -= len(samples)
        return self._left <= 0


def length(audio: Audio) -> Transcript:
    return Transcript(text=f"{audio.seconds:g} s", seconds=audio.seconds)


def test_what_is_heard_grows_until_a_pause_ends_the_turn() -> None:
    ear = Ear(WindowListening(length), AfterSeconds(2))
    assert ear.feed(SECOND) == ("1 s", False, False)
    assert ear.feed(SECOND) == ("2 s", True, False)
    assert ear.finish().text == "2 s"


def test_an_answer_that_comes_all_at_once_after_a_lost_connection_is_heard_whole() -> None:
    ear = Ear(WindowListening(length), AfterSeconds(2))
    assert ear.feed(SECOND * 30) == ("30 s", True, False)
    assert ear.finish().text == "30 s"


def test_no_more_is_taken_than_one_recording_holds() -> None:
    ear = Ear(WindowListening(length), None, longest=2)
    assert not ear.feed(SECOND).full
    assert ear.feed(SECOND * 5).full
    assert len(ear.samples) == 2 * HEARING_RATE
    assert ear.finish().text == "2 s"


def test_half_a_sample_at_the_end_of_a_message_does_no_harm() -> None:
    ear = Ear(WindowListening(length), None)
    ear.feed(SECOND + b"\0")
    assert len(ear.samples) == HEARING_RATE


def test_without_words_the_person_is_told_why() -> None:
    silent, noisy, none = (Ear(WindowListening(length), None) for _ in range(3))
    silent.feed(bytes(32_000))
    noisy.feed(SECOND)
    assert "Nothing was heard" in silent.why_nothing()
    assert "no words could be made out" in noisy.why_nothing()
    assert "No sound came" in none.why_nothing()
