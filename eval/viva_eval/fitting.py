"""Fit the local grader's calibration, and choose how by cross-validation over questions.

Every choice is made on the train split, and no question is ever on both sides of a fold: a grader
must work for questions whose answers it has not seen.
"""

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, log_loss
from sklearn.model_selection import GroupKFold

from viva.domain import VERDICTS, Deck, Question, Slug, Verdict
from viva.grading.calibration import Calibration, choose_verdicts
from viva.grading.describer import Describer
from viva.grading.features import FEATURES
from viva.grading.readings import softmax
from viva.grading.scoring import CREDIT
from viva_eval.anchors import make_anchors
from viva_eval.labelled import LabelledAnswer
from viva_eval.metrics.agreement import score_agreement

Matrix = NDArray[np.float64]

FOLDS = 8
SEEDS = (0, 1)
"""Ways in which questions are dealt to folds; figures are means over them."""
HEAD_FOLDS = 4
HEAD_STRENGTH = 1.0
STRENGTHS = (0.03, 0.1, 0.3)
"""Inverse regularization of the heads and of the model."""
HANDICAP_POWERS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""0 chooses the likeliest verdict; 1 divides each chance by how common the verdict is."""
CAUTIONS = (1.0, 1.4, 1.8, 2.5)
"""What *missing* is weighed up by: the policy gives no benefit of the doubt on substance."""
UNDESERVED_COST = 0.5
"""Macro-F1 or weighted kappa that it is worth to give no undeserved credit at all."""
_DIGITS = 6
_CREDIT = np.array([CREDIT[verdict] for verdict in VERDICTS])

COVERED, PARTIAL, MISSING, CONTRADICTED = range(len(VERDICTS))
assert VERDICTS[COVERED] is Verdict.COVERED and VERDICTS[CONTRADICTED] is Verdict.CONTRADICTED


class Sample(NamedTuple):
    """Bullets of labelled answers and of anchors, one a row."""

    rows: Matrix
    spoken: Matrix
    labels: NDArray[np.int64]
    questions: NDArray[np.str_]
    weights: Matrix
    """1 for a bullet of an answer; less for an anchor, which is fitted on and never scored."""
    texts: NDArray[np.int64]
    """Which answer or anchor each bullet was graded in."""

    @property
    def written(self) -> NDArray[np.bool_]:
        """Which rows come from answers."""
        return np.asarray(self.weights == 1)

    def take(self, places: NDArray[np.intp]) -> "Sample":
        """Return some of the rows."""
        return Sample(
            self.rows[places],
            self.spoken[places],
            self.labels[places],
            self.questions[places],
            self.weights[places],
            self.texts[places],
        )


class _Text(NamedTuple):
    question: Question
    text: str
    verdicts: dict[Slug, Verdict]
    weight: float


class Choice(NamedTuple):
    """What cross-validation chose, and how that did."""

    strength: float
    handicap_power: float
    caution: float
    macro_f1: float
    accuracy: float
    qwk: float
    """Quadratic weighted kappa of the answers' scores with those of the labels, whole points."""
    undeserved: float
    """Share of bullets without credit that would be credited."""
    temperature: float

    @property
    def worth(self) -> float:
        """What is made as high as possible."""
        return self.macro_f1 + self.qwk - UNDESERVED_COST * self.undeserved


class _Heads(NamedTuple):
    coefficients: Matrix
    intercepts: Matrix

    def read(self, spoken: Matrix) -> Matrix:
        return np.asarray(spoken @ self.coefficients.T + self.intercepts)


class _Model(NamedTuple):
    heads: _Heads
    mean: Matrix
    scale: Matrix
    coefficients: Matrix
    intercepts: Matrix

    def logits(self, sample: Sample) -> Matrix:
        inputs = np.hstack([sample.rows, self.heads.read(sample.spoken)])
        inputs = (inputs - self.mean) / self.scale
        return np.asarray(inputs @ self.coefficients.T + self.intercepts)


def make_sample(
    answers: Sequence[LabelledAnswer],
    deck: Deck,
    describer: Describer,
) -> Sample:
    """Return the bullets of the answers, and anchors, as the grader sees them.

    Answers in which nothing is said are left out: the grader does not ask the calibration.

    Args:
        answers: Labelled answers.
        deck: Their questions.
        describer: Sees the texts.
    """
    answered = {own.question_id: deck.question(own.question_id) for own in answers}
    texts = [
        *(_Text(answered[own.question_id], own.answer, own.labels, 1.0) for own in answers),
        *(
            _Text(anchor.question, anchor.text, {anchor.bullet_id: anchor.verdict}, anchor.weight)
            for anchor in make_anchors(answered.values())
        ),
    ]
    cut = ((describer.split(own.question, own.text), own) for own in texts)
    said = [(units, own) for units, own in cut if units]
    rows, spoken, labels, questions, weights, texts_of = [], [], [], [], [], []
    for number, (units, own) in enumerate(said):
        seen = describer.see(own.question, units)
        for place, bullet in enumerate(own.question.bullets):
            if bullet.id in own.verdicts:
                rows.append(seen.description.rows[place])
                spoken.append(seen.description.spoken[place])
                labels.append(VERDICTS.index(own.verdicts[bullet.id]))
                questions.append(own.question.id)
                weights.append(own.weight)
                texts_of.append(number)
    return Sample(
        np.array(rows),
        np.array(spoken),
        np.array(labels),
        np.array(questions),
        np.array(weights, dtype=np.float64),
        np.array(texts_of),
    )


def choose(sample: Sample) -> Choice:
    """Return the settings that do best on folds that were not fitted."""
    shape = (len(STRENGTHS), len(SEEDS), len(sample.labels), len(VERDICTS))
    logits = np.zeros(shape)
    for deal, seed in enumerate(SEEDS):
        for fitted, unseen in _folds(sample, FOLDS, seed):
            models = _fit(sample.take(fitted), STRENGTHS)
            for place, model in enumerate(models):
                logits[place, deal, unseen] = model.logits(sample.take(unseen))
    tried = [_judge(sample, strength, own) for strength, own in zip(STRENGTHS, logits, strict=True)]
    return max(tried, key=lambda choice: choice.worth)


def fit(
    sample: Sample, choice: Choice, *, embedding: str, cross_encoder: str, fitted_on: str
) -> Calibration:
    """Return the calibration fitted on the whole sample."""
    (model,) = _fit(sample, (choice.strength,))
    return Calibration(
        features=FEATURES,
        embedding=embedding,
        cross_encoder=cross_encoder,
        head_coefficients=_table(model.heads.coefficients),
        head_intercepts=_row(model.heads.intercepts),
        mean=_row(model.mean),
        scale=_row(model.scale),
        coefficients=_table(model.coefficients),
        intercepts=_row(model.intercepts),
        temperature=_round(choice.temperature),
        handicaps=_row(
            _handicaps(sample.labels[sample.written], choice.handicap_power, choice.caution)
        ),
        fitted_on=fitted_on,
    )


def _judge(sample: Sample, strength: float, logits: Matrix) -> Choice:
    """Return how unseen logits do, with the best handicap and the temperature that go with them."""
    written = sample.written
    labels = sample.labels[written]
    deals = [own[written] for own in logits]
    temperature = _temperature(np.vstack(deals), np.tile(labels, len(deals)))
    chances = [softmax(own / temperature) for own in deals]
    texts = sample.texts[written]
    wanted = _score(labels, texts)

    def judge(power: float, caution: float) -> Choice:
        handicaps = _handicaps(labels, power, caution)
        found = [choose_verdicts(chance, handicaps) for chance in chances]
        return Choice(
            strength=strength,
            handicap_power=power,
            caution=caution,
            macro_f1=float(np.mean([f1_score(labels, own, average="macro") for own in found])),
            accuracy=float(np.mean([(labels == own).mean() for own in found])),
            qwk=float(np.mean([_agreement(wanted, _score(own, texts)) for own in found])),
            undeserved=float(np.mean([(own[labels > PARTIAL] <= PARTIAL).mean() for own in found])),
            temperature=temperature,
        )

    return max(
        (judge(power, caution) for power, caution in product(HANDICAP_POWERS, CAUTIONS)),
        key=lambda choice: choice.worth,
    )


def _score(verdicts: NDArray[np.int64], texts: NDArray[np.int64]) -> Matrix:
    """Return the mean credit of each text, 0 to 10; all bullets weigh alike here."""
    _, places = np.unique(texts, return_inverse=True)
    sums = np.bincount(places, weights=_CREDIT[verdicts])
    return np.asarray(10 * sums / np.bincount(places))


def _agreement(wanted: Matrix, given: Matrix) -> float:
    return score_agreement(wanted.tolist(), given.tolist()).qwk or 0.0


def _fit(sample: Sample, strengths: Sequence[float]) -> list[_Model]:
    """Fit a model of each strength; they share the heads."""
    # The model must see the heads as they will be on new questions, not on those they know.
    unfitted = np.zeros((len(sample.labels), 2))
    for fitted, unseen in _folds(sample, HEAD_FOLDS, seed=2):
        unfitted[unseen] = _fit_heads(sample.take(fitted)).read(sample.spoken[unseen])
    inputs = np.hstack([sample.rows, unfitted])
    mean, scale = inputs.mean(axis=0), inputs.std(axis=0)
    scale[scale == 0] = 1.0
    heads = _fit_heads(sample)
    models = []
    for strength in strengths:
        model = LogisticRegression(C=strength, max_iter=5000)
        model.fit((inputs - mean) / scale, sample.labels, sample.weights)
        models.append(_Model(heads, mean, scale, model.coef_, model.intercept_))
    return models


def _fit_heads(sample: Sample) -> _Heads:
    """Fit contradicted against credited, and partial against covered."""
    labels = sample.labels
    fitted = []
    for among, positive in (
        (labels != MISSING, CONTRADICTED),
        (labels <= PARTIAL, PARTIAL),
    ):
        head = LogisticRegression(C=HEAD_STRENGTH, class_weight="balanced", max_iter=5000)
        fitted.append(
            head.fit(sample.spoken[among], labels[among] == positive, sample.weights[among])
        )
    return _Heads(
        np.vstack([head.coef_ for head in fitted]),
        np.concatenate([head.intercept_ for head in fitted]),
    )


def _folds(
    sample: Sample, count: int, seed: int
) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    dealer = GroupKFold(count, shuffle=True, random_state=seed)
    return list(dealer.split(sample.rows, sample.labels, groups=sample.questions))


def _temperature(logits: Matrix, labels: NDArray[np.int64]) -> float:
    grid = np.geomspace(0.5, 3.0, 91)
    losses = [log_loss(labels, softmax(logits / t), labels=range(len(VERDICTS))) for t in grid]
    return float(grid[int(np.argmin(losses))])


def _handicaps(labels: NDArray[np.int64], power: float, caution: float) -> Matrix:
    shares = np.bincount(labels, minlength=len(VERDICTS)) / len(labels)
    handicaps = (1 / len(VERDICTS) / shares) ** power
    handicaps[MISSING] *= caution
    return np.asarray(handicaps)


def _round(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _row(values: Matrix) -> tuple[float, ...]:
    return tuple(_round(value) for value in values)


def _table(values: Matrix) -> tuple[tuple[float, ...], ...]:
    return tuple(_row(row) for row in values)
