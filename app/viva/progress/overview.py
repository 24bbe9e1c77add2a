"""Everything the progress page shows, made from a history and a deck."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from viva.domain import Deck, Frozen, Turn
from viva.progress.attempts import find_attempts, time_spent
from viva.progress.best import Extremes, extremes
from viva.progress.bullets import BulletRecord, missed_bullets
from viva.progress.days import PracticeDays, practice_days
from viva.progress.readiness import Readiness, readiness
from viva.progress.retention import ForecastDay, forecast_retention
from viva.scheduling import RatingRule, schedule
from viva.storage.sessions import PastTurn


class TopicTime(Frozen):
    """Time spent on one topic."""

    topic_id: str
    name: str
    answers: int
    minutes: float
    """From questions to answers; a question counts in each of its topics."""


class Progress(Frozen):
    """How somebody does with one deck."""

    attempts: int
    """Answers that were scored."""
    readiness: Readiness
    days: PracticeDays
    forecast: tuple[ForecastDay, ...]
    missed: tuple[BulletRecord, ...]
    extremes: Extremes
    times: tuple[TopicTime, ...]
    """The topic that took longest first."""


def make_progress(
    history: Sequence[PastTurn], deck: Deck, *, now: datetime, rule: RatingRule | None = None
) -> Progress:
    """Return the progress with a deck.

    Args:
        history: Turns on this deck.
        deck: The questions; turns on others, which it no longer has, count in the calendar only.
        now: In the person's time zone, whose days are counted.
        rule: How scores become ratings of how well something is remembered.
    """
    rule = rule or RatingRule()
    questions = {question.id for question in deck.questions}
    known = [past for past in history if past.turn.question_id in questions]
    attempts = find_attempts(known)
    turns = _by_question(known)
    cards = schedule((past.turn for past in known), now=now, rule=rule)
    return Progress(
        attempts=len(attempts),
        readiness=readiness(turns, deck, now=now, rule=rule),
        days=practice_days(history, now=now),
        forecast=forecast_retention(cards.values(), now=now),
        missed=missed_bullets(attempts, deck),
        extremes=extremes(attempts),
        times=_times(known, deck),
    )


def _by_question(history: Sequence[PastTurn]) -> Mapping[str, Sequence[Turn]]:
    found: dict[str, list[Turn]] = defaultdict(list)
    for past in history:
        found[past.turn.question_id].append(past.turn)
    return found


def _times(history: Sequence[PastTurn], deck: Deck) -> tuple[TopicTime, ...]:
    answered = [past.turn for past in history if past.turn.answered_at is not None]
    topics_of = {question.id: question.topics for question in deck.questions}
    found = []
    for topic in deck.topics:
        own = [turn for turn in answered if topic.id in topics_of[turn.question_id]]
        spent = sum((time_spent(turn) for turn in own), timedelta())
        minutes = spent.total_seconds() / 60
        if own:
            found.append(
                TopicTime(topic_id=topic.id, name=topic.name, answers=len(own), minutes=minutes)
            )
    return tuple(sorted(found, key=lambda time: -time.minutes))
