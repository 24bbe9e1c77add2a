"""What a talker is, and the one that speaks in words prepared from the deck and the grade."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from viva.domain import FollowUp, Grade, Mode, Passage, Question, Turn, Usage
from viva.feedback import model_answer
from viva.talking.speech import Speech

NOTHING_FOUND = "The deck has nothing on that."
"""How a reply begins that found nothing."""


class FollowUpWords(NamedTuple):
    """A follow-up as it will be asked, or none, and the calls that it took."""

    follow_up: FollowUp | None
    usage: tuple[Usage, ...] = ()


class Talker(Protocol):
    """Speaks for the interviewer. It decides nothing: verdicts and marks come to it ready-made."""

    @property
    def about(self) -> str:
        """Who speaks, and where what is said to them goes."""
        ...

    def react(self, question: Question, answer: str, mode: Mode) -> Speech:
        """Say what was heard, while the answer is being judged."""
        ...

    def comment(self, question: Question, turn: Turn, grade: Grade, *, spoilers: bool) -> Speech:
        """Speak about a grade.

        Args:
            question: The question.
            turn: Its turn, with the answer.
            grade: The grade.
            spoilers: Whether open points may be named; not before a follow-up.
        """
        ...

    def word_follow_up(
        self, question: Question, answer: str, grade: Grade, follow_up: FollowUp, mode: Mode
    ) -> FollowUpWords:
        """Word a follow-up for this answer; what it aims at is decided."""
        ...

    def tell_model_answer(self, question: Question) -> Speech:
        """Tell an answer that makes every point."""
        ...

    def reply(self, asked: str, passages: Sequence[Passage]) -> Speech:
        """Reply to a free question from passages, with their numbers."""
        ...


class PreparedTalker:
    """Speaks in prepared words: at once, without a language model."""

    about = "prepared words"

    def react(self, question: Question, answer: str, mode: Mode) -> Speech:
        """Say nothing: the grade is there in an instant."""
        return Speech("")

    def comment(self, question: Question, turn: Turn, grade: Grade, *, spoilers: bool) -> Speech:
        """Say nothing: the card of the grade has its own words."""
        return Speech("")

    def word_follow_up(
        self, question: Question, answer: str, grade: Grade, follow_up: FollowUp, mode: Mode
    ) -> FollowUpWords:
        """Return the follow-up as it is."""
        return FollowUpWords(follow_up)

    def tell_model_answer(self, question: Question) -> Speech:
        """Return the points with examples, one a line."""
        return Speech("\n".join(model_answer(question)))

    def reply(self, asked: str, passages: Sequence[Passage]) -> Speech:
        """Return the passages, numbered."""
        return Speech(prepared_reply(passages))


def prepared_reply(passages: Sequence[Passage]) -> str:
    """Return a reply that is nothing but the passages.

    Example:
        >>> prepared_reply([])
        'The deck has nothing on that.'
    """
    if not passages:
        return NOTHING_FOUND
    said = " ".join(
        f"{passage.text.rstrip('.')} [{number}]."
        for number, passage in enumerate(passages, start=1)
    )
    return f"The nearest that the deck says: {said}"
