"""``/progress``: how somebody does with a deck, in charts with their figures."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from viva.domain import Deck
from viva.history import History
from viva.interviewers import Interviewers
from viva.progress import Progress, find_attempts, make_progress
from viva.web.charts import bar_chart, calendar, line_chart, round_share, sparkline
from viva.web.markup import LABELS
from viva.web.pages.layout import render
from viva.web.visitors import person_of

_WEEKS_OF_TIME = 12
_MISSED_SHOWN = 8
Table = tuple[tuple[str, ...], list[tuple[str, ...]]]


def local_now() -> datetime:
    """Return the time in this machine's time zone, whose days are counted."""
    return datetime.now().astimezone()


def progress_pages(
    interviewers: Interviewers, *, clock: Callable[[], datetime] = local_now
) -> APIRouter:
    """Return the page's route."""
    router = APIRouter()

    @router.get("/progress")
    def progress(request: Request, deck: str = "") -> HTMLResponse:
        history = gather(interviewers, person_of(request))
        chosen = _choose_deck(interviewers, person_of(request), history, deck)
        past = history.past(chosen.id)
        found = make_progress(past, chosen, now=clock(), rule=interviewers.rule)
        return render(
            request,
            "progress.html",
            deck=chosen,
            decks=[history.decks[own] for own in sorted(history.decks)],
            progress=found,
            can_practise=chosen.id in history.current,
            attempts=Counter(own.question_id for own in find_attempts(past)),
            missed=[own for own in found.missed if own.keeps_being_missed][:_MISSED_SHOWN],
            icons={verdict: icon for verdict, (icon, _) in LABELS.items()},
            percent=_percent,
            duration=_duration,
            day=_day,
            view=_view(found),
        )

    return router


def gather(interviewers: Interviewers, person: str) -> History:
    """Return all interviews of a person, with their decks."""
    return History.of(
        interviewers.sessions(person).all(),
        partial(interviewers.shelf.find, person),
    )


def _choose_deck(interviewers: Interviewers, person: str, history: History, named: str) -> Deck:
    """Return the deck that is named, or that of the latest interview, or the default one."""
    latest = history.sessions[-1].deck_id if history.sessions else ""
    deck_id = named or latest
    gone = history.decks.get(deck_id) if deck_id not in history.current else None
    return gone or interviewers.shelf.deck(person, deck_id)


def _view(found: Progress) -> Mapping[str, object]:
    """Return the charts and the tables of their figures."""
    overall = found.readiness.overall
    most = round_share(
        max((own.value for topic in found.readiness.topics for own in topic.course), default=0.0)
    )
    topics = [
        {
            "name": topic.name,
            "now": topic.now,
            "questions": topic.questions,
            "started": topic.started,
            "spark": sparkline([point.value for point in topic.course], top=most),
        }
        for topic in sorted(found.readiness.topics, key=lambda topic: -topic.now)
    ]
    weeks = _weeks(found)
    due = [(own.day, float(own.due)) for own in found.forecast]
    return {
        "readiness_chart": line_chart(
            [(own.at.date(), own.value) for own in overall.course],
            top=round_share(max(own.value for own in overall.course)),
        ),
        "readiness_table": _readiness_table(found),
        "topics": topics,
        "calendar": calendar([(own.day, own.answers) for own in found.days.days]),
        "day_rows": [
            (f"{own.day:%A, %d %B %Y}", str(own.answers), f"{own.minutes:.0f}")
            for own in reversed(found.days.days)
            if own.answers
        ],
        "forecast_chart": found.forecast
        and line_chart([(own.day, own.retention) for own in found.forecast]),
        "due_chart": due and bar_chart(due, unit="due"),
        "due_now": found.forecast[0].due if found.forecast else 0,
        "forecast_rows": [
            (_day(own.day), _percent(own.retention), str(own.due)) for own in found.forecast
        ],
        "time_chart": bar_chart([(day, minutes) for day, minutes, _ in weeks], unit="minutes"),
        "week_rows": [
            (_day(day), f"{minutes:.0f}", str(answers)) for day, minutes, answers in weeks
        ],
        "topic_rows": [(own.name, f"{own.minutes:.0f}", str(own.answers)) for own in found.times],
    }


def _readiness_table(found: Progress) -> Mapping[str, object]:
    courses = (found.readiness.overall, *found.readiness.topics)
    times = [point.at for point in found.readiness.overall.course]
    shown = range(len(times) - 1, -1, -4)  # now, and every fourth week before
    return {
        "heads": ("Topic", *(_day(times[place]) for place in reversed(shown))),
        "rows": [
            (
                course.name if course.topic_id else "The whole deck",
                *(_percent(course.course[place].value) for place in reversed(shown)),
            )
            for course in courses
        ],
    }


def _weeks(found: Progress) -> list[tuple[date, float, int]]:
    """Return the Monday, the minutes and the answers of each of the last weeks."""
    days = found.days.days
    last = days[-1].day - timedelta(days=days[-1].day.weekday())
    mondays = [last - timedelta(weeks=ago) for ago in range(_WEEKS_OF_TIME - 1, -1, -1)]
    return [
        (
            monday,
            sum(own.minutes for own in days if monday <= own.day < monday + timedelta(weeks=1)),
            sum(own.answers for own in days if monday <= own.day < monday + timedelta(weeks=1)),
        )
        for monday in mondays
    ]


def _percent(share: float) -> str:
    return f"{share:.0%}"


def _duration(minutes: float) -> str:
    hours, rest = divmod(round(minutes), 60)
    return f"{hours} h {rest} min" if hours else f"{rest} min"


def _day(day: date) -> str:
    local = day.astimezone() if isinstance(day, datetime) else day
    return f"{local.day} {local:%b %Y}"
