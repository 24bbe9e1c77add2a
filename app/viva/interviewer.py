"""Conducts interviews: moves sessions on, has answers graded, stores every step.

The page and the terminal both speak to this and to nothing below it.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Protocol
from uuid import uuid4

from pydantic import Field

from viva.domain import (
    Deck,
    Difficulty,
    Frozen,
    Grade,
    GraderIdentity,
    Mode,
    Phase,
    Question,
    Session,
)
from viva.errors import NotFoundError, VivaError
from viva.feedback import choose_follow_up
from viva.grading.grader import Grader, ungraded
from viva.interview import (
    Event,
    Graded,
    HintTaken,
    Regraded,
    advance,
    start_session,
    unhinted_bullets,
)
from viva.practice import plan_questions
from viva.report import Report, make_report
from viva.retrieval import QuestionHit
from viva.storage import SessionStore

logger = logging.getLogger(__name__)

DEFAULT_SECONDS_PER_QUESTION = 300
"""An exam's time for one question when none is chosen, in seconds."""
LONGEST_JOB_DESCRIPTION = 50_000
"""Most characters of a job description that are taken."""


class Wishes(Frozen):
    """What a candidate chooses before an interview."""

    mode: Mode = Mode.COACH
    count: int = Field(default=3, ge=1, le=61)
    """Number of questions."""
    topics: tuple[str, ...] = ()
    """Ids of topics; empty for all."""
    difficulties: tuple[Difficulty, ...] = ()
    """Empty for all."""
    job_description: str = Field(default="", max_length=LONGEST_JOB_DESCRIPTION)
    """Pasted text; the questions nearest to it are asked."""
    seconds_per_question: int | None = Field(default=None, ge=30, le=3600)
    """Exam mode only, in seconds."""


class QuestionFinder(Protocol):
    """Finds questions by free text; the retriever is one."""

    def find_questions(self, text: str, *, limit: int) -> list[QuestionHit]:
        """Return the questions nearest to ``text``, nearest first."""
        ...


class Interviewer:
    """Conducts interviews over one deck with one grader.

    Args:
        deck: The questions.
        grader: Judges the answers.
        finder: Finds the questions nearest to a job description.
        store: Keeps the sessions.
        clock: Tells the time, in UTC.
        random: Source of chance for drawing questions.
    """

    def __init__(
        self,
        *,
        deck: Deck,
        grader: Grader,
        finder: QuestionFinder,
        store: SessionStore,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        random: Random | None = None,
    ) -> None:
        self.deck = deck
        self._grader = grader
        self._finder = finder
        self._store = store
        self._clock = clock
        self._random = random or Random()

    @property
    def grader(self) -> GraderIdentity:
        """The grader that speaks."""
        return self._grader.identity

    def start(self, wishes: Wishes) -> Session:
        """Start and store a session that fits the wishes.

        Raises:
            InputError: If no question fits.
        """
        description = wishes.job_description.strip()
        hits = (
            self._finder.find_questions(description, limit=len(self.deck.questions))
            if description
            else []
        )
        plan = plan_questions(
            self.deck,
            count=wishes.count,
            topics=wishes.topics,
            difficulties=wishes.difficulties,
            nearest=[hit.question_id for hit in hits],
            random=self._random,
        )
        return self._add(
            plan, wishes.mode, wishes.seconds_per_question or DEFAULT_SECONDS_PER_QUESTION
        )

    def start_on(self, question_ids: tuple[str, ...], mode: Mode = Mode.COACH) -> Session:
        """Start and store a session on exactly these questions."""
        return self._add(question_ids, mode, DEFAULT_SECONDS_PER_QUESTION)

    def load(self, session_id: str) -> Session:
        """Return a stored session.

        Raises:
            NotFoundError: If there is none, or it asks what this deck does not have.
        """
        session = self._store.load(session_id)
        if session.deck_id != self.deck.id or not _asks_of(session, self.deck):
            raise NotFoundError(
                f"This interview is on another deck than {self.deck.title}, or on a version of it "
                "with other questions.",
                hint=f"Set VIVA_DECK to the deck {session.deck_id!r} that it was started with.",
            )
        return session

    def question(self, session: Session) -> Question:
        """Return the question that the session is at."""
        return self.deck.question(session.turn.question_id)

    def apply(self, session: Session, event: Event) -> Session:
        """Move a session on and store it.

        Raises:
            InputError: If the event's text cannot be taken.
            ConflictError: If the session is elsewhere by now.
        """
        moved = advance(session, event, deck=self.deck, now=self._clock())
        self._store.save(moved)
        return moved

    def take_hint(self, session: Session) -> Session:
        """Give the hint toward the most valuable bullet without one."""
        left = unhinted_bullets(session, self.question(session))
        return self.apply(session, HintTaken(left[0] if left else ""))

    def prepare(self, session: Session) -> None:
        """Let the grader get ready for an answer while the candidate thinks."""
        if session.phase is Phase.ANSWER:
            self._grader.prepare(self.question(session))

    def grade(self, session: Session) -> Session:
        """Grade the pending answer and choose the follow-up; a no-op when none is pending."""
        if session.phase is not Phase.GRADING:
            return session
        question = self.question(session)
        grade = self._grade(question, session.turn.full_answer)
        follow_up = choose_follow_up(question, grade, session.mode, hinted=session.turn.hints)
        return self.apply(session, Graded(grade, follow_up))

    def regrade(self, session: Session, position: int) -> Session:
        """Grade the answer of one turn anew."""
        turn = session.turns[position]
        grade = self._grade(self.deck.question(turn.question_id), turn.full_answer)
        return self.apply(session, Regraded(position, grade))

    def warm(self) -> None:
        """Grade a throwaway answer, so that nobody waits for the first use of the models."""
        self._grade(self.deck.questions[0], "I would measure first, and then decide what to build.")

    def report(self, session: Session) -> Report:
        """Return the report of a session."""
        return make_report(session, self.deck)

    def _add(self, plan: tuple[str, ...], mode: Mode, seconds: int) -> Session:
        session = start_session(
            session_id=uuid4().hex,
            deck=self.deck,
            plan=plan,
            mode=mode,
            now=self._clock(),
            seconds_per_question=seconds,
        )
        self._store.add(session)
        return session

    def _grade(self, question: Question, answer: str) -> Grade:
        """Grade, or say that it failed: a grader that fails is not a candidate who fails."""
        try:
            return self._grader.grade(question, answer)
        except VivaError as error:
            logger.warning("the grader failed: %s", error)
            return ungraded(question, self.grader, str(error))
        except Exception:
            logger.exception("the grader failed on question %s", question.id)
            return ungraded(question, self.grader, "The grader failed; the answer is kept.")


def _asks_of(session: Session, deck: Deck) -> bool:
    """Whether the deck has every question of a session, and every bullet that it graded."""
    bullets = {
        question.id: {bullet.id for bullet in question.bullets} for question in deck.questions
    }
    return all(question_id in bullets for question_id in session.plan) and all(
        {graded.bullet_id for graded in turn.grade.bullets} <= bullets[turn.question_id]
        for turn in session.turns
        if turn.grade
    )
