"""One question of a person's own deck in a form: its bullets in a table, every fault at its field.

The form's buttons bring the whole form back changed and store nothing, so that it works without a
script; only 'save' stores.
"""

import hashlib
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from viva.deck.drafts import (
    BulletDraft,
    DraftFault,
    QuestionDraft,
    check_draft,
    draft_of,
    split_list,
)
from viva.deck.editing import find_question, put_question
from viva.deck.rows import press
from viva.deck.slugs import slugify
from viva.domain import Deck, Difficulty
from viva.errors import ConflictError, VivaError
from viva.interviewers import Interviewers
from viva.storage import DeckStore
from viva.web.pages.deck_forms import Form, field, read_draft
from viva.web.pages.deck_offers import offer_bullets, offer_key_terms
from viva.web.pages.layout import go_to, render
from viva.web.visitors import person_of

_NEW = "_new"
"""Stands in an address for what has no id yet; no id looks like it."""
_ROWS_AT_FIRST = 3


class Typed(NamedTuple):
    """A question's form as it is shown."""

    draft: QuestionDraft
    version: str = ""
    """Hash of the stored question that it was made from; empty for a new one."""
    title: str = ""
    """Of the deck that begins with this question."""
    faults: tuple[DraftFault, ...] = ()
    error: VivaError | None = None
    focus: str = ""
    """Name of the field to go on in."""


def deck_question_pages(interviewers: Interviewers) -> APIRouter:  # noqa: C901  # a case a page
    """Return the pages on which questions are written."""
    router = APIRouter()

    def store(request: Request) -> DeckStore:
        return interviewers.own_decks(person_of(request))

    @router.get("/decks/_new")
    def new_deck(request: Request, title: str = "") -> HTMLResponse:
        draft = QuestionDraft(bullets=(BulletDraft(),) * _ROWS_AT_FIRST)
        return _edit(request, interviewers, None, Typed(draft, title=title))

    @router.post("/decks/_new")
    def save_new_deck(request: Request, form: Form) -> Response:
        title = " ".join(field(form, "title").split())
        typed = Typed(read_draft(form, ""), title=title)
        if (button := field(form, "do")) != "save":
            return _edit(request, interviewers, None, _step(interviewers, typed, button))
        question, topics, faults = check_draft(typed.draft, None)
        if not title:
            faults = (DraftFault("title", "Give the deck a title."), *faults)
        if question is None or faults:
            return _edit(request, interviewers, None, typed._replace(faults=faults))
        deck = Deck(id=slugify(title), title=title, topics=topics, questions=(question,))
        own = store(request).add(deck, taken=interviewers.shelf.ids)
        return go_to(request, f"decks/{own.deck.id}?done=added")

    @router.get("/decks/{deck_id}/questions/_new")
    def new_question(request: Request, deck_id: str) -> HTMLResponse:
        deck = store(request).load(deck_id).deck
        draft = QuestionDraft(bullets=(BulletDraft(),) * _ROWS_AT_FIRST)
        return _edit(request, interviewers, deck, Typed(draft))

    @router.get("/decks/{deck_id}/questions/{question_id}")
    def edit_question(request: Request, deck_id: str, question_id: str) -> HTMLResponse:
        deck = store(request).load(deck_id).deck
        draft = draft_of(find_question(deck, question_id), deck)
        typed = Typed(draft, version=_version(deck, question_id))
        return _edit(request, interviewers, deck, typed)

    @router.post("/decks/{deck_id}/questions/{question_id}")
    def save_question(request: Request, deck_id: str, question_id: str, form: Form) -> Response:
        own = "" if question_id == _NEW else question_id
        deck = store(request).load(deck_id).deck
        typed = Typed(read_draft(form, own), version=field(form, "version"))
        if (button := field(form, "do")) != "save":
            return _edit(request, interviewers, deck, _step(interviewers, typed, button))
        question, topics, faults = check_draft(typed.draft, deck)
        if question is None:
            return _edit(request, interviewers, deck, typed._replace(faults=faults))

        def put(deck: Deck) -> Deck:
            if _version(deck, own) != typed.version:
                raise ConflictError("This question was changed in another window.")
            return put_question(deck, question, topics)

        try:
            store(request).change(deck_id, put)
        except ConflictError:
            stored = _version(store(request).load(deck_id).deck, own)
            typed = typed._replace(version=stored, error=_overtaken(stored))
            return _edit(request, interviewers, deck, typed)
        return go_to(request, f"decks/{deck_id}?done=saved#{question.id}")

    return router


def _step(interviewers: Interviewers, typed: Typed, button: str) -> Typed:
    """Return the form after one of its buttons; nothing is stored yet."""
    suggester = interviewers.suggester
    if suggester is None or button not in {"suggest-bullets", "suggest-terms"}:
        draft, focus = press(typed.draft, button)
        return typed._replace(draft=draft, focus=focus)
    offer = offer_bullets if button == "suggest-bullets" else offer_key_terms
    try:
        return typed._replace(draft=offer(suggester, typed.draft), focus="offers")
    except VivaError as error:
        return typed._replace(error=error)


def _edit(
    request: Request, interviewers: Interviewers, deck: Deck | None, typed: Typed
) -> HTMLResponse:
    suggester = interviewers.suggester
    return render(
        request,
        "deck_question.html",
        status=400 if typed.faults or typed.error else 200,
        deck=deck,
        typed=typed,
        draft=typed.draft,
        faults={fault.field: fault.text for fault in reversed(typed.faults)},
        difficulties=[*Difficulty],
        offered_terms=[split_list(row.offered) for row in typed.draft.bullets],
        suggester=suggester.about if suggester else "",
    )


def _version(deck: Deck, question_id: str) -> str:
    """Return the hash of a question's content; an empty text if the deck has no such question."""
    for question in deck.questions:
        if question.id == question_id:
            return hashlib.sha256(question.model_dump_json().encode()).hexdigest()[:16]
    return ""


def _overtaken(stored: str) -> ConflictError:
    happened = "changed" if stored else "removed"
    return ConflictError(
        f"This question was {happened} in another window while you were typing.",
        hint="What you typed is still here. Save again to have it your way.",
    )
