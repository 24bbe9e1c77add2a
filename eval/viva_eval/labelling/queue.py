"""What there is to label: answers of a set, or disputed ones, without anything said of them."""

from pathlib import Path
from random import Random

from pydantic import BaseModel, ConfigDict

from viva.disputed import answer_key
from viva.domain import Deck, Slug, Text
from viva.errors import InputError, NotFoundError
from viva_eval.datasets_index import shipped_sets
from viva_eval.json_lines import check_faults, read_rows
from viva_eval.labelled import Kind, Split


class Unlabelled(BaseModel):
    """An answer as the labeller gets it: labels, spans and scores of a line are not even read.

    A disputed answer needs its question and its text only.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = ""
    """Empty for one made of the question and the text."""
    question_id: Slug
    answer: Text
    kind: Kind = Kind.DISPUTED
    """Never shown: it tells what labels its author had in mind."""
    split: Split | None = None

    @property
    def key(self) -> str:
        """The id that its labels get."""
        return self.id or answer_key(self.question_id, self.answer)


def read_queue(path: Path, deck: Deck) -> tuple[Unlabelled, ...]:
    """Return the answers in a file of JSON lines, in its order.

    Raises:
        NotFoundError: If there is no such file.
        InputError: If a line is wrong; lists every fault with its line.
    """
    if not path.is_file():
        raise NotFoundError(
            f"There is no set {str(path)!r}, and no such file.",
            hint=f"Sets: {', '.join(shipped_sets())}; or a file of JSON lines.",
        )
    known = {question.id for question in deck.questions}
    found: dict[str, Unlabelled] = {}
    rows, faults = read_rows(_read(path), Unlabelled)
    for number, answer in rows.items():
        if answer.question_id not in known:
            faults.append(f"line {number}: the deck has no question {answer.question_id!r}")
        if answer.key in found:
            faults.append(f"line {number}: the id {answer.key!r} is there already")
        found[answer.key] = answer
    check_faults(path, faults)
    return tuple(found.values())


def shuffle(queue: tuple[Unlabelled, ...], labeller: str) -> tuple[Unlabelled, ...]:
    """Return the answers in an order of the labeller's own, the same each time.

    Sets list the answers to a question from strong to weak, which says what to expect.
    """
    return tuple(Random(f"{labeller}\norder").sample(queue, len(queue)))


def choose_split(answer: Unlabelled) -> Split:
    """Return its own split, else train.

    What people dispute is no fair sample, so that nothing gets into a test set by this.
    """
    return answer.split or Split.TRAIN


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as UTF-8 text.") from error
