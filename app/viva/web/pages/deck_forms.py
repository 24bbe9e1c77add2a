"""What the forms of the decks' pages send: files, pasted texts, and a question's table."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from viva.deck.drafts import MOST_BULLETS, BulletDraft, QuestionDraft
from viva.deck.importing import LARGEST_FILE, LARGEST_TEXT
from viva.errors import InputError

_MOST_FIELDS = 1_500
"""Fields of one form: a hundred rows have seven each, and proposals a few."""
_ROOM = 4 * LARGEST_TEXT
"""Bytes of a form beside its file: a text's letters may take four each."""


async def _read_form(request: Request) -> AsyncIterator[FormData]:
    """Give a form until it is answered; one that is too large is refused before it is read."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > LARGEST_FILE + _ROOM:
        raise InputError(
            f"What you sent is larger than {LARGEST_FILE // 1_000_000} MB.",
            hint="Split it, or import the text without pictures and sounds.",
        )
    async with request.form(max_files=1, max_fields=_MOST_FIELDS, max_part_size=_ROOM) as form:
        yield form


Form = Annotated[FormData, Depends(_read_form)]
"""A handler's argument: the form that was sent."""


def field(form: FormData, name: str) -> str:
    """Return a text field, with plain line ends; an empty text if there is none."""
    value = form.get(name, "")
    return value.replace("\r\n", "\n") if isinstance(value, str) else ""


def upload(form: FormData, name: str) -> tuple[str, bytes] | None:
    """Return a file's name and content, or None if none was chosen."""
    value = form.get(name)
    if not isinstance(value, UploadFile) or not value.filename:
        return None
    return value.filename, value.file.read()


def read_draft(form: FormData, question_id: str) -> QuestionDraft:
    """Return the question that was typed, whatever is wrong with it."""
    return QuestionDraft(
        id=question_id,
        text=field(form, "text"),
        topics=field(form, "topics"),
        difficulty=field(form, "difficulty"),
        bullets=tuple(
            BulletDraft(
                id=field(form, f"id-{row}"),
                text=field(form, f"text-{row}"),
                weight=field(form, f"weight-{row}"),
                key_terms=field(form, f"key_terms-{row}"),
                hint=field(form, f"hint-{row}"),
                offered=field(form, f"offered-{row}"),
            )
            for row in range(_count(form, "text-"))
        ),
        offered=tuple(
            BulletDraft(
                text=field(form, f"offer-{place}"), key_terms=field(form, f"offer_terms-{place}")
            )
            for place in range(_count(form, "offer-"))
        ),
    )


def _count(form: FormData, start: str) -> int:
    """Return how many fields of one column there are; rows are numbered without gaps."""
    count = 0
    while f"{start}{count}" in form and count <= MOST_BULLETS:
        count += 1
    return count
