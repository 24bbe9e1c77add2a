"""What must hold between the verdicts on an answer and those on the same answer changed.

These are the metamorphic relations of a grader (Chen, Cheung and Yiu 1998, "Metamorphic testing";
Ribeiro et al. 2020, "Beyond Accuracy: Behavioral Testing of NLP Models with CheckList", has them
as invariance and directional expectation tests): none needs to know which verdict is right.
"""

from collections.abc import Mapping
from enum import StrEnum

from viva.domain import Verdict
from viva.grading.scoring import CREDIT


class Law(StrEnum):
    """What must hold of the verdicts after a change."""

    UNCHANGED = "unchanged"
    """Every verdict stays: the change is one of form."""
    NO_GAIN = "no-gain"
    """No bullet earns more: what was added states nothing."""
    LOSES_TARGET = "loses-target"
    """The target earns less: what stated it is gone."""
    LOSES_NONE = "loses-none"
    """No bullet earns less: what was added speaks of something else."""
    CONTRADICTS_TARGET = "contradicts-target"
    """The target is contradicted: what stated it now states the opposite."""


def holds(
    law: Law, before: Mapping[str, Verdict], after: Mapping[str, Verdict], *, target: str
) -> bool | None:
    """Return whether a law holds between two gradings, or None where it cannot be said.

    It cannot be said where a verdict that matters is absent or ungraded, nor where nothing could
    have broken the law: a target that had no credit cannot lose it, an answer with full credit
    cannot gain, one without credit cannot lose. Counting these would flatter every grader. A
    bullet that breaks the law breaks it even if another is ungraded.

    Args:
        law: The law of the perturbation.
        before: Verdicts on the answer as it is, by bullet id.
        after: Verdicts on the changed answer, by bullet id.
        target: The bullet that the perturbation aims at, or an empty string.

    Example:
        >>> was = {"a": Verdict.COVERED, "b": Verdict.MISSING}
        >>> holds(Law.NO_GAIN, was, {"a": Verdict.PARTIAL, "b": Verdict.MISSING}, target="")
        True
        >>> holds(Law.NO_GAIN, was, {"a": Verdict.COVERED, "b": Verdict.PARTIAL}, target="")
        False
    """
    if law in {Law.LOSES_TARGET, Law.CONTRADICTS_TARGET}:
        return _holds_of_target(law, before.get(target), after.get(target))
    judged = [
        (before[bullet], after[bullet])
        for bullet in before.keys() & after.keys()
        if before[bullet] in CREDIT and after[bullet] in CREDIT
    ]
    if any(_breaks(law, was, now) for was, now in judged):
        return False
    complete = len(judged) == len(before.keys() | after.keys())
    return True if complete and any(_could_break(law, was) for was, _ in judged) else None


def _holds_of_target(law: Law, was: Verdict | None, now: Verdict | None) -> bool | None:
    if was not in CREDIT or now not in CREDIT or not CREDIT[was]:
        return None
    if law is Law.LOSES_TARGET:
        return CREDIT[now] < CREDIT[was]
    return now is Verdict.CONTRADICTED


def _breaks(law: Law, was: Verdict, now: Verdict) -> bool:
    if law is Law.NO_GAIN:
        return CREDIT[now] > CREDIT[was]
    if law is Law.LOSES_NONE:
        return CREDIT[now] < CREDIT[was]
    return now is not was


def _could_break(law: Law, was: Verdict) -> bool:
    if law is Law.NO_GAIN:
        return CREDIT[was] < max(CREDIT.values())
    return law is Law.UNCHANGED or CREDIT[was] > 0
