"""Interviews as a list shows them, and in words what goes when some are deleted."""

from collections.abc import Collection
from datetime import datetime

from viva.domain import Deck, Frozen, Kind, Mode, Phase, Score, Session
from viva.grading.scoring import combine_scores
from viva.history.gathering import History

KIND_NAMES = {
    Kind.TODAY: "Today’s practice",
    Kind.MOCK: "Mock interview",
    Kind.TOPIC: "By topic",
    Kind.JOB: "From a job description",
    Kind.QUESTION: "One question",
}
"""What people call each kind of interview."""


class InterviewLine(Frozen):
    """One interview."""

    session_id: str
    deck_title: str
    kind: Kind
    mode: Mode
    started_at: datetime
    ended: bool
    questions: int
    """How many it was planned with."""
    answers: int
    score: Score
    """Over its scored answers, as in its report."""

    @property
    def kind_name(self) -> str:
        """What people call its kind."""
        return KIND_NAMES[self.kind]


def list_interviews(history: History) -> tuple[InterviewLine, ...]:
    """Return every interview, the latest first."""
    return tuple(_line(own, history.decks[own.deck_id]) for own in reversed(history.sessions))


def describe_loss(lines: Collection[InterviewLine], *, recordings: int) -> str:
    """Return what goes when these interviews are deleted, such as ``2 interviews, 5 answers``."""
    answers = sum(line.answers for line in lines)
    parts = [_count(len(lines), "interview"), _count(answers, "answer")]
    if answers:
        parts[-1] += " with all grades and comments"
    if recordings:
        parts.append(_count(recordings, "recording"))
    return ", ".join(parts)


def _count(number: int, one: str) -> str:
    return f"{number} {one}{'' if number == 1 else 's'}"


def _line(session: Session, deck: Deck) -> InterviewLine:
    scores = [turn.grade.score for turn in session.turns if turn.is_scored and turn.grade]
    return InterviewLine(
        session_id=session.id,
        deck_title=deck.title,
        kind=session.kind,
        mode=session.mode,
        started_at=session.started_at,
        ended=session.phase is Phase.ENDED,
        questions=len(session.plan),
        answers=sum(turn.answer is not None for turn in session.turns),
        score=combine_scores(scores),
    )
