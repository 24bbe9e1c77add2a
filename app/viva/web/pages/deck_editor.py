"""A person's own deck, edited: its title, topics and questions, and what may be merged in it."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from viva.deck.duplicates import ALIKE_BULLETS, ALIKE_QUESTIONS, find_alike
from viva.deck.editing import (
    find_question,
    merge_bullets,
    merge_questions,
    move_question,
    remove_question,
    rename_topics,
)
from viva.domain import Deck, Question
from viva.errors import InputError, VivaError
from viva.interviewers import Interviewers
from viva.shelf import DeckEntry, Origin
from viva.storage import DeckStore
from viva.web.pages.deck_forms import Form, field
from viva.web.pages.layout import go_to, render
from viva.web.visitors import person_of

_DONE = {
    "added": "Saved. This is your deck now: change what you like.",
    "copied": "This is a copy of your own: change what you like.",
    "saved": "The question is saved.",
    "removed": "The question is removed.",
    "merged": "Merged.",
    "title": "The title is saved.",
    "topics": "The topics are saved.",
}
"""What a page says of what was just done, by the word in its address."""


def deck_editor_pages(interviewers: Interviewers) -> APIRouter:  # noqa: C901  # a case a page
    """Return the pages on which a deck is edited."""
    router = APIRouter()

    def store(request: Request) -> DeckStore:
        return interviewers.own_decks(person_of(request))

    @router.get("/decks/{deck_id}")
    def show_deck(request: Request, deck_id: str, find: str = "", done: str = "") -> HTMLResponse:
        return _deck(request, interviewers, deck_id, find=find, done=_DONE.get(done, ""))

    @router.post("/decks/{deck_id}/title")
    def retitle(request: Request, deck_id: str, form: Form) -> Response:
        title = " ".join(field(form, "title").split())
        if not title:
            error = InputError("A deck needs a title.", hint="It keeps the one it has.")
            return _deck(request, interviewers, deck_id, error=error)
        store(request).rename(deck_id, title)
        return go_to(request, f"decks/{deck_id}?done=title")

    @router.post("/decks/{deck_id}/topics")
    def name_topics(request: Request, deck_id: str, form: Form) -> Response:
        names = {
            key.removeprefix("topic-"): field(form, key) for key in form if key.startswith("topic-")
        }
        try:
            store(request).change(deck_id, lambda deck: rename_topics(deck, names))
        except InputError as error:
            return _deck(request, interviewers, deck_id, error=error, names=names)
        return go_to(request, f"decks/{deck_id}?done=topics")

    @router.post("/decks/{deck_id}/questions/{question_id}/move")
    def move(request: Request, deck_id: str, question_id: str, form: Form) -> Response:
        steps = -1 if field(form, "do") == "up" else 1
        store(request).change(deck_id, lambda deck: move_question(deck, question_id, steps))
        return go_to(request, f"decks/{deck_id}#{question_id}")

    @router.get("/decks/{deck_id}/questions/{question_id}/remove")
    def ask_before_removing(request: Request, deck_id: str, question_id: str) -> HTMLResponse:
        question = find_question(store(request).load(deck_id).deck, question_id)
        return render(
            request,
            "confirm.html",
            title="Remove this question?",
            what=question.text,
            consequence=f"Its {len(question.bullets)} bullets go with it. Interviews in which you "
            "answered it stay.",
            action=f"decks/{deck_id}/questions/{question_id}/remove",
            button="Remove the question",
            back=f"decks/{deck_id}#{question_id}",
        )

    @router.post("/decks/{deck_id}/questions/{question_id}/remove")
    def remove(request: Request, deck_id: str, question_id: str) -> Response:
        store(request).change(deck_id, lambda deck: remove_question(deck, question_id))
        return go_to(request, f"decks/{deck_id}?done=removed")

    @router.get("/decks/{deck_id}/duplicates")
    def show_duplicates(request: Request, deck_id: str, done: str = "") -> HTMLResponse:
        deck = store(request).load(deck_id).deck
        return render(
            request,
            "deck_duplicates.html",
            deck=deck,
            alike=find_alike(deck, interviewers.embed),
            limits=(ALIKE_QUESTIONS, ALIKE_BULLETS),
            done=_DONE.get(done, ""),
        )

    @router.post("/decks/{deck_id}/duplicates")
    def merge(request: Request, deck_id: str, form: Form) -> Response:
        kept, merged = field(form, "keep"), field(form, "merge")
        if question := field(form, "question"):
            store(request).change(deck_id, lambda deck: merge_bullets(deck, question, kept, merged))
        else:
            store(request).change(deck_id, lambda deck: merge_questions(deck, kept, merged))
        return go_to(request, f"decks/{deck_id}/duplicates?done=merged")

    return router


def _deck(
    request: Request,
    interviewers: Interviewers,
    deck_id: str,
    *,
    find: str = "",
    done: str = "",
    error: VivaError | None = None,
    names: dict[str, str] | None = None,
) -> HTMLResponse:
    """Return a deck's page: to edit if it is the person's own, or else to read."""
    person = person_of(request)
    deck = interviewers.shelf.deck(person, deck_id)
    entry = _entry(interviewers, person, deck)
    wanted = find.casefold().split()
    shown = [
        (place, question)
        for place, question in enumerate(deck.questions, start=1)
        if all(word in _all_text(question, deck) for word in wanted)
    ]
    return render(
        request,
        "deck.html",
        status=400 if error else 200,
        deck=deck,
        is_own=entry.origin is Origin.OWN,
        changed_at=entry.changed_at,
        bullets=sum(len(question.bullets) for question in deck.questions),
        shown=shown,
        find=find,
        done=done,
        error=error,
        names={topic.id: topic.name for topic in deck.topics} | (names or {}),
    )


def _entry(interviewers: Interviewers, person: str, deck: Deck) -> DeckEntry:
    return next(entry for entry in interviewers.decks(person) if entry.id == deck.id)


def _all_text(question: Question, deck: Deck) -> str:
    topics = (deck.topic_name(topic) for topic in question.topics)
    bullets = (bullet.text for bullet in question.bullets)
    return " ".join([question.id, question.text, *topics, *bullets]).casefold()
