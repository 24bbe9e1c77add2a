"""Choices by wish: topics and difficulties, a job description, questions by name."""

from collections.abc import Sequence
from random import Random
from typing import TYPE_CHECKING

from viva.domain import Deck, Difficulty, Question
from viva.practice.wishes import Choice, Wishes

if TYPE_CHECKING:
    from viva.retrieval import QuestionHit

_FAR = 0.35
"""Cosine below which even the nearest question has little to do with a description.

On the shipped deck, ten descriptions of machine-learning jobs written for this lie at 0.37 or more,
and ten of other trades at 0.32 or below.
"""


def choose_by_topic(deck: Deck, wishes: Wishes, *, random: Random) -> tuple[Choice, ...]:
    """Return up to the wished number of questions, spread over the topics, easier ones first."""
    chosen = spread_over_topics(_fitting(deck, wishes), wishes.count, random)
    return tuple(Choice(question_id=question.id) for question in easier_first(chosen))


def choose_for_job(
    deck: Deck, wishes: Wishes, *, nearest: "Sequence[QuestionHit]"
) -> tuple[Choice, ...]:
    """Return the questions nearest to a job description with the words nearest to each.

    Args:
        deck: The deck to choose from.
        wishes: How many, and within which topics and difficulties.
        nearest: The questions by nearness to the description, the nearest first.
    """
    fitting = {question.id: question for question in _fitting(deck, wishes)}
    hits = [hit for hit in nearest if hit.question_id in fitting][: wishes.count]
    why = {hit.question_id: f"Nearest in the description: “{hit.because}”" for hit in hits}
    ordered = easier_first([fitting[hit.question_id] for hit in hits])
    return tuple(Choice(question_id=one.id, why=why[one.id]) for one in ordered)


def note_on_count(deck: Deck, wishes: Wishes, found: int) -> str:
    """Return a sentence on a wish for more questions than there are; empty if it was met."""
    if not 0 < found < wishes.count:
        return ""
    names = " or ".join(deck.topic_name(topic) for topic in wishes.topics)
    levels = " or ".join(wishes.difficulties)
    within = f" on {names}" if names else ""
    within += f" that {'is' if found == 1 else 'are'} {levels}" if levels else ""
    has = "is only 1 question" if found == 1 else f"are only {found} questions"
    all_of = "it is" if found == 1 else "they are all"
    return f"You asked for {wishes.count} questions; there {has}{within}, so {all_of} here."


def note_on_nearness(nearest: "Sequence[QuestionHit]") -> str:
    """Return a warning if a description has little to do with any question."""
    if nearest and nearest[0].similarity >= _FAR:
        return ""
    return (
        "The description has little to do with what this deck asks; "
        "these questions are the nearest all the same."
    )


def easier_first(questions: Sequence[Question]) -> list[Question]:
    """Return questions by difficulty, those of the same in the order given."""
    hardness = list(Difficulty)
    return sorted(questions, key=lambda question: hardness.index(question.difficulty))


def spread_over_topics(questions: Sequence[Question], count: int, random: Random) -> list[Question]:
    """Draw without replacement, each time from the topic drawn from least so far."""
    left = random.sample(list(questions), len(questions))
    drawn: list[Question] = []
    while left and len(drawn) < count:
        taken = [question.topics[0] for question in drawn]
        drawn.append(min(left, key=lambda question: taken.count(question.topics[0])))
        left.remove(drawn[-1])
    return drawn


def _fitting(deck: Deck, wishes: Wishes) -> list[Question]:
    return [
        question
        for question in deck.questions
        if (not wishes.topics or set(wishes.topics) & set(question.topics))
        and (not wishes.difficulties or question.difficulty in wishes.difficulties)
    ]
