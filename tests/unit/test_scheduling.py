from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

import pytest
from builders import NOON, make_grade, make_question
from fsrs import Rating
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from viva.domain import Turn, Verdict
from viva.scheduling import NEW, CardState, RatingRule, Standing, retrievability, schedule

QUESTION = make_question(weights=(1, 1, 1, 1))
WORST = ("missing",) * 4
BEST = ("covered",) * 4

verdicts = st.tuples(*[st.sampled_from([Verdict.COVERED, Verdict.PARTIAL, Verdict.MISSING])] * 4)
hours = st.lists(st.integers(0, 24 * 90), min_size=1, max_size=8, unique=True).map(sorted)


def turn(*given: str, at: datetime = NOON, hints: Sequence[str] = (), peeked: bool = False) -> Turn:
    return Turn(
        question_id=QUESTION.id,
        asked_at=at - timedelta(minutes=4),
        answer="I would do it.",
        answered_at=at,
        grade=make_grade(QUESTION, *given),
        hints=tuple(hints),
        peeked=peeked,
    )


def card(*turns: Turn, now: datetime = NOON + timedelta(hours=1)) -> CardState:
    return schedule(turns, now=now)[QUESTION.id]


@st.composite
def histories(draw: st.DrawFn) -> list[Turn]:
    return [turn(*draw(verdicts), at=NOON + timedelta(hours=hour)) for hour in draw(hours)]


@given(histories(), st.randoms())
def test_the_order_in_which_sessions_are_read_does_not_matter(
    history: list[Turn], random: Random
) -> None:
    now = NOON + timedelta(days=100)
    expected = schedule(history, now=now)
    assert schedule(history, now=now) == expected  # and a replay gives the same
    random.shuffle(history)
    assert schedule(history, now=now) == expected


@given(histories(), verdicts, verdicts)
def test_a_better_answer_never_comes_due_earlier(
    history: list[Turn], one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    at = (history[-1].answered_at or NOON) + timedelta(hours=30)
    worse, better = sorted(
        (turn(*given, at=at) for given in (one, other)),
        key=lambda own: own.grade.score.points,
    )
    due = [card(*history, last, now=at).due for last in (worse, better)]
    assert due[0] is not None and due[1] is not None
    assert due[0] <= due[1]


@given(histories())
def test_what_is_remembered_fades_and_falls_due_when_it_reaches_the_wanted_chance(
    history: list[Turn],
) -> None:
    state = card(*history, now=history[-1].answered_at or NOON)
    assert state.due is not None and state.last_answered is not None
    chances = [
        retrievability(state, at=state.last_answered + timedelta(days=days))
        for days in (0, 1, 10, 100)
    ]
    assert chances == sorted(chances, reverse=True)
    assert card(*history, now=state.due).standing is Standing.DUE


def test_a_question_without_a_graded_answer_is_new() -> None:
    unanswered = Turn(question_id="other", asked_at=NOON)
    ungraded = turn(*("ungraded",) * 4)
    skipped = turn(*BEST).model_copy(update={"skipped": True})
    assert schedule([unanswered, ungraded, skipped], now=NOON) == {}
    assert NEW.standing is Standing.NEW


def test_a_bad_answer_is_learned_and_a_good_one_is_fresh_for_days() -> None:
    bad, good = card(turn(*WORST)), card(turn(*BEST))
    assert (bad.standing, good.standing) == (Standing.LEARNING, Standing.FRESH)
    assert bad.due == NOON + timedelta(hours=12)
    assert good.due is not None and good.due > NOON + timedelta(days=3)
    assert (bad.last_score, good.last_score) == (0, 10)


@pytest.mark.parametrize(
    ("points", "rating"),
    [(0, Rating.Again), (3, Rating.Again), (4, Rating.Hard), (7, Rating.Good), (9, Rating.Easy)],
)
def test_the_rating_follows_from_the_score(points: int, rating: Rating) -> None:
    ten = make_question(weights=(1,) * 10)
    grade = make_grade(ten, *("covered",) * points, *("missing",) * (10 - points))
    answered = Turn(question_id=ten.id, asked_at=NOON, answered_at=NOON, grade=grade)
    assert RatingRule().rate(answered) is rating


def test_hints_lower_the_rating_by_a_step_and_a_look_at_the_reference_to_the_lowest() -> None:
    rule = RatingRule()
    assert rule.rate(turn(*BEST)) is Rating.Easy
    assert rule.rate(turn(*BEST, hints=["b1"])) is Rating.Good
    assert rule.rate(turn(*WORST, hints=["b1"])) is Rating.Again
    assert rule.rate(turn(*BEST, peeked=True)) is Rating.Again
    assert card(turn(*BEST, peeked=True)).last_score is None


def test_other_limits_change_the_rating_and_must_rise() -> None:
    assert RatingRule(again=0, hard=0, good=0).rate(turn(*WORST)) is Rating.Easy
    with pytest.raises(ValidationError, match="must rise"):
        RatingRule(again=7, hard=6)


def test_a_higher_wanted_retention_brings_questions_back_sooner() -> None:
    due = [
        schedule([turn(*BEST)], now=NOON, rule=RatingRule(retention=wanted))[QUESTION.id].due
        for wanted in (0.8, 0.95)
    ]
    assert due[0] is not None and due[1] is not None
    assert due[0] > due[1]


def test_bullets_that_are_missed_oftener_than_the_others_are_weak() -> None:
    first = turn("covered", "missing", "covered", "missing")
    second = turn("covered", "contradicted", "missing", "covered", at=NOON + timedelta(days=1))
    state = card(first, second, now=NOON + timedelta(days=2))
    assert state.weak_bullets == ("b2",)


def test_no_bullet_is_weaker_than_others_that_are_as_weak_nor_one_that_was_made_last_time() -> None:
    assert card(turn(*WORST)).weak_bullets == ()
    made = turn(*BEST, at=NOON + timedelta(days=1))
    assert card(turn("covered", "missing", "covered", "covered"), made).weak_bullets == ()
