"""How sure a grader is, in words: the only place that knows from which probability each is said.

How often a word proves right is measured, never set here: ``viva eval card`` counts it, and
``grading.report_card`` puts it into words.
"""

from enum import StrEnum


class Confidence(StrEnum):
    """What people read beside a verdict."""

    SURE = "sure"
    FAIRLY_SURE = "fairly sure"
    UNSURE = "unsure"


SAID_FROM = {Confidence.SURE: 0.8, Confidence.FAIRLY_SURE: 0.6, Confidence.UNSURE: 0.0}
"""Least probability of each word, the highest first."""


def confidence_word(probability: float) -> Confidence:
    """Return the word for a grader's probability, 0 to 1, that its verdict is right."""
    return next(word for word, least in SAID_FROM.items() if probability >= least)
