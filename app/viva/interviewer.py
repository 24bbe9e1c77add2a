"""Conducts interviews: moves sessions on, has answers graded, stores every step.

The page and the terminal both speak to this and to nothing below it.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from datetime import UTC, datetime
from random import Random
from typing import Protocol
from uuid import uuid4

from viva.domain import (
    Deck,
    Exchange,
    Grade,
    GraderIdentity,
    Kind,
    Mode,
    Phase,
    Question,
    Session,
)
from viva.errors import ConflictError, NotFoundError, VivaError
from viva.events import Event, Graded, GraderChosen, HintTaken, ModelAnswerGiven, Regraded, Replied
from viva.grading.grader import Grader, ungraded
from viva.interview import advance, check_question, check_talk, start_session, unhinted_bullets
from viva.planner import Planner
from viva.practice import Plan, Wishes
from viva.report import Report, make_report
from viva.retrieval import BulletHit, QuestionHit
from viva.scheduling import RatingRule
from viva.storage import Recording, SessionStore
from viva.talking.hearing import Instead, Judged, Says, hear, speak
from viva.talking.passages import LOOKED_AT, choose_passages
from viva.talking.sharing import SharedGrades
from viva.talking.talker import PreparedTalker, Talker

logger = logging.getLogger(__name__)

_STILL_TO_COME = "What the deck says on this belongs to a question that is still to come."


class Finder(Protocol):
    """Finds questions and bullets by free text; the retriever is one."""

    def find_bullets(self, text: str, *, limit: int) -> list[BulletHit]:
        """Return the bullets nearest to ``text``, nearest first."""
        ...

    def find_questions(self, text: str, *, limit: int) -> list[QuestionHit]:
        """Return the questions nearest to ``text``, nearest first."""
        ...


class Interviewer:
    """Conducts interviews over one deck.

    Args:
        deck: The questions.
        grader: Judges the answers, where a session names no other.
        finder: Finds questions and bullets by text.
        store: Keeps the sessions.
        others: Graders by name that a session may choose; one is built when it is asked for.
        talkers: Who speaks in the sessions of a grader, by its name; prepared words by default.
        rule: How scores become the ratings that tell when a question is due again.
        clock: Tells the time, in UTC.
        random: Source of chance for drawing questions.
    """

    def __init__(
        self,
        *,
        deck: Deck,
        grader: Grader,
        finder: Finder,
        store: SessionStore,
        others: Mapping[str, Grader] | None = None,
        talkers: Mapping[str, Talker] | None = None,
        rule: RatingRule | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        random: Random | None = None,
    ) -> None:
        self.deck = deck
        self._default = grader
        self._finder = finder
        self._store = store
        self._others = others or {}
        self._talkers = talkers or {}
        self._rule = rule or RatingRule()
        self._clock = clock
        self._random = random or Random()
        self._shared = SharedGrades()

    def working_for(self, store: SessionStore) -> "Interviewer":
        """Return this interviewer over another store; they share all that is costly."""
        other = copy(self)
        other._store = store
        return other

    @property
    def grader(self) -> GraderIdentity:
        """The grader that speaks where no other was chosen."""
        return self._default.identity

    @property
    def graders(self) -> tuple[str, ...]:
        """Names of the graders that can be chosen, the default one first."""
        default = self.grader.name
        return (default, *(name for name in self._others if name != default))

    def describe_grader(self, name: str) -> str:
        """Return what people read of a grader before they choose it."""
        if talker := self._talkers.get(name):
            return f"{name}: {talker.about}"
        return "local: on this machine, at once" if name == "local" else name

    def grader_of(self, session: Session) -> GraderIdentity:
        """Return the grader that speaks in a session."""
        return self._grader(session).identity

    def speaks_freely(self, session: Session) -> bool:
        """Whether somebody speaks in a session beyond prepared words."""
        return self._grader(session).identity.name in self._talkers

    @property
    def planner(self) -> Planner:
        """Who knows what to ask next."""
        return Planner(
            self.deck,
            self._store,
            self._finder,
            rule=self._rule,
            clock=self._clock,
            random=self._random,
        )

    def start(self, wishes: Wishes) -> Session:
        """Start and store a session that fits the wishes.

        Raises:
            InputError: If no question fits.
            NotFoundError: If there is no such grader or question.
            VivaError: If the grader cannot be built; says why.
        """
        self._check_grader(wishes.grader)
        return self.begin(self.planner.plan(wishes), grader=wishes.grader)

    def start_on(self, question_ids: tuple[str, ...], mode: Mode = Mode.COACH) -> Session:
        """Start and store a session on exactly these questions, with the default grader."""
        return self.start(Wishes(kind=Kind.QUESTION, questions=question_ids, mode=mode))

    def begin(self, plan: Plan, *, grader: str = "") -> Session:
        """Start and store a session on a plan.

        Raises:
            InputError: If the plan is empty.
        """
        session = start_session(
            session_id=uuid4().hex,
            deck=self.deck,
            plan=plan.questions,
            mode=plan.mode,
            now=self._clock(),
            seconds_per_question=plan.seconds_per_question,
            kind=plan.kind,
            seconds_in_all=plan.seconds_in_all,
            note=plan.note,
            grader=grader or self.grader.name,
        )
        self._store.add(session)
        return session

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

    def seconds_left(self, session: Session) -> float | None:
        """Return the time left of a timed interview, in seconds; None where there is no limit."""
        if session.ends_at is None:
            return None
        return (session.ends_at - self._clock()).total_seconds()

    def recordings(self, session: Session) -> tuple[Recording, ...]:
        """Return the spoken answers of a session that its speaker kept.

        Raises:
            StorageError: If the database cannot be read.
        """
        return self._store.recordings.of_session(session.id)

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
            self._grader(session).prepare(self.question(session))

    def hear(self, session: Session) -> Iterator[Says | Instead | Judged | Session]:
        """Have the pending answer graded and talk about it; the moved session comes last.

        To stop listening is possible at any time: the answer then still waits for its grade. Who
        listens while somebody else does gets the session that this ends with, and nothing is graded
        or said twice.
        """
        if session.phase is not Phase.GRADING:
            yield session
            return
        question = self.question(session)
        grading = self._shared.grading(
            session, lambda: self._grade(session, question, session.turn.full_answer)
        )
        if not self._shared.take_floor(session):
            self._shared.wait_for_floor(session)
            yield from self.hear(self.load(session.id))
            return
        try:
            for step in hear(session, question, grading=grading, talker=self._talker(session)):
                yield self._conclude(session, step) if isinstance(step, Graded) else step
        finally:
            self._shared.leave_floor(session)

    def _conclude(self, session: Session, event: Graded) -> Session:
        """Store a grade; if the session was ended meanwhile, it stays as it is."""
        try:
            return self.apply(session, event)
        except ConflictError:
            return self.load(session.id)
        finally:
            self._shared.forget(session)

    def grade(self, session: Session) -> Session:
        """Grade the pending answer and choose the follow-up; a no-op when none is pending."""
        return _last(self.hear(session))

    def reply(self, session: Session, asked: str) -> Iterator[Says | Instead | Session]:
        """Reply to a free question from the deck; the moved session comes last.

        What belongs to a question that is still to come is not told.

        Raises:
            InputError: If the question cannot be taken.
            ConflictError: If this is not the time for it.
        """
        check_talk(session)
        asked = check_question(asked)
        hits = self._finder.find_bullets(asked, limit=LOOKED_AT)
        to_come = set(session.plan[len(session.turns) :])
        passages = choose_passages(asked, hits, self.deck, hidden=to_come)
        kept_back = not passages and bool(choose_passages(asked, hits, self.deck))
        speech = self._talker(session).reply(asked, passages)
        yield from speak(speech)
        notices = (_STILL_TO_COME if kept_back else "", speech.notice)
        exchange = Exchange(
            asked=asked,
            reply=speech.text,
            passages=passages,
            notice=" ".join(notice for notice in notices if notice),
        )
        yield self.apply(session, Replied(exchange, speech.usage))

    def tell_model_answer(self, session: Session) -> Iterator[Says | Instead | Session]:
        """Tell a model answer to the question just answered; the moved session comes last.

        Raises:
            ConflictError: If this is not the time for it.
        """
        check_talk(session)
        speech = self._talker(session).tell_model_answer(self.question(session))
        yield from speak(speech)
        yield self.apply(session, ModelAnswerGiven(speech.text, speech.notice, speech.usage))

    def choose_grader(self, session: Session, name: str) -> Session:
        """Go on with another grader.

        Raises:
            NotFoundError: If there is no such grader.
        """
        self._check_grader(name)
        return self.apply(session, GraderChosen(name))

    def regrade(self, session: Session, position: int) -> Session:
        """Grade the answer of one turn anew."""
        turn = session.turns[position]
        grade = self._grade(session, self.deck.question(turn.question_id), turn.full_answer)
        return self.apply(session, Regraded(position, grade))

    def warm(self) -> None:
        """Let the default grader get ready, so that nobody waits for the first use of its models.

        Raises:
            VivaError: If it cannot.
        """
        self._default.prepare(self.deck.questions[0])

    def report(self, session: Session) -> Report:
        """Return the report of a session."""
        return make_report(session, self.deck)

    def _check_grader(self, name: str) -> None:
        if name and name not in self.graders:
            raise NotFoundError(
                f"There is no grader named {name!r} here.",
                hint=f"Choose one of: {', '.join(self.graders)}.",
            )

    def _grader(self, session: Session) -> Grader:
        """Return a session's grader; the default one if its own is no longer set up."""
        return self._others.get(session.grader, self._default)

    def _talker(self, session: Session) -> Talker:
        return self._talkers.get(self._grader(session).identity.name) or PreparedTalker()

    def _grade(self, session: Session, question: Question, answer: str) -> Grade:
        """Grade, or say that it failed: a grader that fails is not a candidate who fails."""
        identity = self.grader
        try:
            grader = self._grader(session)
            identity = grader.identity
            return grader.grade(question, answer)
        except VivaError as error:
            logger.warning("the grader failed: %s", error)
            return ungraded(question, identity, str(error))
        except Exception:
            logger.exception("the grader failed on question %s", question.id)
            return ungraded(question, identity, "The grader failed; the answer is kept.")


def _last(steps: Iterator[Says | Instead | Judged | Session]) -> Session:
    """Return the session that the steps end with."""
    for step in steps:
        if isinstance(step, Session):
            return step
    raise AssertionError("the steps end with a session")


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
