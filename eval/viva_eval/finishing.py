"""From records to a verdict on the run: summary, report, gates, and the exit code."""

from typing import TYPE_CHECKING, NamedTuple

from viva.domain import Verdict
from viva_eval.gates import Outcome, Result
from viva_eval.records import RunFolder

if TYPE_CHECKING:
    from viva_eval.summary.model import Summary

GATE_FAILED = 1
TOO_MANY_UNGRADED = 3
MOST_UNGRADED = 0.05
"""Share of bullets that may have no verdict before the figures say little of the grader."""


class Ungraded(NamedTuple):
    """Bullets without a verdict, those of failed samples among them."""

    bullets: int
    without: int
    failed: int
    """Samples that failed."""

    @property
    def share(self) -> float:
        """0 to 1; 0 if there was nothing to grade."""
        return self.without / self.bullets if self.bullets else 0.0


def count_ungraded(folder: RunFolder) -> Ungraded:
    """Count the bullets of a run that have no verdict."""
    sizes = {question.id: len(question.bullets) for question in folder.deck.questions}
    without = bullets = failed = 0
    for record in folder.records():
        size = sizes[record.sample.question_id]
        graded = sum(verdict is not Verdict.UNGRADED for verdict in record.verdicts.values())
        without, bullets = without + size - graded, bullets + size
        failed += bool(record.error)
    return Ungraded(bullets, without, failed)


def write_summary(folder: RunFolder) -> "Summary":
    """Summarise a run and write ``summary.json``."""
    from viva_eval.summary.summarise import summarise

    summary = summarise(folder.manifest, folder.records(), folder.deck)
    path = folder.path / "summary.json"
    path.write_text(summary.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return summary


def exit_code(ungraded: Ungraded, results: tuple[Result, ...], *, most_ungraded: float) -> int:
    """Return 3 for too many ungraded bullets, 1 for a failed gate, or else 0."""
    if ungraded.share > most_ungraded:
        return TOO_MANY_UNGRADED
    return GATE_FAILED if any(own.outcome is Outcome.FAILED for own in results) else 0
