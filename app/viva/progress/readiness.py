"""Readiness: how much of a topic somebody could bring to an interview today.

The readiness of a question is its last score, from 0 to 1, times the probability that what was said
then is still remembered (FSRS retrievability, see ``viva.scheduling``). A question that was never
answered has 0. The readiness of a topic is the mean over all questions that have the topic among
theirs, and that of the deck the mean over all its questions. It is 1 if everything was answered in
full a moment ago, and it fades without practice.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from viva.domain import Deck, Frozen, Turn
from viva.scheduling import NEW, RatingRule, retrievability, schedule

WEEKS = 26
"""Most weeks that the course goes back."""


class Point(Frozen):
    """Readiness at a time, from 0 to 1."""

    at: datetime
    value: float


class TopicReadiness(Frozen):
    """The readiness of one topic, over time and now."""

    topic_id: str
    name: str
    questions: int
    started: int
    """How many of its questions have a readiness above 0."""
    course: tuple[Point, ...]

    @property
    def now(self) -> float:
        """The last value, from 0 to 1."""
        return self.course[-1].value


class Readiness(Frozen):
    """The readiness of a deck and of each of its topics."""

    overall: TopicReadiness
    topics: tuple[TopicReadiness, ...]
    """In the deck's order."""


def readiness(
    turns: Mapping[str, Sequence[Turn]], deck: Deck, *, now: datetime, rule: RatingRule
) -> Readiness:
    """Return the readiness at the end of each week since the first answer, and now.

    Args:
        turns: Those of each question.
        deck: The questions.
        now: The last point of every course.
        rule: How scores become ratings.
    """
    times = _times(turns, now)
    by_question = {
        question.id: _course(turns.get(question.id, ()), times, rule) for question in deck.questions
    }

    def course(topic_id: str, name: str, question_ids: list[str]) -> TopicReadiness:
        columns = zip(*(by_question[own] for own in question_ids), strict=True)
        return TopicReadiness(
            topic_id=topic_id,
            name=name,
            questions=len(question_ids),
            started=sum(by_question[own][-1] > 0 for own in question_ids),
            course=tuple(
                Point(at=time, value=sum(column) / len(question_ids))
                for time, column in zip(times, columns, strict=True)
            ),
        )

    topics = [
        (topic, own)
        for topic in deck.topics
        if (own := [question.id for question in deck.questions if topic.id in question.topics])
    ]
    return Readiness(
        overall=course("", deck.title, list(by_question)),
        topics=tuple(course(topic.id, topic.name, own) for topic, own in topics),
    )


def _times(turns: Mapping[str, Sequence[Turn]], now: datetime) -> list[datetime]:
    """Return ``now`` and the same time of earlier weeks, as far as there are answers."""
    answered = (turn.answered_at for own in turns.values() for turn in own if turn.answered_at)
    first = min(answered, default=now)
    weeks = min(WEEKS, -(-(now - first) // timedelta(weeks=1)))  # one point before the first answer
    return [now - timedelta(weeks=week) for week in range(max(weeks, 0), -1, -1)]


def _course(turns: Sequence[Turn], times: Sequence[datetime], rule: RatingRule) -> list[float]:
    """Return the readiness of one question at these times."""
    course: list[float] = []
    card, counted = NEW, 0
    for time in times:
        known = [turn for turn in turns if turn.answered_at and turn.answered_at <= time]
        if len(known) != counted:
            counted = len(known)
            cards = schedule(known, now=time, rule=rule)
            card = cards.get(known[0].question_id, NEW)
        score = (card.last_score or 0.0) / 10
        course.append(score and score * retrievability(card, at=time))
    return course
