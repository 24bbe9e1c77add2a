"""What ``viva eval datasets add`` does: check labelled answers and add them to a set."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from viva.claims import words
from viva.errors import InputError, NotFoundError
from viva.settings import Settings
from viva.wiring import load_chosen_deck
from viva_eval.datasets_index import shipped_sets
from viva_eval.labelled import LabelledAnswer, load_answers
from viva_eval.labelling.output import to_line


def add_answers(settings: Settings, file: str, to: str, *, shipped: bool) -> int:
    """Add the answers of one file to another, made if absent; return the exit code.

    Raises:
        NotFoundError: If there is no such file.
        InputError: If one of the two cannot be used, or an answer cannot be added; names all.
    """
    source, target = Path(file), Path(to)
    if not shipped and target.resolve() in {path.resolve() for path in shipped_sets().values()}:
        raise InputError(
            f"{target} ships with Viva, and figures of it are published.",
            hint="Add --shipped if that is what you want, or name a set of your own.",
        )
    if not source.is_file():
        raise NotFoundError(f"There is no file {source}.")
    deck = load_chosen_deck(settings)
    old = load_answers(target, deck) if target.exists() else ()
    new = load_answers(source, deck)
    if faults := list(_faults(old, new)):
        raise InputError(
            f"Nothing of {source} was added to {target}:\n" + "\n".join(faults),
            hint="Take these lines out or mend them, and try again.",
        )
    _append(target, new)
    click.echo(f"{len(new)} answers added; {target} has {len(old) + len(new)}.")
    return 0


def _faults(old: Iterable[LabelledAnswer], new: Iterable[LabelledAnswer]) -> Iterator[str]:
    old = tuple(old)
    ids = {answer.id for answer in old}
    texts = {_text(answer): answer.id for answer in old}
    splits = {answer.question_id: answer.split for answer in old}
    for answer in new:
        if answer.id in ids:
            yield f"{answer.id}: the set has an answer of this id"
        elif (twin := texts.get(_text(answer))) is not None:
            yield f"{answer.id}: the same words as {twin}"
        texts.setdefault(_text(answer), answer.id)
        own = splits.get(answer.question_id, answer.split)
        if own is not answer.split:
            yield f"{answer.id}: {answer.split}, but {answer.question_id!r} is in {own}"


def _text(answer: LabelledAnswer) -> tuple[str, str]:
    """What makes two answers the same; case, signs and white space do not tell them apart."""
    return answer.question_id, " ".join(words(answer.answer)) or answer.answer


def _append(target: Path, new: Iterable[LabelledAnswer]) -> None:
    """Write all or nothing: readers see the set as it was, or with every new line."""
    fresh = target.with_name(target.name + ".new")
    try:
        held = target.read_text(encoding="utf-8") if target.exists() else ""
        if held and not held.endswith("\n"):
            held += "\n"
        fresh.write_text(held + "".join(map(to_line, new)), encoding="utf-8", newline="\n")
        os.replace(fresh, target)
    except OSError as error:
        raise InputError(f"{target} cannot be written: {error.strerror}.") from error
