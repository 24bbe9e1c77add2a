"""Cheat sheets in plain text: numbered questions, bullets, and noise between them.

Called by ``importing``.
"""

import re

from viva.deck.sheets import (
    Line,
    Outline,
    Sheet,
    find_noise,
    is_matter,
    read_lines,
    strip_marker,
)

_LABELLED = re.compile(
    r"(?:question|q)\s*(?:#?\s*\d{1,3}\s*(?:[.:)–—-]+\s*|\s)|[.:)]+\s*)(?=\S)", re.IGNORECASE
)
NUMBER = re.compile(r"\d{1,3}[.)]\s+(?=\S)")
"""The number of an item in a numbered list."""
_NUMBERED = re.compile(r"\(?\d{1,3}\s?[.):](?:\s+|(?=[A-Z]))(?=\S)")


def read_text_layout(text: str) -> Sheet:
    """Return what a plain text holds; lines that are no part of it are listed as skipped."""
    lines = read_lines(text)
    outline = Outline()
    numbers_are_bullets = _numbers_are_bullets(lines)
    for index, line in enumerate(lines):
        if not line.text:
            outline.pause()
        elif not _take(outline, line, numbers_are_bullets=numbers_are_bullets):
            _take_unmarked(
                outline, line, next((after for after in lines[index + 1 :] if after.text), None)
            )
    return outline.sheet


def strip_number(text: str) -> tuple[str, bool]:
    """Return a question's text without number or label, and whether it was labelled as one.

    Example:
        >>> strip_number("Question 3: How would you shard it?")
        ('How would you shard it?', True)
    """
    if match := _LABELLED.match(text):
        return text[match.end() :], True
    match = _NUMBERED.match(text)
    return (text[match.end() :] if match else text), False


def _numbers_are_bullets(lines: list[Line]) -> bool:
    """Tell "Question 1: ..." over "1. ..., 2. ..." from numbered questions over bullets."""
    has_labels = any(_LABELLED.match(line.text) for line in lines)
    return has_labels and not any(strip_marker(line.text) for line in lines)


def _take(outline: Outline, line: Line, *, numbers_are_bullets: bool) -> bool:
    """Take a line that says by its start what it is."""
    if reason := find_noise(line.text):
        outline.skip(line, reason)
        return True
    text, is_labelled = strip_number(line.text)
    if is_labelled or text != line.text:
        asked = outline.question
        is_under = asked is not None and line.indent >= asked.indent + 2
        if not is_labelled and asked and (numbers_are_bullets or is_under):
            outline.add(line, text)
        else:
            outline.ask(line, text)
        return True
    item = strip_marker(line.text)
    if item is not None:
        outline.add(line, item)
    return item is not None


def _take_unmarked(outline: Outline, line: Line, after: Line | None) -> None:
    if is_matter(line.text):
        outline.skip(line)
        outline.close()
    elif outline.extend(line):
        return
    elif line.text.endswith("?") and after and strip_marker(after.text):
        outline.ask(line, line.text)
    elif not (outline.sheet.questions or outline.sheet.title) and len(line.text) <= 100:
        outline.sheet.title = line.text
    else:
        outline.skip(line)
