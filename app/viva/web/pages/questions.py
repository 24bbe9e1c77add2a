"""Every question of a deck with where it stands, and a button to practise it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from viva.domain import Deck, Question
from viva.interviewers import Interviewers
from viva.scheduling import NEW, CardState, Standing
from viva.web.pages.layout import render
from viva.web.visitors import person_of

STATES = {
    "due": "Due",
    "weak": "With weak points",
    "new": "New",
    "learning": "Learning",
    "fresh": "Fresh",
}
"""What can be filtered by, and its words."""


class Row(NamedTuple):
    """A question as the page lists it."""

    question: Question
    topics: tuple[str, ...]
    card: CardState
    when: str
    """When it is due, in words."""
    weak: tuple[str, ...]
    """Texts of its weak bullets; none before it was answered."""


class Filter(NamedTuple):
    """What the list is narrowed to; empty for no limit."""

    topic: str = ""
    state: str = ""
    text: str = ""

    def takes(self, row: Row) -> bool:
        """Whether a row is in the list."""
        shown = f"{row.question.text} {' '.join(row.topics)}".casefold()
        return (
            (not self.topic or self.topic in row.question.topics)
            and (self.state != "weak" or bool(row.weak))
            and (self.state in {"", "weak"} or row.card.standing == self.state)
            and all(word in shown for word in self.text.casefold().split())
        )


def question_pages(interviewers: Interviewers) -> APIRouter:
    """Return the pages on questions."""
    router = APIRouter()

    @router.get("/questions")
    def list_questions(
        request: Request,
        deck: str = "",
        topic: str = "",
        state: str = "",
        text: Annotated[str, Query(max_length=200)] = "",
    ) -> HTMLResponse:
        person = person_of(request)
        interviewer = interviewers.of(person, deck)
        chosen = Filter(topic, state if state in STATES else "", text)
        rows = list_rows(interviewer.deck, interviewer.planner.cards(), now=datetime.now(UTC))
        return render(
            request,
            "questions.html",
            deck=interviewer.deck,
            decks=interviewers.decks(person),
            rows=[row for row in rows if chosen.takes(row)],
            counts=_count_states(rows),
            chosen=chosen,
            states=STATES,
        )

    @router.post("/questions/{deck_id}/{question_id}/practise")
    def practise(request: Request, deck_id: str, question_id: str) -> RedirectResponse:
        session = interviewers.of(person_of(request), deck_id).start_on((question_id,))
        root = request.scope.get("root_path", "")
        return RedirectResponse(f"{root}/?interview={session.id}", status_code=303)

    return router


def list_rows(deck: Deck, cards: Mapping[str, CardState], *, now: datetime) -> list[Row]:
    """Return a row for every question: due ones first, then by due date, new ones last."""
    rows = [_row(question, deck, cards.get(question.id, NEW), now) for question in deck.questions]
    return sorted(rows, key=lambda row: (row.card.due is None, row.card.due or now))


def _row(question: Question, deck: Deck, card: CardState, now: datetime) -> Row:
    return Row(
        question=question,
        topics=tuple(deck.topic_name(topic) for topic in question.topics),
        card=card,
        when=_when(card, now),
        weak=tuple(bullet.text for bullet in question.bullets if bullet.id in card.weak_bullets),
    )


def _when(card: CardState, now: datetime) -> str:
    if card.due is None:
        return "not answered yet"
    if card.due <= now:
        return "due now"
    hours = (card.due - now).total_seconds() / 3600
    if hours < 24:
        return f"due in {max(1, round(hours))} h"
    days = round(hours / 24)
    return f"due in {days} day{'' if days == 1 else 's'}, on {card.due:%-d %B}"


def _count_states(rows: list[Row]) -> dict[str, int]:
    counts = {state.value: sum(row.card.standing is state for row in rows) for state in Standing}
    return counts | {"weak": sum(bool(row.weak) for row in rows)}
