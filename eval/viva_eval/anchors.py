"""The reference itself, affirmed and denied: the plainest answers that there are.

Written answers paraphrase; those that contradict a bullet stay nearer to its words than those that
support it. Fitted on these alone, a model learns that nearness speaks against an answer, and calls
a bullet's own text a contradiction of it. These anchors tell it otherwise.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from viva.domain import Deck, Frozen, Question, Slug, Text, Verdict
from viva.errors import InputError

WEIGHT = 0.4
"""What an anchor counts for in the fit, next to 1 for a bullet of a written answer."""
CLAIM_WEIGHT = 0.1
"""The same for a written claim: there are several times as many of them as of answers."""
CLAIMS = Path(__file__).parent / "datasets" / "claims.jsonl"

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


class _Claim(Frozen):
    question_id: Slug
    bullet_id: Slug
    label: Verdict
    text: Text


def load_claims(path: Path, deck: Deck) -> tuple[Anchor, ...]:
    """Return the claims in a file: one statement each, written to deserve a verdict on one bullet.

    Raises:
        InputError: If a line is wrong, or of a bullet that the deck does not have.
    """
    claims = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = _Claim.model_validate_json(line)
            question = deck.question(row.question_id)
            question.bullet(row.bullet_id)
        except (ValidationError, KeyError) as error:
            raise InputError(f"{path.name}, line {number}: {error}") from error
        claims.append(Anchor(question, row.bullet_id, row.text, row.label, CLAIM_WEIGHT))
    return tuple(claims)


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
