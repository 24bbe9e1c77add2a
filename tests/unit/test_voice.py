import io
import wave

import numpy as np
import pytest
from builders import make_deck, make_question

from viva.domain import Deck
from viva.errors import AudioError
from viva.feedback import describe_speaking
from viva.voice.hints import FEWEST_QUESTIONS, domain_words
from viva.voice.listening import WindowListening
from viva.voice.speech_figures import describe_speech
from viva.voice.values import HEARING_RATE, Audio, Transcript, Word, join_audio
from viva.voice.wav import from_wav, to_wav


def word(text: str, start: float, end: float) -> Word:
    return Word(text=text, start=start, end=end, confidence=0.9)


def ramp(seconds: float, rate: int = HEARING_RATE) -> Audio:
    return Audio(np.linspace(-1, 1, int(seconds * rate), dtype=np.float32), rate)


def test_figures_on_speech_come_from_its_words_and_their_times() -> None:
    said = (word("Um,", 1.24, 1.5), word("cache", 1.5, 2.0), word("it.", 4.0, 4.24))
    figures = describe_speech(Transcript(text="Um, cache it.", words=said, seconds=5.04))
    assert figures.words_per_minute == 60
    assert figures.fillers == 1
    assert figures.longest_pause == 2
    assert figures.time_to_first_word == 1.2
    assert figures.seconds == 5
    assert figures.transcript == "Um, cache it."


def test_without_word_times_the_pace_is_that_of_the_whole_and_pauses_are_not_told() -> None:
    figures = describe_speech(Transcript(text="So we cache it", seconds=8), edited=True)
    assert (figures.words_per_minute, figures.longest_pause) == (30, 0)
    assert describe_speaking(figures) == (
        "Spoken: 8 s, 30 words a minute, 0 fillers; the transcript was edited. None of this counts."
    )


def test_nothing_heard_has_figures_too() -> None:
    figures = describe_speech(Transcript(text=""))
    assert (figures.words_per_minute, figures.fillers, figures.longest_pause) == (0, 0, 0)


def test_hints_are_unusual_words_of_the_whole_deck(shipped_deck: Deck) -> None:
    hints = domain_words(shipped_deck)
    assert {"Kubernetes", "k-anonymity", "Kinesis", "SMOTE", "Delta Lake"} <= set(hints)
    assert not {"drift", "How", "Monitor", "Use", "a"} & set(hints)
    assert len(set(hints)) == len(hints)


def test_hints_are_the_same_whatever_question_is_asked_and_none_in_a_tiny_deck() -> None:
    questions = [make_question(f"q{number}") for number in range(FEWEST_QUESTIONS)]
    named = questions[0].model_copy(update={"text": "How does SMOTE help?"})
    deck = make_deck(named, *questions[1:])
    turned = make_deck(*questions[1:], named)
    assert domain_words(deck) == domain_words(turned) == ("SMOTE",)
    assert domain_words(make_deck(named)) == ()


@pytest.mark.parametrize("rate", [8_000, 22_050, 48_000])
def test_sound_survives_the_way_through_a_wav_file(rate: int) -> None:
    sound = ramp(0.1, rate)
    back = from_wav(to_wav(sound))
    assert back.sample_rate == rate
    assert np.abs(back.samples - sound.samples).max() < 1e-4


def test_the_channels_of_a_wav_file_are_averaged() -> None:
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setparams((2, 2, 8_000, 0, "NONE", ""))
        file.writeframes(np.array([[0, 16_384]] * 9, dtype="<i2").tobytes())
    assert from_wav(content.getvalue()).samples == pytest.approx(0.25, abs=1e-4)


def test_a_wav_file_whose_header_does_not_know_its_length_is_read_to_its_end() -> None:
    content = bytearray(to_wav(ramp(0.1)))
    content[40:44] = b"\xff\xff\xff\xff"
    assert len(from_wav(bytes(content)).samples) == 1600


@pytest.mark.parametrize("content", [b"", b"RIFF", b"RIFF\0\0\0\0WAVEfmt ", b"<html>"])
def test_what_is_no_wav_file_is_an_error_in_words(content: bytes) -> None:
    with pytest.raises(AudioError):
        from_wav(content)


def test_sounds_are_joined_in_order() -> None:
    first, second = ramp(0.1), ramp(0.2)
    assert join_audio([first, second]).seconds == pytest.approx(0.3)
    assert join_audio([]).seconds == 0


def test_a_transcriber_without_streaming_hears_a_growing_window_once_a_second() -> None:
    lengths: list[float] = []

    def recognise(audio: Audio) -> Transcript:
        lengths.append(audio.seconds)
        return Transcript(text=f"{audio.seconds:g} seconds", seconds=audio.seconds)

    listening = WindowListening(recognise)
    piece = np.zeros(HEARING_RATE // 4, dtype=np.float32)
    heard = [listening.feed(piece).text for _ in range(9)]
    assert heard == [*[""] * 3, *["1 seconds"] * 4, *["2 seconds"] * 2]
    assert listening.finish().text == "2.25 seconds"
    assert listening.finish().text == "2.25 seconds"
    assert lengths == [1, 2, 2.25]
