"""The answers to be proud of, and those to have another go at."""

from collections.abc import Sequence

from viva.domain import Frozen
from viva.progress.attempts import Attempt

SHOWN = 3


class Extremes(Frozen):
    """Attempts at both ends; no question is at both."""

    best: tuple[Attempt, ...]
    """The highest score of a question, the highest first."""
    worst: tuple[Attempt, ...]
    """The latest attempt at a question, the lowest first; better answers since then count."""


def extremes(attempts: Sequence[Attempt]) -> Extremes:
    """Return up to three best and three worst attempts, each at another question."""
    top: dict[str, Attempt] = {}
    last: dict[str, Attempt] = {}
    for attempt in attempts:
        last[attempt.question_id] = attempt
        if attempt.question_id not in top or attempt.score >= top[attempt.question_id].score:
            top[attempt.question_id] = attempt
    ranked = sorted(top.values(), key=lambda own: (-own.score, -own.at.timestamp()))
    lowest = sorted(last.values(), key=lambda own: (own.score, -own.at.timestamp()))
    best = ranked[: min(SHOWN, (len(ranked) + 1) // 2)]
    taken = {own.question_id for own in best}
    worst = [own for own in lowest if own.question_id not in taken and own.score < _FULL]
    return Extremes(best=tuple(best), worst=tuple(worst[:SHOWN]))


_FULL = 10.0
"""A score with nothing left to do."""
