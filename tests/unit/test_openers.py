from time import perf_counter

import pytest

from viva.domain import Bullet, Question
from viva.grading.fillers import blank_fillers
from viva.grading.restarts import blank_restarts, drop_repeats
from viva.grading.units import split_units

QUESTION = Question(
    id="q", text="How do you serve it?", topics=("t",), bullets=(Bullet(id="b", text="Cache."),)
)


def rejected(answer: str) -> set[str]:
    return {unit.text for unit in split_units(answer, QUESTION) if unit.rejected}


@pytest.mark.parametrize(
    "opener",
    [
        "I would never do the following:",
        "I advise against this:",
        "It would be a mistake to work like this:",
        "What I would not do is:",
        "There is no need to do the following.",
        "Don't do this.",
    ],
)
def test_an_opener_rejects_what_it_governs(opener: str) -> None:
    answer = f"We log all requests. {opener} We cache the frequent answers. Alerts go out."
    assert rejected(answer) == {"We cache the frequent answers."}


@pytest.mark.parametrize(
    "answer",
    [
        "I would never do this job by hand.",
        "I would never do the following: deploy without a canary.",
        "I would do the following: we cache the frequent answers.",
    ],
)
def test_what_is_affirmed_is_not_rejected(answer: str) -> None:
    assert not rejected(answer)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("we, um, cache it, you know, in Redis", "we cache it in Redis"),
        ("we use, basically, a queue", "we use a queue"),
        ("so you know what users ask", "so you know what users ask"),
        ("tools like Kafka", "tools like Kafka"),
        ("We should, I mean we must encrypt it", "we must encrypt it"),
        ("we would use Kafka, no wait, we would use Kinesis", "we would use Kinesis"),
        ("every two years no sorry every two weeks", "every two weeks"),
        ("the mod- the model is re- retrained", "the model is retrained"),
        ("it works well it scales well", "it works well it scales well"),
        # Nothing is given up here, or it cannot be seen what.
        ("pre- and post-processing of all", "pre- and post-processing of all"),
        ("the model is stale, no wait, it drifts", "the model is stale, no wait, it drifts"),
        ("The model is old, I mean the data has changed", "The model is old, the data has changed"),
    ],
)
def test_fillers_and_restarts_are_blanked_at_the_same_length(said: str, read: str) -> None:
    assert " ".join(blank_fillers(blank_restarts(said)).split()) == read
    assert len(blank_fillers(blank_restarts(said))) == len(said)


def test_a_word_is_not_a_repeat_of_the_end_of_the_one_before() -> None:
    assert drop_repeats("there's S G D in it") == "there's S G D in it"


@pytest.mark.parametrize("piece", ["um ", "a'", "erm - ", "a- ", "a a' "])
def test_an_answer_of_nothing_but_noise_is_read_in_no_time(piece: str) -> None:
    answer = "a " + piece * (20_000 // len(piece))
    begun = perf_counter()
    drop_repeats(blank_fillers(blank_restarts(answer)))
    assert perf_counter() - begun < 2  # it was minutes
