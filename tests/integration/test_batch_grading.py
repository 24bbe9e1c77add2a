"""Grading many answers at once gives what grading one after the other gives."""

import pytest

from viva.domain import Question
from viva.grading.grader import BatchGrader
from viva.wiring import Parts, make_grader
from viva_eval.datasets_index import find_dataset


@pytest.fixture
def answers(parts: Parts) -> list[tuple[Question, str]]:
    """Answers of every kind, to a few questions, and what no grader can read or judge."""
    items = find_dataset("gold", parts.deck).items[:40]
    found = [(parts.deck.question(item.question_id), item.answer) for item in items]
    question = found[0][0]
    german = "Wir messen die Güte des Modells jeden Tag und vergleichen sie mit der Woche davor."
    turned = question.model_copy(update={"bullets": question.bullets[::-1]})
    return [*found[:20], (question, ""), (question, german), (turned, found[0][1]), *found[20:]]


def test_many_answers_at_once_get_the_grades_of_one_by_one(
    parts: Parts, answers: list[tuple[Question, str]]
) -> None:
    at_once, one_by_one = (make_grader(parts.graders._parts) for _ in range(2))
    assert isinstance(at_once, BatchGrader)
    expected = [one_by_one.grade(question, answer) for question, answer in answers]
    assert list(at_once.grade_many(answers)) == expected
    assert list(at_once.grade_many(answers)) == expected
