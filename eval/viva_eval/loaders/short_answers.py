"""Scored answers to short questions, made a set: what every public format is read into."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from viva.deck.slugs import slugify
from viva.domain import Bullet, Deck, Question, Topic
from viva.errors import InputError
from viva_eval.datasets_index import Dataset, Item, hash_files

KIND = "short-answer"
BULLET = "reference"
"""Id of the one bullet of every question."""
_TOPIC = Topic(id="short-answers", name="Short answers")


class ShortAnswer(NamedTuple):
    """A student's answer with its score."""

    id: str
    question: str
    reference: str
    answer: str
    score: float
    """0 to 10."""
    split: str = "test"


def make_dataset(name: str, answers: Sequence[ShortAnswer], *, files: Sequence[Path]) -> Dataset:
    """Return a set with a question for each pair of question and reference.

    Args:
        name: What the set is called in reports.
        answers: At least one.
        files: What they were read from.

    Raises:
        InputError: If there are no answers.
    """
    if not answers:
        raise InputError(f"{files[0].name if files else name} has no answers.")
    questions: dict[tuple[str, str], Question] = {}
    items = []
    for answer in answers:
        key = (answer.question, answer.reference)
        if key not in questions:
            questions[key] = _question(*key, number=len(questions) + 1)
        items.append(
            Item(
                id=answer.id,
                question_id=questions[key].id,
                kind=KIND,
                split=answer.split,
                answer=answer.answer,
                gold_score=answer.score,
            )
        )
    deck = Deck(id=slugify(name), title=name, topics=(_TOPIC,), questions=tuple(questions.values()))
    return Dataset(name=name, sha256=hash_files(files), deck=deck, items=tuple(items))


def _question(text: str, reference: str, *, number: int) -> Question:
    return Question(
        id=f"{slugify(text, words=4)[:50].rstrip('-')}-{number}",
        text=text,
        topics=(_TOPIC.id,),
        bullets=(Bullet(id=BULLET, text=reference),),
    )
