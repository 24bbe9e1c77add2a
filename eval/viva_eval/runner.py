"""Grade samples and write each down before the next counts as done.

One judge grades one sample after the other, or a batch at once where it can; several judges work
side by side in threads, which is what a language model's server is kept busy with. Records are
written by this thread alone.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from itertools import islice
from queue import SimpleQueue

from viva.domain import Deck, Question
from viva.errors import BudgetSpent
from viva_eval.judges import BatchJudge, Judge, Judged
from viva_eval.records import Record, RunFolder, Sample

Hear = Callable[[Sample], Sample]

_LONGEST_ERROR = 500
"""Characters of an error that are kept."""
_BATCH = 32
"""Samples graded at once where that is quicker; what a kill can lose, and a stop waits for."""


def run_samples(
    samples: Sequence[Sample],
    judges: Sequence[Judge],
    folder: RunFolder,
    *,
    deck: Deck,
    most_cost: float | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    hear: Hear | None = None,
    on_record: Callable[[Record], None] = lambda record: None,
) -> None:
    """Grade the samples that have no record yet, and append one for each.

    A sample whose grader fails gets a record with the error. When this is to stop, samples under
    way are finished and recorded first: they may have been paid for.

    Args:
        samples: All samples of the run.
        judges: At least one; as many samples are graded at once.
        folder: Where records go, and where those of an earlier start are.
        deck: Has the samples' questions.
        most_cost: Most that all records of the folder may cost, in US dollars; None for no limit.
            Samples under way when it is reached can go over it by what they cost.
        should_stop: Asked before each sample.
        hear: Turns a sample that is to be spoken into what is heard of it; None if none is.
        on_record: Told every new record.

    Raises:
        KeyboardInterrupt: If ``should_stop`` says so with samples left.
        BudgetSpent: If ``most_cost`` is reached with samples left.
        InputError: If the folder's records cannot be read.
    """
    done: set[str] = set()
    cost = 0.0
    for record in folder.records():
        done.add(record.sample.id)
        cost += record.cost
    left = [sample for sample in samples if sample.id not in done]
    questions = {question.id: question for question in deck.questions}
    purse = _Purse(most_cost, cost, should_stop)
    for record in _grade_all(purse.guard(left), judges, questions, hear):
        folder.append(record)
        purse.spend(record.cost)
        on_record(record)


def grade_sample(
    judge: Judge, sample: Sample, question: Question, hear: Hear | None = None
) -> Record:
    """Return the record of one sample, with the error if it cannot be heard or graded.

    Its time is what grading took.
    """
    started = time.perf_counter()
    try:
        if hear is not None:
            sample = hear(sample)
            started = time.perf_counter()
        judged = judge.judge(_as_shown(question, sample), sample.answer, repeat=sample.repeat)
    except Exception as error:  # a plugin's grader may raise anything; the run goes on
        said = f"{type(error).__name__}: {error}"[:_LONGEST_ERROR]
        return Record(sample=sample, error=said, seconds=time.perf_counter() - started)
    return _record(sample, judged, seconds=time.perf_counter() - started)


def _as_shown(question: Question, sample: Sample) -> Question:
    """Return the question with its bullets in the sample's order."""
    if not sample.bullet_order:
        return question
    bullets = tuple(question.bullet(bullet_id) for bullet_id in sample.bullet_order)
    return question.model_copy(update={"bullets": bullets})


class _Purse:
    """Stops handing out samples when the money is gone or somebody asks to stop."""

    def __init__(self, most: float | None, spent: float, should_stop: Callable[[], bool]) -> None:
        self._most = most
        self._spent = spent
        self._should_stop = should_stop

    def spend(self, cost: float) -> None:
        self._spent += cost

    def guard(self, samples: Iterable[Sample]) -> Iterator[Sample]:
        for sample in samples:
            if self._should_stop():
                raise KeyboardInterrupt
            if self._most is not None and self._spent >= self._most:
                raise BudgetSpent(
                    f"The run has cost ${self._spent:.4g} of at most ${self._most:g}, and samples "
                    "are left.",
                    hint="Complete it with --resume and a higher --max-cost.",
                )
            yield sample


def _grade_all(
    samples: Iterator[Sample],
    judges: Sequence[Judge],
    questions: dict[str, Question],
    hear: Hear | None,
) -> Iterator[Record]:
    first = judges[0]
    # What is to be heard takes seconds: one at a time, so that a kill loses one.
    if len(judges) == 1 and isinstance(first, BatchJudge) and hear is None:
        yield from _grade_in_batches(samples, first, questions)
    elif len(judges) == 1:
        for sample in samples:
            yield grade_sample(first, sample, questions[sample.question_id], hear)
    else:
        yield from _grade_side_by_side(samples, judges, questions, hear)


def _grade_in_batches(
    samples: Iterator[Sample], judge: BatchJudge, questions: dict[str, Question]
) -> Iterator[Record]:
    """Yield records; each took an even share of its batch's time.

    A batch that fails is graded one by one, so that the error is told of its own sample only.
    """
    while batch := list(islice(samples, _BATCH)):
        own = [questions[sample.question_id] for sample in batch]
        asked = [
            (_as_shown(question, sample), sample.answer)
            for question, sample in zip(own, batch, strict=True)
        ]
        started = time.perf_counter()
        try:
            judged = judge.judge_many(asked)
        except Exception:  # as in grade_sample, which meets it again
            yield from map(partial(grade_sample, judge), batch, own)
            continue
        seconds = (time.perf_counter() - started) / len(batch)
        for sample, found in zip(batch, judged, strict=True):
            yield _record(sample, found, seconds=seconds)


def _grade_side_by_side(
    samples: Iterator[Sample],
    judges: Sequence[Judge],
    questions: dict[str, Question],
    hear: Hear | None,
) -> Iterator[Record]:
    free: SimpleQueue[Judge] = SimpleQueue()
    for judge in judges:
        free.put(judge)

    def grade(sample: Sample) -> Record:
        judge = free.get()
        try:
            return grade_sample(judge, sample, questions[sample.question_id], hear)
        finally:
            free.put(judge)

    running: set[Future[Record]] = set()
    halted: BaseException | None = None
    is_over = False
    with ThreadPoolExecutor(max_workers=len(judges)) as pool:
        while running or not is_over:
            while not is_over and len(running) < len(judges):
                try:
                    running.add(pool.submit(grade, next(samples)))
                except StopIteration:
                    is_over = True
                except (BudgetSpent, KeyboardInterrupt) as error:
                    halted, is_over = error, True
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in finished)
    if halted is not None:
        raise halted


def _record(sample: Sample, judged: Judged, *, seconds: float) -> Record:
    grade = judged.grade
    return Record(
        sample=sample,
        verdicts={bullet.bullet_id: bullet.verdict for bullet in grade.bullets},
        confidence={bullet.bullet_id: bullet.confidence for bullet in grade.bullets},
        quotes={bullet.bullet_id: bullet.evidence for bullet in grade.bullets if bullet.evidence},
        score=grade.score.value,
        notice=grade.notice,
        grader=grade.grader,
        seconds=seconds,
        input_tokens=judged.input_tokens,
        output_tokens=judged.output_tokens,
        cost=judged.cost,
        raw=judged.raw,
    )
