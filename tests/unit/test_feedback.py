import pytest
from builders import make_grade, make_question

from viva.domain import Bullet, Mode, Question
from viva.feedback import (
    choose_follow_up,
    comment_on,
    format_points,
    hint_for,
    model_answer,
)


def test_the_sum_behind_a_score_is_shown() -> None:
    question = make_question(weights=(1, 1, 1, 1, 1))
    grade = make_grade(question, "covered", "covered", "covered", "partial", "missing")
    assert format_points(grade.score) == "3.5 of 5 points"
    part = make_grade(question, "covered", "ungraded", "missing", "missing", "missing")
    assert format_points(part.score) == "1 of 4 points, incomplete"


@pytest.mark.parametrize(
    ("weights", "verdicts", "target"),
    [
        ((1, 1, 1), ("covered", "missing", "contradicted"), "b3"),
        ((1, 2, 1), ("covered", "missing", "contradicted"), "b2"),
        ((1, 1, 1), ("partial", "covered", "missing"), "b3"),
        ((1, 1, 1), ("partial", "covered", "covered"), "b1"),
    ],
)
def test_the_follow_up_aims_at_the_most_valuable_open_point(
    weights: tuple[float, ...], verdicts: tuple[str, ...], target: str
) -> None:
    question = make_question(weights=weights)
    follow_up = choose_follow_up(question, make_grade(question, *verdicts), Mode.COACH)
    assert follow_up is not None
    assert follow_up.bullet_id == target


@pytest.mark.parametrize("verdict", ["covered", "ungraded"])
def test_no_follow_up_when_nothing_is_open(verdict: str) -> None:
    question = make_question()
    assert choose_follow_up(question, make_grade(question, *[verdict] * 3), Mode.COACH) is None


def test_a_contradiction_is_put_back_to_the_candidate_in_their_own_words() -> None:
    question = make_question()
    grade = make_grade(question, "contradicted", "covered", "covered", answer="Never cache.")
    follow_up = choose_follow_up(question, grade, Mode.COACH)
    assert follow_up is not None
    assert "“Never cache”" in follow_up.text


def test_a_follow_up_on_a_missing_point_does_not_state_it() -> None:
    question = make_question()
    grade = make_grade(question, "missing", "covered", "covered")
    follow_up = choose_follow_up(question, grade, Mode.COACH)
    assert follow_up is not None
    assert question.bullets[0].text not in follow_up.text
    assert "term 1" not in follow_up.text


@pytest.mark.parametrize("verdict", ["missing", "partial", "contradicted"])
def test_a_follow_up_in_an_exam_gives_no_hint_and_no_judgement(verdict: str) -> None:
    question = make_question()
    hinted = question.bullets[0].model_copy(update={"hint": "What is asked again and again?"})
    question = question.model_copy(update={"bullets": (hinted, *question.bullets[1:])})
    grade = make_grade(question, verdict, "covered", "covered")
    follow_up = choose_follow_up(question, grade, Mode.EXAM)
    assert follow_up is not None
    assert "again and again" not in follow_up.text
    assert "stand by" not in follow_up.text


def test_a_hint_is_not_given_twice() -> None:
    question = make_question()
    grade = make_grade(question, "missing", "covered", "covered")
    plain = choose_follow_up(question, grade, Mode.COACH)
    hinted = choose_follow_up(question, grade, Mode.COACH, hinted=("b1",))
    assert plain and hinted
    assert plain.text == hint_for(question, question.bullets[0])
    assert hinted.text != plain.text
    assert hinted.bullet_id == "b1"


def test_a_hint_is_the_decks_own_when_it_has_one() -> None:
    bullet = Bullet(id="b", text="Cache it.", hint="What is asked for again and again?")
    question = Question(id="q", text="Q?", topics=("serving",), bullets=(bullet,))
    assert hint_for(question, bullet) == "What is asked for again and again?"


def test_comments_name_what_was_made_and_what_went_wrong() -> None:
    question = make_question()
    assert "all three points" in comment_on(question, make_grade(question, *["covered"] * 3))
    mixed = comment_on(question, make_grade(question, "covered", "missing", "contradicted"))
    assert "one of three points" in mixed
    assert "goes against" in mixed
    assert "did not come up" in mixed
    partly = comment_on(question, make_grade(question, "partial", "partial", "missing"))
    assert "part of two of three points" in partly
    failed = comment_on(question, make_grade(question, *["ungraded"] * 3))
    assert "graded again" in failed


def test_the_model_answer_holds_every_point_with_examples() -> None:
    paragraphs = model_answer(make_question())
    assert len(paragraphs) == 3
    assert "term 2" in paragraphs[1]
