"""The decks of a person: listed, imported, copied, exported, deleted."""

from typing import NamedTuple
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from viva.deck.importing import ImportedSheet, Layout, import_file, import_sheet
from viva.deck.loading import parse_json_deck
from viva.deck.writing import dump_deck
from viva.domain import Deck
from viva.errors import InputError, VivaError
from viva.interviewers import Interviewers
from viva.shelf import Origin
from viva.web.pages.deck_forms import Form, field, upload
from viva.web.pages.layout import go_to, render
from viva.web.visitors import person_of

_PASTED = "What you pasted"
_LAYOUTS = {
    Layout.TEXT: "plain text",
    Layout.MARKDOWN: "Markdown",
    Layout.CSV: "CSV",
    Layout.HTML: "HTML",
    Layout.PDF: "PDF",
    Layout.ANKI: "an Anki package",
    Layout.DECK: "a deck",
}
_ORIGINS = {
    Origin.SHIPPED: "ships with Viva",
    Origin.CHOSEN: "set up for all",
    Origin.PLUGIN: "from a package",
    Origin.OWN: "yours",
}
_DONE = {
    "deleted": "The deck is deleted. Interviews that you held on it are still there.",
}
"""What a page says of what was just done, by the word in its address."""


def deck_pages(interviewers: Interviewers) -> APIRouter:
    """Return the pages of decks as a whole; ``deck_editor`` has those of one's own."""
    router = APIRouter()

    @router.get("/decks")
    def show_decks(request: Request, done: str = "") -> HTMLResponse:
        return _list(request, interviewers, Typed(), done=_DONE.get(done, ""))

    @router.post("/decks/import")
    def preview(request: Request, form: Form) -> HTMLResponse:
        text, title = field(form, "text"), " ".join(field(form, "title").split())
        layout = _layout(field(form, "layout"))
        file = upload(form, "file")
        try:
            sheet = _read(file, text, title=title, layout=layout)
        except VivaError as error:
            return _list(request, interviewers, Typed(text, title, layout), error=error)
        return _preview(request, sheet, name=file[0] if file else "")

    @router.post("/decks")
    def save(request: Request, form: Form) -> Response:
        title = " ".join(field(form, "title").split())
        deck = parse_json_deck(field(form, "deck"), name="The deck")
        if not title:
            error = InputError("A deck needs a title.")
            return _preview(request, ImportedSheet(deck, Layout.DECK, ()), error=error)
        own = interviewers.own_decks(person_of(request)).add(
            deck.model_copy(update={"title": title}), taken=interviewers.shelf.ids
        )
        return go_to(request, f"decks/{own.deck.id}?done=added")

    @router.post("/decks/{deck_id}/copy")
    def copy(request: Request, deck_id: str) -> Response:
        person = person_of(request)
        deck = interviewers.shelf.deck(person, deck_id)
        own = interviewers.own_decks(person).add(deck, taken=interviewers.shelf.ids)
        return go_to(request, f"decks/{own.deck.id}?done=copied")

    @router.get("/decks/{deck_id}/deck.yaml")
    def export(request: Request, deck_id: str) -> Response:
        deck = interviewers.shelf.deck(person_of(request), deck_id)
        return Response(
            dump_deck(deck),
            media_type="application/yaml; charset=utf-8",
            headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(deck.id)}.yaml"},
        )

    @router.get("/decks/{deck_id}/delete")
    def ask_before_deleting(request: Request, deck_id: str) -> HTMLResponse:
        deck = interviewers.own_decks(person_of(request)).load(deck_id).deck
        return render(
            request,
            "confirm.html",
            title="Delete this deck?",
            what=deck.title,
            consequence=f"Its {len(deck.questions)} questions go for good. Interviews that you "
            "held on it stay. Export it first if you may need it again.",
            action=f"decks/{deck_id}/delete",
            button="Delete the deck",
            back=f"decks/{deck_id}",
        )

    @router.post("/decks/{deck_id}/delete")
    def delete(request: Request, deck_id: str) -> Response:
        interviewers.own_decks(person_of(request)).delete(deck_id)
        return go_to(request, "decks?done=deleted")

    return router


class Typed(NamedTuple):
    """What was typed into the form of an import; a file cannot be kept."""

    text: str = ""
    title: str = ""
    layout: Layout | None = None


def _list(
    request: Request,
    interviewers: Interviewers,
    typed: Typed,
    *,
    done: str = "",
    error: VivaError | None = None,
) -> HTMLResponse:
    return render(
        request,
        "decks.html",
        status=400 if error else 200,
        decks=interviewers.decks(person_of(request)),
        origins=_ORIGINS,
        layouts=_LAYOUTS,
        done=done,
        error=error,
        typed=typed,
    )


def _read(
    file: tuple[str, bytes] | None, text: str, *, title: str, layout: Layout | None
) -> ImportedSheet:
    """Read what was dropped or pasted.

    Raises:
        InputError: If it is neither or both, or cannot be read.
        DeckError: If there is no question with bullets in it.
    """
    if file and text.strip():
        raise InputError(
            "There is a file and a pasted text.", hint="Clear one of them: one becomes a deck."
        )
    if file:
        name, content = file
        return import_file(content, name=name, layout=layout, title=title or None)
    if not text.strip():
        raise InputError("There is nothing to import yet.", hint="Choose a file or paste a text.")
    sheet = import_sheet(text, name=_PASTED, layout=layout, title=title or None)
    if sheet.deck.title == _PASTED:  # nothing named it
        named = sheet.deck.model_copy(update={"title": "My deck", "id": "my-deck"})
        return sheet._replace(deck=named)
    return sheet


def _layout(name: str) -> Layout | None:
    return Layout(name) if name in [*Layout] else None


def _preview(
    request: Request, sheet: ImportedSheet, *, name: str = "", error: VivaError | None = None
) -> HTMLResponse:
    return render(
        request,
        "deck_preview.html",
        status=400 if error else 200,
        deck=sheet.deck,
        layout=sheet.layout,
        layouts=_LAYOUTS,
        skipped=sheet.skipped,
        bullets=bullet_count(sheet.deck),
        sent=sheet.deck.model_dump_json(),
        name=name,
        error=error,
    )


def bullet_count(deck: Deck) -> int:
    """Return how many bullets a deck has."""
    return sum(len(question.bullets) for question in deck.questions)
