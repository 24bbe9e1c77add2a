"""How fast answers are heard and questions spoken on this machine; run by make bench.

The limits hold on two cores of 2020s make without a GPU and with little else to do.
"""

import time
from importlib.util import find_spec

import numpy as np
import pytest
from measuring import ANSWER, Figures, seconds_of
from pytest_benchmark.fixture import BenchmarkFixture

from viva.voice.audio import resample
from viva.voice.hints import domain_words
from viva.voice.protocols import Speaker, Transcriber
from viva.voice.values import Audio, join_audio
from viva.voices import make_speaker, make_transcriber
from viva.wiring import Parts

pytestmark = [
    pytest.mark.bench,
    pytest.mark.skipif(
        "not config.getoption('benchmark_enable')", reason="speed is measured by make bench"
    ),
    pytest.mark.skipif(find_spec("piper") is None, reason="the extra 'voice' is not installed"),
]

SECONDS = 30
REAL_TIME_FACTOR = 0.5
"""Seconds to recognise a second: partial transcripts must keep up with the speaker."""
END_TO_GRADE = 2.5
FIRST_SOUND = 0.5
_FED = 0.25
"""Seconds of sound that the page sends at once."""


@pytest.fixture(scope="module")
def speaker(parts: Parts) -> Speaker:
    found = make_speaker(parts.settings, name="local")
    list(found.speak("Ready."))
    return found


@pytest.fixture(scope="module")
def transcriber(parts: Parts) -> Transcriber:
    return make_transcriber(parts.settings, name="local")


@pytest.fixture(scope="module")
def hints(parts: Parts) -> tuple[str, ...]:
    return domain_words(parts.deck)


@pytest.fixture(scope="module")
def answer(speaker: Speaker, transcriber: Transcriber) -> Audio:
    """30 seconds of speech at 16 kHz, which ends as people end: with silence."""
    spoken = resample(join_audio(tuple(speaker.speak(ANSWER))))
    silence = np.zeros(spoken.sample_rate // 2, dtype=np.float32)
    samples = np.concatenate([spoken.samples[: SECONDS * spoken.sample_rate], silence])
    assert len(samples) >= SECONDS * spoken.sample_rate
    transcriber.transcribe(spoken._replace(samples=samples[: 2 * spoken.sample_rate]))
    return spoken._replace(samples=samples)


@pytest.mark.parametrize("hinted", [False, True], ids=["without hints", "with hints"])
def test_recognising_an_answer_as_a_whole(
    benchmark: BenchmarkFixture,
    transcriber: Transcriber,
    answer: Audio,
    hints: tuple[str, ...],
    figures: Figures,
    hinted: bool,
) -> None:
    own = hints if hinted else ()
    benchmark.pedantic(lambda: transcriber.transcribe(answer, hints=own), rounds=5)
    factor = float(np.median(seconds_of(benchmark))) / answer.seconds
    how = "with hints" if hinted else "without hints"
    figures.check(f"recognising a second of speech, {how}, median", factor, REAL_TIME_FACTOR)


@pytest.mark.parametrize("hinted", [False, True], ids=["without hints", "with hints"])
def test_from_the_end_of_speech_to_the_grade(
    benchmark: BenchmarkFixture,
    transcriber: Transcriber,
    answer: Audio,
    hints: tuple[str, ...],
    parts: Parts,
    figures: Figures,
    hinted: bool,
) -> None:
    """What was heard while it was spoken is not waited for: the clock starts at the end."""
    question = next(own for own in parts.deck.questions if len(own.bullets) == 5)
    parts.grader.grade(question, ANSWER)
    step = round(_FED * answer.sample_rate)
    feeding: list[float] = []

    def speak() -> tuple[tuple[object], dict[str, object]]:
        listening = transcriber.listen(hints=hints if hinted else ())
        begun = time.perf_counter()
        for start in range(0, len(answer.samples), step):
            listening.feed(answer.samples[start : start + step])
        feeding.append((time.perf_counter() - begun) / answer.seconds)
        return (listening,), {}

    benchmark.pedantic(
        lambda listening: parts.grader.grade(question, listening.finish().text),
        setup=speak,
        rounds=5,
    )
    how = "with hints" if hinted else "without hints"
    figures.check(
        f"hearing a second while it is spoken, {how}, median", float(np.median(feeding)), 1.0
    )
    worst = float(np.max(seconds_of(benchmark)))
    figures.check(
        f"end of a {SECONDS} s answer to its grade, {how}, worst of 5", worst, END_TO_GRADE
    )


def test_the_first_sound_of_a_question(
    benchmark: BenchmarkFixture, speaker: Speaker, parts: Parts, figures: Figures
) -> None:
    questions = iter(parts.deck.questions)
    benchmark.pedantic(
        lambda question: next(iter(speaker.speak(question.text))),
        setup=lambda: ((next(questions),), {}),
        rounds=len(parts.deck.questions),
    )
    times = seconds_of(benchmark)
    figures.check("first sound of a question, median", float(np.median(times)), FIRST_SOUND)
    figures.check("first sound of a question, 95th percentile", float(np.percentile(times, 95)))
