"""One answer as the report shows it: passages marked by the bullets that rest on them."""

from collections.abc import Iterator
from typing import NamedTuple

from viva.domain import Deck, Question, Verdict
from viva_eval.records import Record

SHOWN_CHARACTERS = 20_000
"""Of an answer; the rest is counted, not shown."""


class Passage(NamedTuple):
    """A piece of an answer and the bullets it is evidence for."""

    text: str
    numbers: str
    """Numbers of the bullets, such as ``1, 3``; empty for a piece that is no evidence."""
    verdict: Verdict | None


class Line(NamedTuple):
    """One bullet with both verdicts."""

    number: int
    text: str
    gold: Verdict | None
    given: Verdict | None
    confidence: float | None
    quotes: tuple[str, ...]
    spans: tuple[str, ...]
    """What the labellers took for evidence."""

    @property
    def differs(self) -> bool:
        """Whether grader and gold disagree."""
        return self.gold is not None and self.given is not self.gold


class Case(NamedTuple):
    """One answer with its grade beside gold."""

    record: Record
    question: str
    passages: tuple[Passage, ...]
    hidden: int
    """Characters of the answer that are not shown."""
    lines: tuple[Line, ...]

    @property
    def pairs(self) -> str:
        """The disagreements as ``gold>given``, for the page's filter."""
        wrong = {f"{line.gold}>{line.given}" for line in self.lines if line.differs}
        return " ".join(sorted(wrong))


def make_case(record: Record, deck: Deck) -> Case:
    """Return a record laid out; bullets that the deck does not know go by their ids."""
    sample = record.sample
    question = next((own for own in deck.questions if own.id == sample.question_id), None)
    texts = _bullet_texts(record, question)
    lines = tuple(
        Line(
            number=number,
            text=text,
            gold=sample.gold.get(bullet_id),
            given=record.verdicts.get(bullet_id),
            confidence=record.confidence.get(bullet_id),
            quotes=tuple(own.quote for own in record.quotes.get(bullet_id, ())),
            spans=sample.spans.get(bullet_id, ()),
        )
        for number, (bullet_id, text) in enumerate(texts.items(), start=1)
    )
    shown = sample.answer[:SHOWN_CHARACTERS]
    return Case(
        record=record,
        question=question.text if question else sample.question_id,
        passages=tuple(_passages(shown, record, tuple(texts))),
        hidden=len(sample.answer) - len(shown),
        lines=lines,
    )


def _bullet_texts(record: Record, question: Question | None) -> dict[str, str]:
    texts = {bullet.id: bullet.text for bullet in question.bullets} if question else {}
    return texts | {own: own for own in (*record.sample.gold, *record.verdicts) if own not in texts}


def _passages(answer: str, record: Record, bullet_ids: tuple[str, ...]) -> Iterator[Passage]:
    """Cut the answer where evidence starts or ends."""
    spans = [
        (min(quote.start, len(answer)), min(quote.end, len(answer)), number, bullet_id)
        for number, bullet_id in enumerate(bullet_ids, start=1)
        for quote in record.quotes.get(bullet_id, ())
    ]
    cuts = sorted({0, len(answer), *(cut for span in spans for cut in span[:2])})
    for start, end in zip(cuts, cuts[1:], strict=False):
        over = [(number, own) for low, high, number, own in spans if low <= start and end <= high]
        if not over or not answer[start:end].strip():
            yield Passage(answer[start:end], "", None)
            continue
        numbers = ", ".join(str(number) for number, _ in dict(over).items())
        yield Passage(answer[start:end], numbers, record.verdicts.get(over[0][1]))
