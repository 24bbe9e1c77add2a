"""Tables of text: CSV and TSV files with a header, each row with its line."""

import csv
import io
from pathlib import Path
from typing import NamedTuple, Self

from viva.errors import InputError

_LONGEST_CELL = 1_000_000
"""Characters; Python's own limit is lower than some essays are long."""


class Row(NamedTuple):
    """One row by column; ``line`` is that of its first character in the file."""

    line: int
    cells: dict[str, str]


class Table(NamedTuple):
    """A file's columns and rows."""

    path: Path
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a table, tab-separated if its name ends in ``.tsv``.

        Raises:
            InputError: If it is not UTF-8 text or rows have too few or too many cells.
        """
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{path} cannot be read as UTF-8 text.", hint="Save it so.") from error
        is_tabbed = path.suffix == ".tsv"
        csv.field_size_limit(_LONGEST_CELL)
        reader = csv.reader(
            io.StringIO(text, newline=""),
            delimiter="\t" if is_tabbed else ",",
            # Quotation marks in a TSV are the student's.
            quoting=csv.QUOTE_NONE if is_tabbed else csv.QUOTE_MINIMAL,
        )
        columns: tuple[str, ...] = ()
        rows: list[Row] = []
        faults: list[str] = []
        line = 1
        try:
            for cells in reader:
                if not columns:
                    columns = tuple(cell.strip() for cell in cells)
                elif any(cell.strip() for cell in cells):
                    if len(cells) == len(columns):
                        rows.append(Row(line, dict(zip(columns, cells, strict=True))))
                    else:
                        faults.append(f"line {line}: {len(cells)} cells for {len(columns)} columns")
                line = reader.line_num + 1
        except csv.Error as error:
            faults.append(f"line {line}: {error}")
        raise_faults(path, faults)
        return cls(path, columns, tuple(rows))


def raise_faults(path: Path, faults: list[str]) -> None:
    """Name every fault of a file at once; do nothing if there is none.

    Raises:
        InputError: If there is one.
    """
    if faults:
        raise InputError(f"{path.name} cannot be used:\n" + "\n".join(faults))


def read_number(text: str) -> float | None:
    """Return a finite number that is not negative, or None."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None
