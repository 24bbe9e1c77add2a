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


def ungraded(question: Question, identity: GraderIdentity, notice: str) -> Grade:
    """Return a grade without a judgement: every bullet ungraded, nothing invented."""
    grades = tuple(
        BulletGrade(bullet_id=bullet.id, verdict=Verdict.UNGRADED, confidence=0)
        for bullet in question.bullets
    )
    return Grade(
        question_id=question.id,
        bullets=grades,
        score=score_bullets(question, grades),
        grader=identity,
        notice=notice,
    )
