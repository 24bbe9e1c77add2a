from collections.abc import Generator, Iterator

import pytest

from viva.domain import Usage
from viva.errors import ModelUnreachable
from viva.language_model import TextStream
from viva.talking.speech import Speech, states_mark


class Spoken:
    """A stream as the language model's client gives it."""

    def __init__(self, *pieces: str, fails: bool = False) -> None:
        self.usage = Usage(purpose="feedback", model="m", attempts=1)
        self._pieces = self._say(pieces, fails)

    def _say(self, pieces: tuple[str, ...], fails: bool) -> Generator[str]:
        yield from pieces
        if fails:
            raise ModelUnreachable("The server broke off.")

    def __iter__(self) -> Iterator[str]:
        return self._pieces

    def close(self) -> None:
        self._pieces.close()


def speech(*pieces: str, fails: bool = False, marks: bool = False) -> Speech:
    stream: TextStream = Spoken(*pieces, fails=fails)  # type: ignore[assignment]  # as it is used
    return Speech("Prepared.", stream, marks=marks)


def test_prepared_words_come_in_one_piece_and_cost_nothing() -> None:
    said = Speech("Prepared.")
    assert list(said) == ["Prepared."]
    assert (said.text, said.usage, said.notice) == ("Prepared.", (), "")


def test_a_models_words_come_as_they_are_written_and_are_kept() -> None:
    said = speech("You would ", "measure first.")
    assert list(said) == ["You would ", "measure first."]
    assert said.text == "You would measure first."
    assert said.usage[0].purpose == "feedback"


def test_words_that_break_off_give_way_to_prepared_ones_with_a_notice() -> None:
    said = speech("You would ", fails=True)
    assert list(said) == ["You would "]
    assert said.text == "Prepared."
    assert "did not answer in time" in said.notice


def test_silence_gives_way_to_prepared_words() -> None:
    said = speech("  ", "\n")
    list(said)
    assert said.text == "Prepared."


@pytest.mark.parametrize(
    "words",
    [
        "That is 8/10.",
        "I would give you 9 out of 10.",
        "Your score would be a 7.",
        "You earned 3 points.",
        "Full marks from me!",
        "Grade: ten.",
    ],
)
def test_a_mark_in_the_talk_is_never_kept(words: str) -> None:
    said = speech("Well done. ", words)
    list(said)
    assert states_mark(words)
    assert said.text == "Prepared."
    told = speech(words, marks=True)
    list(told)
    assert told.text == words


@pytest.mark.parametrize(
    "words",
    [
        "You send 5% of the traffic to it.",
        "You named two of the points that matter.",
        "You would keep 3 of the replicas warm.",
        "You retrain every 24 hours.",
    ],
)
def test_figures_of_the_subject_are_no_marks(words: str) -> None:
    assert not states_mark(words)


def test_what_cannot_be_seen_is_not_kept() -> None:
    said = speech("You would \u202emeasure\u200b it.\x07")
    list(said)
    assert said.text == "You would measure it."


def test_to_stop_listening_closes_the_stream() -> None:
    stream = Spoken("One. ", "Two. ", "Three.")
    said = Speech("", stream)  # type: ignore[arg-type]  # as it is used
    pieces = iter(said)
    assert next(pieces) == "One. "
    pieces.close()  # type: ignore[attr-defined]  # a generator
    with pytest.raises(StopIteration):
        next(iter(stream))
