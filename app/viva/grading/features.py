"""What the local grader looks at: for each bullet, how an answer's statements relate to it.

Pure: vectors come in, a row of numbers a bullet comes out. ``units`` cuts the answer, ``reference``
holds the question's vectors, ``stance`` and ``wording`` read the words.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from viva.claims import words
from viva.domain import Bullet, Question
from viva.grading.readings import READING_FEATURES, sum_up
from viva.grading.reference import ReferenceVectors
from viva.grading.stance import read_stance
from viva.grading.units import Unit
from viva.grading.wording import (
    admits_ignorance,
    affirms_by_negation,
    content_stems,
    function_word_share,
    has_opposite,
    rejects,
)

FEATURES = (
    *"""best sentence parts_mean parts_min compound lead rivals_ahead
    terms_near terms_near_best terms_line hint restates
    terms_best terms_all words_best words_all
    rejects rejects_sentence rejects_near affirms opposite ignorance
    claim_dismisses claim_settles claim_defines claim_vague
    dismisses settles defines vague detail opens_with_no
    claim_new_words new_words digits function_words length commas""".split(),
    *READING_FEATURES,
)
"""Names of the columns, in order; the functions below say what each is.

None describes the answer as a whole, its length or how near it comes to other bullets, though
that would help on the labelled answers: docs/grading-policy.md judges each bullet by itself. So
what is added on another matter moves none but ``words_all`` and ``terms_all``, and those only by
words of the bullet.
"""

_WORDS_FROM = 3
"""Best units whose words count together."""

Matrix = NDArray[np.float32]


class Description(NamedTuple):
    """What was seen of an answer, one row a bullet."""

    rows: NDArray[np.float64]
    """Columns as in ``FEATURES``."""
    spoken: NDArray[np.float64]
    """Vectors of the bullet's best claim and of the sentence around it, side by side."""
    best: tuple[int, ...]
    """Index of each bullet's best unit."""
    open_to: NDArray[np.bool_]
    """Which units each bullet's verdict may rest on, units x bullets."""


class _View(NamedTuple):
    """One bullet and the answer seen from it."""

    place: int
    bullet: Bullet
    units: Sequence[Unit]
    vectors: Matrix
    similarities: Matrix
    readings: Matrix
    """Logits of the statements that were read, statements x 4, the most similar one first."""
    stated: NDArray[np.bool_]
    best: int

    @property
    def column(self) -> Matrix:
        return np.asarray(self.similarities[:, self.place])

    @property
    def claim(self) -> str:
        return self.units[self.best].text

    @property
    def sentence(self) -> str:
        return self.units[self.units[self.best].sentence].text

    def highest(self, values: Matrix) -> float:
        """Return the highest value of a statement, 0 if nothing is stated."""
        return float(values[self.stated].max()) if self.stated.any() else 0.0


def describe(
    question: Question,
    units: Sequence[Unit],
    *,
    vectors: Matrix,
    similarities: Matrix,
    readings: Matrix,
    reference: ReferenceVectors,
    rarity: Mapping[str, float],
    open_to: NDArray[np.bool_] | None = None,
) -> Description:
    """Return what the calibration sees of each bullet.

    Args:
        question: The question asked.
        units: The pieces of the answer, at least one.
        vectors: One a unit.
        similarities: Cosine of each unit with each bullet, units x bullets.
        readings: Logits of each unit beside each bullet, units x bullets x 4; NaN where unread.
        reference: The question's own vectors.
        rarity: Weight of each word stem of the deck: its inverse document frequency.
        open_to: Which units each bullet may rest on, units x bullets; every statement by default.
    """
    if open_to is None:
        open_to = np.array([[unit.states] * len(question.bullets) for unit in units])
    best = tuple(
        best_unit(column, stated) for column, stated in zip(similarities.T, open_to.T, strict=True)
    )
    rows = []
    for place, bullet in enumerate(question.bullets):
        stated = open_to[:, place]
        column = similarities[:, place]
        read = np.flatnonzero(stated & np.isfinite(readings[:, place, 0]))
        read = read[np.argsort(-column[read], kind="stable")]
        view = _View(
            place, bullet, units, vectors, similarities, readings[read, place], stated, best[place]
        )
        row = {
            **_nearness(view, reference),
            **_words_shared(view, rarity),
            **_leaning(view),
            **_substance(view),
            **sum_up(view.readings),
        }
        rows.append([float(row[name]) for name in FEATURES])
    around = [units[index].sentence for index in best]
    return Description(
        rows=np.array(rows, dtype=np.float64),
        spoken=np.hstack([vectors[list(best)], vectors[around]]).astype(np.float64),
        best=best,
        open_to=open_to,
    )


def best_unit(column: Matrix, stated: NDArray[np.bool_]) -> int:
    """Return the index of the statement most similar to a bullet; of any unit if none states."""
    return int(np.argmax(np.where(stated, column, column - 2)))


def _nearness(view: _View, reference: ReferenceVectors) -> dict[str, float]:
    """Cosines of statements with the bullet, its parts, its key terms, its hint."""
    column, best = view.column, view.best
    parts = reference.parts[view.place]
    by_part = view.vectors @ parts.T
    part_best = by_part[view.stated].max(axis=0) if view.stated.any() else np.zeros(len(parts))
    terms = (view.vectors @ reference.terms[view.place].T).max(axis=1)
    rivals = np.delete(view.similarities[best], view.place)
    return {
        "best": view.highest(column),
        "sentence": column[view.units[best].sentence],
        "parts_mean": part_best.mean(),
        "parts_min": part_best.min(),
        "compound": len(parts) > 1,
        "lead": column[best] - rivals.max() if rivals.size else 0.0,
        "rivals_ahead": (rivals > column[best]).sum(),
        "terms_near": view.highest(terms),
        "terms_near_best": terms[best],
        "terms_line": view.highest(view.vectors @ reference.term_lines[view.place]),
        "hint": view.highest(view.vectors @ reference.hints[view.place]),
        "restates": view.vectors[best] @ reference.question,
    }


def _words_shared(view: _View, rarity: Mapping[str, float]) -> dict[str, float]:
    """Key terms and rare words of the bullet that the answer uses."""
    said = " ".join(unit.text for unit in view.units if unit.states)
    found = sum(_has_term(term, said) for term in view.bullet.key_terms)
    nearest = np.argsort(np.where(view.stated, -view.column, 2), kind="stable")[:_WORDS_FROM]
    together = " ".join(view.units[index].text for index in nearest)
    return {
        "terms_best": any(_has_term(term, view.claim) for term in view.bullet.key_terms),
        "terms_all": min(found, 3) / 3,
        "words_best": _word_share(view.bullet, view.claim, rarity),
        "words_all": _word_share(view.bullet, together, rarity),
    }


def _leaning(view: _View) -> dict[str, float]:
    """Whether the best claim, and the sentence around it, speak for or against."""
    rejecting = view.stated & np.array([_rejects(unit.text) for unit in view.units])
    claim, sentence = read_stance(view.claim), read_stance(view.sentence)
    return {
        "rejects": rejecting[view.best],
        "rejects_sentence": _rejects(view.sentence),
        "rejects_near": view.column[rejecting].max() if rejecting.any() else 0.0,
        "affirms": affirms_by_negation(view.sentence),
        "opposite": has_opposite(view.claim, view.bullet.text),
        "ignorance": admits_ignorance(view.sentence),
        "claim_dismisses": 0 if affirms_by_negation(view.claim) else claim.dismisses,
        "claim_settles": claim.settles,
        "claim_defines": claim.defines,
        "claim_vague": claim.vague,
        "dismisses": 0 if affirms_by_negation(view.sentence) else sentence.dismisses,
        "settles": sentence.settles,
        "defines": sentence.defines,
        "vague": sentence.vague,
        "detail": sentence.detail,
        "opens_with_no": claim.opens_with_no,
    }


def _substance(view: _View) -> dict[str, float]:
    """How much the best claim says beyond the bullet's own words."""
    known = content_stems(view.bullet.text)
    return {
        "claim_new_words": np.log1p(len(content_stems(view.claim) - known)),
        "new_words": np.log1p(len(content_stems(view.sentence) - known)),
        "digits": any(character.isdigit() for character in view.sentence),
        "function_words": function_word_share(view.claim),
        "length": np.log1p(len(words(view.claim))),
        "commas": view.sentence.count(",") / max(1, len(words(view.sentence))),
    }


def _rejects(text: str) -> bool:
    return rejects(text) and not affirms_by_negation(text)


def _has_term(term: str, text: str) -> bool:
    """Whether a term stands in a text, near enough for typos in long terms."""
    if len(term) < 6:
        return term.lower() in words(text)
    return bool(fuzz.partial_ratio(term.lower(), text.lower()) >= 88)


def _word_share(bullet: Bullet, text: str, rarity: Mapping[str, float]) -> float:
    wanted = content_stems(bullet.text)
    total = sum(rarity.get(stem, 1.0) for stem in sorted(wanted))
    held = sum(rarity.get(stem, 1.0) for stem in sorted(wanted & content_stems(text)))
    return held / total if total else 0.0
