"""When a question is due again: FSRS cards, replayed from the graded answers.

FSRS (Ye, Su and Cao 2022, "A Stochastic Shortest Path Algorithm for Optimizing Spaced Repetition
Scheduling"; the ``fsrs`` package, version 6 of the algorithm) keeps for each card how long it is
remembered (stability) and how hard it is. A rating updates it: here it follows from the score by
``RatingRule``. Nothing is stored: the cards are computed from the history at every look, without
the random fuzz, so that a regrade or a deletion is in them at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from statistics import fmean
from typing import Self

from fsrs import Card, Rating, Scheduler, State
from pydantic import Field, model_validator

from viva.domain import Frozen, Turn, Verdict

_FIRST_STEP = timedelta(hours=12)
"""When a question that went badly comes again: not while the reference still rings in the ear."""
_MISSES = (Verdict.MISSING, Verdict.CONTRADICTED)


class RatingRule(Frozen):
    """How a score from 0 to 10 becomes FSRS's rating of an answer.

    Below ``again`` it is "again", below ``hard`` "hard", below ``good`` "good", else "easy". One
    hint or more lowers it by a step; if the reference was opened before the answer, it is "again".
    """

    again: float = Field(default=4.0, ge=0, le=10)
    hard: float = Field(default=6.5, ge=0, le=10)
    good: float = Field(default=9.0, ge=0, le=10)
    retention: float = Field(default=0.9, ge=0.7, le=0.97)
    """Chance of remembering at which a question falls due."""

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if not self.again <= self.hard <= self.good:
            raise ValueError("the limits of the ratings must rise: again, hard, good")
        return self

    def rate(self, turn: Turn) -> Rating | None:
        """Return the rating of an answer; None if it was not graded."""
        score = turn.grade.score.value if turn.grade and not turn.skipped else None
        if score is None:
            return None
        if turn.peeked:
            return Rating.Again
        passed = sum(score >= limit for limit in (self.again, self.hard, self.good))
        return Rating(max(1, 1 + passed - bool(turn.hints)))


class Standing(StrEnum):
    """Where a question stands."""

    NEW = "new"
    """Never graded."""
    LEARNING = "learning"
    """It went badly lately and comes again within a day."""
    DUE = "due"
    FRESH = "fresh"
    """Still remembered."""


class CardState(Frozen):
    """What is known of how well a question is remembered."""

    standing: Standing = Standing.NEW
    due: datetime | None = None
    """None if never graded."""
    stability: float | None = None
    """Days after which it is remembered with a chance of 0.9."""
    retrievability: float = Field(default=0.0, ge=0, le=1)
    """Chance that it is remembered now; 0 if never graded."""
    last_score: float | None = None
    """0 to 10, of the latest scored answer."""
    last_answered: datetime | None = None
    attempts: int = 0
    """Graded answers."""
    weak_bullets: tuple[str, ...] = ()
    """Ids of bullets that the latest scored answer missed or contradicted, and that are missed or
    contradicted oftener than the question's others; the weakest first."""


NEW = CardState()
"""The state of a question that is not in a schedule."""


def schedule(
    history: Iterable[Turn], *, now: datetime, rule: RatingRule | None = None
) -> Mapping[str, CardState]:
    """Return the state of every question that was ever graded, by its id.

    Args:
        history: Turns of one deck in any order; those without a graded answer play no part.
        now: The time to tell the states of.
        rule: How scores become ratings.
    """
    rule = rule or RatingRule()
    reviews: dict[str, list[tuple[datetime, Rating, Turn]]] = defaultdict(list)
    for turn in history:
        rating = rule.rate(turn)
        if rating is not None and turn.answered_at is not None:
            reviews[turn.question_id].append((turn.answered_at.astimezone(UTC), rating, turn))
    return {
        question_id: _replay(sorted(own, key=lambda review: review[:2]), now.astimezone(UTC), rule)
        for question_id, own in reviews.items()
    }


def retrievability(card: CardState, *, at: datetime) -> float:
    """Return the chance, from 0 to 1, that a question is remembered at a time if left until then.

    It falls once a full day has passed, as FSRS counts days.
    """
    return _retrievability(_scheduler(RatingRule()), card.stability, card.last_answered, at)


def _retrievability(
    scheduler: Scheduler, stability: float | None, last: datetime | None, at: datetime
) -> float:
    card = Card(card_id=0, due=at, stability=stability, last_review=last)
    return float(scheduler.get_card_retrievability(card, current_datetime=at))


def _scheduler(rule: RatingRule) -> Scheduler:
    return Scheduler(
        desired_retention=rule.retention,
        learning_steps=(_FIRST_STEP,),
        relearning_steps=(_FIRST_STEP,),
        enable_fuzzing=False,
    )


def _replay(
    reviews: Sequence[tuple[datetime, Rating, Turn]], now: datetime, rule: RatingRule
) -> CardState:
    scheduler = _scheduler(rule)
    # With an id and a time: the package's own defaults read the clock.
    card = Card(card_id=0, due=reviews[0][0])
    for answered_at, rating, _ in reviews:
        card, _log = scheduler.review_card(card, rating, review_datetime=answered_at)
    scored = [turn for _, _, turn in reviews if turn.is_scored]
    latest = scored[-1].grade if scored else None
    if card.due <= now:
        standing = Standing.DUE
    else:
        standing = Standing.FRESH if card.state is State.Review else Standing.LEARNING
    return CardState(
        standing=standing,
        due=card.due,
        stability=card.stability,
        retrievability=_retrievability(scheduler, card.stability, card.last_review, now),
        last_score=latest.score.value if latest else None,
        last_answered=card.last_review,
        attempts=len(reviews),
        weak_bullets=_weak_bullets(scored),
    )


def _weak_bullets(scored: Sequence[Turn]) -> tuple[str, ...]:
    latest = scored[-1].grade if scored else None
    if latest is None:
        return ()
    judged: dict[str, list[bool]] = defaultdict(list)
    for turn in scored:
        for bullet in turn.grade.bullets if turn.grade else ():
            if bullet.verdict is not Verdict.UNGRADED:
                judged[bullet.bullet_id].append(bullet.verdict in _MISSES)
    rates = {bullet_id: fmean(missed) for bullet_id, missed in judged.items()}
    missed_last = [bullet.bullet_id for bullet in latest.bullets if bullet.verdict in _MISSES]
    weak = [
        bullet_id
        for bullet_id in missed_last
        if rates[bullet_id] > _mean(rate for other, rate in rates.items() if other != bullet_id)
    ]
    return tuple(sorted(weak, key=lambda bullet_id: -rates[bullet_id]))


def _mean(rates: Iterable[float]) -> float:
    """Return the mean; 0 of none, so that a question's only bullet can be weak."""
    rates = tuple(rates)
    return fmean(rates) if rates else 0.0
