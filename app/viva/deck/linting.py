"""Name the bullets of a deck that graders and people will read differently, with the reason.

A bullet whose verdict flips is mostly a badly written one: it asks for two things at once, for
nothing in particular, for too much, or for what another bullet asks for already.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from viva.claims import words
from viva.deck.joined_actions import action_verbs, find_second_action
from viva.domain import Bullet, Deck, Frozen, Question

LONGEST = 22
"""Words; a longer bullet is more than one point, or says one at too great a length."""
FEWEST = 3
"""Words; a shorter bullet names a subject, and not what to do about it."""
ALIKE_WITHIN = 0.7
"""Cosine from which two bullets of one question ask for the same: an answer to one earns both."""
ALIKE_ACROSS = 0.8
"""Cosine from which two bullets of different questions say the same in other words."""

_EMPTY = re.compile(
    r"\b(?:(?:established |industry |common )?(?:best|good) practices?|state[ -]of[ -]the[ -]art"
    r"|and so on|and so forth|etc\b|as appropriate|appropriate(?:ly)?|suitabl[ey]|adequate(?:ly)?"
    r"|proper(?:ly)?|correctly|effective(?:ly)?|efficiently|optimally|robustly|solidly|carefully"
    r"|thoroughly|sensibly|wisely|smartly|various|several ways|high[ -]quality"
    r"|good design|flexible parts|whatever is needed|right (?:tools?|way|approach|choices?)"
    r"|everything possible|as well as possible)\b",
    re.IGNORECASE,
)
"""Words that would fit an answer to any question."""
_MERE_WISH = re.compile(
    r"^(?:make|keep|ensure|build)\b[^,]*?\b(?:scalable|robust|reliable|efficient|fast|secure"
    r"|maintainable|high[ -]quality|good)\b(?![^,]*\bwith\b)(?!.*\b(?:by|through|via|using)\b)",
    re.IGNORECASE,
)
"""A quality to have, and no means to it."""
_CONCRETE = re.compile(
    r"\b(?:such as|for example|for instance|e\.g\.|like|namely)\b|:\s|\(", re.IGNORECASE
)
"""What follows says what the empty words mean."""

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to unit vectors, one row a text."""


class Problem(StrEnum):
    """What may be wrong with a bullet."""

    NOT_ATOMIC = "not atomic"
    VAGUE = "vague"
    TOO_LONG = "too long"
    NEAR_DUPLICATE = "near-duplicate"


class Finding(Frozen):
    """A bullet to look at."""

    question_id: str
    bullet_id: str
    problem: Problem
    reason: str
    """Why, in one line for the deck's editor."""
    text: str
    """Of the bullet."""


def lint_deck(deck: Deck, embed: Embed) -> tuple[Finding, ...]:
    """Return the bullets to look at, in the deck's order.

    Args:
        deck: What to look through.
        embed: The embedding model, by which near-duplicates are found.
    """
    bullets = [(question, bullet) for question in deck.questions for bullet in question.bullets]
    verbs = action_verbs(bullet.text for _, bullet in bullets)
    repeated = _near_duplicates(bullets, embed)
    return tuple(
        Finding(
            question_id=question.id,
            bullet_id=bullet.id,
            problem=problem,
            reason=reason,
            text=bullet.text,
        )
        for place, (question, bullet) in enumerate(bullets)
        for problem, reason in (*_wording(bullet, verbs), *repeated.get(place, ()))
    )


def _wording(bullet: Bullet, verbs: frozenset[str]) -> Iterator[tuple[Problem, str]]:
    """Yield what its own words give away."""
    if second := find_second_action(bullet.text, verbs):
        yield Problem.NOT_ATOMIC, f"asks for a second action: '{second} …'"
    length = len(words(bullet.text))
    if length > LONGEST:
        yield Problem.TOO_LONG, f"{length} words; one point needs at most {LONGEST}"
    if length < FEWEST:
        yield Problem.VAGUE, "names a subject, and not what to do about it"
    elif empty := _EMPTY.search(bullet.text):
        if not _CONCRETE.search(bullet.text):
            yield Problem.VAGUE, f"'{empty.group()}' would fit any question; say what it is here"
    elif _MERE_WISH.search(bullet.text) and not _CONCRETE.search(bullet.text):
        yield Problem.VAGUE, "names a quality to reach, and no means to it"


def _near_duplicates(
    bullets: Sequence[tuple[Question, Bullet]], embed: Embed
) -> dict[int, list[tuple[Problem, str]]]:
    """Return the findings by the place of the later bullet of each pair."""
    vectors = embed([bullet.text for _, bullet in bullets])
    alike = vectors @ vectors.T
    found: dict[int, list[tuple[Problem, str]]] = {}
    for first, second in combinations(range(len(bullets)), 2):
        (question, bullet), (other, _) = bullets[first], bullets[second]
        same = question.id == other.id
        cosine = float(alike[first, second])
        if cosine >= (ALIKE_WITHIN if same else ALIKE_ACROSS):
            of = "of the same question" if same else f"of '{question.id}'"
            reason = f"says nearly what '{bullet.id}' {of} says ({cosine:.2f}): '{bullet.text}'"
            found.setdefault(second, []).append((Problem.NEAR_DUPLICATE, reason))
    return found
