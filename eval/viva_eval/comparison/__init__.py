"""Two runs compared: paired differences with intervals, and the answers that changed."""

from collections.abc import Iterable

from viva.errors import InputError
from viva_eval.comparison.laws import compare_laws
from viva_eval.comparison.markdown import to_markdown
from viva_eval.comparison.model import (
    BulletChange,
    ChangedSample,
    Comparison,
    Overlap,
    Side,
)
from viva_eval.comparison.pairing import Pairs, pair
from viva_eval.metrics.paired import (
    Difference,
    Finding,
    McNemar,
    mcnemar,
    score_differences,
    verdict_differences,
)
from viva_eval.records import Manifest, Record, RunFolder
from viva_eval.summary.steadiness import perturbation_rates
from viva_eval.summary.tally import tally

__all__ = [
    "BulletChange",
    "ChangedSample",
    "Comparison",
    "Overlap",
    "Side",
    "compare",
    "compare_folders",
    "to_markdown",
]

SEED = 0
"""Of the bootstrap: the same records give the same intervals."""


def compare(
    first: tuple[Manifest, Iterable[Record]], second: tuple[Manifest, Iterable[Record]]
) -> Comparison:
    """Return what the second run shows against the first.

    Only answers as they are, graded the first time, are compared, and only those that both runs
    graded with the same text and labels; the rest is counted. Bullets that one side left ungraded
    take no part.

    Args:
        first: Manifest and records of the run to measure against.
        second: Those of the run in question.

    Raises:
        InputError: If the runs have no answer in common.
    """
    pairs = pair(first[1], second[1])
    if not pairs.compared:
        raise InputError(
            f"The runs {first[0].run_id} and {second[0].run_id} have no graded answer in common.",
            hint="Compare runs over the same data set.",
        )
    test = mcnemar(
        [one is gold for one, gold in zip(pairs.first, pairs.gold, strict=True)],
        [other is gold for other, gold in zip(pairs.second, pairs.gold, strict=True)],
    )
    verdicts = verdict_differences(
        pairs.gold, pairs.first, pairs.second, pairs.bullet_questions, seed=SEED
    )
    scores = score_differences(
        pairs.gold_scores,
        pairs.first_scores,
        pairs.second_scores,
        pairs.score_questions,
        seed=SEED,
    )
    return Comparison(
        first=_side(first[0]),
        second=_side(second[0]),
        overlap=_overlap(pairs),
        caveats=tuple(_caveats(first[0], second[0])),
        mcnemar=test,
        verdicts=verdicts,
        scores=scores,
        changed=tuple(sorted(pairs.changed, key=lambda own: (own.step, own.sample_id))),
        verdict_finding=_verdict_finding(test, verdicts),
        score_finding=scores["qwk"].finding if "qwk" in scores else Finding.NO_DIFFERENCE,
    )


def compare_folders(first: RunFolder, second: RunFolder) -> str:
    """Return the comparison of two runs' folders in Markdown; raises what ``compare`` raises."""
    comparison = compare((first.manifest, first.records()), (second.manifest, second.records()))
    before, after = (perturbation_rates(tally(own.records())) for own in (first, second))
    return to_markdown(comparison.model_copy(update={"laws": compare_laws(before, after)}))


def _side(manifest: Manifest) -> Side:
    return Side(run_id=manifest.run_id, grader=manifest.grader, model=manifest.model)


def _overlap(pairs: Pairs) -> Overlap:
    return Overlap(
        compared=pairs.compared,
        only_first=pairs.only_first,
        only_second=pairs.only_second,
        failed=pairs.failed,
        altered=pairs.altered,
    )


def _verdict_finding(test: McNemar, verdicts: dict[str, Difference]) -> Finding:
    accuracy = verdicts.get("accuracy")
    if accuracy is None or accuracy.finding is not test.finding:
        return Finding.NO_DIFFERENCE
    return test.finding


def _caveats(first: Manifest, second: Manifest) -> list[str]:
    says = []
    if first.deck_sha256 != second.deck_sha256:
        says.append("The decks differ.")
    if first.dataset_sha256 != second.dataset_sha256:
        says.append("The data sets differ.")
    if first.finished is None or second.finished is None:
        says.append("A run is not finished.")
    return says
