from datetime import timedelta

import pytest
from builders import NOON, make_deck, make_grade, make_question

from viva.domain import FollowUp, Kind, Mode, Phase, Session, Speech
from viva.errors import ConflictError, InputError
from viva.events import (
    AnswerGiven,
    Event,
    Finished,
    FollowUpAnswered,
    FollowUpDeclined,
    Graded,
    HintTaken,
    NextAsked,
    ReferenceOpened,
    Regraded,
    Skipped,
)
from viva.interview import MAX_ANSWER_CHARACTERS, advance, start_session

DECK = make_deck()
FIRST = DECK.questions[0]
FOLLOW_UP = FollowUp(bullet_id="b2", text="And then?")


def start(mode: Mode = Mode.COACH, plan: tuple[str, ...] = ("caching", "drift")) -> Session:
    return start_session(
        session_id="s", deck=DECK, plan=plan, mode=mode, now=NOON, seconds_per_question=300
    )


def play(session: Session, *events: Event) -> Session:
    for event in events:
        session = advance(session, event, deck=DECK, now=NOON + timedelta(minutes=1))
    return session


def graded(*verdicts: str, follow_up: FollowUp | None = None) -> Graded:
    return Graded(make_grade(FIRST, *verdicts), follow_up)


def test_a_session_asks_the_first_question_of_its_plan() -> None:
    session = start()
    assert session.phase is Phase.ANSWER
    assert session.turn.question_id == "caching"


def test_an_empty_plan_is_refused_in_words() -> None:
    with pytest.raises(InputError, match="No question fits"):
        start(plan=())


def test_an_answer_waits_to_be_graded_and_keeps_its_text_as_typed() -> None:
    session = play(start(), AnswerGiven("  Cache it.\n"))
    assert session.phase is Phase.GRADING
    assert session.turn.answer == "  Cache it.\n"
    assert session.turn.answered_at == NOON + timedelta(minutes=1)


def test_a_follow_up_is_asked_once_and_its_answer_is_graded_with_the_first() -> None:
    session = play(
        start(),
        AnswerGiven("Cache it."),
        graded("covered", "missing", "missing", follow_up=FOLLOW_UP),
    )
    assert session.phase is Phase.FOLLOW_UP
    session = play(session, FollowUpAnswered("And shard it."))
    assert session.phase is Phase.GRADING
    assert session.turn.full_answer == "Cache it.\n\nAnd shard it."
    session = play(session, graded("covered", "covered", "missing", follow_up=FOLLOW_UP))
    assert session.phase is Phase.REVIEW
    assert session.turn.grade and session.turn.grade.score.points == 2
    assert session.turn.first_grade and session.turn.first_grade.score.points == 1


def spoken(transcript: str) -> Speech:
    return Speech(
        transcript=transcript,
        seconds=10,
        words_per_minute=120,
        fillers=1,
        longest_pause=1.5,
        time_to_first_word=0.8,
    )


def test_how_answers_were_spoken_is_kept_and_changes_no_mark() -> None:
    first, second = spoken("um cache it"), spoken("for an hour")
    marked = graded("covered", "missing", "missing", follow_up=FOLLOW_UP)
    told = play(start(), AnswerGiven("Cache it.", first), marked)
    typed = play(start(), AnswerGiven("Cache it."), marked)
    assert told.turn.speech == (first,)
    assert told.turn.grade == typed.turn.grade
    assert play(told, FollowUpAnswered("For an hour.", second)).turn.speech == (first, second)
    assert play(told, FollowUpAnswered("For an hour.")).turn.speech == (first,)
    assert Session.model_validate_json(told.model_dump_json()) == told


def test_a_declined_follow_up_keeps_the_first_grade() -> None:
    session = play(
        start(),
        AnswerGiven("Cache it."),
        graded("covered", "missing", "missing", follow_up=FOLLOW_UP),
        FollowUpDeclined(),
    )
    assert session.phase is Phase.REVIEW
    assert session.turn.grade and session.turn.grade.score.points == 1


def test_hints_cost_a_quarter_point_each_and_are_not_given_twice() -> None:
    session = play(start(), HintTaken("b1"), HintTaken("b2"), AnswerGiven("Cache it."))
    session = play(session, graded("covered", "covered", "missing"))
    assert session.turn.grade
    assert session.turn.grade.score.points == 1.5
    assert session.turn.grade.score.hint_cost == 0.5
    with pytest.raises(ConflictError):
        play(start(), HintTaken("b1"), HintTaken("b1"))


def test_an_exam_gives_no_hint_and_no_reference_and_goes_straight_on() -> None:
    exam = start(Mode.EXAM)
    for event in (HintTaken("b1"), ReferenceOpened()):
        with pytest.raises(InputError, match="exam"):
            play(exam, event)
    session = play(exam, AnswerGiven("Cache it."), graded("covered", "covered", "covered"))
    assert session.phase is Phase.ANSWER
    assert session.turn.question_id == "drift"


def test_an_answer_after_the_reference_was_opened_is_not_scored() -> None:
    session = play(
        start(), ReferenceOpened(), AnswerGiven("x y"), graded("covered", "covered", "covered")
    )
    assert session.turn.grade is not None
    assert not session.turn.is_scored


def test_a_skipped_question_is_reviewed_and_not_scored() -> None:
    session = play(start(), Skipped())
    assert session.phase is Phase.REVIEW
    assert session.turn.skipped and not session.turn.is_scored


def test_the_last_question_ends_the_session() -> None:
    session = play(start(), Skipped(), NextAsked(), Skipped(), NextAsked())
    assert session.phase is Phase.ENDED
    assert session.ended_at == NOON + timedelta(minutes=1)


def test_a_pending_answer_can_be_graded_after_the_session_has_ended() -> None:
    session = play(start(), AnswerGiven("Cache it."), Finished())
    assert session.phase is Phase.ENDED
    session = play(session, Regraded(0, make_grade(FIRST, "covered", "covered", "covered")))
    assert session.phase is Phase.ENDED
    assert session.turns[0].grade and session.turns[0].grade.score.value == 10


def test_a_grade_of_another_question_cannot_enter() -> None:
    session = play(start(), AnswerGiven("Cache it."))
    other = make_question("drift")
    with pytest.raises(ValueError, match="drift"):
        play(session, Graded(make_grade(other, "covered", "covered", "covered")))


@pytest.mark.parametrize("text", ["", "  \n\t", "x" * (MAX_ANSWER_CHARACTERS + 1)])
def test_an_empty_or_endless_answer_is_refused_in_words(text: str) -> None:
    with pytest.raises(InputError):
        play(start(), AnswerGiven(text))


@pytest.mark.parametrize(
    "event",
    [Graded(make_grade(FIRST, "missing", "missing", "missing")), FollowUpDeclined(), NextAsked()],
)
def test_an_event_out_of_place_is_a_conflict_and_changes_nothing(event: Event) -> None:
    session = start()
    with pytest.raises(ConflictError, match="moved on"):
        play(session, event)
    assert session == start()


def test_every_event_raises_the_revision_by_one() -> None:
    session = start()
    for event in (
        HintTaken("b1"),
        AnswerGiven("Cache it."),
        graded("covered", "covered", "missing"),
    ):
        after = play(session, event)
        assert after.revision == session.revision + 1
        session = after


def start_round(*, seconds: int) -> Session:
    """A round whose time is over when its first answer comes if that is less than a minute."""
    return start_session(
        session_id="s",
        deck=DECK,
        plan=("caching", "drift"),
        mode=Mode.EXAM,
        now=NOON,
        kind=Kind.MOCK,
        seconds_in_all=seconds,
    )


def test_in_time_a_round_goes_on_with_follow_ups() -> None:
    session = play(
        start_round(seconds=61),
        AnswerGiven("Cache it."),
        graded("covered", "missing", "missing", follow_up=FOLLOW_UP),
    )
    assert session.phase is Phase.FOLLOW_UP
    assert play(session, FollowUpDeclined()).phase is Phase.ANSWER
    assert session.seconds_over == 0


def test_when_time_is_over_the_running_answer_is_taken_and_the_round_ends() -> None:
    session = play(start_round(seconds=40), AnswerGiven("Cache it."))
    assert session.phase is Phase.GRADING
    session = play(session, graded("covered", "missing", "missing", follow_up=FOLLOW_UP))
    assert session.phase is Phase.ENDED
    assert session.turns[0].grade is not None
    assert len(session.turns) == 1
    assert session.seconds_over == 20


def test_a_follow_up_that_was_asked_in_time_may_be_answered_after_it() -> None:
    session = play(
        start_round(seconds=61),
        AnswerGiven("Cache it."),
        graded("covered", "missing", "missing", follow_up=FOLLOW_UP),
    )
    late = NOON + timedelta(seconds=90)
    session = advance(session, FollowUpAnswered("Shard it."), deck=DECK, now=late)
    session = advance(session, graded("covered", "covered", "missing"), deck=DECK, now=late)
    assert session.phase is Phase.ENDED
    assert session.seconds_over == 29


def test_a_question_skipped_after_the_time_ends_the_round() -> None:
    assert play(start_round(seconds=40), Skipped()).phase is Phase.ENDED


def test_sessions_of_before_kinds_can_still_be_read() -> None:
    old = start().model_dump(exclude={"kind", "seconds_in_all", "note"})
    assert Session.model_validate(old) == start()
