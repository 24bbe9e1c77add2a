"""What a report card says. The page reads some of it: ``viva.grading.report_card``."""

import re
from collections.abc import Mapping
from datetime import date

from viva.confidence import Confidence
from viva.domain import Frozen, GraderIdentity, Verdict
from viva_eval.summary.model import Figure, Rate


class BulletFigures(Frozen):
    """How a grader fares with one bullet, over the answers that are labelled on it."""

    question_id: str
    bullet_id: str
    text: str
    n: int
    """Answers with a label and a verdict."""
    right: int
    """Verdicts that are the label."""
    flips: int = 0
    """Answers whose verdicts on it differ between repeats."""
    commonest: tuple[Verdict, Verdict] | None = None
    """The commonest mistake: the label, and the verdict that was given instead."""

    @property
    def share(self) -> float:
        """Right verdicts, 0 to 1."""
        return self.right / self.n


class ReportCard(Frozen):
    """What is known of a grader, and of what exactly it is known."""

    schema_version: int = 1
    name: str
    """As it is chosen by."""
    grader: GraderIdentity
    model: str
    """The language model's name, or empty."""
    prompt: str
    """Fingerprint of the grading prompt, or empty."""
    weights: dict[str, str]
    """Hashes of weights and fitted figures that are installed here, by name."""
    deck_id: str
    deck_sha256: str
    dataset: str
    dataset_sha256: str
    split: str
    synthetic: bool
    """Whether the answers were written for this project rather than given by candidates."""
    run_id: str
    measured: date
    answers: int
    bullets: int
    kappa: Figure
    base_rate: float | None
    """Accuracy of always giving the commonest label."""
    accuracy: Figure
    macro_f1: Figure
    qwk: Figure
    repeats: int
    flip_share: float | None
    """Share of bullets whose verdicts differ between repeats; None where nothing was repeated."""
    ungraded_share: float
    false_credit: dict[str, Rate]
    """Bullets credited in answers that deserve none, by kind of answer."""
    confidence: Mapping[Confidence, Rate] = {}
    """Right verdicts of those said with each word; empty where the grader gave no confidence."""
    bullets_split: str
    """Which answers the figures of bullets come from."""
    by_bullet: tuple[BulletFigures, ...]
    """The worst first."""
    unmeasured: int
    """Bullets of the deck that no answer is labelled on."""

    @property
    def file_name(self) -> str:
        """Name of its files, without an ending; each language model has a card of its own."""
        own = f"{self.name}-{self.model}" if self.model else self.name
        return re.sub(r"[^a-z0-9.]+", "-", own.lower()).strip("-.")
