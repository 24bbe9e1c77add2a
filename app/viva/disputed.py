"""Contested answers as labelled samples, which ``viva eval`` can label anew or add to a set.

Nothing is sent anywhere: the command line and the page write what this returns to a file.
"""

import hashlib
from typing import Literal

from viva.domain import Frozen, Slug, Text, Turn, Verdict

UNNAMED = "candidate"
"""Who contested, where they chose no name."""


class DisputedAnswer(Frozen):
    """A line of the export; ``viva_eval.labelled`` reads it.

    What people dispute is no fair sample, so that it may be learned from and never measured on.
    """

    id: Text
    question_id: Slug
    kind: Literal["disputed"] = "disputed"
    split: Literal["train"] = "train"
    answer: str
    labels: dict[Slug, Verdict]
    """The candidate's verdicts; those of the grader that they confirmed, if they did."""
    spans: dict[Slug, tuple[Text, ...]] = {}
    labeller: str


def answer_key(question_id: str, answer: str) -> str:
    """Return the id of an answer that has none of its own: the same for the same words."""
    return f"{question_id}.{hashlib.sha256(answer.encode()).hexdigest()[:8]}"


def disputed_answer(
    turn: Turn, *, labeller: str, rest_is_right: bool = False
) -> DisputedAnswer | None:
    """Return a contested answer as a sample.

    Args:
        turn: Whose verdicts were contested.
        labeller: The candidate, by a name of their choice.
        rest_is_right: Whether the candidate confirms every verdict that they did not contest.
            Without that they said nothing of those bullets, and these have no label.

    Returns:
        None if nothing was contested, or a label is wanted for a bullet that nobody judged.
    """
    if not turn.contests or turn.grade is None:
        return None
    labels: dict[str, Verdict] = {}
    spans: dict[str, tuple[str, ...]] = {}
    for grade in turn.grade.bullets:
        contest = turn.contest_of(grade.bullet_id)
        if contest:
            labels[grade.bullet_id] = contest.verdict
            quotes = tuple(filter(None, [contest.quote]))
        elif rest_is_right:
            labels[grade.bullet_id] = grade.verdict
            quotes = tuple(span.quote for span in grade.evidence)
        else:
            continue
        if quotes:
            spans[grade.bullet_id] = quotes
    if Verdict.UNGRADED in labels.values():
        return None
    return DisputedAnswer(
        id=answer_key(turn.question_id, turn.full_answer),
        question_id=turn.question_id,
        answer=turn.full_answer,
        labels=labels,
        spans=spans,
        labeller=labeller,
    )


def to_line(answer: DisputedAnswer) -> str:
    """Return a sample as a line of JSON."""
    return answer.model_dump_json() + "\n"
