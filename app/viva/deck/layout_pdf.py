"""Articles and sheets saved as PDF: large or bold lines as heads, marked lines as bullets.

A PDF knows no headings, only letters and places: what stands larger than most of the text, or bold
on a line of its own, is taken for one. Called by ``importing``.
"""

import io
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from viva.deck.blocks import BOLD_LEVEL, Block, Kind, make_block, make_head, read_blocks
from viva.deck.sheets import Sheet, clean_line
from viva.errors import DeckError, first_line

_MOST_PAGES = 300
_MOST_LETTERS = 2_000_000
_LONGEST = 60.0
"""Seconds that reading may take, looked at after every page."""
_LARGER = 1.12
"""Times the size of most letters from which a line is a heading."""
_LONGEST_HEAD = 200
"""Characters; a larger paragraph is no heading."""
_COLUMN = 0.5
"""Width of a letter, in sizes of its font: turns a distance into columns of an indent."""
_FULL = 0.85
"""Share of the longest line from which a line reaches to the right margin."""
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st"})
_HINT = "Save the page again, or paste its text."


@dataclass
class _Printed:
    """A line as it is printed; distances in points."""

    text: str
    size: float
    is_bold: bool
    left: float
    drop: float
    """Distance from the line above; 0 for the first of a page."""


def read_pdf_layout(
    content: bytes, *, name: str, clock: Callable[[], float] = time.monotonic
) -> Sheet:
    """Return what a PDF file holds; what is no part of it is listed as skipped.

    Raises:
        DeckError: If it cannot be read, is protected, is too long or has no text in it.
    """
    logging.getLogger("pypdf").setLevel(logging.ERROR)  # its warnings are about others' programs
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise DeckError(f"{name} is protected by a password.", hint="Save it without one.")
        if len(reader.pages) > _MOST_PAGES:
            raise DeckError(
                f"{name} has more than {_MOST_PAGES} pages.", hint="Import a part of it."
            )
        title = str((reader.metadata and reader.metadata.title) or "").strip()
        pages = _read_pages(reader, name, clock)
    except DeckError:
        raise
    except PyPdfError as error:
        raise DeckError(
            f"{name} cannot be read as PDF: {first_line(error)}.", hint=_HINT
        ) from error
    except Exception as error:  # broken files make the library fail in many ways
        raise DeckError(f"{name} is a damaged PDF file.", hint=_HINT) from error
    if not any(pages):
        raise DeckError(
            f"{name} has no text in it: it may be a scan.", hint="Run it through OCR first."
        )
    sheet = read_blocks(_blocks(pages))
    sheet.title = sheet.title or title
    return sheet


# --- Lines ------------------------------------------------------------------------------------


def _read_pages(reader: PdfReader, name: str, clock: Callable[[], float]) -> list[list[_Printed]]:
    end, letters = clock() + _LONGEST, 0
    pages = []
    for page in reader.pages:
        collector = _Collector()
        page.extract_text(visitor_text=collector.take)
        pages.append(collector.lines())
        letters += sum(len(line.text) for line in pages[-1])
        if letters > _MOST_LETTERS or clock() > end:
            raise DeckError(f"{name} is too long to be read.", hint="Import a part of it.")
    return pages


class _Collector:
    """Collects the pieces of a page's text, which come in reading order, into lines."""

    def __init__(self) -> None:
        self._pieces: list[tuple[str, float, bool, float, float]] = []

    def take(self, text: str, cm: Any, tm: Any, font: Any, size: float) -> None:
        """Take a piece; the arguments are pypdf's."""
        scale = abs(tm[3] * cm[3]) or abs(tm[1] * cm[2]) or 1.0
        about = str((font or {}).get("/BaseFont", ""))
        is_bold = any(word in about.lower() for word in ("bold", "black", "heavy", "semibold"))
        left, top = tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]
        for index, part in enumerate(text.split("\n")):
            if index:
                self._pieces.append(("\n", 0.0, False, left, top))
            if part.strip():
                self._pieces.append((part, size * scale, is_bold, left, top))

    def lines(self) -> list[_Printed]:
        """Return the lines of the page, from its top."""
        lines: list[_Printed] = []
        row: list[tuple[str, float, bool, float, float]] = []
        last_top = None
        for piece in [*self._pieces, ("\n", 0.0, False, 0.0, 0.0)]:
            if piece[0] != "\n":
                row.append(piece)
            elif row:
                top = row[0][4]
                drop = abs(last_top - top) if last_top is not None else 0.0
                lines.append(
                    _Printed(
                        text=" ".join(
                            "".join(text for text, *_ in row).translate(_LIGATURES).split()
                        ),
                        size=round(max(size for _, size, *_ in row), 1),
                        is_bold=all(bold for text, _, bold, *_ in row if text.strip()),
                        left=row[0][3],
                        drop=drop,
                    )
                )
                last_top, row = top, []
        return lines


def _join(pieces: Iterable[str]) -> str:
    return " ".join("".join(pieces).translate(_LIGATURES).split())


# --- Blocks -----------------------------------------------------------------------------------


def _blocks(pages: list[list[_Printed]]) -> list[Block]:
    lines = [line for page in pages for line in page]
    repeated = _margins(pages)
    spacing = _usual(line.drop for line in lines if line.drop)
    blocks: list[Block] = []
    for line, block in zip(lines, _first_sight(lines), strict=True):
        if line.text in repeated:
            block = Block(Kind.SKIPPED, block.line, "the head or foot of a page")
        elif line.drop > 1.6 * spacing:
            blocks.append(Block(Kind.BLANK, block.line._replace(text="")))
        if blocks and _goes_on(blocks[-1], block, line, spacing):
            blocks[-1].text += f" {block.text}"
            blocks[-1].asks = blocks[-1].asks or block.asks
        else:
            blocks.append(block)
    shown = [block for block in blocks if block.kind is not Kind.BLANK]
    for block, after in pairwise(shown):
        if block.kind is Kind.TEXT and after.kind is Kind.ITEM and block.text.endswith("?"):
            block.kind, block.level, block.asks = Kind.HEAD, BOLD_LEVEL, True
    return blocks


def _first_sight(lines: list[_Printed]) -> list[Block]:
    """Return the block that each line makes by itself."""
    letters = Counter[float]()
    for line in lines:
        letters[line.size] += len(line.text)
    size = letters.most_common(1)[0][0]
    larger = sorted({line.size for line in lines if line.size > size * _LARGER}, reverse=True)
    levels = {large: min(level, BOLD_LEVEL - 1) for level, large in enumerate(larger, start=1)}
    margin, column = min(line.left for line in lines), size * _COLUMN or 1.0
    blocks = []
    for number, line in enumerate(lines, start=1):
        indent = max(0, round((line.left - margin) / column))
        plain = clean_line(number, line.text)._replace(indent=indent)
        block = make_block(plain)
        level = levels.get(line.size) or (BOLD_LEVEL if line.is_bold else 0)
        is_head = block.kind in {Kind.TEXT, Kind.NUMBER, Kind.HEAD}
        if level and is_head and len(line.text) <= _LONGEST_HEAD:
            block = make_head(plain, plain.text, level=level)
        blocks.append(block)
    if not any(block.kind is Kind.ITEM for block in blocks):
        _mark_indented(blocks)
    return blocks


def _mark_indented(blocks: list[Block]) -> None:
    """Make items of indented lines: browsers print a list's dots as drawings, not as letters.

    A line is the rest of the one above it if that one reaches to the right margin.
    """
    ends = [block.line.indent + len(block.line.text) for block in blocks]
    full = _FULL * max(ends)
    for index, block in enumerate(blocks):
        if block.kind is not Kind.TEXT or block.line.indent < 2:
            continue
        above = blocks[index - 1].line if index else None
        is_rest = above and above.indent == block.line.indent and ends[index - 1] >= full
        if not (is_rest or block.text[0].islower()):
            block.kind = Kind.ITEM


def _goes_on(head: Block, block: Block, line: _Printed, spacing: float) -> bool:
    """Whether a head is a further line of the head before it."""
    return (
        block.kind is Kind.HEAD
        and block.level == head.level
        and block.line.number - head.line.number in {1, 2, 3}
        and 0 < line.drop <= 2 * max(spacing, line.size)
        and not head.text.endswith(("?", ".", ":"))
        and block.text == block.line.text
    )


def _usual(distances: Iterable[float]) -> float:
    counted = Counter(round(distance, 1) for distance in distances)
    return counted.most_common(1)[0][0] if counted else 0.0


def _margins(pages: list[list[_Printed]]) -> set[str]:
    """Return the lines that stand first or last on most pages, such as a running title."""
    ends = Counter(text for page in pages if page for text in {page[0].text, page[-1].text} if text)
    return {text for text, count in ends.items() if count > max(2, len(pages) / 2)}
