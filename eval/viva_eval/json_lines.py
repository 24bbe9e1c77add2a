"""Files of JSON lines that people edit: each faulty line is named, with all that is wrong in it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from viva.errors import InputError

Row = TypeVar("Row", bound=BaseModel)


def read_rows(text: str, kind: type[Row]) -> tuple[dict[int, Row], list[str]]:
    """Return the rows by the number of their line, and the faults of the lines that are none.

    Args:
        text: What the file holds; empty lines are passed over.
        kind: What each line must be.
    """
    rows: dict[int, Row] = {}
    faults: list[str] = []
    # Not splitlines(): an answer may hold a line separator, which JSON need not escape.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            rows[number] = kind.model_validate_json(line)
        except ValidationError as error:
            faults += [f"line {number}: {fault}" for fault in explain(error)]
    return rows, faults


def check_faults(path: Path, faults: Sequence[str]) -> None:
    """Return if there are none.

    Raises:
        InputError: If there are; lists them all.
    """
    if faults:
        raise InputError(f"{path.name} cannot be used:\n" + "\n".join(faults))


def explain(error: ValidationError) -> Iterator[str]:
    """Yield what is wrong with a line, fault by fault."""
    for fault in error.errors():
        where = ".".join(str(part) for part in fault["loc"])
        yield f"{where}: {fault['msg']}" if where else fault["msg"]
