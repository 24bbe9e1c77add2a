import json
import logging
from collections.abc import Iterator
from random import Random

import pytest

from viva.domain import (
    Difficulty,
    Grade,
    GraderIdentity,
    Kind,
    Mode,
    Phase,
    Question,
    Session,
    Verdict,
)
from viva.errors import ConflictError, IndexUnavailableError, InputError, NotFoundError
from viva.events import (
    AnswerGiven,
    Finished,
    FollowUpAnswered,
    FollowUpDeclined,
    NextAsked,
    Skipped,
)
from viva.feedback import hint_for
from viva.grading.grader import Grader
from viva.interviewer import Interviewer
from viva.practice import Wishes
from viva.report import Report, to_markdown
from viva.settings import Settings
from viva.storage import Database, SessionStore
from viva.wiring import Parts

KAFKA_JOB = "You will build Kafka ingestion pipelines for high-volume event streams."


class Stubborn:
    """Grades as another grader does, once it has stopped failing."""

    def __init__(self, grader: Grader, error: Exception) -> None:
        self.identity: GraderIdentity = grader.identity
        self.error: Exception | None = error
        self._grader = grader

    def prepare(self, question: Question) -> None:
        return None

    def grade(self, question: Question, answer: str) -> Grade:
        if self.error:
            raise self.error
        return self._grader.grade(question, answer)


@pytest.fixture
def second_store(settings: Settings) -> Iterator[SessionStore]:
    """Another process's view of the database that ``interviewer`` writes to."""
    database = Database(settings.database)
    store = SessionStore(database)
    yield store
    database.close()


def make_interviewer(
    parts: Parts, settings: Settings, *, grader: Grader | None = None, seed: int = 0
) -> Interviewer:
    return Interviewer(
        deck=parts.deck,
        grader=grader or parts.grader,
        finder=parts.retriever,
        store=SessionStore(Database(settings.database)),
        random=Random(seed),
    )


def first_points(question: Question, count: int) -> str:
    """An answer that makes the first points of a question, word for word."""
    return " ".join(bullet.text for bullet in question.bullets[:count])


def answered(interviewer: Interviewer, session: Session, text: str) -> Session:
    return interviewer.grade(interviewer.apply(session, AnswerGiven(text)))


# --- A whole interview ----------------------------------------------------------------------


def test_an_interview_from_the_wishes_to_the_report_is_stored_at_every_step(
    parts: Parts, settings: Settings, second_store: SessionStore
) -> None:
    interviewer = make_interviewer(parts, settings, seed=1)
    session = interviewer.start(Wishes(count=3, topics=("deployment", "monitoring")))
    assert second_store.load(session.id) == session
    assert session.phase is Phase.ANSWER
    assert len(session.plan) == 3
    first = interviewer.question(session)

    session = interviewer.take_hint(session)
    heaviest = max(first.bullets, key=lambda bullet: bullet.weight)
    assert session.turn.hints == (heaviest.id,)
    assert second_store.load(session.id) == session

    session = interviewer.apply(session, AnswerGiven(first_points(first, 2)))
    assert session.phase is Phase.GRADING
    assert second_store.load(session.id) == session

    session = interviewer.grade(session)
    assert session.phase is Phase.FOLLOW_UP
    assert second_store.load(session.id) == session
    before = session.turn.grade
    assert before is not None
    assert before.of(first.bullets[0].id).verdict is Verdict.COVERED
    assert before.score.hint_cost > 0

    follow_up = session.turn.follow_up
    assert follow_up is not None
    assert before.of(follow_up.bullet_id).verdict is not Verdict.COVERED
    said = first.bullet(follow_up.bullet_id).text
    session = interviewer.grade(interviewer.apply(session, FollowUpAnswered(said)))
    assert session.phase is Phase.REVIEW
    assert second_store.load(session.id) == session
    after = session.turn.grade
    assert after is not None
    assert after.of(follow_up.bullet_id).verdict is Verdict.COVERED
    assert after.score.points > before.score.points
    assert session.turn.first_grade == before

    session = interviewer.apply(session, NextAsked())
    session = interviewer.apply(session, Skipped())
    assert session.turn.skipped
    session = interviewer.apply(session, NextAsked())
    session = answered(interviewer, session, "My grandmother grows tomatoes on her balcony.")
    assert session.turn.grade is not None
    assert session.turn.grade.score.value == 0
    session = interviewer.apply(session, FollowUpDeclined())
    session = interviewer.apply(session, NextAsked())
    assert session.phase is Phase.ENDED
    assert session.ended_at is not None
    assert second_store.load(session.id) == session

    report = interviewer.report(second_store.load(session.id))
    assert report.overall.points == after.score.points
    assert [turn.skipped for turn in report.turns] == [False, True, False]
    assert first.bullets[0].text in {line.text for line in report.strong}
    assert {line.question_id for line in report.study} >= {session.plan[2]}
    assert Report.model_validate_json(report.model_dump_json()) == report
    assert json.loads(report.model_dump_json())["session_id"] == session.id
    written = to_markdown(report)
    for question_id in session.plan:
        assert f"{interviewer.deck.question(question_id).text.split()[0]}" in written
    assert "skipped" in written
    assert "tomatoes" in written


def test_an_interview_can_be_ended_and_gone_on_with_nowhere_else(
    interviewer: Interviewer,
) -> None:
    session = interviewer.start_on(("limited-labels", "recommender-cold-start"))
    waiting = interviewer.apply(session, AnswerGiven("I would start from a pre-trained model."))
    ended = interviewer.apply(waiting, Finished())
    assert ended.phase is Phase.ENDED
    assert interviewer.load(session.id).turn.answer == "I would start from a pre-trained model."
    with pytest.raises(ConflictError):
        interviewer.apply(waiting, Finished())  # another window still shows the question
    assert interviewer.grade(ended) == ended
    mended = interviewer.regrade(ended, 0)
    assert mended.turn.grade is not None
    assert mended.turn.grade.score.complete


# --- Wishes ---------------------------------------------------------------------------------


def test_topics_difficulties_and_count_are_kept_to(interviewer: Interviewer) -> None:
    wishes = Wishes(count=3, topics=("serving", "scaling"), difficulties=(Difficulty.HARD,))
    session = interviewer.start(wishes)
    assert len(session.plan) == len(set(session.plan)) == 3
    for question_id in session.plan:
        question = interviewer.deck.question(question_id)
        assert question.difficulty is Difficulty.HARD
        assert {"serving", "scaling"} & set(question.topics)


def test_a_job_description_chooses_the_questions_nearest_to_it(
    interviewer: Interviewer, parts: Parts
) -> None:
    wishes = Wishes(kind=Kind.JOB, count=3, job_description=f"\n {KAFKA_JOB} \n")
    session = interviewer.start(wishes)
    assert session.kind is Kind.JOB
    nearest = parts.retriever.find_questions(KAFKA_JOB, limit=3)
    assert set(session.plan) == {hit.question_id for hit in nearest}
    assert "large-scale-stream-ingestion" in session.plan


def test_every_chosen_question_tells_the_words_that_it_was_chosen_for(
    interviewer: Interviewer,
) -> None:
    wishes = Wishes(kind=Kind.JOB, count=4, job_description=KAFKA_JOB)
    plan = interviewer.planner.plan(wishes)
    assert len(plan.choices) == 4
    for choice in plan.choices:
        assert choice.why.partition("“")[2].rstrip("”") in KAFKA_JOB


def test_an_answer_changes_what_waits_and_an_exam_tells_nothing_before_its_end(
    interviewer: Interviewer,
) -> None:
    first = interviewer.deck.questions[0].id
    exam = interviewer.start_on((first, interviewer.deck.questions[1].id), Mode.EXAM)
    exam = interviewer.grade(interviewer.apply(exam, AnswerGiven("I would look at it.")))
    assert interviewer.planner.cards() == {}
    assert first in interviewer.planner.waiting().new
    interviewer.apply(exam, Finished())
    assert interviewer.planner.cards()[first].attempts == 1
    assert first not in interviewer.planner.waiting().new


def test_a_question_that_the_deck_does_not_have_is_refused(interviewer: Interviewer) -> None:
    with pytest.raises(NotFoundError, match="no question 'nope'"):
        interviewer.start_on(("nope",))


def test_wishes_that_nothing_fits_are_refused(interviewer: Interviewer) -> None:
    with pytest.raises(InputError, match="No question fits"):
        interviewer.start(Wishes(topics=("gardening",)))


def test_equal_seeds_ask_equal_questions(parts: Parts, settings: Settings) -> None:
    plans = [
        make_interviewer(parts, settings, seed=seed).start(Wishes(count=8)).plan
        for seed in (7, 7, 8)
    ]
    assert plans[0] == plans[1]
    assert plans[1] != plans[2]


# --- Exams ----------------------------------------------------------------------------------


def test_an_exam_gives_no_hints_and_goes_straight_on(interviewer: Interviewer) -> None:
    plan = ("limited-labels", "large-scale-stream-ingestion", "recommender-cold-start")
    session = interviewer.start_on(plan, Mode.EXAM)
    assert session.seconds_per_question
    with pytest.raises(InputError, match="exam"):
        interviewer.take_hint(session)
    for points, question_id in zip((0, 1, 0), plan, strict=True):
        question = interviewer.deck.question(question_id)
        answer = first_points(question, points) or "I would think about it for a while."
        session = answered(interviewer, session, answer)
        assert session.phase is Phase.FOLLOW_UP
        follow_up = session.turn.follow_up
        assert follow_up is not None
        for bullet in question.bullets:
            assert hint_for(question, bullet) not in follow_up.text
            assert bullet.text not in follow_up.text.replace(answer, "")
        session = interviewer.apply(session, FollowUpDeclined())
    assert session.phase is Phase.ENDED
    assert len(interviewer.report(session).turns) == 3


def test_an_exam_has_the_time_that_was_wished_for(interviewer: Interviewer) -> None:
    exam = Wishes(count=1, mode=Mode.EXAM, seconds_per_question=90)
    assert interviewer.start(exam).seconds_per_question == 90
    assert interviewer.start(Wishes(count=1)).seconds_per_question is None


# --- A grader that fails --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "notice"),
    [
        (RuntimeError("CUDA is on fire"), "The grader failed; the answer is kept."),
        (IndexUnavailableError("No index.", hint="Build it."), "No index. Build it."),
    ],
)
def test_a_failing_grader_keeps_the_answer_and_a_regrade_mends_it(
    parts: Parts,
    settings: Settings,
    second_store: SessionStore,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    notice: str,
) -> None:
    stubborn = Stubborn(parts.grader, error)
    interviewer = make_interviewer(parts, settings, grader=stubborn)
    session = interviewer.start_on(("limited-labels",))
    answer = first_points(interviewer.question(session), 1)
    with caplog.at_level(logging.WARNING):
        session = answered(interviewer, session, answer)
    assert "the grader failed" in caplog.text
    assert session.phase is Phase.REVIEW  # a follow-up would be about nothing
    grade = session.turn.grade
    assert grade is not None
    assert {bullet.verdict for bullet in grade.bullets} == {Verdict.UNGRADED}
    assert grade.score.value is None
    assert grade.notice == notice
    assert second_store.load(session.id).turn.answer == answer
    assert interviewer.report(session).overall.value is None

    stubborn.error = None
    mended = interviewer.regrade(session, 0)
    assert second_store.load(session.id) == mended
    assert mended.phase is Phase.REVIEW
    assert mended.turn.grade == parts.grader.grade(interviewer.question(session), answer)
    assert mended.turn.grade is not None
    assert mended.turn.grade.score.complete


def test_there_is_nothing_to_regrade_without_an_answer(interviewer: Interviewer) -> None:
    session = interviewer.apply(interviewer.start(Wishes(count=1)), Skipped())
    with pytest.raises(ConflictError):
        interviewer.regrade(session, 0)


# --- Interviews from elsewhere --------------------------------------------------------------


def test_an_interview_on_another_deck_is_not_gone_on_with(
    interviewer: Interviewer, second_store: SessionStore
) -> None:
    session = interviewer.start(Wishes(count=1))
    second_store.add(session.model_copy(update={"id": "theirs", "deck_id": "their-deck"}))
    with pytest.raises(NotFoundError, match="another deck") as caught:
        interviewer.load("theirs")
    assert "'their-deck'" in caught.value.hint


def test_an_interview_on_questions_that_the_deck_lost_is_not_gone_on_with(
    parts: Parts, settings: Settings
) -> None:
    interviewer = make_interviewer(parts, settings)
    session = interviewer.start_on(("recommender-cold-start", "limited-labels"))
    session = answered(interviewer, session, "I would think about it for a while.")
    kept = tuple(q for q in parts.deck.questions if q.id != "limited-labels")
    first = parts.deck.question("recommender-cold-start")
    shorter = first.model_copy(update={"bullets": first.bullets[1:]})
    for questions in (kept, (shorter, *(q for q in parts.deck.questions if q.id != first.id))):
        interviewer.deck = parts.deck.model_copy(update={"questions": questions})
        with pytest.raises(NotFoundError, match="other questions"):
            interviewer.load(session.id)
    interviewer.deck = parts.deck
    assert interviewer.load(session.id) == session


def test_warming_up_stores_nothing(interviewer: Interviewer, second_store: SessionStore) -> None:
    interviewer.warm()
    assert second_store.latest() == []
