"""Grading many answers at once gives what grading one after the other gives."""

import numpy as np
import pytest

from viva.domain import Question
from viva.embedding import Embedder
from viva.grading.grader import BatchGrader
from viva.wiring import Parts, make_grader
from viva_eval.datasets_index import find_dataset

LONG = "We log each request and join it with its outcome, and compare both with last week. " * 40
GROUPS = (
    ["Drift is measured.", "We shadow the new model, and compare it with the old one for a week."],
    [],
    [f"Reason {number} to retrain: {'data ' * (number % 9)}" for number in range(30)],
    ["same length", "same length"],
    [LONG],
)


@pytest.fixture
def answers(parts: Parts) -> list[tuple[Question, str]]:
    """Answers of every kind, to a few questions, and what no grader can read or judge."""
    items = find_dataset("gold", parts.deck).items[:40]
    found = [(parts.deck.question(item.question_id), item.answer) for item in items]
    question = found[0][0]
    german = "Wir messen die Güte des Modells jeden Tag und vergleichen sie mit der Woche davor."
    turned = question.model_copy(update={"bullets": question.bullets[::-1]})
    return [*found[:20], (question, ""), (question, german), (turned, found[0][1]), *found[20:]]


def test_a_vector_does_not_depend_on_what_else_is_embedded(embedder: Embedder) -> None:
    together = embedder.embed_each(GROUPS)
    assert len(together) == len(GROUPS)
    for group, vectors in zip(GROUPS, together, strict=True):
        assert vectors.shape == (len(group), 384)
        assert np.array_equal(vectors, embedder.embed(group))


def test_nothing_to_embed_is_no_trouble(embedder: Embedder) -> None:
    assert embedder.embed_each([]) == []
    assert [vectors.shape for vectors in embedder.embed_each([[], []])] == [(0, 384), (0, 384)]


def test_many_answers_at_once_get_the_grades_of_one_by_one(
    parts: Parts, answers: list[tuple[Question, str]]
) -> None:
    at_once, one_by_one = (make_grader(parts.graders._parts) for _ in range(2))
    assert isinstance(at_once, BatchGrader)
    expected = [one_by_one.grade(question, answer) for question, answer in answers]
    assert list(at_once.grade_many(answers)) == expected
    assert list(at_once.grade_many(answers)) == expected
