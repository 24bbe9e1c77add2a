"""Two attempts at the same question, bullet by bullet: what was gained and what was lost."""

from enum import StrEnum

from viva.domain import BulletGrade, Evidence, Frozen, Question, Verdict
from viva.errors import InputError
from viva.progress import Attempt, AttemptRef

_RANK = (Verdict.CONTRADICTED, Verdict.MISSING, Verdict.PARTIAL, Verdict.COVERED)
"""From worst to best. A contradiction earns what a miss does, but has to be unlearned."""


class Change(StrEnum):
    """What became of a bullet from the first attempt to the second."""

    GAINED = "gained"
    LOST = "lost"
    SAME = "same"
    UNKNOWN = "unknown"
    """One of the attempts has no verdict on it."""


class BulletChange(Frozen):
    """One bullet in both attempts."""

    bullet_id: str
    text: str
    weight: float
    before: Verdict
    after: Verdict
    quotes_before: tuple[Evidence, ...]
    quotes_after: tuple[Evidence, ...]

    @property
    def change(self) -> Change:
        """What became of it."""
        if Verdict.UNGRADED in {self.before, self.after}:
            return Change.UNKNOWN
        step = _RANK.index(self.after) - _RANK.index(self.before)
        return Change.GAINED if step > 0 else Change.LOST if step < 0 else Change.SAME


class Comparison(Frozen):
    """Two attempts at one question, the earlier first."""

    question_id: str
    question: str
    before: Attempt
    after: Attempt
    bullets: tuple[BulletChange, ...]
    """In the question's order."""

    @property
    def gained(self) -> tuple[BulletChange, ...]:
        """The bullets with a better verdict than before."""
        return tuple(own for own in self.bullets if own.change is Change.GAINED)

    @property
    def lost(self) -> tuple[BulletChange, ...]:
        """The bullets with a worse verdict than before."""
        return tuple(own for own in self.bullets if own.change is Change.LOST)

    @property
    def difference(self) -> float:
        """Of the scores, in points of ten."""
        return round(self.after.score - self.before.score, 1)


def compare(one: Attempt, other: Attempt, question: Question) -> Comparison:
    """Return what changed from the earlier of two attempts to the later.

    Bullets that only one of them was graded by, since the deck was edited in between, have no
    verdict in the other.

    Args:
        one: An attempt at the question.
        other: Another.
        question: With every bullet of both.

    Raises:
        InputError: If they are one and the same, or at different questions.
    """
    if one.question_id != other.question_id:
        raise InputError(
            "These attempts are at different questions.",
            hint="Choose two attempts at the same question.",
        )
    if one.ref == other.ref:
        raise InputError(
            "These are one and the same attempt.", hint="Choose two different attempts."
        )
    before, after = sorted((one, other), key=lambda attempt: (attempt.at, str(attempt.ref)))
    first, second = (
        {own.bullet_id: own for own in attempt.grade.bullets} for attempt in (before, after)
    )
    return Comparison(
        question_id=question.id,
        question=question.text,
        before=before,
        after=after,
        bullets=tuple(
            BulletChange(
                bullet_id=bullet.id,
                text=bullet.text,
                weight=bullet.weight,
                before=_verdict(first.get(bullet.id)),
                after=_verdict(second.get(bullet.id)),
                quotes_before=_quotes(first.get(bullet.id)),
                quotes_after=_quotes(second.get(bullet.id)),
            )
            for bullet in question.bullets
            if bullet.id in first or bullet.id in second
        ),
    )


def attempt_at(attempts: list[Attempt], ref: AttemptRef) -> Attempt:
    """Return the attempt that a reference names; a session's id may be shortened.

    Raises:
        InputError: If none is named, or several.
    """
    found = [
        attempt
        for attempt in attempts
        if attempt.ref.position == ref.position
        and attempt.ref.session_id.startswith(ref.session_id)
    ]
    if len(found) != 1:
        several = "Several attempts begin like" if found else "There is no scored attempt"
        raise InputError(f"{several} {ref}.", hint="Only answers that were scored can be compared.")
    return found[0]


def _verdict(grade: BulletGrade | None) -> Verdict:
    return grade.verdict if grade else Verdict.UNGRADED


def _quotes(grade: BulletGrade | None) -> tuple[Evidence, ...]:
    return grade.evidence if grade else ()
