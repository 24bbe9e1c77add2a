from datetime import UTC, datetime, timedelta, timezone

import pytest
from builders import NOON, make_deck, make_question
from histories import answered, realistic_history, session_of
from hypothesis import given, settings
from hypothesis import strategies as st

from viva.deck.gaps import fill_gaps
from viva.domain import Mode, Phase, Session, Turn, Verdict
from viva.errors import InputError
from viva.history import History
from viva.progress import (
    AttemptRef,
    find_attempts,
    make_progress,
    missed_bullets,
    time_spent,
)
from viva.storage.sessions import PastTurn

DECK = make_deck()
CACHING, DRIFT, ROLLBACK = DECK.questions
FULL = ("covered", "covered", "covered")
DAY = timedelta(days=1)


def practised(*turns: Turn) -> list[Session]:
    return [session_of(f"s{number}", DECK, turn) for number, turn in enumerate(turns)]


def told_history(sessions: list[Session]) -> list[PastTurn]:
    return History.of(sessions, lambda *_: DECK).past(sessions[0].deck_id)


def progress_of(*turns: Turn, now: datetime = NOON):
    return make_progress(told_history(practised(*turns)), DECK, now=now)


def test_without_practice_everything_is_there_and_empty() -> None:
    progress = make_progress((), DECK, now=NOON)
    assert progress.attempts == 0
    assert [topic.now for topic in progress.readiness.topics] == [0, 0, 0]
    assert progress.forecast == progress.missed == progress.times == ()
    assert (progress.days.answers, progress.days.streak, progress.days.longest_streak) == (0, 0, 0)


def test_what_was_skipped_peeked_at_or_not_graded_is_no_attempt() -> None:
    graded = answered(CACHING, *FULL, at=NOON)
    turns = [
        graded,
        graded.model_copy(update={"peeked": True}),
        graded.model_copy(update={"skipped": True}),
        graded.model_copy(update={"grade": None}),
        answered(CACHING, "ungraded", "ungraded", "ungraded", at=NOON),
    ]
    (attempt,) = find_attempts(told_history(practised(*turns)))
    assert str(attempt.ref) == "s0.0"


@pytest.mark.parametrize("mode", Mode)
def test_marks_that_may_not_be_told_yet_tell_nothing_here_either(mode: Mode) -> None:
    turns = (
        answered(CACHING, *FULL, at=NOON - DAY),
        answered(DRIFT, *FULL, at=NOON, first_grade=answered(DRIFT, *FULL, at=NOON).grade),
    )
    running = session_of("s", DECK, *turns, phase=Phase.FOLLOW_UP, mode=mode)
    history = told_history([running])
    told = ["caching"] if mode is Mode.COACH else []
    assert [attempt.question_id for attempt in find_attempts(history)] == told
    assert history[-1].turn.first_grade is None


def test_readiness_is_the_last_score_times_what_is_remembered_over_all_questions() -> None:
    before = answered(CACHING, "missing", "missing", "missing", at=NOON - 9 * DAY)
    after = answered(CACHING, *FULL, at=NOON)
    progress = progress_of(before, after)
    by_topic = {topic.topic_id: topic for topic in progress.readiness.topics}
    assert by_topic["serving"].now == 1  # its one question, a moment ago, in full
    assert (by_topic["monitoring"].now, by_topic["monitoring"].started) == (0, 0)
    assert progress.readiness.overall.now == pytest.approx(1 / 3)
    assert [point.value for point in by_topic["serving"].course] == [0, 0, 1]


def test_readiness_fades_without_practice() -> None:
    turn = answered(CACHING, *FULL, at=NOON)
    values = [
        progress_of(turn, now=NOON + days * DAY).readiness.overall.now for days in (0, 7, 60, 365)
    ]
    assert values == sorted(values, reverse=True)
    assert 0 < values[-1] < values[0]


def test_a_question_counts_in_each_of_its_topics() -> None:
    progress = progress_of(answered(ROLLBACK, *FULL, at=NOON, seconds=90))
    by_topic = {topic.topic_id: topic for topic in progress.readiness.topics}
    assert by_topic["deployment"].now == 1
    assert by_topic["monitoring"].now == 0.5
    assert {(time.topic_id, time.minutes) for time in progress.times} == {
        ("deployment", 1.5),
        ("monitoring", 1.5),
    }


def test_the_forecast_falls_day_by_day_and_tells_what_is_due_when() -> None:
    progress = progress_of(
        answered(CACHING, *FULL, at=NOON - 40 * DAY), answered(DRIFT, *FULL, at=NOON)
    )
    retention = [day.retention for day in progress.forecast]
    assert len(retention) == 31
    assert retention == sorted(retention, reverse=True)
    assert progress.forecast[0].due == 1  # long overdue
    assert sum(day.due for day in progress.forecast) == 2


def test_days_are_those_of_the_persons_time_zone() -> None:
    late = datetime(2026, 1, 4, 23, 30, tzinfo=UTC)
    turn = answered(CACHING, *FULL, at=late)
    utc = progress_of(turn, now=NOON).days
    east = progress_of(turn, now=NOON.astimezone(timezone(timedelta(hours=2)))).days
    assert [day.day.day for day in utc.days if day.answers] == [4]
    assert [day.day.day for day in east.days if day.answers] == [5]


def test_the_calendar_starts_on_a_monday_and_ends_today() -> None:
    days = progress_of(answered(CACHING, *FULL, at=NOON), now=NOON + 3 * DAY).days.days
    assert (days[0].day.weekday(), days[-1].day) == (0, (NOON + 3 * DAY).date())
    assert len(days) == 25 * 7 + 4


@pytest.mark.parametrize(
    ("ago", "streak", "longest"),
    [([0, 1, 2], 3, 3), ([1, 2], 2, 2), ([2, 3, 4], 0, 3), ([0, 2, 3], 1, 2), ([0, 0], 1, 1)],
)
def test_a_day_that_is_not_over_breaks_no_streak(ago: list[int], streak: int, longest: int) -> None:
    days = progress_of(*(answered(CACHING, *FULL, at=NOON - own * DAY) for own in ago)).days
    assert (days.streak, days.longest_streak, days.recent) == (streak, longest, len(set(ago)))


def test_a_page_left_open_over_lunch_is_not_time_spent() -> None:
    turn = answered(CACHING, *FULL, at=NOON, seconds=4 * 3600)
    assert time_spent(turn) == timedelta(minutes=30)
    assert time_spent(turn.model_copy(update={"answered_at": None})) == timedelta()
    assert time_spent(turn.model_copy(update={"asked_at": NOON + DAY})) == timedelta()


def test_points_that_keep_being_missed_come_first_and_mended_ones_not_at_all() -> None:
    attempts = find_attempts(
        told_history(
            practised(
                answered(CACHING, "missing", "missing", "covered", at=NOON - 2 * DAY),
                answered(CACHING, "contradicted", "covered", "missing", at=NOON - DAY),
                answered(DRIFT, "covered", "ungraded", "partial", at=NOON),
            )
        )
    )
    missed = missed_bullets(attempts, DECK)
    assert [(own.bullet_id, own.misses) for own in missed] == [("b1", 2), ("b3", 1)]
    assert [own.keeps_being_missed for own in missed] == [True, False]
    assert missed[0].verdicts == (Verdict.MISSING, Verdict.CONTRADICTED)


def test_the_best_and_the_worst_answers_are_to_different_questions() -> None:
    progress = progress_of(
        answered(CACHING, *FULL, at=NOON - 3 * DAY),
        answered(CACHING, "missing", "missing", "missing", at=NOON - 2 * DAY),
        answered(DRIFT, "missing", "missing", "missing", at=NOON - DAY),
        answered(DRIFT, "covered", "missing", "missing", at=NOON),
    )
    best, worst = progress.extremes.best, progress.extremes.worst
    assert [(own.question_id, own.score) for own in best] == [("caching", 10)]
    assert [(own.question_id, own.score) for own in worst] == [("drift", 3.3)]


@settings(max_examples=20)
@given(st.permutations(range(6)))
def test_the_order_of_sessions_does_not_matter(order: list[int]) -> None:
    sessions = realistic_history(DECK_OF_SIX, now=NOON, answers=18)
    shuffled = [sessions[place] for place in order]
    one, other = (
        make_progress(told_history(own), DECK_OF_SIX, now=NOON) for own in (sessions, shuffled)
    )
    assert one == other


DECK_OF_SIX = make_deck(*(make_question(f"q{number}") for number in range(6)))


@pytest.mark.parametrize("text", ["", "s1", ".1", "s1.", "s1.x", "s1.-1", "s1.²"])
def test_a_reference_that_names_nothing_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="names no attempt"):
        AttemptRef.parse(text)
    assert AttemptRef.parse(" a.b.12 ") == AttemptRef(session_id="a.b", position=12)


def test_interviews_outlive_their_deck_and_its_questions() -> None:
    sessions = practised(answered(CACHING, *FULL, at=NOON), answered(DRIFT, *FULL, at=NOON))
    assert fill_gaps(DECK, sessions, unasked) is DECK

    edited = CACHING.model_copy(update={"bullets": CACHING.bullets[1:]})
    smaller = DECK.model_copy(update={"questions": (edited,)})
    filled = fill_gaps(smaller, sessions, lambda _: None)
    assert [own.id for own in filled.question("caching").bullets] == ["b2", "b3", "b1"]
    assert filled.question("caching").bullets[:2] == edited.bullets
    assert filled.question("drift").text == "Drift (no longer in the deck)"
    assert filled.topics[-1].id in filled.question("drift").topics

    gone = fill_gaps(None, sessions, lambda _: None)
    assert (gone.id, gone.title, len(gone.questions)) == ("tiny", "Tiny", 2)
    assert make_progress(told_history(sessions), gone, now=NOON).attempts == 2


def test_what_is_gone_keeps_its_words_where_an_earlier_version_is_kept() -> None:
    sessions = practised(answered(CACHING, *FULL, at=NOON), answered(DRIFT, *FULL, at=NOON))
    edited = CACHING.model_copy(update={"text": "Now?", "bullets": CACHING.bullets[:1]})
    filled = fill_gaps(DECK.model_copy(update={"questions": (edited,)}), sessions, lambda _: DECK)
    assert filled.question("caching").text == "Now?"
    assert filled.question("caching").bullets == CACHING.bullets
    assert filled.question("drift").text == DRIFT.text
    assert filled.question("drift").bullets == DRIFT.bullets
    assert fill_gaps(None, sessions, lambda _: DECK).title == "Tiny deck"


def unasked(session: Session) -> None:
    raise AssertionError("there is no gap")


def test_what_the_deck_no_longer_has_counts_in_the_calendar_only() -> None:
    edited = CACHING.model_copy(update={"bullets": CACHING.bullets[:2]})
    smaller = DECK.model_copy(update={"questions": (edited,)})
    missed = ("missing", "covered", "missing")
    turns = [answered(own, *missed, at=NOON) for own in (CACHING, DRIFT, CACHING)]
    progress = make_progress(told_history(practised(*turns)), smaller, now=NOON)
    assert (progress.days.answers, progress.attempts) == (3, 2)
    assert [own.bullet_id for own in progress.missed] == ["b1"]
    assert [topic.topic_id for topic in progress.readiness.topics] == ["serving"]
    assert sum(day.due for day in progress.forecast) == 1
