"""The answers on which grader and gold differ most, and those that failed, found in one pass."""

from collections.abc import Iterable, Iterator
from heapq import nsmallest
from typing import NamedTuple

from viva.domain import Verdict
from viva.grading.scoring import CREDIT
from viva_eval.records import Record

SHOWN_DISAGREEMENTS = 200
SHOWN_FAILURES = 50

_DEPTH = CREDIT | {Verdict.CONTRADICTED: -1.0}
"""Where verdicts stand on one line: what is contradicted is further off than what is missing."""


class Notable(NamedTuple):
    """The records that a report shows one by one."""

    worst: tuple[Record, ...]
    """The furthest from gold first."""
    failures: tuple[Record, ...]
    """The first samples with an error, in the order of the run."""


def find_notable(
    records: Iterable[Record],
    *,
    disagreements: int = SHOWN_DISAGREEMENTS,
    failures: int = SHOWN_FAILURES,
) -> Notable:
    """Return what to show of a run; holds no more records than that at any time.

    Only answers as they are, graded the first time, are compared with gold. Answers equally far
    off are ordered by the confidence in what is wrong, then by id, whatever the run's order was.
    """
    failed: list[Record] = []

    def compared() -> Iterator[Record]:
        for record in records:
            if record.error:
                if len(failed) < failures:
                    failed.append(record)
            elif not record.sample.perturbation and not record.sample.repeat and distance(record):
                yield record

    worst = nsmallest(
        disagreements,
        compared(),
        key=lambda record: (-distance(record), -_misplaced_confidence(record), record.sample.id),
    )
    return Notable(tuple(worst), tuple(failed))


def distance(record: Record) -> float:
    """Return how far a grade is from gold: 0 for the same, 2 for the opposite.

    It is the mean over judged bullets of the steps between two verdicts, where contradicted is
    -1, missing 0, partial 0.5 and covered 1; for answers without labelled bullets, the share of
    the ten points between the scores.
    """
    steps = [abs(_DEPTH[gold] - _DEPTH[given]) for _, gold, given in _compared_bullets(record)]
    if steps:
        return sum(steps) / len(steps)
    if record.sample.gold_score is None or record.score is None:
        return 0.0
    return abs(record.sample.gold_score - record.score) / 10


def _misplaced_confidence(record: Record) -> float:
    return sum(
        record.confidence.get(bullet_id, 0.0)
        for bullet_id, gold, given in _compared_bullets(record)
        if gold is not given
    )


def _compared_bullets(record: Record) -> Iterator[tuple[str, Verdict, Verdict]]:
    for bullet_id, gold in record.sample.gold.items():
        given = record.verdicts.get(bullet_id, Verdict.UNGRADED)
        if given in _DEPTH and gold in _DEPTH:
            yield bullet_id, gold, given
