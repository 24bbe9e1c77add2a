"""The local grader, version 1: no key, no network, no waiting.

An answer is split into claims; embeddings and key terms align them with the asked question's
bullets; a small calibrated model weighs what it sees of each bullet; the claims that carried a
verdict are its evidence.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import py3langid
from numpy.typing import NDArray

from viva.claims import words
from viva.domain import (
    VERDICTS,
    BulletGrade,
    Deck,
    Evidence,
    Grade,
    GraderIdentity,
    Question,
    RelatedBullet,
    Verdict,
)
from viva.embedding import Embedder
from viva.grading.calibration import Calibration
from viva.grading.evidence import check_evidence, quote_claim
from viva.grading.features import Unit, best_unit, describe, split_parts, split_units
from viva.grading.grader import ungraded
from viva.grading.scoring import score_bullets
from viva.grading.wording import content_stems, function_word_share, rejects
from viva.retrieval import Retriever

VERSION = "1.0"
RELATED_SIMILARITY = 0.62
"""Cosine from which a bullet of another question is named as also relevant."""
_RELATED_AT_MOST = 2
_SECOND_QUOTE = 0.9
"""A second claim is quoted if it is this near to the best one's similarity."""
_FOREIGN_AT_LEAST = 6
"""Words from which the language of an answer can be told."""


class LocalGrader:
    """Grades with the packaged embedding model and a fitted calibration.

    Args:
        deck: Gives the rarity of words.
        embedder: Text to vectors; the index must have been built with the same.
        retriever: Ranks bullets by nearness to claims.
        calibration: The fitted figures; the shipped ones by default.
    """

    def __init__(
        self,
        *,
        deck: Deck,
        embedder: Embedder,
        retriever: Retriever,
        calibration: Calibration | None = None,
    ) -> None:
        self._embedder = embedder
        self._retriever = retriever
        self._calibration = calibration or Calibration.shipped()
        self._rarity = word_rarity(deck)
        self._parts: dict[str, list[NDArray[np.float32]]] = {}

    @property
    def identity(self) -> GraderIdentity:
        """Name, version, and a fingerprint over code version, weights and calibration."""
        parts = (VERSION, self._embedder.fingerprint, self._calibration.fingerprint)
        digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        return GraderIdentity(name="local", version=VERSION, fingerprint=digest[:16])

    def grade(self, question: Question, answer: str) -> Grade:
        """Return the grade of an answer; deterministic."""
        if _is_foreign(answer):
            return ungraded(
                question,
                self.identity,
                "This grader reads English, and the answer seems to be in another language. "
                "It is kept and not scored.",
            )
        units = split_units(answer, question)
        if not units:
            return self._nothing_said(question)
        vectors = self._embedder.embed([unit.claim.text for unit in units])
        similarities = self._retriever.rank_bullets(question, vectors)
        rows = self.features(question, units, vectors, similarities)
        chances = self._calibration.probabilities(rows)
        grades = tuple(
            self._judge(bullet.id, units, similarities[:, place], chances[place])
            for place, bullet in enumerate(question.bullets)
        )
        grade = Grade(
            question_id=question.id,
            bullets=grades,
            score=score_bullets(question, grades),
            grader=self.identity,
            related=self._related(question, units, vectors, similarities),
        )
        check_evidence(grade, answer)
        return grade

    def features(
        self,
        question: Question,
        units: Sequence[Unit],
        vectors: NDArray[np.float32],
        similarities: NDArray[np.float32],
    ) -> NDArray[np.float64]:
        """Return what the calibration sees: one row of features for each bullet."""
        own_parts, own_question = self._question_vectors(question)
        return describe(
            question,
            units,
            similarities=similarities,
            part_similarities=[vectors @ parts.T for parts in own_parts],
            question_similarities=vectors @ own_question,
            rarity=self._rarity,
        )

    def _judge(
        self,
        bullet_id: str,
        units: Sequence[Unit],
        column: NDArray[np.float32],
        chances: NDArray[np.float64],
    ) -> BulletGrade:
        verdict = VERDICTS[int(np.argmax(chances))]
        best = best_unit(units, column)
        if not units[best].states:
            verdict = Verdict.MISSING
        return BulletGrade(
            bullet_id=bullet_id,
            verdict=verdict,
            confidence=round(float(chances[VERDICTS.index(verdict)]), 4),
            evidence=()
            if verdict is Verdict.MISSING
            else _quotes(units, column, best, against=verdict is Verdict.CONTRADICTED),
        )

    def _nothing_said(self, question: Question) -> Grade:
        grades = tuple(
            BulletGrade(bullet_id=bullet.id, verdict=Verdict.MISSING, confidence=1.0)
            for bullet in question.bullets
        )
        return Grade(
            question_id=question.id,
            bullets=grades,
            score=score_bullets(question, grades),
            grader=self.identity,
            notice="I found no statement about the question in this answer.",
        )

    def _related(
        self,
        question: Question,
        units: Sequence[Unit],
        vectors: NDArray[np.float32],
        similarities: NDArray[np.float32],
    ) -> tuple[RelatedBullet, ...]:
        """Name near bullets of other questions for statements that match none of this one's."""
        free = [
            place
            for place, unit in enumerate(units)
            if unit.states
            and similarities[place].max() < RELATED_SIMILARITY
            and not rejects(unit.claim.text)
        ]
        if not free:
            return ()
        hits = self._retriever.related_bullets(question, vectors[free], limit=1)
        found = sorted(
            ((near[0], units[place]) for place, near in zip(free, hits, strict=True) if near),
            key=lambda pair: -pair[0].similarity,
        )
        named: dict[str, RelatedBullet] = {}
        for hit, unit in found:
            if hit.similarity >= RELATED_SIMILARITY and len(named) < _RELATED_AT_MOST:
                named.setdefault(
                    hit.text,
                    RelatedBullet(
                        question_id=hit.question_id,
                        bullet_id=hit.bullet_id,
                        text=hit.text,
                        evidence=quote_claim(unit.claim),
                    ),
                )
        return tuple(named.values())

    def _question_vectors(
        self, question: Question
    ) -> tuple[list[NDArray[np.float32]], NDArray[np.float32]]:
        """Return vectors of the bullets' parts and of the question, embedded once a question."""
        key = hashlib.sha256(question.model_dump_json().encode()).hexdigest()
        if key not in self._parts:
            parts = [split_parts(bullet) for bullet in question.bullets]
            flat = [question.text, *(part for own in parts for part in own)]
            vectors = self._embedder.embed(flat)
            stops = np.cumsum([1, *(len(own) for own in parts)])
            self._parts[key] = [
                vectors[:1],
                *(vectors[a:b] for a, b in zip(stops, stops[1:], strict=False)),
            ]
        own_question, *own_parts = self._parts[key]
        return own_parts, own_question[0]


def word_rarity(deck: Deck) -> dict[str, float]:
    """Return the inverse document frequency of each word stem over the deck's bullets.

    ``log(1 + n / df)``, with a bullet as the document (Spärck Jones 1972).
    """
    documents = [
        content_stems(bullet.text) for question in deck.questions for bullet in question.bullets
    ]
    counts = Counter(stem for stems in documents for stem in stems)
    return {stem: math.log(1 + len(documents) / count) for stem, count in counts.items()}


def _quotes(
    units: Sequence[Unit], column: NDArray[np.float32], best: int, *, against: bool
) -> tuple[Evidence, ...]:
    """Return the best claim, and a second one from elsewhere that is nearly as near.

    A contradiction quotes the nearest rejecting claim, if one is about the bullet at all.
    """
    if against:
        rejecting = [i for i, unit in enumerate(units) if unit.states and rejects(unit.claim.text)]
        near = max(rejecting, key=lambda i: column[i], default=best)
        best = near if column[near] >= 0.7 * column[best] else best
    chosen = [best]
    if not against:
        others = [
            i
            for i, unit in enumerate(units)
            if unit.states
            and unit.sentence != units[best].sentence
            and column[i] >= _SECOND_QUOTE * column[best]
        ]
        chosen += sorted(others, key=lambda i: -column[i])[:1]
    claims = sorted((units[i].claim for i in chosen), key=lambda claim: claim.start)
    return tuple(quote_claim(claim) for claim in claims)


def _is_foreign(answer: str) -> bool:
    """Whether an answer is long enough to tell and is not English.

    Terms and names confuse a language detector, so English function words overrule it.
    """
    found = words(answer)
    if sum(character.isalpha() for character in answer) >= 4 and not any(
        character.isascii() and character.isalpha() for character in answer
    ):
        return True
    if len(found) < _FOREIGN_AT_LEAST or function_word_share(answer) >= 0.15:
        return False
    language, _ = py3langid.classify(answer)
    foreign_letters = any(not character.isascii() and character.isalpha() for character in answer)
    return language != "en" and (foreign_letters or function_word_share(answer) < 0.05)
