"""Judges on a Ray cluster: each is an actor with a grader of its own, built where it runs.

Records are still written by the process that began the run, one for each sample, whatever becomes
of the workers. One that dies is started anew and is given the same sample again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ray
from ray.exceptions import RayTaskError

from viva.domain import Deck, GraderIdentity, Question
from viva.settings import Settings
from viva_eval.judges import Judge, Judged, make_judges

_RESTARTS = 3
"""Of one worker; one that dies more often has a reason to."""


@contextmanager
def ray_cluster(*, workers: int) -> Iterator[None]:
    """Join the cluster that ``RAY_ADDRESS`` names, or start one on this machine.

    Args:
        workers: Processors of a cluster that is started.
    """
    if ray.is_initialized():
        yield
        return
    try:
        ray.init(log_to_driver=False, include_dashboard=False, num_cpus=workers)
    except ValueError:  # a cluster that is there already has the processors that it has
        ray.init(log_to_driver=False)
    try:
        yield
    finally:
        ray.shutdown()


class RayJudge:
    """A judge that lives in a process of the cluster.

    Args:
        settings: Name the grader.
        deck: Has the questions.
    """

    def __init__(self, settings: Settings, deck: Deck) -> None:
        self._worker = _worker_class().remote(settings, deck)

    @property
    def identity(self) -> GraderIdentity:
        """Of the grader."""
        identity: GraderIdentity = _get(self._worker.identity.remote())
        return identity

    @property
    def process(self) -> int:
        """Number of the process that it lives in."""
        return int(_get(self._worker.process.remote()))

    def judge(self, question: Question, answer: str, *, repeat: int) -> Judged:
        """Return the grade of an answer; raises what the grader raises."""
        judged: Judged = _get(self._worker.judge.remote(question, answer, repeat))
        return judged

    def close(self) -> None:
        """End the process."""
        ray.kill(self._worker)


def make_ray_judges(settings: Settings, deck: Deck, *, workers: int) -> tuple[RayJudge, ...]:
    """Build as many judges as there are workers.

    Raises:
        VivaError: If the grader cannot be built there.
    """
    judges = tuple(RayJudge(settings, deck) for _ in range(workers))
    for judge in judges:
        _ = judge.identity  # once it is built
    return judges


class _Worker:
    """What runs in the cluster."""

    def __init__(self, settings: Settings, deck: Deck) -> None:
        self._settings = settings
        self._deck = deck
        self._judge: Judge | None = None

    def identity(self) -> GraderIdentity:
        return self._built().identity

    def process(self) -> int:
        import os

        return os.getpid()

    def judge(self, question: Question, answer: str, repeat: int) -> Judged:
        return self._built().judge(question, answer, repeat=repeat)

    def _built(self) -> Judge:
        """Return the judge; built in a call, since errors of an actor's start tell little."""
        if self._judge is None:
            (self._judge,) = make_judges(self._settings, self._deck, workers=1, repeats=1)
        return self._judge


def _worker_class() -> Any:
    return ray.remote(num_cpus=1, max_restarts=_RESTARTS, max_task_retries=_RESTARTS)(_Worker)


def _get(reference: Any) -> Any:
    try:
        return ray.get(reference)
    except RayTaskError as error:
        raise error.cause from None  # the grader's own, as it would be without a cluster
