"""Fit the local grader on the train split and measure it on the test split.

``python -m viva_eval.calibrate`` writes ``viva/grading/calibration.json`` and prints the figures
as Markdown; with ``--check`` it writes nothing and fails if the file is not what the fit gives.
The same data give the same file. With ``--by-topic`` it only tells how a new topic fares, by
cross-validation over the train split with no topic on both sides.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from viva.deck.loading import find_deck, load_deck
from viva.domain import VERDICTS, BulletGrade, Deck, Evidence, Verdict
from viva.embedding import Embedder, load_embedder
from viva.errors import VivaError
from viva.grading import calibration as fitted_part
from viva.grading.calibration import Calibration
from viva.grading.cross_encoder import WEIGHTS_PATH, CrossEncoder
from viva.grading.describer import Describer
from viva.grading.local import LocalGrader
from viva.grading.scoring import score_bullets
from viva.resources import data_dir, file_digest
from viva.retrieval import Index, Retriever, open_client
from viva.settings import Settings
from viva_eval.baselines import by_thresholds, nearest_sentences, tune_thresholds
from viva_eval.figures import (
    Judged,
    Scores,
    by_kind,
    calibration_error,
    compare,
    confusion,
    macro_f1,
)
from viva_eval.fitting import Choice, Sample, choose, fit, make_sample
from viva_eval.labelled import SHIPPED, LabelledAnswer, Split, load_answers, only

CALIBRATION = Path(fitted_part.__file__).parent / "calibration.json"
_TOLERANCE = 0.02
"""How far figures may differ between machines, whose sums round differently."""

Indices = NDArray[np.int64]


class Bench(NamedTuple):
    """What fitting and measuring need."""

    deck: Deck
    embedder: Embedder
    retriever: Retriever


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, measure, print; return the exit code."""
    parser = argparse.ArgumentParser(prog="viva_eval.calibrate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the file; do not write")
    parser.add_argument("--data", type=Path, default=SHIPPED, help="labelled answers, JSON lines")
    parser.add_argument("--by-topic", action="store_true", help="tell how a new topic fares")
    parser.add_argument(
        "--no-test", action="store_true", help="leave the test split alone, while designing"
    )
    options = parser.parse_args(arguments)
    # Chroma keeps its files open until the process ends, which some systems mind.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        try:
            bench = open_bench(Path(folder))
            answers = load_answers(options.data, bench.deck)
            sample = sample_train(answers, bench)
            if options.by_topic:
                print(_describe(choose(_by_topic(sample, bench.deck))))
                return 0
            choice = choose(sample)
            print(_describe(choice))
            calibration = fit_on_train(answers, bench, sample, choice)
            if not options.no_test:
                print(report(answers, bench, calibration))
        except VivaError as error:
            print(error, file=sys.stderr)
            return error.exit_code
    if options.check:
        return check(calibration, CALIBRATION)
    CALIBRATION.write_text(calibration.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return 0


def open_bench(folder: Path) -> Bench:
    """Build the real index of the shipped deck in a folder."""
    settings = Settings(home=folder, deck="ml_system_design", chroma_url="")
    deck = load_deck(find_deck(settings.deck, data_dir("corpus")))
    embedder = load_embedder(settings.embedding_model)
    client = open_client(settings)
    Index(client).build(deck, embedder)
    return Bench(deck, embedder, Retriever(client, deck, embedder))


def sample_train(answers: Iterable[LabelledAnswer], bench: Bench) -> Sample:
    """Return the bullets of the train split, and anchors, as the grader sees them."""
    describer = Describer(
        deck=bench.deck,
        embedder=bench.embedder,
        retriever=bench.retriever,
        reader=CrossEncoder(file_digest(WEIGHTS_PATH)),
    )
    return make_sample(only(answers, Split.TRAIN), bench.deck, describer)


def fit_on_train(
    answers: Iterable[LabelledAnswer], bench: Bench, sample: Sample, choice: Choice
) -> Calibration:
    """Return the calibration with the settings that cross-validation chose for it."""
    train = only(answers, Split.TRAIN)
    fitted_on = (
        f"{len(train)} synthetic answers to {len({answer.question_id for answer in train})} "
        "questions, the train split of viva_eval/datasets/gold.jsonl"
    )
    return fit(
        sample,
        choice,
        embedding=bench.embedder.fingerprint,
        cross_encoder=file_digest(WEIGHTS_PATH),
        fitted_on=fitted_on,
    )


def report(answers: Iterable[LabelledAnswer], bench: Bench, calibration: Calibration) -> str:
    """Return the figures on the test split, in Markdown, beside both baselines."""
    answers = tuple(answers)
    train, test = only(answers, Split.TRAIN), only(answers, Split.TEST)
    labels, train_labels = _labels(test, bench.deck), _labels(train, bench.deck)
    kinds = np.array([answer.kind.value for answer in test for _ in answer.labels])
    grader = LocalGrader(
        deck=bench.deck,
        embedder=bench.embedder,
        retriever=bench.retriever,
        calibration=calibration,
    )
    grades = [grader.grade(bench.deck.question(own.question_id), own.answer) for own in test]
    bullets = [bullet for grade in grades for bullet in grade.bullets]
    if ungraded := sum(bullet.verdict is Verdict.UNGRADED for bullet in bullets):
        raise VivaError(f"The grader left {ungraded} bullets of English answers ungraded.")
    local = np.array([VERDICTS.index(bullet.verdict) for bullet in bullets])
    near = nearest_sentences(train, *bench), nearest_sentences(test, *bench)
    cosine = by_thresholds(near[1], *tune_thresholds(near[0], train_labels))
    commonest = np.full_like(labels, np.bincount(train_labels).argmax())
    columns = {
        name: (
            Judged(labels, verdicts, kinds),
            Scores(_scores(test, bench.deck, labels), _scores(test, bench.deck, verdicts)),
        )
        for name, verdicts in (
            ("local grader", local),
            ("best single cosine", cosine),
            ("commonest verdict", commonest),
        )
    }
    judged = columns["local grader"][0]
    confidence = np.array([bullet.confidence for bullet in bullets])
    low, high = _interval(judged, np.array([own.question_id for own in test for _ in own.labels]))
    return "\n\n".join(
        [
            f"Held out: {len(test)} answers, {len(labels)} bullets, "
            f"{len({answer.question_id for answer in test})} questions.",
            compare(columns),
            f"95% interval of the local grader's macro-F1, questions resampled: "
            f"{low:.3f} to {high:.3f}. "
            f"Expected calibration error of its confidence: "
            f"{calibration_error(judged, confidence):.3f}.",
            confusion(judged),
            by_kind(judged),
        ]
    )


def check(fitted: Calibration, path: Path) -> int:
    """Return 0 if a file holds the fitted figures up to rounding, else 1."""
    held = Calibration.model_validate(json.loads(path.read_text(encoding="utf-8")))
    for name, wanted in fitted.model_dump().items():
        given = getattr(held, name)
        numeric = isinstance(wanted, float) or not isinstance(np.array(wanted).flat[0], str)
        same = (
            np.shape(given) == np.shape(wanted)
            and np.allclose(given, wanted, rtol=_TOLERANCE, atol=_TOLERANCE)
            if numeric
            else given == wanted
        )
        if not same:
            print(f"{path} is not what the fit gives: {name} differs.", file=sys.stderr)
            print("Run 'make calibrate'.", file=sys.stderr)
            return 1
    return 0


def _labels(answers: Iterable[LabelledAnswer], deck: Deck) -> Indices:
    return np.array(
        [
            VERDICTS.index(answer.labels[bullet.id])
            for answer in answers
            for bullet in deck.question(answer.question_id).bullets
        ]
    )


def _scores(
    answers: Iterable[LabelledAnswer], deck: Deck, verdicts: Indices
) -> NDArray[np.float64]:
    """Return the score of each answer, by the one formula."""
    said = (Evidence(start=0, end=1, quote="x"),)
    left = iter(verdicts)
    scores = []
    for answer in answers:
        question = deck.question(answer.question_id)
        grades = []
        for bullet in question.bullets:
            verdict = VERDICTS[next(left)]
            quotes = () if verdict is Verdict.MISSING else said
            grades.append(
                BulletGrade(bullet_id=bullet.id, verdict=verdict, confidence=1, evidence=quotes)
            )
        scores.append(score_bullets(question, grades).value or 0.0)
    return np.array(scores)


def _interval(judged: Judged, questions: NDArray[np.str_]) -> tuple[float, float]:
    """Return the bootstrap interval of macro-F1 over questions (Efron and Tibshirani 1993)."""
    rng = np.random.default_rng(0)
    places = {name: np.flatnonzero(questions == name) for name in np.unique(questions)}
    names = list(places)
    found = []
    for _ in range(1000):
        draw = rng.integers(len(names), size=len(names))
        drawn = np.concatenate([places[names[place]] for place in draw])
        found.append(macro_f1(Judged(*(column[drawn] for column in judged))))
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)


def _by_topic(sample: Sample, deck: Deck) -> Sample:
    """Return the sample with whole topics to be dealt to folds in place of questions."""
    topics = np.array([deck.question(own).topics[0] for own in sample.questions])
    return sample._replace(questions=topics)


def _describe(choice: Choice) -> str:
    return (
        f"Chosen by cross-validation over the train split: C {choice.strength:g}, "
        f"handicap power {choice.handicap_power:g}, caution {choice.caution:g}, temperature "
        f"{choice.temperature:.2f}. There: macro-F1 {choice.macro_f1:.3f}, accuracy "
        f"{choice.accuracy:.3f}, weighted kappa of scores {choice.qwk:.3f}, undeserved credit "
        f"{choice.undeserved:.3f}.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
