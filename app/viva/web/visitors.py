"""Who is at the other end of a request."""

from viva.storage import LOCAL_PERSON


def person_of(request: object) -> str:
    """Return the id of the person whose browser sent a request, Starlette's or Gradio's."""
    return LOCAL_PERSON
