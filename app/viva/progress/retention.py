"""What will be remembered in the coming month if nothing is practised, by FSRS."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from statistics import fmean

from viva.domain import Frozen
from viva.scheduling import CardState, retrievability

DAYS = 30
"""Days that the forecast looks ahead."""


class ForecastDay(Frozen):
    """One day ahead."""

    day: date
    retention: float
    """Mean probability, from 0 to 1, that what was practised is still remembered."""
    due: int
    """Questions whose repetition falls on this day; what is overdue falls on the first."""


def forecast_retention(cards: Iterable[CardState], *, now: datetime) -> tuple[ForecastDay, ...]:
    """Return today and the ``DAYS`` after it; empty if nothing was practised.

    Args:
        cards: Of the questions that were answered.
        now: In the person's time zone, whose days are counted.
    """
    cards = tuple(cards)
    if not cards:
        return ()
    due = [max(card.due, now).astimezone(now.tzinfo).date() for card in cards if card.due]
    times = [now + timedelta(days=ahead) for ahead in range(DAYS + 1)]
    return tuple(
        ForecastDay(
            day=time.date(),
            retention=fmean(retrievability(card, at=time) for card in cards),
            due=due.count(time.date()),
        )
        for time in times
    )
