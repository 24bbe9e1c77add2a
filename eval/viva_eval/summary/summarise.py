"""From records to a summary: the one way in."""

from collections.abc import Iterable
from math import fsum

import numpy as np

from viva.domain import Deck
from viva_eval.records import Manifest, Record
from viva_eval.summary.agreement import Agreement
from viva_eval.summary.model import Counts, EvidenceFigures, Latency, Summary
from viva_eval.summary.speech import speech_figures
from viva_eval.summary.steadiness import consistency, perturbation_rates
from viva_eval.summary.tally import Tally, tally


def summarise(manifest: Manifest, records: Iterable[Record], deck: Deck) -> Summary:
    """Return the summary of a run; the same for the same records in any order.

    Agreement is over the answers as they are, graded the first time, so that neither repeats nor
    perturbations weigh in it. Ungraded bullets and failed samples are counted, and take no part
    in any figure.
    """
    found = tally(records)
    agreement = Agreement(found, deck)
    by_kind = agreement.by_kind()
    return Summary(
        run_id=manifest.run_id,
        counts=_counts(found),
        headline=agreement.headline(),
        verdicts=agreement.verdicts(),
        confusion=agreement.confusion(),
        scores=agreement.scores(),
        by_kind=by_kind,
        by_topic=agreement.by_topic(),
        by_difficulty=agreement.by_difficulty(),
        false_credit=agreement.false_credit(by_kind),
        consistency=consistency(found),
        perturbations=perturbation_rates(found),
        evidence=_evidence(found),
        reliability=agreement.reliability(),
        latency=_latency(found),
        input_tokens=found.input_tokens,
        output_tokens=found.output_tokens,
        cost=fsum(found.costs),
        graders=dict(sorted(found.graders.items())),
        speech=speech_figures(found.heard, found.texts(), voices=manifest.voices),
    )


def _counts(found: Tally) -> Counts:
    return Counts(
        samples=found.samples,
        answers=len(found.answers),
        questions=len(found.questions),
        bullets=found.all_bullets,
        ungraded=found.ungraded,
        ungraded_share=found.ungraded / found.all_bullets if found.all_bullets else 0.0,
        errors=found.errors,
        error_share=found.errors / found.samples if found.samples else 0.0,
    )


def _evidence(found: Tally) -> EvidenceFigures:
    return EvidenceFigures(
        quotes=found.quotes,
        verbatim=found.verbatim,
        verbatim_share=found.verbatim / found.quotes if found.quotes else None,
        overlap_f1=fsum(found.overlaps) / len(found.overlaps) if found.overlaps else None,
        overlap_bullets=len(found.overlaps),
    )


def _latency(found: Tally) -> Latency:
    seconds = np.array(found.seconds, dtype=np.float64)
    if not len(seconds):
        return Latency(median=None, p95=None, total=0.0)
    median, p95 = np.quantile(seconds, [0.5, 0.95])
    return Latency(median=float(median), p95=float(p95), total=fsum(seconds))
