"""When somebody practised, day by day. A day is one of the time zone of ``now``."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from viva.domain import Frozen
from viva.progress.attempts import time_spent
from viva.storage.sessions import PastTurn

WEEKS = 26
"""Weeks in the calendar, this one included."""
_RECENT = 30


class Day(Frozen):
    """What was done on a day."""

    day: date
    answers: int
    minutes: float
    """From questions to answers; see ``attempts.time_spent``."""


class PracticeDays(Frozen):
    """The calendar of practice."""

    days: tuple[Day, ...]
    """Every day of ``WEEKS`` weeks up to today, from a Monday on."""
    answers: int
    """In all, the time before the calendar included."""
    minutes: float
    """In all, too."""
    recent: int
    """Days with practice among the last 30."""
    streak: int
    """Days in a row up to today; a day that is not over yet breaks none."""
    longest_streak: int


def practice_days(history: Iterable[PastTurn], *, now: datetime) -> PracticeDays:
    """Count answers, scored or not, by day."""
    answers: Counter[date] = Counter()
    spent: Counter[date] = Counter()
    for past in history:
        if past.turn.answered_at is not None:
            day = past.turn.answered_at.astimezone(now.tzinfo).date()
            answers[day] += 1
            spent[day] += round(time_spent(past.turn).total_seconds())
    today = now.date()
    first = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    shown = [first + timedelta(days=n) for n in range((today - first).days + 1)]
    return PracticeDays(
        days=tuple(Day(day=day, answers=answers[day], minutes=spent[day] / 60) for day in shown),
        answers=answers.total(),
        minutes=spent.total() / 60,
        recent=sum((today - timedelta(days=n)) in answers for n in range(_RECENT)),
        streak=_streak(set(answers), today),
        longest_streak=_longest(answers),
    )


def _streak(days: set[date], today: date) -> int:
    day = today if today in days else today - timedelta(days=1)
    length = 0
    while day in days:
        day -= timedelta(days=1)
        length += 1
    return length


def _longest(days: Iterable[date]) -> int:
    longest = length = 0
    before: date | None = None
    for day in sorted(days):
        length = length + 1 if before and day - before == timedelta(days=1) else 1
        longest, before = max(longest, length), day
    return longest
