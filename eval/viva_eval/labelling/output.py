"""The file that labels go to: one line an answer, written the moment the answer is done."""

import os
from pathlib import Path

from viva.domain import Deck
from viva.errors import InputError
from viva_eval.labelled import LabelledAnswer, load_answers


class LabelFile:
    """Labels of one person; a file that is there is gone on with.

    Args:
        path: The file, made with the first answer.
        deck: Whose questions are answered.
        labeller: Whose labels these are.

    Raises:
        InputError: If the file cannot be used, or holds labels of somebody else.
    """

    def __init__(self, path: Path, deck: Deck, *, labeller: str) -> None:
        self._path = path
        self._answers: dict[str, LabelledAnswer] = {}
        if not path.exists():
            return
        _drop_torn_line(path)
        self._answers = {answer.id: answer for answer in load_answers(path, deck)}
        others = {answer.labeller for answer in self._answers.values()} - {labeller}
        if others:
            names = ", ".join(sorted(name or "nobody named" for name in others))
            raise InputError(
                f"{path} holds labels by {names}.",
                hint="Labels are blind: name another file with --out, or the same --labeller.",
            )

    @property
    def ids(self) -> set[str]:
        """Of the answers that have labels."""
        return set(self._answers)

    def write(self, answer: LabelledAnswer) -> None:
        """Keep an answer's labels; those that it had are replaced.

        Raises:
            InputError: If the file cannot be written.
        """
        again = answer.id in self._answers
        self._answers[answer.id] = answer
        try:
            if again:
                fresh = self._path.with_name(self._path.name + ".new")
                fresh.write_text(
                    "".join(map(to_line, self._answers.values())), encoding="utf-8", newline="\n"
                )
                os.replace(fresh, self._path)
                return
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8", newline="\n") as file:
                file.write(to_line(answer))
        except OSError as error:
            raise InputError(
                f"{self._path} cannot be written: {error.strerror}.", hint="Choose another --out."
            ) from error


def to_line(answer: LabelledAnswer) -> str:
    """Return an answer as a line of a dataset file, what is not known left out."""
    return answer.model_dump_json(exclude_defaults=True) + "\n"


def _drop_torn_line(path: Path) -> None:
    """Cut off what a killed process left of a line: that answer comes up again."""
    try:
        held = path.read_bytes()
        if held and not held.endswith(b"\n"):
            path.write_bytes(held[: held.rfind(b"\n") + 1])
    except OSError as error:
        raise InputError(f"{path} cannot be used: {error.strerror}.") from error
