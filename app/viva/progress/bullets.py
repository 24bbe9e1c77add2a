"""Points that answers miss."""

from collections.abc import Iterable
from datetime import datetime

from viva.domain import Deck, Frozen, Verdict
from viva.progress.attempts import Attempt

MISSED = (Verdict.MISSING, Verdict.CONTRADICTED)
"""Verdicts that count as a miss: nothing was earned."""
KEEPS = 2
"""Misses from which on a point is said to keep being missed."""


class BulletRecord(Frozen):
    """How one point fared in every attempt at its question."""

    question_id: str
    question: str
    bullet_id: str
    text: str
    weight: float
    verdicts: tuple[Verdict, ...]
    """Of each attempt that judged it, the earliest first."""
    last_at: datetime
    """When the latest of those answers was given."""

    @property
    def misses(self) -> int:
        """How often it was missed."""
        return sum(verdict in MISSED for verdict in self.verdicts)

    @property
    def is_missed(self) -> bool:
        """Whether the latest attempt missed it."""
        return self.verdicts[-1] in MISSED

    @property
    def keeps_being_missed(self) -> bool:
        """Whether it was missed ``KEEPS`` times or more, the last time included."""
        return self.is_missed and self.misses >= KEEPS


def missed_bullets(attempts: Iterable[Attempt], deck: Deck) -> tuple[BulletRecord, ...]:
    """Return the points that the latest attempt at their question missed, the worst first.

    The worst was missed most often, then in the largest share of attempts, then weighs most. What
    the deck no longer has is left out.
    """
    asked = {(own.id, bullet.id) for own in deck.questions for bullet in own.bullets}
    verdicts: dict[tuple[str, str], list[tuple[Verdict, datetime]]] = {}
    for attempt in attempts:
        for own in attempt.grade.bullets:
            key = (attempt.question_id, own.bullet_id)
            if own.verdict is not Verdict.UNGRADED and key in asked:
                verdicts.setdefault(key, []).append((own.verdict, attempt.at))
    records = [_record(deck, *key, found) for key, found in verdicts.items()]
    return tuple(
        sorted(
            (record for record in records if record.is_missed),
            key=lambda own: (-own.misses, -own.misses / len(own.verdicts), -own.weight),
        )
    )


def _record(
    deck: Deck, question_id: str, bullet_id: str, found: list[tuple[Verdict, datetime]]
) -> BulletRecord:
    question = deck.question(question_id)
    bullet = question.bullet(bullet_id)
    return BulletRecord(
        question_id=question_id,
        question=question.text,
        bullet_id=bullet_id,
        text=bullet.text,
        weight=bullet.weight,
        verdicts=tuple(verdict for verdict, _ in found),
        last_at=found[-1][1],
    )
