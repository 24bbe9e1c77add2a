"""What will be remembered in the coming month if nothing is practised, by FSRS."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from viva.domain import Frozen
from viva.progress.memory import Review, recall

DAYS = 30
"""Days that the forecast looks ahead."""


class ForecastDay(Frozen):
    """One day ahead."""

    day: date
    retention: float
    """Mean probability, from 0 to 1, that what was practised is still remembered."""
    due: int
    """Questions whose repetition falls on this day; what is overdue falls on the first."""


def forecast_retention(
    reviews: Mapping[str, Sequence[Review]], *, now: datetime
) -> tuple[ForecastDay, ...]:
    """Return today and the ``DAYS`` after it; empty if nothing was practised."""
    last = [own[-1] for own in reviews.values() if own]
    if not last:
        return ()
    due = [max(review.due, now).astimezone(now.tzinfo).date() for review in last]
    times = [now + timedelta(days=ahead) for ahead in range(DAYS + 1)]
    return tuple(
        ForecastDay(
            day=time.date(),
            retention=sum(recall(review, time) for review in last) / len(last),
            due=due.count(time.date()),
        )
        for time in times
    )
