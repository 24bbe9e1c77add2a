"""Graders as a run uses them: built for a deck, one for each worker, with what they spend.

The runner knows :class:`Judge` and nothing below it, so that anything that grades can be measured:
a grader of the product or a plugin's, one on a cluster, or one that replays recorded replies.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from viva.domain import Deck, Grade, GraderIdentity, Question
from viva.embedding import Embedder
from viva.errors import VivaError
from viva.grading.grader import BatchGrader, Grader
from viva.hookspecs import GraderParts
from viva.settings import Settings
from viva_eval.cassette import Cassette

if TYPE_CHECKING:
    from viva_eval.recording import RecordingModel, ReplayingModel

    Model = RecordingModel | ReplayingModel

REPEAT_STRIDE = 1000
"""How far apart the seeds of two repeats are; votes count on from each."""
_SEEDS = 2**31


class StaleCalibration(VivaError):
    """A grader is not the one that its figures were fitted or measured for."""

    exit_code = 4


class Judged(NamedTuple):
    """A grade and what it took."""

    grade: Grade
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
    """In US dollars."""
    raw: tuple[str, ...] = ()


class Judge(Protocol):
    """Grades one sample at a time."""

    @property
    def identity(self) -> GraderIdentity:
        """Of the grader."""
        ...

    def judge(self, question: Question, answer: str, *, repeat: int) -> Judged:
        """Return the grade of an answer; raises what the grader raises."""
        ...

    def close(self) -> None:
        """Let go of connections; the judge is of no use afterwards."""
        ...


@runtime_checkable
class BatchJudge(Judge, Protocol):
    """A judge that is quicker with many samples at once."""

    def judge_many(self, answers: Sequence[tuple[Question, str]]) -> Sequence[Judged]:
        """Return the grade of each answer: those that ``judge`` returns, whatever the repeat."""
        ...


class GraderJudge:
    """Measures a grader of the product.

    Args:
        grader: Used by one thread at a time, so that what it spends is the sample's.
        repeats: The graders of later repeats, if those differ; by default it grades them too.
        model: The language model that these graders ask, and nobody else does.
    """

    def __init__(
        self, grader: Grader, *, repeats: Sequence[Grader] = (), model: "Model | None" = None
    ) -> None:
        self._graders = (grader, *repeats)
        self._model = model

    @property
    def identity(self) -> GraderIdentity:
        """Of the grader of the first repeat."""
        return self._graders[0].identity

    def judge(self, question: Question, answer: str, *, repeat: int) -> Judged:
        """Return the grade of an answer with what the grader spent on it."""
        grader = self._graders[min(repeat, len(self._graders) - 1)]
        if self._model is None:
            return Judged(grader.grade(question, answer))
        self._model.take_heard()  # what a grade left behind that failed
        grade = grader.grade(question, answer)
        heard = self._model.take_heard()  # failed calls too: they are paid for
        return Judged(
            grade,
            input_tokens=sum(take.usage.input_tokens for take in heard),
            output_tokens=sum(take.usage.output_tokens for take in heard),
            cost=sum(take.usage.cost for take in heard),
            raw=tuple(take.reply for take in heard if take.reply),
        )

    def close(self) -> None:
        """Let go of the language model's connections."""
        if self._model is not None:
            self._model.close()


class BatchGraderJudge(GraderJudge):
    """Measures a grader that is quicker with many answers at once, and asks no model."""

    def __init__(self, grader: BatchGrader) -> None:
        super().__init__(grader)
        self._grader = grader

    def judge_many(self, answers: Sequence[tuple[Question, str]]) -> Sequence[Judged]:
        """Return the grade of each answer."""
        return [Judged(grade) for grade in self._grader.grade_many(answers)]


def make_judges(
    settings: Settings,
    deck: Deck,
    *,
    workers: int,
    repeats: int,
    cassette: Cassette | None = None,
    live: bool = True,
) -> tuple[Judge, ...]:
    """Build as many judges as there are workers; the index is built once, if it is stale.

    A grader with a language model gets a seed of its own for each repeat, so that repeats are
    independent and each is recorded for itself.

    Args:
        settings: Name the grader.
        deck: Has the questions.
        workers: How many judges.
        repeats: How often each answer is graded.
        cassette: Where the language model's replies are recorded; None to record nothing.
        live: Whether the language model is asked for what the cassette lacks.

    Raises:
        InputError: If nothing may be asked, and nothing of the model was recorded.
        StaleCalibration: If the local grader was fitted for another embedding model.
        VivaError: If a part cannot be built; the message says which and what to do.
    """
    from viva.wiring import make_grader_parts

    return judges_from(
        make_grader_parts(settings, deck=deck),
        workers=workers,
        repeats=repeats,
        cassette=cassette,
        live=live,
    )


def judges_from(
    parts: GraderParts,
    *,
    workers: int,
    repeats: int,
    cassette: Cassette | None = None,
    live: bool = True,
) -> tuple[Judge, ...]:
    """Build judges from parts that are there; otherwise as ``make_judges``."""
    if parts.settings.grader_in_force == "local":
        _check_calibration(parts.embedder)
    seeds = repeats if parts.settings.grader_in_force == "llm" else 1
    return tuple(_make_judge(parts, seeds, cassette, live=live) for _ in range(workers))


def _make_judge(
    parts: GraderParts, repeats: int, cassette: Cassette | None, *, live: bool
) -> GraderJudge:
    from viva.wiring import make_grader

    settings = parts.settings
    model = _make_model(settings, cassette, live=live)
    if cassette is not None:  # which then has every reply, the product's cache none
        settings = settings.model_copy(update={"llm_cache": False})
    first, *others = (
        make_grader(replace(parts, model=model, settings=_with_seed(settings, repeat)))
        for repeat in range(repeats)
    )
    if model is None and isinstance(first, BatchGrader):
        return BatchGraderJudge(first)
    return GraderJudge(first, repeats=others, model=model)


def _make_model(settings: Settings, cassette: Cassette | None, *, live: bool) -> "Model | None":
    if settings.grader_in_force != "llm":
        return None
    from viva_eval.recording import RecordingModel, ReplayingModel

    if live or cassette is None:
        return RecordingModel(settings, cassette)
    return ReplayingModel(settings, cassette)


def _with_seed(settings: Settings, repeat: int) -> Settings:
    seed = (settings.llm_seed + REPEAT_STRIDE * repeat) % _SEEDS
    return settings.model_copy(update={"llm_seed": seed})


def _check_calibration(embedder: Embedder) -> None:
    from viva.grading.calibration import Calibration

    if Calibration.shipped().embedding != embedder.fingerprint:
        raise StaleCalibration(
            f"The local grader was fitted with another embedding model than {embedder.name!r}.",
            hint="Leave VIVA_EMBEDDING_MODEL out, or fit the grader anew: 'make calibrate'.",
        )
