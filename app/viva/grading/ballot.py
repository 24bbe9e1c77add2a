"""Ask a language model for votes on an answer, and keep its replies. The LLM grader calls it."""

import logging
from collections.abc import Iterable
from concurrent.futures import Future
from typing import NamedTuple

from pydantic import ValidationError

from viva.background import start
from viva.domain import Question, Usage
from viva.errors import ModelError
from viva.grading.asides import Aside, find_asides, leave_out_appeals
from viva.grading.llm_reply import GradeReply, Vote, judge_reply, reply_model
from viva.grading.reply_cache import ReplyCache, reply_key
from viva.grading.voting import order_bullets
from viva.language_model import LanguageModel, Reply
from viva.prompts import Prompt, render
from viva.retrieval import BulletHit

logger = logging.getLogger(__name__)

LAYOUT = "2"
"""Raised when the same reply would be asked for or read differently."""


class Point(NamedTuple):
    """A bullet as the prompt shows it."""

    id: str
    text: str
    key_terms: tuple[str, ...]


class Asked(NamedTuple):
    """What is asked of the model, and what its reply is read against."""

    question: Question
    points: tuple[Point, ...]
    answer: str
    asides: tuple[Aside, ...]

    @property
    def shown(self) -> str:
        """The answer as the model sees it."""
        return leave_out_appeals(self.answer, self.asides)

    @property
    def schema(self) -> type[GradeReply]:
        """What the reply must fit."""
        return reply_model(tuple(point.id for point in self.points))


def make_asked(question: Question, reference: Iterable[BulletHit], answer: str) -> Asked:
    """Return what is asked about an answer; the reference is in the question's order."""
    points = tuple(
        Point(bullet.id, hit.text, bullet.key_terms)
        for bullet, hit in zip(question.bullets, reference, strict=True)
    )
    return Asked(question, points, answer, find_asides(answer, question))


class Votes(NamedTuple):
    """Votes on one answer, and what they took."""

    votes: list[Vote]
    """Those that came."""
    usage: tuple[Usage, ...]
    """Calls, failed ones too; none for votes that were kept."""
    failure: ModelError | None
    """Why the first of those failed that did not come."""


class Ballot:
    """Collects votes.

    Args:
        model: Answers the prompt.
        prompt: Takes ``question``, ``bullets`` and ``answer``.
        cache: Keeps replies; None for no cache.
        seed: Of vote 0; the others count on from it.
    """

    def __init__(
        self, model: LanguageModel, prompt: Prompt, *, cache: ReplyCache | None, seed: int
    ) -> None:
        self._model = model
        self._prompt = prompt
        self._cache = cache
        self._seed = seed

    def ask(self, asked: Asked, numbers: Iterable[int]) -> Votes:
        """Return the votes of these numbers, asked for at the same time."""
        replies: dict[int, GradeReply] = {}
        running: dict[int, Future[Reply[GradeReply]]] = {}
        usage: list[Usage | None] = []
        for number in numbers:
            kept = self._recall(asked, number)
            if kept is not None:
                replies[number] = kept
            else:
                running[number] = start(self._complete, asked, number)
        failed: ModelError | None = None
        for number, future in running.items():
            try:
                reply = future.result()
            except ModelError as error:
                logger.info("vote %d failed: %s", number, type(error).__name__)
                failed = failed or error
                usage.append(error.usage)
            else:
                replies[number] = reply.value
                usage.append(reply.usage)
                self._keep(asked, number, reply.value)
        votes = [judge_reply(replies[n], asked.answer, asked.asides) for n in sorted(replies)]
        return Votes(votes, tuple(filter(None, usage)), failed)

    def _complete(self, asked: Asked, number: int) -> Reply[GradeReply]:
        rendered = render(
            self._prompt,
            question=asked.question.text,
            bullets=order_bullets(asked.points, asked.answer, vote=number),
            answer=asked.shown,
        )
        return self._model.complete(
            rendered, asked.schema, purpose="grading", seed=self._seed + number
        )

    def _recall(self, asked: Asked, number: int) -> GradeReply | None:
        text = self._cache.get(self._key(asked, number)) if self._cache else None
        if text is None:
            return None
        try:
            return asked.schema.model_validate_json(text)
        except ValidationError:
            return None

    def _keep(self, asked: Asked, number: int, reply: GradeReply) -> None:
        if self._cache:
            self._cache.put(self._key(asked, number), reply.model_dump_json())

    def _key(self, asked: Asked, number: int) -> str:
        return reply_key(
            layout=LAYOUT,
            model=self._model.fingerprint,
            prompt=self._prompt.fingerprint,
            seed=self._seed,
            question=asked.question.model_dump_json(),
            answer=asked.answer,
            vote=number,
        )
