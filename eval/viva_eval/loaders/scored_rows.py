"""Rows with question, reference, answer and score, checked alike for every table."""

from collections.abc import Iterator
from typing import NamedTuple

from viva_eval.datasets_index import Dataset
from viva_eval.loaders.short_answers import ShortAnswer, make_dataset
from viva_eval.loaders.tables import Row, Table, raise_faults, read_number


class Columns(NamedTuple):
    """Which column holds what."""

    answer: str
    question: str
    score: str
    reference: str
    id: str = ""
    """Empty to number the answers by their line."""


def load_rows(name: str, table: Table, columns: Columns, *, best: float | None) -> Dataset:
    """Return the set in a table.

    Args:
        name: What the set is called.
        table: Its rows; an empty answer is one, an empty question or reference is a fault.
        columns: Which column holds what.
        best: The score that stands for 10, or None for the highest one in the table.

    Raises:
        InputError: If rows are wrong; every one is named with its line.
    """
    scores = [read_number(row.cells[columns.score]) for row in table.rows]
    top = best if best is not None else max((score or 0 for score in scores), default=0)
    faults: list[str] = []
    seen: dict[str, int] = {}
    answers = []
    for row, score in zip(table.rows, scores, strict=True):
        wrong = list(_faults(row, columns, score, top, seen))
        faults += [f"line {row.line}: {fault}" for fault in wrong]
        if not wrong and score is not None:
            answers.append(
                ShortAnswer(
                    id=_id(row, columns),
                    question=row.cells[columns.question].strip(),
                    reference=row.cells[columns.reference].strip(),
                    answer=row.cells[columns.answer],
                    score=10 * score / top,
                )
            )
    raise_faults(table.path, faults)
    return make_dataset(name, answers, files=[table.path])


def _id(row: Row, columns: Columns) -> str:
    return row.cells[columns.id].strip() if columns.id else f"line-{row.line}"


def _faults(
    row: Row, columns: Columns, score: float | None, top: float, seen: dict[str, int]
) -> Iterator[str]:
    for column in (columns.question, columns.reference):
        if not row.cells[column].strip():
            yield f"{column} is empty"
    if score is None:
        yield f"{columns.score} is {row.cells[columns.score]!r} and should be a number from 0 on"
    elif not top or score > top:
        yield f"{columns.score} is {score:g}, and the best is {top:g}"
    key = _id(row, columns)
    if not key:
        yield f"{columns.id} is empty"
    elif key in seen:
        yield f"the id {key!r} is that of line {seen[key]} too"
    seen.setdefault(key, row.line)
