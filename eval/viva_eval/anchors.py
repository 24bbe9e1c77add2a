"""The reference itself, affirmed and denied: the plainest answers that there are.

Written answers paraphrase; those that contradict a bullet stay nearer to its words than those that
support it. Fitted on these alone, a model learns that nearness speaks against an answer, and calls
a bullet's own text a contradiction of it. These anchors tell it otherwise.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from viva.domain import Question, Verdict

WEIGHT = 0.4
"""What an anchor counts for in the fit, next to 1 for a bullet of a written answer."""

_AFFIRMED = (
    "{text}",
    "I would do this: {text}",
    "We {lower}",
)
_DENIED = (
    "I would never {lower}",
    "We don't {lower}",
    "There is no need to {lower}",
)


class Anchor(NamedTuple):
    """A text whose verdict on one bullet is known without a reader."""

    question: Question
    bullet_id: str
    text: str
    verdict: Verdict
    weight: float = WEIGHT


def make_anchors(questions: Iterable[Question]) -> Iterator[Anchor]:
    """Yield the anchors of each bullet of the questions."""
    for question in questions:
        for bullet in question.bullets:
            for text in affirm(bullet.text):
                yield Anchor(question, bullet.id, text, Verdict.COVERED)
            for text in deny(bullet.text):
                yield Anchor(question, bullet.id, text, Verdict.CONTRADICTED)


def affirm(text: str) -> tuple[str, ...]:
    """Return a bullet's text as somebody says it who would do it."""
    return _fill(_AFFIRMED, text)


def deny(text: str) -> tuple[str, ...]:
    """Return a bullet's text as somebody says it who would not."""
    return _fill(_DENIED, text)


def _fill(forms: Iterable[str], text: str) -> tuple[str, ...]:
    return tuple(form.format(text=text, lower=text[0].lower() + text[1:]) for form in forms)
