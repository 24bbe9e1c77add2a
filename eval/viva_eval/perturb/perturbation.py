"""What a perturbation is, and the decorator that makes one of a function."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import getdoc
from random import Random
from types import MappingProxyType
from typing import NamedTuple

from viva.domain import Deck, Question
from viva_eval.labelled import LabelledAnswer
from viva_eval.perturb.laws import Law

_NO_EVIDENCE: Mapping[str, Sequence[str]] = MappingProxyType({})


class Perturbed(NamedTuple):
    """What is graded instead of the answer as it is."""

    text: str
    target: str = ""
    """Id of the bullet that the change aims at, or empty."""
    question: Question | None = None
    """The question to grade by, where that was changed; None for the answer's own."""


@dataclass(frozen=True)
class Subject:
    """All that a perturbation may look at."""

    answer: LabelledAnswer
    question: Question
    deck: Deck | None
    """The deck of the question; without it, what takes from other questions does not apply."""
    evidence: Mapping[str, Sequence[str]]
    """Verbatim quotes of the answer by bullet id."""

    @property
    def text(self) -> str:
        """The answer as it is."""
        return self.answer.answer


Rewrite = Callable[[Subject, Random], Perturbed | str | None]
"""Returns the changed answer, or None where the change does not apply or its law would not hold."""


@dataclass(frozen=True)
class Perturbation:
    """A named change to an answer, and the law that a good grader keeps to under it."""

    name: str
    law: Law
    doc: str
    """What is done, and why the law holds: the docstring of the function."""
    rewrite: Rewrite

    def apply(
        self,
        answer: LabelledAnswer,
        question: Question,
        random: Random,
        *,
        deck: Deck | None = None,
        evidence: Mapping[str, Sequence[str]] = _NO_EVIDENCE,
    ) -> Perturbed | None:
        """Return the changed answer, or None if the change does not apply to this one.

        The same arguments, with a ``random`` in the same state, give the same result. An answer
        that would stay as it is does not count as changed.

        Args:
            answer: The answer with its gold verdicts, which choose the target; they may be empty.
            question: The question that it answers.
            random: The only source of chance.
            deck: The deck that the question is from.
            evidence: What states each bullet, as verbatim quotes by bullet id: the gold spans
                where a set has them, else the quotes of the grader under test.
        """
        found = self.rewrite(Subject(answer, question, deck, evidence), random)
        if found is None:
            return None
        perturbed = Perturbed(found) if isinstance(found, str) else found
        is_same = perturbed.text == answer.answer and perturbed.question in {None, question}
        return None if is_same else perturbed


def perturbation(law: Law) -> Callable[[Rewrite], Perturbation]:
    """Make a perturbation of a function, with its name and its docstring.

    Example:
        >>> @perturbation(Law.UNCHANGED)
        ... def upper_case(subject: Subject, random: Random) -> str:
        ...     '''Type it all in capitals: case states nothing.'''
        ...     return subject.text.upper()
        >>> upper_case.name, upper_case.doc
        ('upper-case', 'Type it all in capitals: case states nothing.')
    """

    def decorate(rewrite: Rewrite) -> Perturbation:
        name = getattr(rewrite, "__name__", "").replace("_", "-")
        return Perturbation(name=name, law=law, doc=getdoc(rewrite) or "", rewrite=rewrite)

    return decorate
