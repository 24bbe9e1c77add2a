"""Keep two processes from working on one run: each would grade what the other grades."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from viva.errors import InputError

_LOCK = ".lock"


@contextmanager
def lock_run(folder: Path) -> Iterator[None]:
    """Hold the folder of a run, which is made if need be; it is free once the process ends.

    A folder in which no run was begun is taken away again.

    Raises:
        InputError: If another process holds it, or it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / _LOCK)
        lock.acquire(timeout=0)
    except Timeout:
        raise InputError(
            f"Another process is working on {folder}.",
            hint="Wait until it is done, stop it, or name another folder with --out.",
        ) from None
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror}.") from error
    try:
        yield
    finally:
        lock.release()
        if not (folder / "manifest.json").exists():
            _remove(folder)


def _remove(folder: Path) -> None:
    (folder / _LOCK).unlink(missing_ok=True)
    if not any(folder.iterdir()):
        folder.rmdir()
