import pytest
from builders import make_grade, make_question
from hypothesis import given
from hypothesis import strategies as st

from viva.grading.scoring import combine_scores, score_bullets

JUDGED = ("covered", "partial", "missing", "contradicted")


def test_the_score_is_the_weighted_share_of_credit() -> None:
    question = make_question(weights=(2, 1, 1))
    score = make_grade(question, "covered", "partial", "contradicted").score
    assert (score.points, score.possible, score.value, score.complete) == (2.5, 4, 6.2, True)


def test_an_ungraded_bullet_is_left_out_and_marks_the_score_incomplete() -> None:
    score = make_grade(make_question(), "covered", "ungraded", "missing").score
    assert (score.points, score.possible, score.value, score.complete) == (1, 2, 5.0, False)


def test_nothing_graded_is_no_score_rather_than_a_zero() -> None:
    score = make_grade(make_question(), "ungraded", "ungraded", "ungraded").score
    assert score.value is None
    assert not score.complete


def test_bullets_of_another_question_cannot_enter_the_score() -> None:
    other = make_question("other", weights=(1, 1, 1, 1))
    stranger = make_grade(other, *["covered"] * 4).bullets
    with pytest.raises(ValueError, match="caching"):
        score_bullets(make_question(), stranger)
    with pytest.raises(ValueError, match="caching"):
        score_bullets(make_question(), stranger[:2])


def test_hints_never_take_a_score_below_zero() -> None:
    question = make_question()
    grades = make_grade(question, "missing", "missing", "partial").bullets
    assert score_bullets(question, grades, hints=9).points == 0


def test_answers_together_have_their_points_added() -> None:
    question = make_question()
    both = [
        make_grade(question, "covered", "covered", "covered").score,
        make_grade(question, "missing", "missing", "partial").score,
    ]
    total = combine_scores(both)
    assert (total.points, total.possible, total.value) == (3.5, 6, 5.8)
    assert combine_scores([]).value is None


@given(
    st.lists(
        st.tuples(st.sampled_from((*JUDGED, "ungraded")), st.floats(0.1, 10)),
        min_size=1,
        max_size=6,
    )
)
def test_a_score_stays_in_range_and_never_falls_when_a_bullet_is_covered(
    rows: list[tuple[str, float]],
) -> None:
    question = make_question(weights=tuple(weight for _, weight in rows))
    verdicts = [verdict for verdict, _ in rows]
    score = make_grade(question, *verdicts).score
    assert score.value is None or 0 <= score.value <= 10
    if verdicts[0] in JUDGED:
        better = make_grade(question, "covered", *verdicts[1:]).score
        assert better.value is not None and score.value is not None
        assert better.value >= score.value
