"""What FSRS makes of the attempts: how firmly each question sat after every answer to it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from fsrs import Card, Rating, Scheduler

from viva.progress.attempts import Attempt


class Review(NamedTuple):
    """What is remembered after an attempt."""

    at: datetime
    score: float
    """From 0 to 10."""
    stability: float
    """Days until the probability of remembering falls to 0.9."""
    due: datetime


def replay(attempts: Iterable[Attempt]) -> Mapping[str, Sequence[Review]]:
    """Return the reviews of each question that was attempted, in order of time.

    Args:
        attempts: In order of time.
    """
    scheduler = Scheduler(enable_fuzzing=False)
    cards: dict[str, Card] = {}
    found: dict[str, list[Review]] = {}
    for attempt in attempts:
        card = cards.get(attempt.question_id) or Card(card_id=1)
        at = attempt.at.astimezone(UTC)
        card, _ = scheduler.review_card(card, _rate(attempt.score), at)
        cards[attempt.question_id] = card
        assert card.stability is not None
        found.setdefault(attempt.question_id, []).append(
            Review(attempt.at, attempt.score, card.stability, card.due)
        )
    return found


def recall(review: Review, at: datetime) -> float:
    """Return the probability, from 0 to 1, that what was said is remembered at a later time."""
    card = Card(card_id=1, stability=review.stability, last_review=review.at)
    return Scheduler().get_card_retrievability(card, at)


def _rate(score: float) -> Rating:
    limits = ((4, Rating.Again), (6, Rating.Hard), (8.5, Rating.Good))
    return next((rating for limit, rating in limits if score < limit), Rating.Easy)
