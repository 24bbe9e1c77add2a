"""What is kept of a spoken sample's record: no text, so that any number fit in memory."""

from typing import NamedTuple

from viva.domain import Verdict
from viva_eval.records import Record, Spoken
from viva_eval.voice.wording import WordErrors, count_errors, find_unsaid

Verdicts = dict[str, Verdict]


class Heard(NamedTuple):
    """What is kept of a spoken sample."""

    answer: str
    question: str
    kind: str
    spoken: Spoken
    """Without the words that were said."""
    errors: WordErrors
    verdicts: Verdicts
    unsaid: dict[str, frozenset[str]]
    """By bullet, hinted words in its evidence that nobody said."""

    @property
    def clip(self) -> tuple[str, str, float, float | None, bool]:
        """What is the same whether it was heard with hints or without."""
        own = self.spoken
        return self.answer, own.voice, own.speed, own.snr, own.bare


def keep_heard(record: Record, spoken: Spoken) -> Heard:
    """Return what is kept of the record of a spoken sample."""
    sample = record.sample
    return Heard(
        answer=sample.answer_id,
        question=sample.question_id,
        kind=sample.kind,
        spoken=spoken.model_copy(update={"said": ""}),
        errors=count_errors(spoken.said, sample.answer),
        verdicts=record.verdicts,
        unsaid={
            bullet: frozenset(word for own in quotes for word in _within(spoken, own.quote))
            for bullet, quotes in record.quotes.items()
        },
    )


def _within(spoken: Spoken, quote: str) -> tuple[str, ...]:
    return find_unsaid(spoken.unsaid, "", quote)
