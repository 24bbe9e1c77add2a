"""The vectors of a question's reference, embedded once: what answers are compared with."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from viva.domain import Bullet, Question
from viva.embedding import Embedder, Vectors
from viva.grading.wording import content_stems

_PARTS = re.compile(r",\s+(?:and\s+)?|\s+(?:and|or|with|by|to|so that|for)\s+|;\s+|:\s+|\s+\(")


class ReferenceVectors(NamedTuple):
    """Unit vectors of a question's texts besides its bullets, which the index holds."""

    question: Vectors
    """One vector."""
    hints: Vectors
    """One a bullet; the bullet's own text where it has no hint."""
    term_lines: Vectors
    """One a bullet: all key terms in a line."""
    terms: tuple[Vectors, ...]
    """Several a bullet: each key term."""
    parts: tuple[Vectors, ...]
    """Several a bullet: each phrase that can be met by itself."""


def split_parts(bullet: Bullet) -> tuple[str, ...]:
    """Return the phrases of a bullet that can be met one by one; the whole if it has one."""
    parts = [part.strip(" .()") for part in _PARTS.split(bullet.text)]
    long_enough = tuple(part for part in parts if len(content_stems(part)) >= 2)
    return long_enough if len(long_enough) > 1 else (bullet.text,)


def embed_references(
    questions: Sequence[Question], embedder: Embedder
) -> tuple[ReferenceVectors, ...]:
    """Return the vectors of each question's reference."""
    found = []
    for question in questions:
        groups = _groups(question)
        vectors = embedder.embed([text for group in groups for text in group])
        found.append(_split(vectors, groups))
    return tuple(found)


def _groups(question: Question) -> list[tuple[str, ...]]:
    """Return a question's texts: itself, hints, lines of terms, terms and parts by bullet."""
    bullets = question.bullets
    terms = [bullet.key_terms or (bullet.text,) for bullet in bullets]
    return [
        (question.text,),
        tuple(bullet.hint or bullet.text for bullet in bullets),
        tuple(", ".join(own) for own in terms),
        *terms,
        *(split_parts(bullet) for bullet in bullets),
    ]


def _split(vectors: Vectors, groups: Sequence[tuple[str, ...]]) -> ReferenceVectors:
    stops = np.cumsum([len(group) for group in groups])[:-1]
    own, hints, lines, *rest = np.split(vectors, stops)
    bullets = len(rest) // 2
    return ReferenceVectors(
        question=own[0],
        hints=hints,
        term_lines=lines,
        terms=tuple(rest[:bullets]),
        parts=tuple(rest[bullets:]),
    )
