"""Cheat sheets as tables: CSV with a header, one bullet or all bullets of a question in a row.

Called by ``importing``.
"""

import csv
import io
import re
from collections.abc import Iterator
from typing import NamedTuple

from viva.deck.sheets import (
    Sheet,
    SheetBullet,
    SheetQuestion,
    Skipped,
    read_lines,
    strip_marker,
)
from viva.domain import Difficulty
from viva.errors import DeckError

_COLUMNS = {
    "question": "question questions question_text prompt q",
    "bullet": "bullet bullet_point point key_point answer_point criterion expected item",
    "bullets": "bullets bullet_points points key_points answer_points criteria answer answers "
    "reference_answer model_answer rubric",
    "topics": "topics topic tags tag categories category section subject area",
    "difficulty": "difficulty level",
    "weight": "weight weights importance",
    "key_terms": "key_terms key_term keyterms terms keywords key_words tools examples",
    "hint": "hint hints",
}
"""What people call each column; case, spaces and hyphens do not matter."""
_NAMES = {alias: name for name, aliases in _COLUMNS.items() for alias in aliases.split()}

_DIFFICULTIES = {
    "easy": Difficulty.EASY,
    "beginner": Difficulty.EASY,
    "junior": Difficulty.EASY,
    "low": Difficulty.EASY,
    "medium": Difficulty.MEDIUM,
    "intermediate": Difficulty.MEDIUM,
    "mid": Difficulty.MEDIUM,
    "hard": Difficulty.HARD,
    "difficult": Difficulty.HARD,
    "advanced": Difficulty.HARD,
    "senior": Difficulty.HARD,
    "expert": Difficulty.HARD,
    "high": Difficulty.HARD,
}

_DELIMITERS = ",;\t"


class _Row(NamedTuple):
    """The cells of a row by the names of their columns; absent cells are absent."""

    number: int
    """Line on which the row starts."""
    raw: str
    cells: dict[str, str]
    is_broken: bool = False


def has_csv_header(text: str) -> bool:
    """Return whether a text's first line is the header of a table of questions and bullets."""
    names = set(_split_header(text)[1])
    return "question" in names and bool(names & {"bullet", "bullets"})


def read_csv_layout(text: str, *, name: str) -> Sheet:
    """Return what a table holds; rows and cells that are no part of it are listed as skipped.

    Raises:
        DeckError: If the columns of questions or bullets are missing, or the text is no CSV.
    """
    sheet = Sheet()
    questions: dict[str, SheetQuestion] = {}
    last: SheetQuestion | None = None
    for row in _rows(text, sheet, name=name):
        asked = row.cells.get("question", "")
        if row.is_broken:
            # Rows that follow without a question must not fall to the one before this.
            last = None if asked else last
            continue
        key = " ".join(asked.casefold().split())
        # An empty cell below a question means the question above, as in merged cells.
        question = questions.get(key) if asked else last
        if question is None:
            if not asked:
                sheet.skipped.append(Skipped(row.number, row.raw, "a row without a question"))
                continue
            question = questions[key] = SheetQuestion(row.number, asked)
            sheet.questions.append(question)
        _describe(question, row, sheet)
        question.bullets += _bullets(row, sheet)
        last = question
    return sheet


# --- Rows -------------------------------------------------------------------------------------


def _split_header(text: str) -> tuple[str, list[str]]:
    """Return the delimiter that makes most sense of the header, and the columns' names."""
    first = next((line for line in text.splitlines() if line.strip()), "").lstrip("\ufeff")
    headers = {
        delimiter: [_column(cell) for cell in next(csv.reader([first], delimiter=delimiter), [])]
        for delimiter in _DELIMITERS
    }
    best = max(_DELIMITERS, key=lambda d: (sum(n in _COLUMNS for n in headers[d]), len(headers[d])))
    return best, headers[best]


def _column(cell: str) -> str:
    plain = "_".join(re.findall(r"[^\W_]+", cell.casefold()))
    return _NAMES.get(plain, plain)


def _rows(text: str, sheet: Sheet, *, name: str) -> Iterator[_Row]:
    delimiter, columns = _split_header(text)
    _check_columns(columns, name=name)
    table = csv.reader(
        io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter, strict=True
    )
    start, has_header = 1, False
    try:
        for cells in table:
            number, start = start, table.line_num + 1
            raw = " ".join(delimiter.join(cells).split())
            if not any(cell.strip() for cell in cells):
                continue
            if not has_header:
                has_header = True
                _report_columns(cells, columns, number, sheet)
                continue
            is_broken = any(cell.strip() for cell in cells[len(columns) :])
            if is_broken:
                sheet.skipped.append(
                    Skipped(number, raw, "more cells than columns: texts with commas need quotes")
                )
            yield _Row(number, raw, _by_name(columns, cells), is_broken)
    except csv.Error as error:
        raise DeckError(
            f"{name} cannot be read as CSV from line {start} on: {error}.",
            hint="Look for a quote that is not closed, or not doubled inside a quoted text.",
        ) from error


def _check_columns(columns: list[str], *, name: str) -> None:
    missing = "question" if "question" not in columns else "bullet"
    if missing in columns or (missing == "bullet" and "bullets" in columns):
        return
    found = ", ".join(column for column in columns if column) or "nothing"
    raise DeckError(
        f"{name} has no column '{missing}'; its first line names {found}.",
        hint="Viva reads the columns question and bullet (one bullet in a row) or bullets, and, "
        "if there, topics, difficulty, weight, key_terms and hint.",
    )


def _report_columns(cells: list[str], columns: list[str], number: int, sheet: Sheet) -> None:
    for index, (cell, column) in enumerate(zip(cells, columns, strict=False)):
        if cell.strip() and column not in _COLUMNS:
            sheet.skipped.append(Skipped(number, cell.strip(), "a column that decks do not have"))
        elif column and column in columns[:index]:
            sheet.skipped.append(Skipped(number, cell.strip(), f"a second column of {column}"))


def _by_name(columns: list[str], cells: list[str]) -> dict[str, str]:
    named: dict[str, str] = {}
    for column, cell in zip(columns, cells, strict=False):
        if column in _COLUMNS and column not in named:
            lines = [line.text for line in read_lines(cell) if line.text]
            # Line ends part bullets in the one column in which they mean something.
            named[column] = ("\n" if column == "bullets" else " ").join(lines)
    return {column: cell for column, cell in named.items() if cell}


# --- Cells ------------------------------------------------------------------------------------


def _describe(question: SheetQuestion, row: _Row, sheet: Sheet) -> None:
    if "topics" in row.cells:
        found = _split_list(row.cells["topics"])
        question.topics = tuple(dict.fromkeys([*question.topics, *found]))
    if level := row.cells.get("difficulty"):
        if found_level := _DIFFICULTIES.get(level.casefold()):
            question.difficulty = found_level
        else:
            reason = f"difficulty is easy, medium or hard: {question.difficulty} it is"
            sheet.skipped.append(Skipped(row.number, level, reason))


def _bullets(row: _Row, sheet: Sheet) -> list[SheetBullet]:
    cell = row.cells.get("bullets", "")
    separator = next((sign for sign in "\n|;" if sign in cell), "\n")
    texts = [row.cells["bullet"]] if "bullet" in row.cells else []
    texts += [part for part in map(str.strip, cell.split(separator)) if part]
    bullets = [SheetBullet(row.number, strip_marker(text) or text) for text in texts]
    if not bullets:
        return []
    _weigh(bullets, row, sheet)
    for column in ("key_terms", "hint"):
        if column in row.cells and len(bullets) > 1:
            reason = f"{column} of several bullets: give each bullet a row of its own"
            sheet.skipped.append(Skipped(row.number, row.cells[column], reason))
    if len(bullets) == 1:
        bullets[0].key_terms = tuple(dict.fromkeys(_split_list(row.cells.get("key_terms", ""))))
        bullets[0].hint = row.cells.get("hint")
    return bullets


def _weigh(bullets: list[SheetBullet], row: _Row, sheet: Sheet) -> None:
    """Set the weights: one number for all bullets of the row, or one for each."""
    if "weight" not in row.cells:
        return
    numbers = re.split(r"\s*[|;]\s*|\s+", row.cells["weight"].replace(",", "."))
    try:
        weights = [float(number) for number in numbers]
    except ValueError:
        weights = []
    if len(weights) in {1, len(bullets)} and all(0 < weight <= 10 for weight in weights):
        for index, bullet in enumerate(bullets):
            bullet.weight = weights[index % len(weights)]
    else:
        reason = "a weight is a number above 0 and up to 10: 1 it is"
        sheet.skipped.append(Skipped(row.number, row.cells["weight"], reason))


def _split_list(cell: str) -> list[str]:
    separators = "[;|]" if re.search("[;|]", cell) else ","
    return [part for part in map(str.strip, re.split(separators, cell)) if part]
