"""Today's practice: what is due, then what is weak, with new questions mixed in."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from random import Random
from statistics import median

from viva.domain import Deck, Frozen, Kind, Mode, Question, Turn
from viva.practice.choosing import spread_over_topics
from viva.practice.wishes import DEFAULT_SECONDS_PER_QUESTION, Choice, Plan
from viva.scheduling import NEW, CardState, Standing

MINUTES = 15
"""About how long a day's practice is to take."""
_FEWEST, _MOST = 2, 7
_NEW_SHARE = 1 / 3
"""Least share of new questions, while there are any."""
_REST = timedelta(days=1)
"""A weak question is left alone for so long after an answer."""

_TIMED = 20
"""Latest answers whose times count."""
_SHORTEST, _LONGEST = 30, 1800
"""Seconds; a shorter answer was hardly thought about, and in a longer time somebody was away."""
_READING = 60
"""Seconds for reading the feedback."""


class Waiting(Frozen):
    """Ids of the questions that wait, each at most once."""

    due: tuple[str, ...]
    """Most urgent first."""
    weak: tuple[str, ...]
    """Not due, but with weak bullets and a day's rest; the weakest first."""
    new: tuple[str, ...]
    """In the deck's order."""


def waiting(deck: Deck, cards: Mapping[str, CardState], *, now: datetime) -> Waiting:
    """Return what waits to be asked.

    Questions are the more urgent, the likelier they are forgotten and the more of their weight
    lies on weak bullets.
    """

    def urgency(question: Question) -> float:
        card = cards.get(question.id, NEW)
        return 1 - card.retrievability + _weak_share(question, card)

    def ids(*, due: bool) -> tuple[str, ...]:
        chosen = [
            question
            for question in deck.questions
            if (card := cards.get(question.id, NEW)).standing is not Standing.NEW
            and (card.standing is Standing.DUE) == due
            and (due or _is_weak(card, now))
        ]
        return tuple(question.id for question in sorted(chosen, key=urgency, reverse=True))

    new = (one.id for one in deck.questions if cards.get(one.id, NEW).standing is Standing.NEW)
    return Waiting(due=ids(due=True), weak=ids(due=False), new=tuple(new))


def typical_seconds(history: Iterable[Turn]) -> float | None:
    """Return how long a person takes for a question, with a minute to read the feedback.

    That is the median of their latest answers; None if there are fewer than three to go by.
    """
    answered = sorted(
        ((turn.answered_at, turn.asked_at) for turn in history if turn.answered_at), reverse=True
    )
    taken = [(answered_at - asked_at).total_seconds() for answered_at, asked_at in answered]
    timed = [seconds for seconds in taken if _SHORTEST <= seconds <= _LONGEST][:_TIMED]
    return median(timed) + _READING if len(timed) >= 3 else None


def plan_today(
    deck: Deck,
    *,
    mode: Mode,
    cards: Mapping[str, CardState],
    seconds: float | None,
    now: datetime,
    random: Random,
) -> Plan:
    """Return the plan of a day's practice.

    Args:
        deck: The deck to choose from.
        mode: How it is held.
        cards: What was answered before.
        seconds: What this person takes for a question, if that is known.
        now: The time.
        random: Source of chance for drawing new questions.
    """
    each = seconds or DEFAULT_SECONDS_PER_QUESTION
    places = min(_MOST, max(_FEWEST, round(60 * MINUTES / each)), len(deck.questions))
    wait = waiting(deck, cards, now=now)
    again = [*wait.due, *wait.weak]
    most_new = max(places - len(again), round(places * _NEW_SHARE))
    unseen = [deck.question(question_id) for question_id in wait.new]
    new = [question.id for question in spread_over_topics(unseen, most_new, random)]
    again = again[: places - len(new)]
    rest = _soonest_due(deck, cards, {*again, *new})[: places - len(again) - len(new)]
    chosen = _mix([*again, *rest], new)
    choices = tuple(
        Choice(question_id=question_id, why=_why(cards.get(question_id, NEW), now))
        for question_id in chosen
    )
    counts = {
        "due": sum(question_id in wait.due for question_id in chosen),
        "weak": sum(question_id in wait.weak for question_id in chosen),
        "new": len(new),
        "not due yet": len(rest),
    }
    return Plan(kind=Kind.TODAY, mode=mode, choices=choices, note=_note(counts, seconds, each))


def _is_weak(card: CardState, now: datetime) -> bool:
    rested = card.last_answered is not None and card.last_answered + _REST <= now
    return bool(card.weak_bullets) and rested


def _weak_share(question: Question, card: CardState) -> float:
    weak = sum(bullet.weight for bullet in question.bullets if bullet.id in card.weak_bullets)
    return weak / sum(bullet.weight for bullet in question.bullets)


def _soonest_due(deck: Deck, cards: Mapping[str, CardState], taken: set[str]) -> list[str]:
    left = [question.id for question in deck.questions if question.id not in taken]
    seen = [(cards[question_id].due, question_id) for question_id in left if question_id in cards]
    return [question_id for due, question_id in sorted(seen, key=lambda one: str(one[0])) if due]


def _mix(again: list[str], new: list[str]) -> list[str]:
    """Return both lists in one, a new question after every two others."""
    again, new = list(again), list(new)
    mixed: list[str] = []
    while again or new:
        mixed += again[:2] + new[:1]
        again, new = again[2:], new[1:]
    return mixed


def _why(card: CardState, now: datetime) -> str:
    missed = len(card.weak_bullets)
    weak = f"{missed} weak point{'s' if missed > 1 else ''}" if missed else ""
    if card.standing is Standing.NEW or card.due is None:
        return "New"
    if card.standing is not Standing.DUE:
        return f"Not due before {card.due:%d %B}" + (f", but {weak}" if weak else "")
    days = (now - card.due).days
    since = "Due" if days < 1 else f"Due since {days} day{'s' if days > 1 else ''}"
    return f"{since}, {weak}" if weak else since


def _note(counts: Mapping[str, int], seconds: float | None, each: float) -> str:
    total = sum(counts.values())
    if not total:
        return ""
    parts = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    minutes = max(1, round(each / 60))
    pace = f"{minutes} minute{'s' if minutes > 1 else ''} each"
    basis = f"{pace}, as you took lately" if seconds else pace
    asked = "1 question" if total == 1 else f"{total} questions"
    return f"{asked} in about {max(1, round(total * each / 60))} minutes, at {basis}: {parts}."
