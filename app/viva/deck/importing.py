"""Make a deck of a cheat sheet as people have it: plain text, Markdown or CSV."""

import re
from collections.abc import Collection, Iterator
from enum import StrEnum
from pathlib import PurePath
from typing import NamedTuple

from viva.deck.layout_csv import has_csv_header, read_csv_layout
from viva.deck.layout_markdown import read_markdown_layout
from viva.deck.layout_text import read_text_layout
from viva.deck.sheets import Sheet, SheetBullet, SheetQuestion, Skipped
from viva.deck.slugs import slugify, unique_slug
from viva.domain import Bullet, Deck, Question, Topic
from viva.errors import DeckError


class Layout(StrEnum):
    """How a sheet is laid out."""

    TEXT = "text"
    MARKDOWN = "markdown"
    CSV = "csv"


_BULLET_WORDS, _TOPIC_WORDS = 5, 4
"""How many telling words make an id; a question has more, to stand apart among more."""

_TERM_WORDS = 4
"""A nested item of at most so many words is a key term; a longer one is part of the bullet."""

_SUFFIXES = {
    ".csv": Layout.CSV,
    ".tsv": Layout.CSV,
    ".md": Layout.MARKDOWN,
    ".markdown": Layout.MARKDOWN,
    ".mdx": Layout.MARKDOWN,
}
_DEFAULT_TOPIC = "General"
_STRAIGHT = str.maketrans("’‘“”", "''\"\"")
_MARKDOWN_SIGN = re.compile(r"^(?:#{1,6} +\S|(?:\*\*|__)\S.*(?:\*\*|__):?\s*$|```)", re.MULTILINE)


_EXPECTED = {
    Layout.TEXT: "Viva looks for numbered questions, such as '1. How would you ...?', with "
    "bullets below that start with '-', '*' or '•'.",
    Layout.MARKDOWN: "Viva looks for questions as headings, bold lines or numbered lines, with "
    "a list below each.",
    Layout.CSV: "Viva looks for a question and its bullets in the rows below the header.",
}


class ImportedSheet(NamedTuple):
    """A deck, and what of its sheet is not in it."""

    deck: Deck
    layout: Layout
    skipped: tuple[Skipped, ...]
    """In the order of their lines."""


def import_sheet(
    text: str,
    *,
    name: str,
    layout: Layout | None = None,
    title: str | None = None,
    deck_id: str | None = None,
) -> ImportedSheet:
    """Return the deck that a cheat sheet makes.

    Args:
        text: The sheet.
        name: What errors call it; its suffix tells the layout and its stem is a title at need.
        layout: How it is laid out; None to find out.
        title: The deck's title; None for the sheet's own.
        deck_id: The deck's id; None to make one of the title.

    Raises:
        DeckError: If there is no question with bullets, or the title or id cannot be used.
    """
    layout = layout or detect_layout(text, name=name)
    sheet = _read(text, layout, name=name)
    title = _find_title(title, sheet, name)
    topics: dict[str, Topic] = {}
    questions: dict[str, Question] = {}
    for found in sheet.questions:
        if question := _question(found, sheet, topics, questions):
            questions[question.id] = question
    if not questions:
        count = len(sheet.questions)
        and_yet = f", only {count} without" if count else ""
        raise DeckError(
            f"{name}, read as {layout}, has no question with bullets{and_yet}.",
            hint=f"{_EXPECTED[layout]} --format reads it as another layout.",
        )
    deck = Deck(
        id=_find_id(deck_id, title),
        title=title,
        topics=tuple(topics.values()),
        questions=tuple(questions.values()),
    )
    return ImportedSheet(deck, layout, tuple(sorted(sheet.skipped)))


def detect_layout(text: str, *, name: str) -> Layout:
    """Return the layout that a file's suffix tells, or else what its text looks like."""
    if suffix := _SUFFIXES.get(PurePath(name).suffix.casefold()):
        return suffix
    if has_csv_header(text):
        return Layout.CSV
    return Layout.MARKDOWN if _MARKDOWN_SIGN.search(text) else Layout.TEXT


def _read(text: str, layout: Layout, *, name: str) -> Sheet:
    match layout:
        case Layout.CSV:
            return read_csv_layout(text, name=name)
        case Layout.MARKDOWN:
            return read_markdown_layout(text)
        case Layout.TEXT:
            return read_text_layout(text)


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


# --- Questions and bullets --------------------------------------------------------------------


def _question(
    found: SheetQuestion, sheet: Sheet, topics: dict[str, Topic], taken: Collection[str]
) -> Question | None:
    """Return a question with ids that nothing before it has; add its topics to the others."""
    bullets = {bullet.id: bullet for bullet in _bullets(found, sheet)}
    if not bullets:
        reason = "a question without bullets"
        sheet.skipped.append(Skipped(found.line_number, found.text, reason))
        return None
    names = found.topics or (_DEFAULT_TOPIC,)
    return Question(
        id=unique_slug(slugify(found.text), taken),
        text=found.text,
        topics=tuple(dict.fromkeys(_topic(name, topics).id for name in names)),
        difficulty=found.difficulty,
        bullets=tuple(bullets.values()),
    )


def _topic(name: str, topics: dict[str, Topic]) -> Topic:
    key = _fold(name)
    if key not in topics:
        taken = [topic.id for topic in topics.values()]
        topics[key] = Topic(id=unique_slug(slugify(name, words=_TOPIC_WORDS), taken), name=name)
    return topics[key]


def _bullets(question: SheetQuestion, sheet: Sheet) -> Iterator[Bullet]:
    lines: dict[str, int] = {}
    ids: list[str] = []
    for found in question.bullets:
        text, terms = _join_nested(found)
        key = _fold(text)
        reason = ""
        if not text:
            reason = "an empty bullet"
        elif key in lines:
            reason = f"the same as the bullet on line {lines[key]}"
        if reason:
            sheet.skipped.append(Skipped(found.line_number, text, reason))
            continue
        lines[key] = found.line_number
        ids.append(unique_slug(_bullet_slug(text), ids))
        yield Bullet(id=ids[-1], text=text, weight=found.weight, key_terms=terms, hint=found.hint)


def _bullet_slug(text: str) -> str:
    """Return an id made of what stands outside brackets, where the point is."""
    return slugify(re.sub(r"\([^)]*\)", " ", text).strip() or text, words=_BULLET_WORDS)


def _join_nested(bullet: SheetBullet) -> tuple[str, tuple[str, ...]]:
    """Return a bullet's text and key terms, with the items nested under it in the one or other."""
    nested = [item.text for item in bullet.nested if item.text]
    if not nested:
        return bullet.text, bullet.key_terms
    text = bullet.text.rstrip(" :")
    if text and all(len(item.split()) <= _TERM_WORDS for item in nested):
        return text, tuple(dict.fromkeys([*bullet.key_terms, *nested]))
    more = "; ".join(item.rstrip(" ;.") for item in nested)
    return (f"{text.rstrip('.')}: {more}" if text else more), bullet.key_terms


def _fold(text: str) -> str:
    """Return what a text says, whatever its case, quotes and last full stop."""
    return " ".join(text.translate(_STRAIGHT).casefold().split()).rstrip(" .;:,")
