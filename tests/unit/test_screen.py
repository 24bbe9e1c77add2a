from collections.abc import Iterator
from random import Random

import pytest
from builders import IDENTITY, NOON, make_deck, make_grade

from viva.domain import Grade, Mode, Phase, Question, Session
from viva.events import (
    AnswerGiven,
    Event,
    Finished,
    FollowUpDeclined,
    NextAsked,
    ReferenceOpened,
    Skipped,
)
from viva.grading.grader import ungraded
from viva.interviewer import Interviewer
from viva.retrieval import BulletHit, QuestionHit
from viva.settings import Settings
from viva.storage import Database, SessionStore
from viva.web.screen import Screen, show, turns_to_regrade


class Scripted:
    """A grader that gives the verdicts it was told to."""

    identity = IDENTITY

    def __init__(self) -> None:
        self.verdicts = ("covered", "missing", "contradicted")

    def prepare(self, question: Question) -> None:
        return None

    def grade(self, question: Question, answer: str) -> Grade:
        if not self.verdicts:
            return ungraded(question, IDENTITY, "The grader is out.")
        return make_grade(question, *self.verdicts, answer=answer)


class Nothing:
    """A finder that finds nothing."""

    def find_questions(self, text: str, *, limit: int) -> list[QuestionHit]:
        return []

    def find_bullets(self, text: str, *, limit: int) -> list[BulletHit]:
        return []


@pytest.fixture
def grader() -> Scripted:
    return Scripted()


@pytest.fixture
def host(settings: Settings, grader: Scripted) -> Iterator[Interviewer]:
    database = Database(settings.database)
    store = SessionStore(database)
    yield Interviewer(
        deck=make_deck(),
        grader=grader,
        finder=Nothing(),
        store=store,
        clock=lambda: NOON,
        random=Random(1),
    )
    database.close()


def begin(host: Interviewer, mode: Mode = Mode.COACH) -> Session:
    return host.start_on(("caching", "drift"), mode)


def play(host: Interviewer, session: Session, *events: Event) -> Session:
    for event in events:
        session = host.grade(host.apply(session, event))
    return session


def buttons(host: Interviewer, session: Session) -> set[str]:
    return set(show(session, host).buttons)


def test_the_buttons_on_offer_are_those_that_the_interview_takes(host: Interviewer) -> None:
    session = begin(host)
    assert buttons(host, session) == {"send", "hint", "reference", "skip", "finish"}
    opened = play(host, session, ReferenceOpened())
    assert buttons(host, opened) == {"send", "skip", "finish"}
    asked = play(host, opened, AnswerGiven("Cache it."))
    assert asked.phase is Phase.FOLLOW_UP
    assert buttons(host, asked) == {"send", "decline", "finish"}
    reviewed = play(host, asked, FollowUpDeclined())
    assert buttons(host, reviewed) == {"next", "ask", "finish"}
    ended = play(host, reviewed, NextAsked(), Finished())
    assert buttons(host, ended) == {"again"}


def test_an_exam_offers_no_help(host: Interviewer) -> None:
    assert buttons(host, begin(host, Mode.EXAM)) == {"send", "skip", "finish"}


def test_an_exam_shows_nothing_of_its_grades_before_the_end(host: Interviewer) -> None:
    session = play(host, begin(host, Mode.EXAM), AnswerGiven("Cache it."), FollowUpDeclined())
    page = everything(show(session, host))
    assert session.turns[0].grade is not None
    for sign in ("v-card", "v-mark", "Contradicted", "points", "Point 1"):
        assert sign not in page
    ended = play(host, session, Finished())
    assert "Contradicted" in everything(show(ended, host))


def test_feedback_follows_at_once_in_coach_mode(host: Interviewer) -> None:
    session = play(host, begin(host), AnswerGiven("Cache it."), FollowUpDeclined())
    page = everything(show(session, host))
    assert "1 of 3 points" in page
    assert "Cache it." in page


def test_an_answer_that_could_not_be_graded_can_be_graded_again(
    host: Interviewer, grader: Scripted
) -> None:
    verdicts, grader.verdicts = grader.verdicts, ()
    session = play(host, begin(host), AnswerGiven("Cache it."))
    assert session.phase is Phase.REVIEW
    assert "regrade" in buttons(host, session)
    assert "Not graded" in everything(show(session, host))
    grader.verdicts = verdicts
    mended = host.regrade(session, turns_to_regrade(session, host.grader.name)[0])
    assert turns_to_regrade(mended, host.grader.name) == []
    assert "regrade" not in buttons(host, mended)


def test_a_skipped_question_shows_what_was_looked_for(host: Interviewer) -> None:
    session = play(host, begin(host), Skipped())
    assert "Point 1 of caching." in everything(show(session, host))


def test_a_report_on_nothing_claims_nothing(host: Interviewer) -> None:
    session = play(host, begin(host), Skipped(), Finished())
    page = everything(show(session, host))
    assert "every point was covered" not in page
    assert "Nothing was scored this time" in page
    assert "Point 1 of caching." in page


def test_what_a_person_typed_is_escaped_on_every_screen(host: Interviewer) -> None:
    hostile = '<b>bold</b> & "quoted"'
    session = begin(host)
    screens = []
    for event in (AnswerGiven(hostile), FollowUpDeclined(), Finished()):
        session = play(host, session, event)
        screens.append(everything(show(session, host)))
    for page in screens:
        assert "<b>" not in page
        assert "&lt;b&gt;" in page


def test_a_screen_reader_hears_where_the_interview_stands(host: Interviewer) -> None:
    session = begin(host)
    assert show(session, host).announcement == "Question 1 of 2."
    session = play(host, session, AnswerGiven("Cache it."), FollowUpDeclined())
    assert show(session, host).announcement == "3.3 out of 10: 1 of 3 points."


def everything(screen: Screen) -> str:
    return screen.bar + screen.conversation + screen.report
