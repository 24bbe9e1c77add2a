"""Questions from outside the deck, with claims and answers: what the cross-encoder learns from.

``datasets/DATASHEET.md`` describes them. They are synthetic, each labelled once by its author.
"""

from pathlib import Path
from typing import Self

from pydantic import model_validator

from viva.domain import Frozen, Slug, Text, Verdict
from viva_eval.json_lines import check_faults, read_rows

OUTSIDE = Path(__file__).parent.parent / "datasets" / "outside.jsonl"


class OutsideBullet(Frozen):
    """A reference bullet."""

    id: Slug
    text: Text
    key_terms: tuple[Text, ...] = ()


class OutsideAnswer(Frozen):
    """A whole answer, labelled bullet by bullet."""

    answer: Text
    labels: dict[Slug, Verdict]
    spans: dict[Slug, Text] = {}
    """What of the answer each label rests on, verbatim, for each bullet that is not missing."""


class OutsideQuestion(Frozen):
    """A question with all that was written on it."""

    id: Slug
    text: Text
    topic: Text
    bullets: tuple[OutsideBullet, ...]
    claims: dict[Slug, dict[Verdict, tuple[Text, ...]]]
    """Statements by bullet id, under the verdict on it that each deserves."""
    answers: tuple[OutsideAnswer, ...]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        ids = {bullet.id for bullet in self.bullets}
        if self.claims.keys() != ids:
            raise ValueError("claims: not those of the question's bullets")
        for place, answer in enumerate(self.answers, start=1):
            said = {key for key, label in answer.labels.items() if label is not Verdict.MISSING}
            if answer.labels.keys() != ids or answer.spans.keys() != said:
                raise ValueError(f"answer {place}: labels or spans are not those of the bullets")
            for span in answer.spans.values():
                if span not in answer.answer:
                    raise ValueError(f"answer {place}: {span!r} is not in it")
        return self


def load_outside(path: Path = OUTSIDE) -> tuple[OutsideQuestion, ...]:
    """Return the questions in a file.

    Raises:
        InputError: If a line is wrong; lists every fault with its line.
    """
    questions, faults = read_rows(path.read_text(encoding="utf-8"), OutsideQuestion)
    check_faults(path, faults)
    return tuple(questions.values())
