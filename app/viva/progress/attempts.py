"""Attempts: the answers that count, in the order in which they were given."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple, Self

from viva.domain import Frozen, Grade, Turn
from viva.errors import InputError
from viva.storage.sessions import PastTurn

LONGEST_COUNTED = timedelta(minutes=30)
"""Most time that one answer is taken to have cost; a page may stay open over lunch."""


class AttemptRef(Frozen):
    """Where an attempt stands: written ``SESSION.POSITION`` in addresses and commands."""

    session_id: str
    position: int
    """Of the turn in its session, from 0."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what ``str`` writes.

        Raises:
            InputError: If it is written otherwise.
        """
        session_id, _, position = text.strip().rpartition(".")
        if not session_id or not (position.isascii() and position.isdigit()):
            raise InputError(
                f"{text!r} names no attempt.",
                hint="Write SESSION.POSITION, as the history lists them.",
            )
        return cls(session_id=session_id, position=int(position))

    def __str__(self) -> str:
        return f"{self.session_id}.{self.position}"


class Attempt(NamedTuple):
    """A graded answer with a score."""

    ref: AttemptRef
    question_id: str
    at: datetime
    """When the answer was given."""
    score: float
    """From 0 to 10."""
    turn: Turn
    grade: Grade
    """The turn's."""


def find_attempts(history: Iterable[PastTurn]) -> list[Attempt]:
    """Return the attempts of a history, the earliest first.

    A turn is one if it counts in a report (it was neither skipped nor peeked at) and at least one
    of its bullets has a verdict.
    """
    found = [
        Attempt(
            AttemptRef(session_id=past.session_id, position=past.position),
            past.turn.question_id,
            past.turn.answered_at,
            grade.score.value,
            past.turn,
            grade,
        )
        for past in history
        if past.turn.is_scored
        and (grade := past.turn.grade) is not None
        and grade.score.value is not None
        and past.turn.answered_at is not None
    ]
    return sorted(found, key=lambda attempt: (attempt.at, str(attempt.ref)))


def time_spent(turn: Turn) -> timedelta:
    """Return the time from a question to its answer, at most ``LONGEST_COUNTED``; 0 without one."""
    if turn.answered_at is None:
        return timedelta()
    return min(max(turn.answered_at - turn.asked_at, timedelta()), LONGEST_COUNTED)
