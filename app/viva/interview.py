"""The interview as a state machine: a session and an event make the next session.

Nothing here reads a clock, grades, stores or shows anything. ::

    ANSWER --AnswerGiven--> GRADING --Graded--> FOLLOW_UP --FollowUpAnswered--> GRADING
       |                       |                    |
       |                       |                    +--FollowUpDeclined--+
       +--Skipped--------------+--(no follow-up)-------------------------+--> REVIEW
                                                                               |
    REVIEW --NextAsked--> ANSWER of the next question, or ENDED <--------------+

In REVIEW the candidate may also ask something or have a model answer told. Verdicts that were told
can be contested at any time but while an answer is graded; no score follows from that.

In exam mode REVIEW is passed over: the next question follows at once. ``Finished`` ends a session
from anywhere; a pending answer keeps its text and waits for a re-grade.

Once the time for a whole session is over, the running answer may still be sent; then the session
ends, without a follow-up that was not asked yet.
"""

from datetime import datetime

from viva.contesting import contest_verdict, still_contested, withdraw_contest
from viva.deck.loading import deck_hash
from viva.domain import (
    Deck,
    FollowUp,
    Grade,
    Kind,
    Mode,
    Phase,
    Question,
    Session,
    Speech,
    Turn,
    Usage,
)
from viva.errors import ConflictError, InputError
from viva.events import (
    AnswerGiven,
    Contested,
    ContestWithdrawn,
    Event,
    Finished,
    FollowUpAnswered,
    FollowUpDeclined,
    Graded,
    GraderChosen,
    HintTaken,
    ModelAnswerGiven,
    NextAsked,
    ReferenceOpened,
    Regraded,
    Replied,
    Skipped,
)
from viva.grading.scoring import score_bullets

MAX_ANSWER_CHARACTERS = 20_000
"""Longest answer that is taken."""
MAX_QUESTION_CHARACTERS = 1_000
"""Longest free question that is taken."""


def start_session(
    *,
    session_id: str,
    deck: Deck,
    plan: tuple[str, ...],
    mode: Mode,
    now: datetime,
    seconds_per_question: int | None = None,
    kind: Kind = Kind.TOPIC,
    seconds_in_all: int | None = None,
    note: str = "",
    grader: str = "",
) -> Session:
    """Return a new session that asks the first question of ``plan``.

    Raises:
        InputError: If the plan is empty.
        KeyError: If the deck has no such question.
    """
    if not plan:
        raise InputError(
            "No question fits what you chose.", hint="Choose more topics or difficulties."
        )
    for question_id in plan:
        deck.question(question_id)
    return Session(
        id=session_id,
        deck_id=deck.id,
        deck_version=deck_hash(deck),
        mode=mode,
        plan=plan,
        turns=(Turn(question_id=plan[0], asked_at=now),),
        phase=Phase.ANSWER,
        started_at=now,
        seconds_per_question=seconds_per_question if mode is Mode.EXAM else None,
        kind=kind,
        seconds_in_all=seconds_in_all,
        note=note,
        grader=grader,
    )


def advance(  # noqa: C901  # one short case for each event
    session: Session, event: Event, *, deck: Deck, now: datetime
) -> Session:
    """Return the session after ``event``.

    Raises:
        InputError: If a text is empty or too long, or the mode has no hints or reference.
        ConflictError: If the session is not where this event makes sense; it was most likely
            moved on in another window.
        ValueError: If a grade is not of the turn's question.
    """
    match event:
        case AnswerGiven(text, speech):
            _expect(session, Phase.ANSWER)
            after = _spoken(_change(session, answer=check_answer(text), answered_at=now), speech)
            return _to(after, Phase.GRADING)
        case Graded():
            _expect(session, Phase.GRADING)
            return _graded(session, event, deck=deck, now=now)
        case FollowUpAnswered(text, speech):
            _expect(session, Phase.FOLLOW_UP)
            asked = _asked_follow_up(session).model_copy(
                update={"answer": check_answer(text), "answered_at": now}
            )
            after = _change(
                session, follow_up=asked, first_grade=session.turn.grade, grade=None, comment=""
            )
            return _to(_spoken(after, speech), Phase.GRADING)
        case FollowUpDeclined():
            _expect(session, Phase.FOLLOW_UP)
            asked = _asked_follow_up(session).model_copy(update={"declined": True})
            return _reviewed(_change(session, follow_up=asked), now)
        case HintTaken(bullet_id):
            _expect(session, Phase.ANSWER)
            return _hinted(session, bullet_id, deck)
        case ReferenceOpened():
            _expect(session, Phase.ANSWER)
            _coach_only(session, "The reference")
            return _to(_change(session, peeked=True), Phase.ANSWER)
        case Skipped():
            _expect(session, Phase.ANSWER)
            return _reviewed(_change(session, skipped=True), now)
        case Replied(exchange, usage):
            check_talk(session)
            after = _change(session, exchanges=(*session.turn.exchanges, exchange))
            return _to(_spend(after, usage), Phase.REVIEW)
        case ModelAnswerGiven(text, notice, usage):
            check_talk(session)
            notice = notice or session.turn.notice
            after = _change(session, model_answer=text, notice=notice)
            return _to(_spend(after, usage), Phase.REVIEW)
        case NextAsked():
            _expect(session, Phase.REVIEW)
            return _next(session, now)
        case Regraded(position, grade):
            return _regraded(session, position, grade, deck)
        case Contested(position, contest):
            return _put(session, position, contest_verdict(session, position, contest))
        case ContestWithdrawn(position, bullet_id):
            return _put(session, position, withdraw_contest(session, position, bullet_id))
        case GraderChosen(name):
            if session.phase is Phase.ENDED:
                raise _moved_on()
            return _to(session.model_copy(update={"grader": name}), session.phase)
        case Finished():
            if session.phase is Phase.ENDED:
                raise _moved_on()
            return _to(session, Phase.ENDED, ended_at=now)


def is_over(session: Session, now: datetime) -> bool:
    """Whether the time for the whole session is over."""
    return session.ends_at is not None and now >= session.ends_at


def check_talk(session: Session) -> None:
    """Do nothing if this is the time for free questions and model answers.

    Raises:
        ConflictError: If it is not.
    """
    _expect(session, Phase.REVIEW)


def unhinted_bullets(session: Session, question: Question) -> tuple[str, ...]:
    """Return the ids of the bullets without a hint so far, most valuable first."""
    left = [bullet for bullet in question.bullets if bullet.id not in session.turn.hints]
    return tuple(bullet.id for bullet in sorted(left, key=lambda bullet: -bullet.weight))


def _graded(session: Session, event: Graded, *, deck: Deck, now: datetime) -> Session:
    turn = session.turn
    after = _change(
        _spend(session, (*event.grade.usage, *event.usage)),
        grade=_with_hint_cost(event.grade, turn, deck),
        reactions=(*turn.reactions, event.reaction),
        comment=event.comment,
        notice=event.notice,
    )
    if turn.follow_up is None and event.follow_up is not None and not is_over(session, now):
        return _to(_change(after, follow_up=event.follow_up), Phase.FOLLOW_UP)
    return _reviewed(after, now)


def _regraded(session: Session, position: int, grade: Grade, deck: Deck) -> Session:
    if not 0 <= position < len(session.turns) or not session.turns[position].full_answer:
        raise ConflictError("There is no answer to grade again.", hint="Reload the page.")
    turn = session.turns[position]
    changed = turn.model_copy(
        update={
            "grade": _with_hint_cost(grade, turn, deck),
            "comment": "",  # the words on the old grade may not fit the new one
            "contests": still_contested(turn, grade),
        }
    )
    return _put(_spend(session, grade.usage), position, changed)


def _put(session: Session, position: int, turn: Turn) -> Session:
    turns = (*session.turns[:position], turn, *session.turns[position + 1 :])
    return _to(session.model_copy(update={"turns": turns}), session.phase)


def _with_hint_cost(grade: Grade, turn: Turn, deck: Deck) -> Grade:
    """Score the grade as this turn's: a grade of another question cannot enter."""
    if grade.question_id != turn.question_id:
        raise ValueError(f"a grade of {grade.question_id!r} for question {turn.question_id!r}")
    question = deck.question(turn.question_id)
    score = score_bullets(question, grade.bullets, hints=len(turn.hints))
    return grade.model_copy(update={"score": score})


def _hinted(session: Session, bullet_id: str, deck: Deck) -> Session:
    _coach_only(session, "A hint")
    question = deck.question(session.turn.question_id)
    if bullet_id not in unhinted_bullets(session, question):
        raise ConflictError("That hint was already given.", hint="Reload the page.")
    return _to(_change(session, hints=(*session.turn.hints, bullet_id)), Phase.ANSWER)


def _reviewed(session: Session, now: datetime) -> Session:
    if session.mode is Mode.EXAM:
        return _next(session, now)
    return _to(session, Phase.REVIEW)


def _next(session: Session, now: datetime) -> Session:
    asked = len(session.turns)
    if asked == len(session.plan) or is_over(session, now):
        return _to(session, Phase.ENDED, ended_at=now)
    turn = Turn(question_id=session.plan[asked], asked_at=now)
    return _to(session.model_copy(update={"turns": (*session.turns, turn)}), Phase.ANSWER)


def _spend(session: Session, usage: tuple[Usage, ...]) -> Session:
    return session.model_copy(update={"usage": (*session.usage, *usage)})


def _change(session: Session, **fields: object) -> Session:
    turn = session.turn.model_copy(update=fields)
    return session.model_copy(update={"turns": (*session.turns[:-1], turn)})


def _spoken(session: Session, speech: Speech | None) -> Session:
    return _change(session, speech=(*session.turn.speech, speech)) if speech else session


def _to(session: Session, phase: Phase, *, ended_at: datetime | None = None) -> Session:
    return session.model_copy(
        update={
            "phase": phase,
            "revision": session.revision + 1,
            "ended_at": ended_at or session.ended_at,
        }
    )


def _expect(session: Session, phase: Phase) -> None:
    if session.phase is not phase:
        raise _moved_on()


def _moved_on() -> ConflictError:
    return ConflictError(
        "The interview has moved on, perhaps in another window.",
        hint="Reload the page; your text stays in the box.",
    )


def _asked_follow_up(session: Session) -> FollowUp:
    assert session.turn.follow_up is not None, "the follow-up phase has a follow-up"
    return session.turn.follow_up


def _coach_only(session: Session, what: str) -> None:
    if session.mode is Mode.EXAM:
        raise InputError(f"{what} is not given in an exam.", hint="Answer, or skip the question.")


def check_question(text: str) -> str:
    """Return the text, without space around it, if it can be taken as a free question.

    Raises:
        InputError: If it is empty or has more than ``MAX_QUESTION_CHARACTERS``.
    """
    return _check_text(
        text,
        "question",
        longest=MAX_QUESTION_CHARACTERS,
        if_empty="Write one, or go on.",
        if_long="Ask it in a sentence or two; nothing was lost.",
    ).strip()


def check_answer(text: str) -> str:
    """Return the text if it can be taken as an answer.

    Raises:
        InputError: If it is empty or has more than ``MAX_ANSWER_CHARACTERS``.
    """
    return _check_text(
        text,
        "answer",
        longest=MAX_ANSWER_CHARACTERS,
        if_empty="Write one, or skip the question.",
        if_long="Shorten it to the points that matter; nothing was lost.",
    )


def _check_text(text: str, what: str, *, longest: int, if_empty: str, if_long: str) -> str:
    if not text.strip():
        raise InputError(f"There is no {what} yet.", hint=if_empty)
    if len(text) > longest:
        raise InputError(
            f"The {what} has {len(text):,} characters; {longest:,} is the most.", hint=if_long
        )
    return text
