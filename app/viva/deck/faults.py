"""A fault of a deck or a sheet, with its line; every fault is found before any is raised."""

from collections.abc import Iterable
from typing import NamedTuple

from viva.errors import DeckError


class Fault(NamedTuple):
    """One thing to mend."""

    line_number: int
    """Counted from 1."""
    text: str

    def __str__(self) -> str:
        return f"line {self.line_number}: {self.text}"


def raise_faults(faults: Iterable[Fault], *, name: str, hint: str = "") -> None:
    """Raise one error that lists the faults in order of their lines; do nothing without any.

    Raises:
        DeckError: If there is a fault.
    """
    listed = sorted(set(faults))
    if not listed:
        return
    count = "1 error" if len(listed) == 1 else f"{len(listed)} errors"
    lines = "".join(f"\n  {fault}" for fault in listed)
    raise DeckError(f"{name} has {count}:{lines}", hint=hint)
