"""Readiness: how much of a topic somebody could bring to an interview today.

The readiness of a question is its last score, from 0 to 1, times the probability that what was said
then is still remembered (FSRS retrievability, see ``viva.scheduling``). A question that was never
answered has 0. The readiness of a topic is the mean over all questions that have the topic among
theirs, and that of the deck the mean over all its questions. It is 1 if everything was answered in
full a moment ago, and it fades without practice.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from viva.domain import Deck, Frozen
from viva.progress.memory import Review, recall

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
    practised: int
    """How many of its questions were answered at least once."""
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


def readiness(reviews: Mapping[str, Sequence[Review]], deck: Deck, *, now: datetime) -> Readiness:
    """Return the readiness at the end of each week since the first answer, and now.

    Args:
        reviews: Of each question, in order of time.
        deck: The questions.
        now: The last point of every course.
    """
    times = _times(reviews, now)
    by_question = {
        question.id: [_at(reviews.get(question.id, ()), time) for time in times]
        for question in deck.questions
    }

    def course(topic_id: str, name: str, question_ids: list[str]) -> TopicReadiness:
        columns = zip(*(by_question[own] for own in question_ids), strict=True)
        return TopicReadiness(
            topic_id=topic_id,
            name=name,
            questions=len(question_ids),
            practised=sum(own in reviews for own in question_ids),
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


def _times(reviews: Mapping[str, Sequence[Review]], now: datetime) -> list[datetime]:
    """Return ``now`` and the same time of earlier weeks, as far as there are answers."""
    first = min((own[0].at for own in reviews.values()), default=now)
    weeks = min(WEEKS, -(-(now - first) // timedelta(weeks=1)))  # one point before the first answer
    return [now - timedelta(weeks=week) for week in range(max(weeks, 0), -1, -1)]


def _at(reviews: Sequence[Review], time: datetime) -> float:
    last = next((review for review in reversed(reviews) if review.at <= time), None)
    return last.score / 10 * recall(last, time) if last else 0.0
