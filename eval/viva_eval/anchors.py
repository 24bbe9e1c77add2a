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


def make_anchors(questions: Iterable[Question]) -> Iterator[Anchor]:
    """Yield the anchors of each bullet of the questions."""
    for question in questions:
        for bullet in question.bullets:
            lower = bullet.text[0].lower() + bullet.text[1:]
            for verdict, forms in (
                (Verdict.COVERED, _AFFIRMED),
                (Verdict.CONTRADICTED, _DENIED),
            ):
                for form in forms:
                    text = form.format(text=bullet.text, lower=lower)
                    yield Anchor(question, bullet.id, text, verdict)
