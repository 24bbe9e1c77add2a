"""``/compare``: two attempts at the same question side by side."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from viva.comparison import Change, attempt_at, compare
from viva.domain import Verdict
from viva.errors import NotFoundError
from viva.history import History
from viva.interviewers import Interviewers
from viva.progress import Attempt, AttemptRef, find_attempts
from viva.web.cards import mark_answer
from viva.web.markup import verdict_badge
from viva.web.pages.history import moment
from viva.web.pages.layout import render
from viva.web.pages.progress import gather
from viva.web.visitors import person_of

_CHANGES = {
    Change.GAINED: "▲ Gained",
    Change.LOST: "▼ Lost",
    Change.SAME: "= Same",
    Change.UNKNOWN: "? Not graded in both",
}


def compare_pages(interviewers: Interviewers) -> APIRouter:
    """Return the page's route."""
    router = APIRouter()

    @router.get("/compare")
    def show(
        request: Request, a: str = "", b: str = "", deck: str = "", question: str = ""
    ) -> HTMLResponse:
        history = gather(interviewers, person_of(request))
        if a or b:
            one, other = (_attempt(history, AttemptRef.parse(own)) for own in (a, b))
            deck = next(own.deck_id for own in history.sessions if own.id == one.ref.session_id)
        else:
            one, other = _latest_two(history, deck, question)
        asked = history.decks[deck].question(one.question_id)
        found = compare(one, other, asked)
        attempts = find_attempts(history.past(deck))
        return render(
            request,
            "compare.html",
            question=asked,
            found=found,
            choices=[own for own in attempts if own.question_id == asked.id],
            changes=_CHANGES,
            badge=_badge,
            marked=_marked,
            moment=moment,
        )

    return router


def _attempt(history: History, ref: AttemptRef) -> Attempt:
    return attempt_at(
        [own for deck_id in history.decks for own in find_attempts(history.past(deck_id))], ref
    )


def _latest_two(history: History, deck_id: str, question_id: str) -> tuple[Attempt, Attempt]:
    attempts = [
        own for own in find_attempts(history.past(deck_id)) if own.question_id == question_id
    ]
    if len(attempts) < 2:
        raise NotFoundError(
            "There are no two scored answers to this question yet.",
            hint="Answer it once more; then you can compare.",
        )
    return attempts[-2], attempts[-1]


def _badge(verdict: Verdict) -> Markup:
    return Markup(verdict_badge(verdict))


def _marked(attempt: Attempt) -> Markup:
    """Return an answer with its evidence marked; ``mark_answer`` escapes what was typed."""
    return Markup(mark_answer(attempt.turn.full_answer, attempt.grade))
