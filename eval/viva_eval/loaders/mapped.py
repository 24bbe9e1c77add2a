"""Any table with a header, its columns named by the user: ``answer=text,score=mark,…``."""

from pathlib import Path

from viva.errors import InputError
from viva_eval.datasets_index import Dataset
from viva_eval.loaders.scored_rows import Columns, load_rows
from viva_eval.loaders.tables import Table, read_number

_NEEDED = ("answer", "question", "score", "reference")
_KNOWN = (*_NEEDED, "id", "best")


def load(path: Path, columns: str) -> Dataset:
    """Return the set in a CSV or TSV.

    Args:
        path: The table.
        columns: ``answer=COLUMN,question=COLUMN,score=COLUMN,reference=COLUMN``, and as one likes
            ``id=COLUMN`` and ``best=NUMBER``, the score that stands for 10 (or else the highest).

    Raises:
        InputError: If the map or rows are wrong; every bad row is named with its line.
    """
    given = _parse(columns)
    table = Table.read(path)
    names = {key: column for key, column in given.items() if key != "best"}
    if absent := sorted(set(names.values()) - set(table.columns)):
        raise InputError(
            f"{path} has no column {', '.join(repr(name) for name in absent)}.",
            hint=f"It has: {', '.join(table.columns) or 'none'}.",
        )
    best = read_number(given["best"]) if "best" in given else None
    if "best" in given and not best:
        raise InputError(f"--map: best is {given['best']!r} and should be a number above 0.")
    return load_rows(path.stem, table, Columns(**names), best=best)


def _parse(columns: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in columns.split(",") if part.strip()]
    given = {key.strip(): value.strip() for key, _, value in pairs}
    if unknown := sorted(key for key in given if key not in _KNOWN or not given[key]):
        raise InputError(
            f"--map: {', '.join(repr(key) for key in unknown)} cannot be used.",
            hint=f"Write KEY=COLUMN for {', '.join(_KNOWN)}.",
        )
    if absent := [key for key in _NEEDED if key not in given]:
        raise InputError(
            f"--map names no column for {', '.join(absent)}.",
            hint="Write --map 'answer=COLUMN,question=COLUMN,score=COLUMN,reference=COLUMN'.",
        )
    return given
