"""The local grader, version 2: no key, no network, no waiting.

An answer is split into claims; embeddings and key terms align them with the asked question's
bullets; a small transformer reads the nearest claims beside each bullet; a calibrated model weighs
what was seen and read; the claims that carried a verdict are its evidence.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from viva.domain import (
    VERDICTS,
    Bullet,
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
from viva.errors import WeightsError
from viva.grading.asides import explain_asides, find_asides
from viva.grading.calibration import CONTRADICTED_FROM, Calibration
from viva.grading.copying import COPIED, copies_reference
from viva.grading.cross_encoder import CrossEncoder
from viva.grading.describer import Describer, Seen
from viva.grading.evidence import check_evidence, quote_claim
from viva.grading.foreign import is_foreign
from viva.grading.grader import TOO_LONG, join_notices, nothing_said, ungraded
from viva.grading.readings import softmax
from viva.grading.rejections import find_denial, leave_to_the_nearest, speaks_against
from viva.grading.restating import CONFIDENCE, find_restating
from viva.grading.scoring import score_bullets
from viva.grading.units import MOST_UNITS, Unit
from viva.grading.wording import rejects
from viva.retrieval import Retriever

VERSION = "2.0"
RELATED_SIMILARITY = 0.62
"""Cosine from which a bullet of another question is named as also relevant."""
_RELATED_AT_MOST = 2
_CARRIES = 0.5
"""Chance of the verdict by its own reading from which a claim carries it."""
_ABOUT_IT = 0.7
"""Share of the best claim's similarity from which a rejecting claim is about the same."""


def identify(embedding: str, calibration: str) -> GraderIdentity:
    """Return the identity of the local grader with these fingerprints of its parts."""
    digest = hashlib.sha256("\n".join((VERSION, embedding, calibration)).encode()).hexdigest()
    return GraderIdentity(name="local", version=VERSION, fingerprint=digest[:16])


class LocalGrader:
    """Grades with the packaged models and a fitted calibration.

    Args:
        deck: Gives the rarity of words.
        embedder: Text to vectors; the index must have been built with the same.
        retriever: Ranks bullets by nearness to claims.
        calibration: The fitted figures; the shipped ones by default.
        reader: The calibration's cross-encoder, if it is loaded already.

    Raises:
        WeightsError: If the calibration was fitted with another embedding model.
    """

    def __init__(
        self,
        *,
        deck: Deck,
        embedder: Embedder,
        retriever: Retriever,
        calibration: Calibration | None = None,
        reader: CrossEncoder | None = None,
    ) -> None:
        self._embedder = embedder
        self._retriever = retriever
        self._calibration = calibration or Calibration.shipped()
        if self._calibration.embedding != embedder.fingerprint:
            # Cosines of two models differ in level: the figures would not mean anything.
            raise WeightsError(
                f"The local grader was fitted with another embedding model than {embedder.name!r}.",
                hint="Leave VIVA_EMBEDDING_MODEL out, or fit the grader anew: 'make calibrate'.",
            )
        self._describer = Describer(
            deck=deck,
            embedder=embedder,
            retriever=retriever,
            reader=reader or CrossEncoder(self._calibration.cross_encoder),
        )

    @property
    def identity(self) -> GraderIdentity:
        """Name, version, and a fingerprint over code version, weights and calibration."""
        return identify(self._embedder.fingerprint, self._calibration.fingerprint)

    def prepare(self, question: Question) -> None:
        """Embed what answers to the question are compared with."""
        self._describer.prepare(question)

    def grade(self, question: Question, answer: str) -> Grade:
        """Return the grade of an answer; deterministic."""
        units = self._describer.split(question, answer)
        if (bare := self._grade_unseen(question, answer, units)) is not None:
            return bare
        return self._grade_seen(question, answer, self._describer.see(question, units))

    def grade_many(self, answers: Sequence[tuple[Question, str]]) -> Iterator[Grade]:
        """Yield the grade of each answer, the same as ``grade`` returns.

        Raises:
            IndexUnavailableError: If the index lacks a bullet or does not answer.
        """
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            yield from pool.map(lambda own: self.grade(*own), answers)

    def _grade_unseen(self, question: Question, answer: str, units: Sequence[Unit]) -> Grade | None:
        """Return the grade of an answer in which there is nothing to judge, or None."""
        if is_foreign(answer):
            return ungraded(
                question,
                self.identity,
                "This grader reads English, and the answer seems to be in another language. "
                "It is kept and not scored.",
            )
        if units:
            return None
        left_out = explain_asides(answer, find_asides(answer, question))
        return nothing_said(question, self.identity, left_out)

    def _grade_seen(self, question: Question, answer: str, seen: Seen) -> Grade:
        units = seen.units
        verdicts, chances = self._decide(seen)
        if (open_to := leave_to_the_nearest(seen, verdicts)) is not None:
            seen = self._describer.look_again(question, seen, open_to)
            verdicts, chances = self._decide(seen)
        grades = tuple(
            _restated(bullet, units)
            or _judge(bullet.id, seen, place, verdicts[place], chances[place])
            for place, bullet in enumerate(question.bullets)
        )
        grade = Grade(
            question_id=question.id,
            bullets=grades,
            score=score_bullets(question, grades),
            grader=self.identity,
            related=self._related(question, seen, grades),
            notice=self._notice(question, answer, units),
        )
        check_evidence(grade, answer)
        return grade

    def _decide(self, seen: Seen) -> tuple[list[Verdict], NDArray[np.float64]]:
        """Return each bullet's verdict, and the chance of each of the four."""
        chances = self._calibration.probabilities(seen.description)
        verdicts = [VERDICTS[index] for index in self._calibration.decide(chances)]
        for place, best in enumerate(seen.description.best):
            if seen.units[best].rejected and verdicts[place] in {Verdict.COVERED, Verdict.PARTIAL}:
                verdicts[place] = Verdict.CONTRADICTED
        return verdicts, chances

    def _notice(self, question: Question, answer: str, units: Sequence[Unit]) -> str:
        return join_notices(
            TOO_LONG if len(units) == MOST_UNITS else "",
            COPIED if copies_reference(question, answer) else "",
            explain_asides(answer, find_asides(answer, question)),
        )

    def _related(
        self, question: Question, seen: Seen, grades: Sequence[BulletGrade]
    ) -> tuple[RelatedBullet, ...]:
        """Name near bullets of other questions for statements that match none of this one's."""
        units = seen.units
        quoted = [span for grade in grades for span in grade.evidence]
        free = [
            place
            for place, unit in enumerate(units)
            if unit.states
            and seen.similarities[place].max() < RELATED_SIMILARITY
            and not rejects(unit.text)
            and not any(q.start < unit.claim.end and unit.claim.start < q.end for q in quoted)
        ]
        if not free:
            return ()
        hits = self._retriever.related_bullets(question, seen.vectors[free], limit=1)
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


def _restated(bullet: Bullet, units: tuple[Unit, ...]) -> BulletGrade | None:
    """Return the grade of a bullet that the answer repeats, or None."""
    index = find_restating(bullet, units)
    if index is None:
        return None
    return BulletGrade(
        bullet_id=bullet.id,
        verdict=Verdict.COVERED,
        confidence=CONFIDENCE,
        evidence=(quote_claim(units[index].claim),),
    )


def _judge(
    bullet_id: str, seen: Seen, place: int, verdict: Verdict, chances: NDArray[np.float64]
) -> BulletGrade:
    description = seen.description
    if not description.open_to[description.best[place], place]:
        verdict = Verdict.MISSING  # nothing was stated on it
    denial = find_denial(seen.units, seen.units[description.best[place]].sentence)
    if denial is not None and verdict in {Verdict.COVERED, Verdict.PARTIAL}:
        return BulletGrade(
            bullet_id=bullet_id,
            verdict=Verdict.CONTRADICTED,
            confidence=CONTRADICTED_FROM,  # a rule's word, so no more than the least that counts
            evidence=tuple(
                quote_claim(seen.units[index].claim) for index in (description.best[place], denial)
            ),
        )
    quotes = () if verdict is Verdict.MISSING else _quotes(seen, place, verdict)
    confidence = float(chances[VERDICTS.index(verdict)])
    if verdict is Verdict.CONTRADICTED:
        confidence = max(confidence, CONTRADICTED_FROM)  # a rule may have said it
    return BulletGrade(
        bullet_id=bullet_id,
        verdict=verdict,
        confidence=round(confidence, 4),
        evidence=quotes,
    )


def _quotes(seen: Seen, place: int, verdict: Verdict) -> tuple[Evidence, ...]:
    """Return the claim that carries the verdict, and one from elsewhere that carries it as well.

    That is the one whose reading gives the verdict the highest chance. A contradiction that a
    rule has found quotes the nearest rejecting claim, if one is about the bullet at all.
    """
    column, best = seen.similarities[:, place], seen.description.best[place]
    stated = np.flatnonzero(seen.description.open_to[:, place])
    read = [int(i) for i in stated if np.isfinite(seen.readings[i, place, 0])]
    carries = dict(zip(read, _chances_of(verdict, seen.readings[read, place]), strict=True))
    if verdict is Verdict.CONTRADICTED:
        against = [
            int(i) for i in stated if seen.units[i].rejected or speaks_against(seen.units[i].text)
        ]
        near = max(against, key=lambda i: column[i], default=best)
        if column[near] >= _ABOUT_IT * column[best] and carries.get(near, 0) < _CARRIES:
            carries = {near: 1.0}
    first, *rest = sorted(carries, key=lambda i: -carries[i]) or [best]
    elsewhere = [
        i
        for i in rest
        if carries[i] >= _CARRIES and seen.units[i].sentence != seen.units[first].sentence
    ]
    claims = sorted(
        (seen.units[i].claim for i in (first, *elsewhere[:1])), key=lambda claim: claim.start
    )
    return tuple(quote_claim(claim) for claim in claims)


def _chances_of(verdict: Verdict, readings: NDArray[np.float32]) -> list[float]:
    """Return the chance of a verdict by each reading, one a row."""
    if not len(readings):
        return []
    return [float(row[VERDICTS.index(verdict)]) for row in softmax(readings)]
