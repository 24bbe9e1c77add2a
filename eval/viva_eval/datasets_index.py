"""Sets of answers to measure a grader on: those that ship, by name, and any file, by path.

A set is a deck and answers to its questions. Labelled answers come with the deck they answer;
public short-answer sets bring their own questions (``viva_eval.loaders``).
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from viva.domain import BulletGrade, Deck, Evidence, Frozen, Question, Verdict
from viva.errors import InputError, NotFoundError
from viva.grading.scoring import score_bullets
from viva_eval.labelled import LabelledAnswer, load_answers

_FOLDER = Path(__file__).parent / "datasets"
SHIPPED = {
    "gold": "answers to every question of the shipped deck, labelled twice; synthetic",
}
"""Names of shipped sets, the one to use first; each is a file of that name."""
_SAID = (Evidence(start=0, end=1, quote="x"),)


class Item(Frozen):
    """An answer and what is known of how good it is."""

    id: str
    question_id: str
    kind: str
    split: str
    answer: str
    gold: dict[str, Verdict] = {}
    """By bullet id; empty where only a score is known."""
    gold_score: float | None = None
    """0 to 10."""
    spans: dict[str, tuple[str, ...]] = {}


class Dataset(Frozen):
    """Answers, and the deck whose questions they answer."""

    name: str
    sha256: str
    """Of the file, or of all files of a folder."""
    deck: Deck
    items: tuple[Item, ...]

    def of_split(self, split: str) -> tuple[Item, ...]:
        """Return the answers of a split, or all of them for ``all``.

        Raises:
            InputError: If the set has none; names the splits that it has.
        """
        found = tuple(item for item in self.items if split in {"all", item.split})
        if not found:
            has = ", ".join(sorted({item.split for item in self.items}))
            raise InputError(
                f"The set {self.name} has no answers in the split {split!r}.",
                hint=f"It has: {has or 'no answers at all'}; 'all' takes every one.",
            )
        return found


def shipped_sets() -> dict[str, Path]:
    """Return the files of the sets that ship, by name."""
    files = {name: _FOLDER / f"{name}.jsonl" for name in SHIPPED}
    return {name: path for name, path in files.items() if path.is_file()}


def default_set() -> str:
    """Return the name of the set that is used when none is named."""
    return next(iter(shipped_sets()))


def find_dataset(name_or_path: str, deck: Deck, *, columns: str = "") -> Dataset:
    """Return a set by name or path.

    Args:
        name_or_path: A name of ``shipped_sets``, or the path of a file or folder.
        deck: What labelled answers are answers to; public sets bring their own.
        columns: The column map of a CSV, such as ``answer=text,score=mark``.

    Raises:
        NotFoundError: If there is neither such a set nor such a file.
        InputError: If it cannot be read; every bad row is named with its line.
    """
    path = shipped_sets().get(name_or_path, Path(name_or_path))
    if not path.exists():
        raise NotFoundError(
            f"There is no set {name_or_path!r}, and no such file.",
            hint=f"Sets: {', '.join(shipped_sets())}; 'viva eval datasets' tells more.",
        )
    if path.is_file() and path.suffix == ".jsonl" and not columns:
        name = name_or_path if name_or_path in SHIPPED else path.name
        return _labelled(name, path, deck)
    from viva_eval.loaders import load_short_answers

    return load_short_answers(path, columns=columns)


def hash_files(paths: Iterable[Path]) -> str:
    """Return one SHA-256 over the contents of files, in the order given."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def hash_deck(deck: Deck) -> str:
    """Return the SHA-256 of all that a deck says."""
    return hashlib.sha256(deck.model_dump_json().encode()).hexdigest()


def gold_score(question: Question, labels: dict[str, Verdict]) -> float | None:
    """Return the score that labels come to, by the product's own formula."""
    bare = {Verdict.MISSING, Verdict.UNGRADED}
    grades = [
        BulletGrade(
            bullet_id=bullet.id,
            verdict=labels[bullet.id],
            confidence=1,
            evidence=() if labels[bullet.id] in bare else _SAID,
        )
        for bullet in question.bullets
    ]
    return score_bullets(question, grades).value


def _labelled(name: str, path: Path, deck: Deck) -> Dataset:
    try:
        answers = load_answers(path, deck)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as UTF-8 text.") from error
    return Dataset(
        name=name,
        sha256=hash_files([path]),
        deck=deck,
        items=tuple(_item(answer, deck) for answer in answers),
    )


def _item(answer: LabelledAnswer, deck: Deck) -> Item:
    question = deck.question(answer.question_id)
    labels = {bullet.id: answer.labels[bullet.id] for bullet in question.bullets}
    return Item(
        id=answer.id,
        question_id=answer.question_id,
        kind=answer.kind.value,
        split=answer.split.value,
        answer=answer.answer,
        gold=labels,
        gold_score=gold_score(question, labels) if answer.score is None else answer.score,
        spans=answer.spans,
    )
