import pytest

from viva.domain import Bullet, Question
from viva.grading.fillers import blank_fillers
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
    ],
)
def test_fillers_are_blanked_at_the_same_length(said: str, read: str) -> None:
    assert " ".join(blank_fillers(said).split()) == read
    assert len(blank_fillers(said)) == len(said)
