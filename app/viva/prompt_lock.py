"""The lock on the prompts: a text that changes without its version is found.

``prompts/versions.lock`` holds the version and the hash of every prompt as they were accepted.
Grades are comparable only if the prompt behind them is the same, so a change must be seen.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from viva.domain import Frozen
from viva.errors import InputError, VivaError
from viva.prompts import Prompt, PromptName, prompt_files, read_prompt
from viva.resources import data_dir

LOCK_NAME = "versions.lock"


class LockEntry(Frozen):
    """A prompt as it was accepted."""

    version: int = Field(ge=1)
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """Of the file's text: ``Prompt.fingerprint``."""


Lock = dict[PromptName, LockEntry]
_LOCK = TypeAdapter(Lock)


def check_prompts(folder: Path | None = None) -> tuple[str, ...]:
    """Return all that is wrong with the prompts of a folder or with their lock, in words.

    Raises:
        NotFoundError: If there is no such folder.
    """
    prompts, faults = _read_all(folder)
    try:
        lock = read_lock(folder)
    except InputError as error:
        return (*faults, error.message)
    faults += _unsound_changes(prompts, lock)
    present = set(prompt_files(folder))
    faults += [
        f"{prompt.name}: version {prompt.version} is not in {LOCK_NAME} yet; "
        "'viva prompts lock' accepts it"
        for prompt in prompts
        if prompt.name not in lock or prompt.version > lock[prompt.name].version
    ]
    faults += [f"{name}: in {LOCK_NAME}, but its file is gone" for name in set(lock) - present]
    return tuple(sorted(faults))


def lock_prompts(folder: Path | None = None) -> tuple[str, ...]:
    """Write the lock anew and return what changed, in words.

    Raises:
        NotFoundError: If there is no such folder.
        InputError: If a prompt or the lock is wrong, a text changed without its version, a version
            went down, or the lock cannot be written.
    """
    prompts, faults = _read_all(folder)
    lock = read_lock(folder) if lock_path(folder).exists() else {}
    faults += _unsound_changes(prompts, lock)
    if faults:
        raise InputError("\n".join(sorted(faults)), hint="Nothing was locked.")
    accepted = {
        prompt.name: LockEntry(version=prompt.version, sha256=prompt.fingerprint)
        for prompt in prompts
    }
    if accepted != lock:
        _write(lock_path(folder), accepted)
    return _changes(lock, accepted)


def lock_path(folder: Path | None = None) -> Path:
    """Return where the lock of a folder is, of the one that ships if none is given."""
    return (folder or data_dir("prompts")) / LOCK_NAME


def read_lock(folder: Path | None = None) -> Lock:
    """Return the lock of a folder, of the one that ships if none is given.

    Raises:
        InputError: If it is absent or broken.
    """
    path = lock_path(folder)
    try:
        return _LOCK.validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise InputError(f"{path} is absent.", hint="'viva prompts lock' writes it.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        raise InputError(
            f"{path} is no lock.", hint="Bring it back from version control; never edit it."
        ) from error


def _read_all(folder: Path | None) -> tuple[list[Prompt], list[str]]:
    """Return the prompts that can be read, and what is wrong with the others."""
    prompts, faults = [], []
    for path in prompt_files(folder).values():
        try:
            prompts.append(read_prompt(path))
        except VivaError as error:
            faults.append(error.message)
    return prompts, faults


def _unsound_changes(prompts: Iterable[Prompt], lock: Lock) -> list[str]:
    """Return a line for each change that would leave two texts under one version."""
    faults = []
    for prompt in prompts:
        locked = lock.get(prompt.name)
        if locked is None:
            continue
        if prompt.version < locked.version:
            faults.append(
                f"{prompt.name}: its version went down from {locked.version} to {prompt.version}"
            )
        elif prompt.version == locked.version and prompt.fingerprint != locked.sha256:
            faults.append(
                f"{prompt.name}: its text changed, but not its version {prompt.version}; "
                "raise the version, or undo the change"
            )
    return faults


def _changes(before: Lock, after: Lock) -> tuple[str, ...]:
    lines = []
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if new is None:
            lines.append(f"{name}: gone")
        elif old is None:
            lines.append(f"{name}: version {new.version}, new")
        elif new != old:
            lines.append(f"{name}: version {old.version} → {new.version}")
    return tuple(lines)


def _write(path: Path, lock: Lock) -> None:
    content = {name: entry.model_dump() for name, entry in sorted(lock.items())}
    try:
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.") from error
