"""Make a deck of what people have: a cheat sheet, an article, a table, an Anki package.

``layout_*`` read one format each into a ``Sheet``; ``building`` makes the deck of it.
"""

import re
from enum import StrEnum
from pathlib import PurePath
from typing import NamedTuple

from viva.deck.building import build_deck
from viva.deck.layout_csv import has_csv_header, read_csv_layout
from viva.deck.layout_markdown import read_markdown_layout
from viva.deck.layout_text import read_text_layout
from viva.deck.loading import parse_deck
from viva.deck.reading import decode_text
from viva.deck.sheets import Sheet, Skipped
from viva.deck.slugs import slugify
from viva.domain import Deck
from viva.errors import DeckError, InputError


class Layout(StrEnum):
    """How a sheet is laid out."""

    TEXT = "text"
    MARKDOWN = "markdown"
    CSV = "csv"
    HTML = "html"
    PDF = "pdf"
    ANKI = "anki"
    DECK = "deck"
    """A deck already, in the format of corpus/."""


BINARY = (Layout.PDF, Layout.ANKI)
"""Layouts that are no text."""
LARGEST_FILE = 25_000_000
"""Most bytes of a file that is imported."""
LARGEST_TEXT = 2_000_000
"""Most characters of a text that is imported: about forty thousand bullets."""
MOST_QUESTIONS = 1_000
"""Questions of a deck that is imported; nobody practises more."""

_SUFFIXES = {
    ".csv": Layout.CSV,
    ".tsv": Layout.CSV,
    ".md": Layout.MARKDOWN,
    ".markdown": Layout.MARKDOWN,
    ".mdx": Layout.MARKDOWN,
    ".html": Layout.HTML,
    ".htm": Layout.HTML,
    ".xhtml": Layout.HTML,
    ".pdf": Layout.PDF,
    ".apkg": Layout.ANKI,
    ".colpkg": Layout.ANKI,
    ".yaml": Layout.DECK,
    ".yml": Layout.DECK,
}
_MARKDOWN_SIGN = re.compile(r"^(?:#{1,6} +\S|(?:\*\*|__)\S.*(?:\*\*|__):?\s*$|```)", re.MULTILINE)
_HTML_SIGN = re.compile(
    r"\s*(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|body|article)\b", re.I | re.S
)
_DECK_SIGNS = (re.compile(r"^title: ", re.MULTILINE), re.compile(r"^questions:\s*$", re.MULTILINE))
_OTHER_KINDS = (
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"\x1f\x8b", "a compressed file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
)
"""How files begin that people may take for one that can be read, and what to call them."""

_EXPECTED = {
    Layout.TEXT: "Viva looks for numbered questions, such as '1. How would you ...?', with "
    "bullets below that start with '-', '*' or '•'.",
    Layout.MARKDOWN: "Viva looks for questions as headings, bold lines or numbered lines, with "
    "a list below each.",
    Layout.CSV: "Viva looks for a question and its bullets in the rows below the header.",
    Layout.HTML: "Viva looks for questions as headings or bold lines, with a list below each.",
    Layout.PDF: "Viva looks for questions as headings or numbered lines, with a list below each.",
    Layout.ANKI: "Viva looks for notes whose first field is a question and whose others hold the "
    "points of its answer.",
}


class ImportedSheet(NamedTuple):
    """A deck, and what of its sheet is not in it."""

    deck: Deck
    layout: Layout
    skipped: tuple[Skipped, ...]
    """In the order of their lines."""


def import_file(
    content: bytes,
    *,
    name: str,
    layout: Layout | None = None,
    title: str | None = None,
    deck_id: str | None = None,
) -> ImportedSheet:
    """Return the deck that a file makes.

    Args:
        content: The file; nothing in it is trusted.
        name: As of ``import_sheet``.
        layout: How it is laid out; None to find out.
        title: As of ``import_sheet``.
        deck_id: As of ``import_sheet``.

    Raises:
        InputError: If the file is too large or of a kind that cannot be read.
        DeckError: If there is no question with bullets, or the title or id cannot be used.
    """
    if len(content) > LARGEST_FILE:
        raise InputError(
            f"{name} is larger than {LARGEST_FILE // 1_000_000} MB.",
            hint="Split it, or import the text without pictures and sounds.",
        )
    layout = layout or _detect_binary(content, name)
    if layout is Layout.PDF:
        from viva.deck.layout_pdf import read_pdf_layout  # takes a while to import

        sheet = read_pdf_layout(content, name=name)
    elif layout is Layout.ANKI:
        from viva.deck.layout_anki import read_anki_layout

        sheet = read_anki_layout(content, name=name)
    elif layout is Layout.HTML:
        from viva.deck.layout_html import read_html_layout

        sheet = read_html_layout(content, name=name)
    else:
        text = decode_text(content, name=name)
        return import_sheet(text, name=name, layout=layout, title=title, deck_id=deck_id)
    return _finish(sheet, layout, name=name, title=title, deck_id=deck_id)


def import_sheet(
    text: str,
    *,
    name: str,
    layout: Layout | None = None,
    title: str | None = None,
    deck_id: str | None = None,
) -> ImportedSheet:
    """Return the deck that a text makes.

    Args:
        text: The sheet.
        name: What errors call it; its suffix tells the layout and its stem is a title at need.
        layout: How it is laid out; None to find out.
        title: The deck's title; None for the sheet's own.
        deck_id: The deck's id; None to make one of the title.

    Raises:
        InputError: If the text is too long, or the layout is not one of texts.
        DeckError: If there is no question with bullets, or the title or id cannot be used.
    """
    if len(text) > LARGEST_TEXT:
        raise InputError(
            f"{name} is longer than {LARGEST_TEXT:,} characters.", hint="Import it in parts."
        )
    layout = layout or detect_layout(text, name=name)
    match layout:
        case Layout.CSV:
            sheet = read_csv_layout(text, name=name)
        case Layout.MARKDOWN:
            sheet = read_markdown_layout(text)
        case Layout.TEXT:
            sheet = read_text_layout(text)
        case Layout.DECK:
            return _take_deck(parse_deck(text, name=name), title=title, deck_id=deck_id)
        case Layout.HTML | Layout.PDF | Layout.ANKI:
            return import_file(
                text.encode(), name=name, layout=layout, title=title, deck_id=deck_id
            )
    return _finish(sheet, layout, name=name, title=title, deck_id=deck_id)


def detect_layout(text: str, *, name: str) -> Layout:
    """Return the layout that a file's suffix tells, or else what its text looks like."""
    if suffix := _SUFFIXES.get(PurePath(name).suffix.casefold()):
        return suffix
    if _HTML_SIGN.match(text):
        return Layout.HTML
    if all(sign.search(text) for sign in _DECK_SIGNS):
        return Layout.DECK
    if has_csv_header(text):
        return Layout.CSV
    return Layout.MARKDOWN if _MARKDOWN_SIGN.search(text) else Layout.TEXT


def _detect_binary(content: bytes, name: str) -> Layout | None:
    """Return the layout of a file that tells it by its first bytes or its name; None for texts."""
    suffix = _SUFFIXES.get(PurePath(name).suffix.casefold())
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return Layout.PDF
    if suffix is Layout.ANKI or suffix is Layout.HTML:
        return suffix
    if suffix is Layout.PDF:
        raise InputError(f"{name} is not a PDF file.", hint="Save it as PDF again.")
    if kind := next((kind for start, kind in _OTHER_KINDS if content.startswith(start)), ""):
        raise InputError(
            f"{name} seems to be {kind}.",
            hint="Viva reads text, Markdown, CSV, HTML, PDF and Anki packages (.apkg): "
            "save it as one of these, or paste its text.",
        )
    # A page may be in any encoding, so it is not decoded here.
    return Layout.HTML if _HTML_SIGN.match(content[:4096].decode(errors="replace")) else None


# --- Into a deck ------------------------------------------------------------------------------


def _finish(
    sheet: Sheet, layout: Layout, *, name: str, title: str | None, deck_id: str | None
) -> ImportedSheet:
    if len(sheet.questions) > MOST_QUESTIONS:
        raise InputError(
            f"{name} has {len(sheet.questions):,} questions; a deck has at most "
            f"{MOST_QUESTIONS:,}.",
            hint="Import it in parts.",
        )
    title = _find_title(title, sheet, name)
    deck = build_deck(sheet, title=title, deck_id=_find_id(deck_id, title))
    if deck is None:
        count = len(sheet.questions)
        and_yet = f", only {count} without" if count else ""
        raise DeckError(
            f"{name}, read as {layout}, has no question with bullets{and_yet}.",
            hint=f"{_EXPECTED[layout]} If it is laid out otherwise, name its format.",
        )
    return ImportedSheet(deck, layout, tuple(sorted(sheet.skipped)))


def _take_deck(deck: Deck, *, title: str | None, deck_id: str | None) -> ImportedSheet:
    """Return a deck that is one already, under another title or id if one is given."""
    title = (title or "").strip() or deck.title
    named = deck.model_copy(update={"title": title, "id": _find_id(deck_id or deck.id, title)})
    return ImportedSheet(named, Layout.DECK, ())


def _find_title(given: str | None, sheet: Sheet, name: str) -> str:
    if given is not None and not given.strip():
        raise DeckError("A deck's title cannot be empty.")
    # A file's name may hold bytes that are no text.
    stem = PurePath(name).stem.encode(errors="replace").decode()
    stem = re.sub(r"[\s_-]+", " ", stem).strip()
    return (given or sheet.title or stem or "Imported deck").strip()


def _find_id(given: str | None, title: str) -> str:
    if given is None:
        return slugify(title)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", given) or len(given) > 64:
        raise DeckError(
            f"'{given}' cannot be a deck's id: ids are lower-case words joined by hyphens.",
            hint=f"'{slugify(given)}' can.",
        )
    return given
