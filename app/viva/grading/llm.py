"""The LLM grader: a language model judges, and nothing counts that the answer does not say.

One call judges all bullets of a question. Its quotes are located in the answer, several votes may
be taken, and the local grader takes over when the model fails.
"""

import hashlib
import logging
from collections.abc import Sequence
from concurrent.futures import Future

from viva.background import start
from viva.claims import words
from viva.domain import (
    BulletGrade,
    Grade,
    GraderIdentity,
    Question,
    RelatedBullet,
    Usage,
    Verdict,
)
from viva.errors import ModelError, VivaError
from viva.grading.asides import Aside, explain_asides
from viva.grading.ballot import LAYOUT, Asked, Ballot, make_asked
from viva.grading.copying import COPIED, copies_reference
from viva.grading.evidence import check_evidence
from viva.grading.grader import TOO_LONG, Grader, join_notices, nothing_said
from viva.grading.llm_notices import explain_failure
from viva.grading.llm_reply import Vote
from viva.grading.reply_cache import ReplyCache
from viva.grading.scoring import score_bullets
from viva.grading.voting import decide
from viva.language_model import LanguageModel
from viva.prompts import Prompt
from viva.retrieval import Retriever
from viva.untrusted import defuse

logger = logging.getLogger(__name__)

VERSION = "1.0"
LONGEST_ANSWER = 20_000
"""Characters of an answer that are read; as many as the interview takes."""
SECOND_THOUGHTS = 2
"""Votes asked for beside a single one that the local grader strongly disagrees with."""
STRONG = 0.8
"""The local grader's confidence from which a disagreement is strong."""
# What a single vote says of its certainty. Neither is calibrated: they only rank verdicts.
AGREED = 0.9
"""Confidence of a single vote when the local grader says the same."""
ALONE = 0.6
"""Confidence of a single vote when it does not, or says nothing."""

_OPPOSED = (Verdict.MISSING, Verdict.CONTRADICTED)


class LlmGrader:
    """Grades with a language model.

    Args:
        model: Answers the prompts.
        prompt: Takes ``question``, ``bullets`` and ``answer``.
        retriever: Gives the reference.
        fallback: Takes over when the model fails, and is heard beside a single vote.
        votes: How many times the model is asked about one answer; odd.
        cache: Keeps replies; none by default.
        seed: The first vote's; the others count on from it.
    """

    def __init__(
        self,
        *,
        model: LanguageModel,
        prompt: Prompt,
        retriever: Retriever,
        fallback: Grader,
        votes: int = 1,
        cache: ReplyCache | None = None,
        seed: int = 0,
    ) -> None:
        self._ballot = Ballot(model, prompt, cache=cache, seed=seed)
        self._model = model
        self._prompt = prompt
        self._retriever = retriever
        self._fallback = fallback
        self._votes = votes
        self._seed = seed

    @property
    def identity(self) -> GraderIdentity:
        """Name, version with the model's name, and a fingerprint over all that sways a verdict."""
        parts = (
            VERSION,
            LAYOUT,
            self._model.fingerprint,
            self._prompt.fingerprint,
            str(self._votes),
            str(self._seed),
            self._fallback.identity.fingerprint,
        )
        digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        return GraderIdentity(
            name="llm", version=f"{VERSION}+{self._model.name}", fingerprint=digest[:16]
        )

    def prepare(self, question: Question) -> None:
        """Fetch the reference, and let the local grader get ready too."""
        self._retriever.reference_bullets(question)
        self._fallback.prepare(question)

    def grade(self, question: Question, answer: str) -> Grade:
        """Return the grade of an answer, by the local grader if the model fails."""
        reference = self._retriever.reference_bullets(question)
        asked = make_asked(question, reference, answer[:LONGEST_ANSWER])
        if not words(defuse(asked.shown)):
            left_out = explain_asides(asked.answer, asked.asides)
            return nothing_said(question, self.identity, left_out)
        local = start(self._ask_local, question, answer)
        votes, usage, failure = self._ballot.ask(asked, range(self._votes))
        if not votes:
            assert failure is not None, "what did not come has failed"
            return self._fall_back(question, answer, failure, local, usage)
        opinion = local.result()
        # Only a single vote is checked by the local grader: several check each other.
        if self._votes == 1 and opinion is not None and _disagree(votes[0], opinion):
            more = self._ballot.ask(asked, range(1, 1 + SECOND_THOUGHTS))
            votes, usage = votes + more.votes, usage + more.usage
        grade = self._conclude(asked, votes, opinion, cut=len(answer) > LONGEST_ANSWER)
        return grade.model_copy(update={"usage": usage})

    def _ask_local(self, question: Question, answer: str) -> Grade | None:
        """Return the local grade, or None if there is none: it is only a second opinion here."""
        try:
            return self._fallback.grade(question, answer)
        except VivaError as error:
            logger.warning("no second opinion: %s", error)
            return None

    def _fall_back(
        self,
        question: Question,
        answer: str,
        error: ModelError,
        local: Future[Grade | None],
        usage: tuple[Usage, ...],
    ) -> Grade:
        logger.info("the local grader takes over: %s", type(error).__name__)
        grade = local.result() or self._fallback.grade(question, answer)
        notice = join_notices(explain_failure(error), grade.notice)
        return grade.model_copy(update={"notice": notice, "usage": usage})

    def _conclude(
        self, asked: Asked, votes: Sequence[Vote], opinion: Grade | None, *, cut: bool
    ) -> Grade:
        question = asked.question
        grades = tuple(
            _decide_bullet(bullet.id, votes, opinion, asked.answer) for bullet in question.bullets
        )
        copied = copies_reference(question, asked.answer)
        grade = Grade(
            question_id=question.id,
            bullets=grades,
            score=score_bullets(question, grades),
            grader=self.identity,
            related=_unclaimed(opinion, grades, asked.asides),
            notice=join_notices(
                TOO_LONG if cut else "",
                COPIED if copied else "",
                explain_asides(asked.answer, asked.asides),
            ),
        )
        check_evidence(grade, asked.answer)
        return grade


def _decide_bullet(
    bullet_id: str, votes: Sequence[Vote], opinion: Grade | None, answer: str
) -> BulletGrade:
    decision = decide([vote[bullet_id] for vote in votes], answer)
    confidence = decision.share
    if len(votes) == 1:
        agreed = opinion is not None and opinion.of(bullet_id).verdict is decision.verdict
        confidence = AGREED if agreed else ALONE
    return BulletGrade(
        bullet_id=bullet_id,
        verdict=decision.verdict,
        confidence=round(confidence, 4),
        evidence=decision.evidence,
        reason=decision.reason,
    )


def _disagree(vote: Vote, opinion: Grade) -> bool:
    """Whether the local grader is sure of the opposite for any bullet."""
    for own in opinion.bullets:
        said = vote[own.bullet_id].verdict
        apart = (own.verdict is Verdict.COVERED and said in _OPPOSED) or (
            own.verdict in _OPPOSED and said is Verdict.COVERED
        )
        if apart and own.confidence >= STRONG:
            return True
    return False


def _unclaimed(
    opinion: Grade | None, grades: Sequence[BulletGrade], asides: Sequence[Aside]
) -> tuple[RelatedBullet, ...]:
    """Return what the local grader found of other questions, where no verdict rests on it."""
    taken = [(span.start, span.end) for grade in grades for span in grade.evidence]
    taken += [(aside.start, aside.end) for aside in asides]
    return tuple(
        related
        for related in (opinion.related if opinion else ())
        if not any(
            start < related.evidence.end and related.evidence.start < end for start, end in taken
        )
    )
