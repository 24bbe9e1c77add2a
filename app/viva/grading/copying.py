"""Notice an answer that is nothing but the reference, word for word; any grader may call it."""

from rapidfuzz import fuzz

from viva.claims import split_sentences, words
from viva.domain import Question
from viva.grading.asides import blank_out, find_asides

COPIED = "Parts of this answer repeat the reference word for word."
_LIKENESS = 92
"""Likeness to a bullet's text, 0 to 100, from which a sentence copies it."""
_SHORTEST_STATEMENT = 3
"""Words; what is shorter adds no statement."""


def copies_reference(question: Question, answer: str) -> bool:
    """Whether an answer copies bullets and has no statement of its own beside them.

    Example:
        >>> from viva.domain import Bullet
        >>> question = Question(id="q", text="How do you serve it?", topics=("t",), bullets=(
        ...     Bullet(id="b", text="Cache what is asked often."),))
        >>> copies_reference(question, "- cache what is asked often")
        True
        >>> copies_reference(question, "Cache what is asked often. We use Redis for it.")
        False
    """
    bullets = [_normal(bullet.text) for bullet in question.bullets]
    whole = _normal(answer)
    if not any(fuzz.partial_ratio(one, whole, score_cutoff=_LIKENESS) for one in bullets):
        return False  # as nearly every answer; the rest takes longer
    said = blank_out(answer, find_asides(answer, question))
    sentences = [_normal(sentence.text) for sentence in split_sentences(said)]
    stated = [text for text in sentences if text.count(" ") + 1 >= _SHORTEST_STATEMENT]
    return bool(stated) and all(
        any(fuzz.ratio(text, bullet, score_cutoff=_LIKENESS) for bullet in bullets)
        for text in stated
    )


def _normal(text: str) -> str:
    return " ".join(words(text))
