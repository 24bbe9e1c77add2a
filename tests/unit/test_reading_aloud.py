import pytest
from builders import NOON, make_deck, make_grade

from viva.domain import Mode, Session
from viva.errors import NotFoundError
from viva.events import AnswerGiven, Event, Finished, FollowUpDeclined, Graded, HintTaken
from viva.feedback import choose_follow_up
from viva.interview import advance, start_session
from viva.web.voice.aloud import passages, sentences

DECK = make_deck()
CACHING = DECK.question("caching")
GRADE = make_grade(CACHING, "covered", "missing", "contradicted")


def after(*events: Event, mode: Mode = Mode.COACH) -> Session:
    session = start_session(
        session_id="s1", deck=DECK, plan=("caching", "drift"), mode=mode, now=NOON
    )
    for event in events:
        session = advance(session, event, deck=DECK, now=NOON)
    return session


def graded(mode: Mode = Mode.COACH) -> tuple[Event, ...]:
    return AnswerGiven("I would do it."), Graded(GRADE, choose_follow_up(CACHING, GRADE, mode))


def test_the_first_question_comes_with_a_welcome_and_in_sentences() -> None:
    said = sentences(after(), DECK, 0, "question")
    assert said[0].startswith("Hello")
    assert said[-1] == "How would you approach caching?"
    assert len(said) > 2


def test_a_hint_is_read_only_once_it_was_taken() -> None:
    assert "hint1" not in passages(after(), DECK, 0)
    assert "hint1" in passages(after(HintTaken("b2")), DECK, 0)


def test_before_a_follow_up_no_open_point_is_told() -> None:
    said = passages(after(*graded()), DECK, 0)
    assert list(said) == ["question", "first-feedback", "follow-up"]
    assert "Point 2 of caching" not in said["first-feedback"]
    assert "Point 3 of caching" not in said["first-feedback"]


def test_feedback_names_every_open_point_and_its_verdict() -> None:
    said = passages(after(*graded(), FollowUpDeclined()), DECK, 0)["feedback"]
    assert "out of 10" in said
    assert "Point 2, missing: Point 2 of caching." in said
    assert "Point 3, contradicted: Point 3 of caching." in said
    assert "Point 1 of caching" not in said


def test_an_exam_tells_no_feedback_before_its_end() -> None:
    going_on = after(*graded(Mode.EXAM), FollowUpDeclined(), mode=Mode.EXAM)
    assert list(passages(going_on, DECK, 0)) == ["question", "follow-up"]
    ended = advance(going_on, Finished(), deck=DECK, now=NOON)
    assert "feedback" in passages(ended, DECK, 0)
    assert "out of 10" in passages(ended, DECK, 1)["report"]


def test_what_the_page_does_not_show_cannot_be_heard() -> None:
    for position, passage in [(0, "feedback"), (0, "anything"), (1, "question"), (-1, "question")]:
        with pytest.raises(NotFoundError):
            sentences(after(), DECK, position, passage)
