"""The summary of a run as values: what ``summary.json`` holds, gates read and reports show.

A figure that is not defined, such as a correlation with scores that do not vary, is None and
never NaN. Shares and rates run from 0 to 1, scores from 0 to 10.
"""

from viva.domain import Frozen, Verdict


class Figure(Frozen):
    """A figure with its 95% interval, from a bootstrap that resamples questions."""

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    """What it was measured on: bullets, or answers for figures of scores."""


class Rate(Frozen):
    """A share of counted things with its 95% interval.

    From a bootstrap that resamples questions; where none or all are counted, the exact one of
    Clopper and Pearson (1934) for as many trials as there are questions.
    """

    count: int
    of: int
    value: float | None
    """``count / of``; None where there was nothing to count."""
    low: float | None = None
    high: float | None = None


class Counts(Frozen):
    """How much was graded, and what was not."""

    samples: int
    """Every record, perturbed and repeated ones included."""
    answers: int
    questions: int
    bullets: int
    """Bullets that should have a verdict, over all samples without an error."""
    ungraded: int
    ungraded_share: float
    errors: int
    error_share: float


class Headline(Frozen):
    """Agreement with gold over the answers as they are, each counted once.

    Kappa is Cohen's over the four verdicts. ``qwk`` is quadratic weighted kappa of scores rounded
    to whole points; ``smd`` is the mean of the given scores less that of the gold ones, in
    standard deviations; ``mae`` is in points of ten.
    """

    bullets: int
    """Judged and labelled bullets."""
    answers: int
    """Answers with a gold score and a given one."""
    accuracy: Figure
    macro_f1: Figure
    kappa: Figure
    qwk: Figure
    pearson: Figure
    spearman: Figure
    mae: Figure
    smd: Figure
    base_rate: float | None
    """Share of the commonest gold verdict: the accuracy of always giving it."""


class VerdictFigures(Frozen):
    """How well one verdict is found."""

    verdict: Verdict
    precision: float | None
    recall: float | None
    f1: float | None
    support: int
    """Bullets with this gold verdict."""


class Group(Frozen):
    """Agreement over a part of the answers: those of a kind, a topic or a difficulty."""

    name: str
    answers: int
    bullets: int
    accuracy: Figure
    macro_f1: Figure
    qwk: Figure
    mae: Figure
    false_credit: Rate
    """Bullets credited of those whose gold verdict earns nothing."""


class ScoreCell(Frozen):
    """How many answers have this gold and this given score, both to half a point."""

    gold: float
    given: float
    n: int


class FalseCredit(Frozen):
    """Bullets credited in answers that deserve none, by the kind of answer."""

    stuffed: Rate
    off_topic: Rate
    injection: Rate


class Consistency(Frozen):
    """How alike repeated grades of the same answers are."""

    answers: int
    repeats: int
    alpha_verdicts: float | None
    """Krippendorff's alpha of verdicts, nominal."""
    alpha_scores: float | None
    """Krippendorff's alpha of scores, interval."""
    flip_share: float | None
    """Share of bullets whose verdicts are not all equal."""
    pairwise_flip_share: float | None
    """Share of pairs of repeats that differ in a bullet's verdict."""
    score_sd: float | None
    """Pooled standard deviation of an answer's score, in points of ten."""


class PerturbationRate(Frozen):
    """How often what must hold of a perturbation held."""

    law: str
    held: Rate
    untold: int
    """Samples of which it cannot be said: ungraded, failed, or nothing was there to lose."""
    broken: tuple[str, ...] = ()
    """Ids of the first samples that broke the law."""


class EvidenceFigures(Frozen):
    """What verdicts rest on."""

    quotes: int
    verbatim: int
    """Quotes that stand in the answer where they say."""
    verbatim_share: float | None
    overlap_f1: float | None
    """Mean token overlap with gold spans, as F1; None where no spans are labelled."""
    overlap_bullets: int


class ReliabilityBin(Frozen):
    """Bullets of similar confidence."""

    n: int
    confidence: float
    """Mean confidence."""
    accuracy: float
    """Share of right verdicts."""


class Reliability(Frozen):
    """Whether confidence means what it says."""

    bins: tuple[ReliabilityBin, ...]
    ece: float | None
    """Expected calibration error over bins of equal mass."""
    brier: float | None


class Latency(Frozen):
    """Seconds for one sample."""

    median: float | None
    p95: float | None
    total: float


class SpeechGroup(Frozen):
    """What speech changed in recordings made alike, heard with hints unless it says otherwise."""

    name: str
    clips: int
    """Recordings."""
    wer: float | None
    """Word error rate: word errors over all words that were said."""
    wer_without_hints: float | None
    changed: Rate
    """Bullets whose verdict is not the one on the same answer as it is written."""
    changed_without_hints: Rate
    earns_less: Rate
    """Bullets that earn less than in writing."""
    earns_more: Rate


class HintEffect(Frozen):
    """What hints changed in recordings that were heard with them and without."""

    clips: int
    bullets: int
    raised: int
    """Bullets that earn more with hints."""
    lowered: int
    """Bullets that earn less with hints."""
    raised_by_unsaid: int
    """Of those raised: where the evidence holds a hinted word that nobody said."""
    unsaid: int
    """Hinted words in transcripts that nobody said."""
    unsaid_without_hints: int
    """The same words, where they were no hints."""


class SpeechFigures(Frozen):
    """What it costs to speak an answer instead of writing it."""

    plain: SpeechGroup
    """Clean speech of the first voice at its own speed."""
    by_voice: dict[str, SpeechGroup]
    by_speed: dict[str, SpeechGroup]
    by_noise: dict[str, SpeechGroup]
    by_condition: dict[str, SpeechGroup]
    plain_by_kind: dict[str, SpeechGroup]
    """``plain`` by the kind of answer."""
    hints: HintEffect
    hints_bare: HintEffect
    """The same for answers from which the hinted words were left out before they were spoken."""
    speech_seconds: float
    """Length of all that was heard, counted as often as it was."""
    real_time_factor: float | None
    """Time to recognise a second of speech, in seconds."""


class Summary(Frozen):
    """All that a run showed."""

    schema_version: int = 1
    run_id: str
    counts: Counts
    headline: Headline
    verdicts: tuple[VerdictFigures, ...]
    confusion: tuple[tuple[int, ...], ...]
    """Bullets by gold verdict (rows) and given one (columns), in the order of ``VERDICTS``."""
    scores: tuple[ScoreCell, ...]
    by_kind: dict[str, Group]
    by_topic: dict[str, Group]
    """By topic id; a question counts in each of its topics."""
    by_difficulty: dict[str, Group]
    false_credit: FalseCredit
    consistency: Consistency | None
    """None for a run without repeats."""
    perturbations: dict[str, PerturbationRate]
    evidence: EvidenceFigures
    reliability: Reliability
    latency: Latency
    input_tokens: int
    output_tokens: int
    cost: float
    graders: dict[str, int]
    """Samples by the grader that really spoke."""
    speech: SpeechFigures | None = None
    """None for a run in which nothing was spoken."""
