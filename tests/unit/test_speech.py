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


def speech(*pieces: str, fails: bool = False, prepared: str = "Prepared.") -> Speech:
    stream: TextStream = Spoken(*pieces, fails=fails)  # type: ignore[assignment]  # as it is used
    return Speech(prepared, stream)


def test_prepared_words_come_in_one_piece_and_cost_nothing() -> None:
    said = Speech("Prepared.")
    assert list(said) == ["Prepared."]
    assert (said.text, said.usage, said.notice) == ("Prepared.", (), "")


def test_a_models_words_come_as_they_are_written_and_are_kept() -> None:
    said = speech("You would ", "measure ", "first.")
    assert list(said) == ["You would ", "measure ", "first."]
    assert said.text == "You would measure first."
    assert said.usage[0].purpose == "feedback"


def test_words_that_break_off_give_way_to_prepared_ones_with_a_notice() -> None:
    said = speech("You would ", fails=True)
    assert list(said) == ["You would "]
    assert said.text == "Prepared."
    assert said.notice == "The server broke off, so these are prepared words."
    silent = speech("You would ", fails=True, prepared="")
    list(silent)
    assert silent.text == ""
    assert silent.notice == "The server broke off, so nothing more is said here."


def test_silence_gives_way_to_prepared_words() -> None:
    said = speech("  ", "\n")
    list(said)
    assert said.text == "Prepared."


@pytest.mark.parametrize(
    "words",
    [
        "That is 8/10.",
        "I would give you 9 out of 10.",
        "I'd rate this a 9.",
        "That is eight out of ten.",
        "Your score would be a 7.",
        "You scored 8.",
        "You earned 3 points.",
        "Full marks from me!",
        "An A+ answer.",
        "Grade: ten.",
    ],
)
def test_a_sentence_that_gives_a_mark_is_neither_said_nor_kept(words: str) -> None:
    said = speech("You tied it to the drift. ", *words.split(" "), " Go on like that.")
    spaced = speech(*(f"{word} " for word in f"You watch it. {words} Go on.".split(" ")))
    assert states_mark(words)
    assert words not in "".join(said) + said.text
    list(spaced)
    assert spaced.text == "You watch it. Go on."


@pytest.mark.parametrize(
    "words",
    [
        "You send 5% of the traffic to it.",
        "You page somebody, 24/7.",
        "You split the data 80/20.",
        "It fails for 1 of 10 requests.",
        "You set the confidence score threshold at 0.5.",
        "You named the first 3 points of presence.",
        "You would keep 3 of the replicas warm.",
        "You get 3 replicas for it.",
        "You give the team a week.",
    ],
)
def test_figures_of_the_subject_are_no_marks(words: str) -> None:
    assert not states_mark(words)
    said = speech(*(f"{word} " for word in words.split(" ")))
    assert "".join(said).strip() == said.text == words


def test_what_cannot_be_seen_is_not_kept() -> None:
    said = speech("You would \u202emeasure\u200b it.\x07")
    list(said)
    assert said.text == "You would measure it."


def test_to_stop_listening_closes_the_stream() -> None:
    stream = Spoken("One of ", "those. ", "Two.")
    said = Speech("", stream)  # type: ignore[arg-type]  # as it is used
    pieces = iter(said)
    assert next(pieces) == "One of "
    pieces.close()  # type: ignore[attr-defined]  # a generator
    with pytest.raises(StopIteration):
        next(iter(stream))
