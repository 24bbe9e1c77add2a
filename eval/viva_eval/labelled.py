"""Labelled answers: what one is, and how a file of them is read and checked.

``calibrate`` fits and measures the local grader with them; ``datasets/DATASHEET.md`` describes
the shipped file. One line of JSON is one answer to one question of a deck.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import Field, field_validator, model_validator

from viva.domain import Deck, Frozen, Slug, Text, Verdict
from viva_eval.json_lines import check_faults, read_rows

SHIPPED = Path(__file__).parent / "datasets" / "gold.jsonl"


class Kind(StrEnum):
    """What sort of answer its author was asked to write."""

    STRONG = "strong"
    PARTIAL = "partial"
    CONTRADICTING = "contradicting"
    SPOKEN = "spoken"
    TERSE = "terse"
    LONG = "long"
    VAGUE = "vague"
    STUFFED = "stuffed"
    OFF_TOPIC = "off-topic"
    UNKNOWN = "unknown"
    INJECTION = "injection"
    OUTSIDE = "outside"
    """Right and useful, but none of it is a bullet."""
    DISPUTED = "disputed"
    """Written by a candidate who did not accept its grade."""


class Split(StrEnum):
    """What an answer may be used for. All answers to a question share theirs."""

    TRAIN = "train"
    TEST = "test"


class LabelledAnswer(Frozen):
    """An answer and the verdict on each bullet of its question."""

    id: Text
    question_id: Slug
    kind: Kind
    split: Split
    answer: str
    labels: dict[Slug, Verdict]
    spans: dict[Slug, tuple[Text, ...]] = {}
    """What of the answer each label rests on, verbatim, by bullet id; where somebody marked it."""
    labeller: str = ""
    """Who labelled it, by a name of their choice."""
    score: float | None = Field(default=None, ge=0, le=10)
    """The answer as a whole, where the labeller gave one; otherwise it follows from the labels."""

    @field_validator("labels")
    @classmethod
    def _are_judgements(cls, labels: dict[str, Verdict]) -> dict[str, Verdict]:
        if Verdict.UNGRADED in labels.values():
            raise ValueError("a label is a verdict, never 'ungraded'")
        return labels

    @model_validator(mode="after")
    def _quotes_itself(self) -> Self:
        for bullet, spans in self.spans.items():
            if self.labels.get(bullet, Verdict.MISSING) is Verdict.MISSING:
                raise ValueError(f"spans: {bullet} is not labelled as said, and has a span")
            for span in spans:
                if span not in self.answer:
                    raise ValueError(f"spans: {bullet}: {span!r} is not in the answer")
        return self


def load_answers(path: Path, deck: Deck) -> tuple[LabelledAnswer, ...]:
    """Return the answers in a file, checked against the deck they answer.

    Raises:
        InputError: If a line is wrong; lists every fault with its line.
    """
    answers, faults = read_rows(path.read_text(encoding="utf-8"), LabelledAnswer)
    faults += _deck_faults(answers, deck)
    faults += _split_faults(answers)
    check_faults(path, faults)
    return tuple(answers.values())


def only(answers: Iterable[LabelledAnswer], split: Split) -> tuple[LabelledAnswer, ...]:
    """Return the answers of one split, in order."""
    return tuple(answer for answer in answers if answer.split is split)


def _deck_faults(answers: dict[int, LabelledAnswer], deck: Deck) -> Iterator[str]:
    known = {question.id: question for question in deck.questions}
    seen: dict[str, int] = {}
    for number, answer in answers.items():
        if answer.id in seen:
            yield f"line {number}: the id {answer.id!r} is that of line {seen[answer.id]} too"
        seen.setdefault(answer.id, number)
        if answer.question_id not in known:
            yield f"line {number}: the deck has no question {answer.question_id!r}"
            continue
        wanted = {bullet.id for bullet in known[answer.question_id].bullets}
        if absent := sorted(wanted - answer.labels.keys()):
            yield f"line {number}: no label for {', '.join(absent)}"
        if foreign := sorted(answer.labels.keys() - wanted):
            yield f"line {number}: {', '.join(foreign)}: no bullet of {answer.question_id!r}"


def _split_faults(answers: dict[int, LabelledAnswer]) -> Iterator[str]:
    """A question in both splits would let the test be learned by heart."""
    by_question: dict[str, dict[Split, int]] = defaultdict(dict)
    for number, answer in answers.items():
        by_question[answer.question_id].setdefault(answer.split, number)
    for question, first in by_question.items():
        if len(first) > 1:
            lines = " and ".join(str(number) for number in sorted(first.values()))
            yield f"lines {lines}: the question {question!r} is in both splits"
