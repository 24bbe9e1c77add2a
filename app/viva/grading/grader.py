"""What a grader is. The local one and any other are called through this and nothing else."""

from collections.abc import Iterable, Sequence
from typing import Protocol, runtime_checkable

from viva.domain import BulletGrade, Grade, GraderIdentity, Question, Verdict
from viva.grading.scoring import score_bullets


class Grader(Protocol):
    """Judges an answer bullet by bullet."""

    @property
    def identity(self) -> GraderIdentity:
        """Name, version and fingerprint, as they stand in every grade."""
        ...

    def prepare(self, question: Question) -> None:
        """Get ready for answers to a question that was just asked; may do nothing."""
        ...

    def grade(self, question: Question, answer: str) -> Grade:
        """Return the grade of ``answer``; the same for the same arguments.

        A bullet that cannot be judged is ``ungraded``. Raises only for what the caller can mend
        (an index or weights that are not there), as a ``VivaError``.
        """
        ...


@runtime_checkable
class BatchGrader(Grader, Protocol):
    """A grader that is quicker with many answers at once."""

    def grade_many(self, answers: Sequence[tuple[Question, str]]) -> Iterable[Grade]:
        """Return the grade of each answer, in order: exactly those that ``grade`` returns."""
        ...


TOO_LONG = "This answer is very long: only its first part was read."
_NOTHING_SAID = "I found no statement about the question in this answer."


def ungraded(question: Question, identity: GraderIdentity, notice: str) -> Grade:
    """Return a grade without a judgement: every bullet ungraded, nothing invented."""
    return _all_alike(question, identity, Verdict.UNGRADED, confidence=0, notice=notice)


def nothing_said(question: Question, identity: GraderIdentity, *notices: str) -> Grade:
    """Return the grade of an answer without a statement: every bullet missing.

    Args:
        question: The question.
        identity: Of the grader.
        notices: What the person should know besides; empty ones are left out.
    """
    notice = join_notices(_NOTHING_SAID, *notices)
    return _all_alike(question, identity, Verdict.MISSING, confidence=1, notice=notice)


def join_notices(*notices: str) -> str:
    """Return the notices that are there as one."""
    return " ".join(notice for notice in notices if notice)


def _all_alike(
    question: Question,
    identity: GraderIdentity,
    verdict: Verdict,
    *,
    confidence: float,
    notice: str,
) -> Grade:
    grades = tuple(
        BulletGrade(bullet_id=bullet.id, verdict=verdict, confidence=confidence)
        for bullet in question.bullets
    )
    return Grade(
        question_id=question.id,
        bullets=grades,
        score=score_bullets(question, grades),
        grader=identity,
        notice=notice,
    )
