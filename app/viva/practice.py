"""What to ask next: from wishes and a deck to the plan of a session."""

from collections.abc import Sequence
from random import Random

from pydantic import Field

from viva.domain import Deck, Difficulty, Frozen, Mode, Question

DEFAULT_SECONDS_PER_QUESTION = 300
"""An exam's time for one question when none is chosen, in seconds."""
LONGEST_JOB_DESCRIPTION = 50_000
"""Most characters of a job description that are taken."""


class Wishes(Frozen):
    """What a candidate chooses before an interview."""

    mode: Mode = Mode.COACH
    count: int = Field(default=3, ge=1, le=61)
    """Number of questions."""
    topics: tuple[str, ...] = ()
    """Ids of topics; empty for all."""
    difficulties: tuple[Difficulty, ...] = ()
    """Empty for all."""
    job_description: str = Field(default="", max_length=LONGEST_JOB_DESCRIPTION)
    """Pasted text; the questions nearest to it are asked."""
    seconds_per_question: int | None = Field(default=None, ge=30, le=3600)
    """Exam mode only, in seconds."""
    grader: str = ""
    """Name of a grader; empty for the default one."""


def plan_questions(
    deck: Deck,
    *,
    count: int,
    topics: Sequence[str] = (),
    difficulties: Sequence[Difficulty] = (),
    nearest: Sequence[str] = (),
    random: Random,
) -> tuple[str, ...]:
    """Return the ids of up to ``count`` questions that fit the wishes, easier ones first.

    Args:
        deck: The deck to draw from.
        count: How many questions to plan, at least one.
        topics: Ids of the topics wanted; empty for all.
        difficulties: Difficulties wanted; empty for all.
        nearest: Question ids ranked by nearness to a job description; empty to draw at random,
            spread over the topics.
        random: Source of chance; the same state gives the same plan.
    """
    fitting = [
        question
        for question in deck.questions
        if (not topics or set(topics) & set(question.topics))
        and (not difficulties or question.difficulty in difficulties)
    ]
    if nearest:
        rank = {question_id: place for place, question_id in enumerate(nearest)}
        ranked = [question for question in fitting if question.id in rank]
        chosen = sorted(ranked, key=lambda question: rank[question.id])[:count]
    else:
        chosen = _spread_over_topics(fitting, count, random)
    hardness = list(Difficulty)
    return tuple(
        question.id for question in sorted(chosen, key=lambda q: hardness.index(q.difficulty))
    )


def _spread_over_topics(
    questions: Sequence[Question], count: int, random: Random
) -> list[Question]:
    """Draw without replacement, each time from the topic drawn from least so far."""
    left = random.sample(list(questions), len(questions))
    drawn: list[Question] = []
    while left and len(drawn) < count:
        taken = [question.topics[0] for question in drawn]
        drawn.append(min(left, key=lambda question: taken.count(question.topics[0])))
        left.remove(drawn[-1])
    return drawn
