from datetime import timedelta

import pytest
from builders import NOON, make_deck, make_grade
from pydantic import ValidationError

from viva.contesting import may_contest
from viva.domain import Contest, FollowUp, Grade, Mode, Phase, Session, Verdict
from viva.errors import ConflictError, InputError
from viva.events import (
    AnswerGiven,
    Contested,
    ContestWithdrawn,
    Event,
    Finished,
    FollowUpDeclined,
    Graded,
    NextAsked,
    Regraded,
)
from viva.interview import advance, start_session
from viva.report import make_report, to_markdown

DECK = make_deck()
FIRST = DECK.questions[0]
SAID = "We cache the\nhot keys."


def grade(*verdicts: str) -> Grade:
    return make_grade(FIRST, *verdicts, answer=SAID)


def play(session: Session, *events: Event) -> Session:
    for event in events:
        session = advance(session, event, deck=DECK, now=NOON + timedelta(minutes=1))
    return session


def start(mode: Mode = Mode.COACH) -> Session:
    return start_session(session_id="s", deck=DECK, plan=("caching", "drift"), mode=mode, now=NOON)


def reviewed(*verdicts: str) -> Session:
    given = verdicts or ("covered", "missing", "partial")
    return play(start(), AnswerGiven(SAID), Graded(grade(*given)))


def contest(bullet: str = "b2", verdict: str = "covered", quote: str = "") -> Contested:
    return Contested(0, Contest(bullet_id=bullet, verdict=Verdict(verdict), quote=quote))


def test_a_contest_is_kept_beside_the_grade_and_changes_no_score() -> None:
    before = reviewed()
    after = play(before, contest(quote="we cache the hot keys"))
    assert after.turn.contest_of("b2") == Contest(
        bullet_id="b2", verdict=Verdict.COVERED, quote="We cache the\nhot keys"
    )
    assert after.turn.grade == before.turn.grade
    assert make_report(after, DECK).overall == make_report(before, DECK).overall
    assert (after.phase, after.revision) == (Phase.REVIEW, before.revision + 1)
    assert "  - You contested this: covered\n" in to_markdown(make_report(after, DECK))


def test_a_second_contest_of_a_verdict_takes_the_place_of_the_first() -> None:
    session = play(reviewed(), contest(), contest("b3"), contest(verdict="partial"))
    assert [(own.bullet_id, own.verdict) for own in session.turn.contests] == [
        ("b3", "covered"),
        ("b2", "partial"),
    ]


def test_a_contest_can_be_withdrawn_once() -> None:
    session = play(reviewed(), contest(), ContestWithdrawn(0, "b2"))
    assert session.turn.contests == ()
    with pytest.raises(ConflictError, match="nothing to withdraw"):
        play(session, ContestWithdrawn(0, "b2"))


@pytest.mark.parametrize(
    ("event", "says"),
    [
        (contest(quote="we shard everything"), "does not have these words"),
        (contest(verdict="missing", bullet="b3", quote="cache"), "no words to quote"),
        (contest(verdict="missing"), "graded missing already"),
    ],
)
def test_what_cannot_be_contested_is_said(event: Event, says: str) -> None:
    with pytest.raises(InputError, match=says):
        play(reviewed(), event)


def test_a_bullet_without_a_verdict_cannot_be_contested() -> None:
    session = reviewed("covered", "ungraded", "partial")
    for bullet in ("b2", "b9"):
        with pytest.raises(ConflictError, match="no verdict"):
            play(session, contest(bullet))
    with pytest.raises(ValidationError):
        contest(verdict="ungraded")


def test_verdicts_are_contested_once_they_are_told_and_final() -> None:
    session = start()
    assert not may_contest(session, 0)
    session = play(session, AnswerGiven(SAID))
    assert not may_contest(session, 0)
    follow_up = FollowUp(bullet_id="b2", text="And then?")
    session = play(session, Graded(grade("covered", "missing", "partial"), follow_up))
    assert not may_contest(session, 0)
    session = play(session, FollowUpDeclined())
    assert may_contest(session, 0)
    session = play(session, NextAsked())
    assert may_contest(session, 0)
    assert not may_contest(session, 1)
    assert not may_contest(session, -1)
    session = play(session, AnswerGiven("Watch it."))
    assert not may_contest(session, 0)  # the pending grade would be lost to the change
    assert may_contest(play(session, Finished()), 0)


def test_in_an_exam_nothing_is_contested_before_the_end() -> None:
    session = play(
        start(Mode.EXAM), AnswerGiven(SAID), Graded(grade("covered", "missing", "partial"))
    )
    with pytest.raises(ConflictError, match="cannot be contested now"):
        play(session, contest())
    ended = play(session, Finished(), contest())
    assert ended.phase is Phase.ENDED
    assert ended.turns[0].contest_of("b2")


def test_a_new_grade_that_gives_in_settles_the_contest_and_only_that() -> None:
    session = play(reviewed(), contest(), contest("b3", "contradicted"))
    session = play(session, Regraded(0, grade("covered", "covered", "missing")))
    assert [own.bullet_id for own in session.turn.contests] == ["b3"]
