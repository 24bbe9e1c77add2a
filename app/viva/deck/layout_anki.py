"""Anki packages: a note is a question, its other fields are the bullets.

A package is a zip archive with a SQLite database of notes, of one of three kinds: collection.anki2
and collection.anki21, which Python reads by itself, and collection.anki21b, which is compressed
with Zstandard and is not read (a package with it holds a collection.anki2 that only says so).
Format as in Anki's own source, rslib/src/storage and proto/anki/import_export.proto. Called by
``importing``.
"""

import io
import json
import lzma
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import closing
from typing import Any, NamedTuple

from viva.deck.layout_html import html_lines
from viva.deck.sheets import Sheet, SheetBullet, SheetQuestion, Skipped, strip_marker
from viva.errors import DeckError

_DATABASES = ("collection.anki21", "collection.anki2")
"""In the order in which Anki itself prefers them."""
_NEWER = "collection.anki21b"
_LARGEST = 200_000_000
"""Most bytes of a database once it is unpacked."""
_MOST_STEPS = 20_000
"""Thousands of SQLite's steps: far more than reading every note takes."""
_MOST_NOTES = 20_000
_LONGEST_FIELD = 20_000
"""Characters of a field that are read."""
_CLOZE = re.compile(r"\{\{c\d+::(.*?)(?:::(.*?))?\}\}", re.DOTALL)
_SOUND = re.compile(r"\[sound:[^\]]*\]|\[anki:[^\]]*\]")
_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,  # a password; an unknown compression is a NotImplementedError, which is one too
)
_HINT = "Export the deck from Anki again, as 'Anki Deck Package (.apkg)'."


class _Note(NamedTuple):
    number: int
    """Counted from 1, as a line would be."""
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    deck: str


def read_anki_layout(content: bytes, *, name: str) -> Sheet:
    """Return what an Anki package holds; notes that make no question are listed as skipped.

    Raises:
        DeckError: If it is no such package, is damaged, too large, or in the newer format only.
    """
    with closing(_open(_unpack(content, name=name))) as database:
        try:
            notes = list(_notes(database))
        except (sqlite3.Error, ValueError, KeyError, AttributeError, TypeError) as error:
            raise DeckError(f"{name} is a damaged Anki package.", hint=_HINT) from error
    sheet = Sheet()
    decks = {note.deck for note in notes}
    for note in notes:
        _take(note, sheet, names_deck=len(decks) > 1)
    if len(decks) == 1:
        sheet.title = decks.pop()
    return sheet


# --- The package ------------------------------------------------------------------------------


def _unpack(content: bytes, *, name: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inner = _find_database(archive.namelist(), name=name)
            with archive.open(inner) as file:
                # What the archive says of its sizes may be a lie: never unpack more than this.
                database = file.read(_LARGEST + 1)
    except _DAMAGES as error:
        raise DeckError(f"{name} is a damaged Anki package.", hint=_HINT) from error
    if len(database) > _LARGEST:
        raise DeckError(
            f"{name} unpacks to more than {_LARGEST // 1_000_000} MB.",
            hint="Export a smaller deck, without media.",
        )
    return database


def _find_database(files: Collection[str], *, name: str) -> str:
    if _NEWER in files:
        raise DeckError(
            f"{name} is in Anki's newer format, which Viva does not read.",
            hint="Export it again with 'Support older Anki versions' ticked.",
        )
    for inner in _DATABASES:
        if inner in files:
            return inner
    raise DeckError(f"{name} is no Anki package.", hint=_HINT)


def _open(content: bytes) -> sqlite3.Connection:
    """Open a database that a stranger made: in memory, for reading, and for so long only."""
    database = sqlite3.connect(":memory:")
    steps = iter(range(_MOST_STEPS))
    database.set_progress_handler(lambda: next(steps, None) is None, 1000)
    database.deserialize(content)
    database.execute("PRAGMA trusted_schema = OFF")
    database.create_collation("unicase", lambda one, other: (one > other) - (one < other))
    return database


def _notes(database: sqlite3.Connection) -> Iterator[_Note]:
    kinds = dict(database.execute("SELECT name, type FROM sqlite_master"))
    if kinds.get("notes") != "table" or kinds.get("cards") != "table":
        raise ValueError("no notes and cards")
    decks = _deck_names(database, has_table=kinds.get("decks") == "table")
    rows = database.execute(
        "SELECT substr(n.flds, 1, ?), n.tags, (SELECT min(c.did) FROM cards c WHERE c.nid = n.id) "
        "FROM notes n ORDER BY n.id LIMIT ?",
        (10 * _LONGEST_FIELD, _MOST_NOTES),
    )
    for number, (fields, tags, deck) in enumerate(rows, start=1):
        yield _Note(
            number,
            tuple(field[:_LONGEST_FIELD] for field in fields.split("\x1f")),
            tuple(tag.replace("_", " ").split("::")[-1] for tag in tags.split()),
            decks.get(deck, ""),
        )


def _deck_names(database: sqlite3.Connection, *, has_table: bool) -> dict[int, str]:
    """Return the last part of each deck's name: those above it are its folders."""
    if has_table:
        found = {int(own): name for own, name in database.execute("SELECT id, name FROM decks")}
    else:
        (written,) = database.execute("SELECT decks FROM col").fetchone()
        decks: dict[str, Any] = json.loads(written)
        found = {int(own): str(about["name"]) for own, about in decks.items()}
    return {own: re.split("::|\x1f", name)[-1] for own, name in found.items()}


# --- Notes ------------------------------------------------------------------------------------


def _take(note: _Note, sheet: Sheet, *, names_deck: bool) -> None:
    first, *others = note.fields
    topics = note.tags or ((note.deck,) if names_deck and note.deck else ())
    if _CLOZE.search(first):
        question = _cloze(note, first, topics)
    else:
        text = " ".join(_lines(first))
        question = SheetQuestion(note.number, text, topics=topics)
        question.bullets = [
            SheetBullet(note.number, line) for field in others for line in _points(field)
        ]
    if question.text:
        sheet.questions.append(question)
    else:
        shown = " ".join(line for field in others for line in _lines(field))
        sheet.skipped.append(Skipped(note.number, shown[:200], "a note without a text in front"))


def _cloze(note: _Note, text: str, topics: tuple[str, ...]) -> SheetQuestion:
    """Ask for the gaps of a text; the whole text is the point, what fills them its key terms."""
    gaps = _CLOZE.sub(lambda match: f"[{match[2] or '…'}]", text)
    whole = " ".join(_lines(_CLOZE.sub(lambda match: match[1], text)))
    terms = [" ".join(_lines(match[1])) for match in _CLOZE.finditer(text)]
    asked = SheetQuestion(note.number, f"Complete: {' '.join(_lines(gaps))}", topics=topics)
    terms = [term for term in dict.fromkeys(terms) if term]
    asked.bullets = [SheetBullet(note.number, whole, key_terms=tuple(terms))] if whole else []
    return asked


def _points(field: str) -> list[str]:
    """Return the points of an answer: its items if there are any, or else its lines."""
    lines = _lines(field)
    items = [item for line in lines if (item := strip_marker(line)) is not None]
    return items or lines


def _lines(field: str) -> list[str]:
    return html_lines(_SOUND.sub("", field))
