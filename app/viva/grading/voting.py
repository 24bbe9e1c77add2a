"""Several judgements of the same answer become one. Pure; the LLM grader calls it."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import NamedTuple, TypeVar

from viva.domain import Evidence, Verdict
from viva.grading.evidence import merge_evidence

_CAUTION = (Verdict.MISSING, Verdict.CONTRADICTED, Verdict.PARTIAL, Verdict.COVERED)
"""Which verdict a tie goes to: the one with less credit, and missing before an accusation."""
_TRIES = 20
"""Shuffles in search of an order that no earlier vote had; a short list has few."""


_Bullet = TypeVar("_Bullet")


class Judgement(NamedTuple):
    """What one vote says of one bullet."""

    verdict: Verdict
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""


class Decision(NamedTuple):
    """What the votes say of one bullet together."""

    verdict: Verdict
    share: float
    """Of the votes that are for the verdict, above 0 to 1."""
    evidence: tuple[Evidence, ...]
    """Of the votes for the verdict."""
    reason: str
    """Of the first of them."""


def decide(votes: Sequence[Judgement], answer: str) -> Decision:
    """Return the verdict with most votes; ties go to less credit, then to missing.

    Args:
        votes: One or more.
        answer: The text that their evidence is of.
    """
    counts = Counter(vote.verdict for vote in votes)
    verdict = max(_CAUTION, key=lambda one: counts[one])  # the first of those with most
    own = [vote for vote in votes if vote.verdict is verdict]
    return Decision(
        verdict=verdict,
        share=counts[verdict] / len(votes),
        evidence=merge_evidence((span for vote in own for span in vote.evidence), answer),
        reason=own[0].reason,
    )


def order_bullets(bullets: Sequence[_Bullet], answer: str, *, vote: int) -> tuple[_Bullet, ...]:
    """Return the bullets in the order in which one vote sees them; the same for the same arguments.

    The first vote, number 0, sees them as they are, so that the prompts for one question begin
    alike and a server can keep what it made of that. Each other one sees them in an order that no
    earlier vote had, as long as there are any.
    """
    digest = hashlib.sha256(answer.encode("utf-8", "surrogatepass")).hexdigest()
    order = tuple(range(len(bullets)))
    seen = {order}
    for number in range(1, vote + 1):
        random = Random(f"{digest}/{number}")
        for _ in range(_TRIES):
            order = tuple(random.sample(range(len(bullets)), len(bullets)))
            if order not in seen:
                break
        seen.add(order)
    return tuple(bullets[place] for place in order)
