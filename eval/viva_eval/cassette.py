"""Replies of a language model, recorded so that a run can be had again without key and network.

A cassette is a JSONL file with one :class:`Take` a line. What was asked finds its take by a hash
over model, prompt, rubric and answer as they were sent, and the seed, which counts on with every
vote and every repeat: repeats are recorded each for itself.
"""

import hashlib
import json
import shutil
import threading
from pathlib import Path

from pydantic import ValidationError

from viva.domain import Frozen, Usage
from viva.errors import InputError, NotFoundError, VivaError
from viva_eval.records import drop_torn_line

CASSETTE = "cassette.jsonl"
"""Name of the file in the folder of a run."""


class Take(Frozen):
    """One call: the reply or the error, and what it took."""

    key: str
    model: str
    fingerprint: str
    """Of the model and its server; part of the grader's."""
    seed: int
    reply: str = ""
    """The value as JSON; empty if the call failed."""
    error: str = ""
    """Name of the error's class, if the call failed."""
    message: str = ""
    hint: str = ""
    usage: Usage


class NotRecorded(VivaError):
    """A replay asks for what was never recorded."""


class Cassette:
    """Takes by key; may be used by several threads.

    Args:
        path: The file; there only once something is recorded.

    Raises:
        InputError: If a line is no take; names it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._takes: dict[str, Take] = {}
        if path.exists():
            drop_torn_line(path)  # of a process that was killed while it wrote
            for take in _read(path):
                self._takes[take.key] = take  # a later one is of a second try

    def move_to(self, path: Path) -> None:
        """Take a copy along to another file, and record there from now on."""
        if path != self.path and self.path.exists():
            shutil.copyfile(self.path, path)
        self.path = path

    def find(self, key: str) -> Take | None:
        """Return the take of a key, or None."""
        with self._lock:
            return self._takes.get(key)

    def fingerprint_of(self, model: str) -> str:
        """Return the fingerprint under which a model was recorded.

        Raises:
            InputError: If nothing of it is on the cassette; names whose takes are.
        """
        found = {take.model: take.fingerprint for take in self._takes.values()}
        if model not in found:
            has = ", ".join(sorted(found)) or "nothing at all"
            raise InputError(
                f"{self.path} has no replies of the language model {model!r}.",
                hint=f"It has those of: {has}; --live asks the model and records what it says.",
            )
        return found[model]

    def keep(self, take: Take) -> Take:
        """Record a take; it outlives this process from the moment this returns.

        Returns:
            The take, or the reply that another thread recorded meanwhile: only one can be played.
        """
        with self._lock:
            known = self._takes.get(take.key)
            if known is not None and not known.error:
                return known
            self._takes[take.key] = take
            with self.path.open("ab") as file:
                file.write(take.model_dump_json().encode() + b"\n")
            return take


def find_cassette(path: Path) -> Path:
    """Return the cassette at a path: the file itself, or that of a run's folder.

    Raises:
        NotFoundError: If there is none.
    """
    found = path / CASSETTE if path.is_dir() else path
    if not found.is_file():
        raise NotFoundError(
            f"There is no cassette at {path}.",
            hint=f"Name a run that was made with --live, or its {CASSETTE}.",
        )
    return found


def take_key(*, model: str, system: str, user: str, schema: str, seed: int) -> str:
    """Return the key of a call: a hash over all that its reply depends on."""
    parts = json.dumps([model, system, user, schema, seed])
    return hashlib.sha256(parts.encode()).hexdigest()


def _read(path: Path) -> list[Take]:
    takes = []
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                takes.append(Take.model_validate_json(line))
            except ValidationError as error:
                raise InputError(
                    f"{path}, line {number}, is no recorded reply.",
                    hint="The file was changed by hand or by another version; record anew.",
                ) from error
    return takes
