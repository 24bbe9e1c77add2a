"""What a run says about steadiness: over repeats of the same, and over perturbations."""

from collections import defaultdict

import numpy as np

from viva.domain import Verdict
from viva_eval.metrics.consistency import score_consistency, verdict_consistency
from viva_eval.perturb import all_perturbations, holds
from viva_eval.summary.agreement import rate
from viva_eval.summary.model import Consistency, PerturbationRate
from viva_eval.summary.tally import Altered, Place, Tally

_NAMED = 5
"""How many samples that broke a law are named."""
_UNKNOWN = "not known"


def consistency(tally: Tally) -> Consistency | None:
    """Return how alike repeated grades of unperturbed answers are; None without repeats."""
    verdicts: dict[tuple[int, str], list[Verdict]] = defaultdict(list)
    scores: dict[int, list[float]] = defaultdict(list)
    times: dict[int, int] = defaultdict(int)
    repeated = {place.answer for place in tally.plain if place.repeat}
    for place, codes in tally.plain.items():
        if place.answer in repeated:
            times[place.answer] += 1
            own = tally.verdicts_of(tally.question_of[place.answer], codes)
            for bullet_id, verdict in own.items():
                verdicts[place.answer, bullet_id].append(verdict)
    for place, score in tally.plain_scores.items():
        if place.answer in repeated:
            scores[place.answer].append(score)
    again = [count for count in times.values() if count > 1]
    if not again:
        return None
    # Sorted, so that sums do not depend on the order in which the records were written.
    of_verdicts = verdict_consistency(sorted(sorted(own) for own in verdicts.values()))
    of_scores = score_consistency(sorted(sorted(own) for own in scores.values()))
    return Consistency(
        answers=len(again),
        repeats=max(again),
        alpha_verdicts=of_verdicts.alpha,
        alpha_scores=of_scores.alpha,
        flip_share=of_verdicts.flip_share,
        pairwise_flip_share=of_verdicts.pair_flip_share,
        score_sd=of_scores.sd,
    )


def perturbation_rates(tally: Tally) -> dict[str, PerturbationRate]:
    """Return how often each perturbation's law held, by its name.

    A perturbed sample is compared with the same repeat of the answer as it is, or with the first
    one where that is missing.
    """
    samples: dict[int, list[Altered]] = {code: [] for code in range(len(tally.perturbations))}
    for own in tally.altered:
        samples[own.perturbation].append(own)
    laws = {own.name: own.law for own in all_perturbations()}
    found = {}
    for code, own_samples in samples.items():
        name = tally.perturbations[code]
        law = laws.get(name)
        kept: list[bool] = []
        questions: list[str] = []
        broken: list[str] = []
        untold = tally.altered_failed[code]
        for sample in own_samples:
            question = tally.question_of[sample.place.answer]
            before = _before(tally, sample, question)
            after = tally.verdicts_of(question, sample.codes)
            held = None if law is None else holds(law, before, after, target=sample.target)
            if held is None:
                untold += 1
                continue
            kept.append(held)
            questions.append(tally.questions[question])
            if not held:
                broken.append(sample.sample_id)
        found[name] = PerturbationRate(
            law=_UNKNOWN if law is None else law.value,
            held=rate(np.array(kept, dtype=np.bool_), np.array(questions, dtype=np.str_)),
            untold=untold,
            broken=tuple(sorted(broken)[:_NAMED]),
        )
    return dict(sorted(found.items()))


def _before(tally: Tally, sample: Altered, question: int) -> dict[str, Verdict]:
    codes = tally.plain.get(sample.place) or tally.plain.get(Place(sample.place.answer, 0))
    return {} if codes is None else tally.verdicts_of(question, codes)
