"""What all plain pages share: the frame around them, and how they tell of an error."""

from typing import NamedTuple

from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from viva.errors import (
    ConflictError,
    InputError,
    NotFoundError,
    NotSignedIn,
    TooManyAttempts,
    VivaError,
)
from viva.web.visitors import visitor_of


class Place(NamedTuple):
    """A page as the head of every page links to it."""

    path: str
    """Relative to the start page."""
    name: str


PLACES = (
    Place("", "Practice"),
    Place("questions", "Questions"),
    Place("decks", "Decks"),
    Place("progress", "Progress"),
    Place("history", "History"),
    Place("grading", "How grading works"),
)
"""In the order of the tab key."""

_STATUS = (
    (NotFoundError, 404),
    (InputError, 400),
    (ConflictError, 409),
    (NotSignedIn, 401),
    (TooManyAttempts, 429),
)

_TEMPLATES = Environment(
    loader=PackageLoader("viva.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(request: Request, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """Return a page.

    Args:
        request: What it answers.
        template: Name of a file in ``web/templates``.
        status: HTTP status.
        values: What the template reads; text is escaped there.
    """
    root = request.scope.get("root_path", "") + "/"
    html = _TEMPLATES.get_template(template).render(
        root=root,
        here=request.url.path.removeprefix(root).split("/")[0],
        places=PLACES,
        person=visitor_of(request),
        **values,
    )
    return HTMLResponse(html, status_code=status)


def explain(request: Request, error: VivaError) -> Response:
    """Return an error as a page, or as JSON to whoever did not ask for a page."""
    status = status_of(error)
    if "text/html" in request.headers.get("accept", ""):
        return render(request, "error.html", status=status, error=error)
    return JSONResponse({"error": error.message, "hint": error.hint}, status_code=status)


def status_of(error: VivaError) -> int:
    """Return the HTTP status that tells of an error."""
    return next((code for kind, code in _STATUS if isinstance(error, kind)), 500)


def go_to(request: Request, path: str) -> Response:
    """Return the answer to a form that did what it should: a look at another page.

    Args:
        request: The form's.
        path: Of the page, from the start page on; without a slash before it.
    """
    return RedirectResponse(f"{request.scope.get('root_path', '')}/{path}", status_code=303)
