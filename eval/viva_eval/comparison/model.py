"""The comparison of two runs as values."""

from viva.domain import Frozen, GraderIdentity, Verdict
from viva_eval.metrics.paired import Difference, Finding, McNemar
from viva_eval.summary.model import Rate


class Side(Frozen):
    """One of the two runs."""

    run_id: str
    grader: GraderIdentity
    model: str = ""


class Overlap(Frozen):
    """Which answers both runs have, and why others are left out."""

    compared: int
    only_first: int
    only_second: int
    failed: int
    """Answers whose grading failed in either run."""
    altered: int
    """Answers whose text or labels are not the same in both."""


class BulletChange(Frozen):
    """A bullet with another verdict than before."""

    bullet_id: str
    gold: Verdict | None
    first: Verdict | None
    second: Verdict | None

    @property
    def step(self) -> int:
        """1 for a verdict that is right now, -1 for one that was right, else 0."""
        if self.gold is None:
            return 0
        return int(self.second is self.gold) - int(self.first is self.gold)


class ChangedSample(Frozen):
    """An answer that the two runs grade differently."""

    sample_id: str
    question_id: str
    kind: str
    bullets: tuple[BulletChange, ...]
    first_score: float | None
    second_score: float | None
    gold_score: float | None

    @property
    def step(self) -> int:
        """Verdicts that are right now less those that were right before."""
        return sum(own.step for own in self.bullets)


class LawChange(Frozen):
    """How often the law of a perturbation held before and after."""

    name: str
    law: str
    first: Rate
    second: Rate
    finding: Finding


class Comparison(Frozen):
    """What the second run shows against the first, on the answers that both graded."""

    first: Side
    second: Side
    overlap: Overlap
    caveats: tuple[str, ...]
    """How the two were not made alike, in sentences."""
    mcnemar: McNemar
    verdicts: dict[str, Difference]
    """Accuracy, macro-F1 and kappa."""
    scores: dict[str, Difference]
    """QWK, Pearson, Spearman, MAE and SMD."""
    changed: tuple[ChangedSample, ...]
    """Every answer with another verdict or score, those that lost most first."""
    verdict_finding: Finding
    """Of verdicts: shown only where McNemar's test and the interval of accuracy agree."""
    score_finding: Finding
    """Of scores: that of quadratic weighted kappa."""
    laws: tuple[LawChange, ...] = ()
    """Of the perturbations that both runs have; they decide nothing of the above."""

    @property
    def finding(self) -> Finding:
        """Worse if verdicts or scores are; better if one is and the other is not worse."""
        both = {self.verdict_finding, self.score_finding}
        for own in (Finding.WORSE, Finding.BETTER):
            if own in both:
                return own
        return Finding.NO_DIFFERENCE
