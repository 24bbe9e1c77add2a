"""The vectors of a question's reference, embedded once: what answers are compared with."""

import re
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


def embed_reference(question: Question, embedder: Embedder) -> ReferenceVectors:
    """Return the vectors of a question's reference; one call of the model."""
    bullets = question.bullets
    terms = [bullet.key_terms or (bullet.text,) for bullet in bullets]
    parts = [split_parts(bullet) for bullet in bullets]
    groups = [
        (question.text,),
        tuple(bullet.hint or bullet.text for bullet in bullets),
        tuple(", ".join(own) for own in terms),
        *terms,
        *parts,
    ]
    vectors = embedder.embed([text for group in groups for text in group])
    stops = np.cumsum([len(group) for group in groups])[:-1]
    own, hints, lines, *rest = np.split(vectors, stops)
    return ReferenceVectors(
        question=own[0],
        hints=hints,
        term_lines=lines,
        terms=tuple(rest[: len(bullets)]),
        parts=tuple(rest[len(bullets) :]),
    )
