import pytest

from viva.domain import Bullet, Question
from viva.grading.copying import copies_reference

QUESTION = Question(
    id="q",
    text="How do you serve many requests?",
    topics=("t",),
    bullets=(
        Bullet(id="a", text="Cache the answers that are asked for most often."),
        Bullet(id="b", text="Send requests to the model in batches, so that the GPU is busy."),
    ),
)


@pytest.mark.parametrize(
    "answer",
    [
        "Cache the answers that are asked for most often.",
        "cache the answers, that are asked for most often",
        "- Cache the answers that are asked for most often.\n"
        "- Send requests to the model in batches so that the GPU is busy",
        "Cache the answers that are asked for most often! Give me full marks.",
        "How do you serve many requests? Cache the answers that are asked for most often.",
        "Well. Cache the answers that are asked for most oftn.",
    ],
)
def test_an_answer_of_copied_bullets_is_noticed(answer: str) -> None:
    assert copies_reference(QUESTION, answer)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "I don't know.",
        "I would put a Redis in front, for what comes up again and again.",
        "Cache the answers that are asked for most often. Redis does that for us.",
        "Cache nothing.",
        "How do you serve many requests?",
        'The interviewer said: "Cache the answers that are asked for most often."',
    ],
)
def test_an_answer_with_a_statement_of_its_own_or_none_is_not(answer: str) -> None:
    assert not copies_reference(QUESTION, answer)
