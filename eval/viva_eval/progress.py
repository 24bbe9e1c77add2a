"""What a person sees while a run goes on, and how Ctrl-C stops it without losing anything."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from viva_eval.records import Record

_REFRESHES = 4
"""A second; more would take time from the grader."""


@contextmanager
def show_progress(console: Console, *, left: int) -> Iterator[Callable[[Record], None]]:
    """Show a bar with the time and the cost left; yields what to tell every new record.

    Args:
        console: Where to; not a terminal, it gets one line at the end.
        left: Samples that are to be graded.
    """
    columns = (
        TextColumn("Grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
    )
    done = failed = 0
    cost = 0.0
    with Progress(*columns, console=console, refresh_per_second=_REFRESHES) as progress:
        task = progress.add_task("", total=left, note="")

        def tell(record: Record) -> None:
            nonlocal done, failed, cost
            done, cost = done + 1, cost + record.cost
            failed += bool(record.error)
            notes = [f"{failed} failed"] if failed else []
            if cost:
                notes.append(f"${cost:.4g}, about ${cost / done * (left - done):.4g} to come")
            progress.update(task, advance=1, note="; ".join(notes))

        yield tell


@contextmanager
def stop_on_interrupt(console: Console) -> Iterator[Callable[[], bool]]:
    """Let the first Ctrl-C ask for a stop and the second one force it; yields the question.

    Outside the main thread, where no signals arrive, nothing changes.
    """
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return

    def ask(signum: int, frame: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        console.print("Stopping once the samples under way are done.")

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)
