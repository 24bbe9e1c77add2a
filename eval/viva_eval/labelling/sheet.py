"""The sheet of one answer: the verdicts given so far, bullet by bullet, and their spans."""

import re
from typing import NamedTuple, Self

from viva.claims import split_sentences
from viva.domain import Bullet, Question, Verdict
from viva_eval.labelled import LabelledAnswer, Split
from viva_eval.labelling.queue import Unlabelled

_NUMBERS = re.compile(r"\d+(?:[\s,]+\d+)*,?")


class Mark(NamedTuple):
    """A verdict and what of the answer it rests on."""

    verdict: Verdict
    spans: tuple[str, ...] = ()


class Sheet(NamedTuple):
    """An answer being labelled; every step returns the next sheet."""

    item: Unlabelled
    question: Question
    marks: tuple[Mark, ...] = ()
    """One for each bullet that is done, in the question's order."""

    @property
    def is_done(self) -> bool:
        """Whether every bullet has a verdict."""
        return len(self.marks) == len(self.question.bullets)

    @property
    def bullet(self) -> Bullet:
        """The bullet that waits for its verdict."""
        return self.question.bullets[len(self.marks)]

    def give(self, mark: Mark) -> Self:
        """Return the sheet with the waiting bullet done."""
        return self._replace(marks=(*self.marks, mark))

    def back(self) -> Self:
        """Return the sheet with the last bullet waiting again."""
        return self._replace(marks=self.marks[:-1])

    def finish(self, labeller: str, split: Split, score: float | None) -> LabelledAnswer:
        """Return the labelled answer."""
        by_bullet = {
            bullet.id: mark for bullet, mark in zip(self.question.bullets, self.marks, strict=True)
        }
        return LabelledAnswer(
            id=self.item.key,
            question_id=self.question.id,
            kind=self.item.kind,
            split=split,
            answer=self.item.answer,
            labels={bullet: mark.verdict for bullet, mark in by_bullet.items()},
            spans={bullet: mark.spans for bullet, mark in by_bullet.items() if mark.spans},
            labeller=labeller,
            score=score,
        )


def find_spans(typed: str, answer: str) -> tuple[str, ...]:
    r"""Return the spans of an answer that were typed; none if it has no such words.

    Args:
        typed: Numbers of sentences, from 1, or words of the answer. White space need not be the
            answer's: a terminal breaks lines where it likes.
        answer: Where to look.

    Example:
        >>> find_spans("1 2", "Cache it. Or shard it.")
        ('Cache it.', 'Or shard it.')
        >>> find_spans("shard  it", "Cache it. Or shard\nit.")
        ('shard\nit',)
    """
    typed = typed.strip()
    sentences = split_sentences(answer)
    if _NUMBERS.fullmatch(typed):
        numbers = [int(number) for number in re.findall(r"\d+", typed)]
        if all(1 <= number <= len(sentences) for number in numbers):
            return tuple(sentences[number - 1].text for number in numbers)
    pattern = r"\s+".join(re.escape(word) for word in typed.split())
    found = re.search(pattern, answer) if pattern else None
    return (found.group(),) if found else ()
