import json
from random import Random

import pytest
from builders import make_deck, make_question
from scored_runs import (
    DECK,
    SAID,
    make_failure,
    make_manifest,
    make_record,
    random_records,
)

from viva.domain import VERDICTS, Difficulty
from viva_eval.gates import read_figure
from viva_eval.metrics.agreement import score_agreement, verdict_agreement
from viva_eval.metrics.agreement_intervals import verdict_intervals
from viva_eval.records import Record
from viva_eval.summary import Summary, summarise

FIRST, SECOND, THIRD = DECK.questions


def summary_of(*records: Record) -> Summary:
    return summarise(make_manifest(), records, DECK)


# --- Agreement ------------------------------------------------------------------------------


def test_the_headline_is_what_the_metrics_say_of_the_same_verdicts() -> None:
    records = list(random_records(80))
    gold = [own for record in records for own in record.sample.gold.values()]
    given = [record.verdicts[own] for record in records for own in record.sample.gold]
    clusters = [record.sample.question_id for record in records for _ in record.sample.gold]
    wanted, found = verdict_agreement(gold, given), summary_of(*records)
    headline = found.headline
    assert (headline.bullets, headline.answers) == (240, 80)
    assert headline.accuracy.value == wanted.accuracy
    assert headline.macro_f1.value == wanted.macro_f1
    assert headline.kappa.value == wanted.kappa
    assert found.confusion == wanted.confusion
    assert [own.support for own in found.verdicts] == [gold.count(own) for own in VERDICTS]
    interval = verdict_intervals(gold, given, clusters, seed=0).kappa
    assert interval is not None
    assert (headline.kappa.low, headline.kappa.high) == (interval.low, interval.high)


def test_scores_are_compared_with_gold_scores() -> None:
    records = list(random_records(80))
    wanted = score_agreement(
        [record.sample.gold_score or 0.0 for record in records],
        [record.score or 0.0 for record in records],
    )
    headline = summary_of(*records).headline
    assert headline.qwk.value == wanted.qwk
    assert headline.smd.value == pytest.approx(wanted.smd)
    assert headline.mae.value == pytest.approx(wanted.mae)


def test_repeats_and_perturbations_weigh_nothing_in_agreement() -> None:
    right = make_record("ccc", "ccc", answer_id="a")
    wrong = make_record("mmm", "ccc", answer_id="b", question=SECOND)
    again = [
        make_record("mmm", "ccc", answer_id="a", repeat=1),
        make_record("mmm", "ccc", answer_id="a", perturbation="upper-case"),
    ]
    assert summary_of(right, wrong, *again).headline == summary_of(right, wrong).headline


def test_the_order_of_records_plays_no_part() -> None:
    records = [
        *random_records(30),
        make_record("cmm", "cmm", answer_id="x", repeat=1),
        make_record("cmm", "cmm", answer_id="x"),
        make_record("ccm", "cmm", answer_id="x", perturbation="padding"),
    ]
    shuffled = records.copy()
    Random(1).shuffle(shuffled)
    assert summary_of(*shuffled) == summary_of(*records)


def test_answers_without_labelled_bullets_have_agreement_of_scores_only() -> None:
    records = [
        record.model_copy(update={"sample": record.sample.model_copy(update={"gold": {}})})
        for record in random_records(20)
    ]
    headline = summary_of(*records).headline
    assert headline.bullets == 0
    assert headline.accuracy.value is None
    assert headline.qwk.value is not None


def test_a_score_that_does_not_vary_has_no_correlation() -> None:
    found = summary_of(*(make_record("ccc", "ccc", answer_id=str(own)) for own in range(5)))
    assert found.headline.pearson.value is None
    assert found.headline.kappa.value is None
    assert found.headline.accuracy.value == 1.0


# --- What was not graded --------------------------------------------------------------------


def test_failed_samples_are_counted_and_enter_no_figure() -> None:
    records = list(random_records(10))
    with_failure = summary_of(*records, make_failure(answer_id="failed"))
    assert with_failure.counts.errors == 1
    assert with_failure.counts.error_share == pytest.approx(1 / 11)
    assert with_failure.headline == summary_of(*records).headline


def test_ungraded_bullets_are_counted_and_are_no_zero() -> None:
    found = summary_of(make_record("cuu", "cmx"), make_record("uuu", "ccc", answer_id="b"))
    assert (found.counts.bullets, found.counts.ungraded) == (6, 5)
    assert found.headline.bullets == 1
    assert found.headline.accuracy.value == 1.0
    assert found.headline.answers == 1  # nothing of the other was graded


def test_a_run_without_records_has_no_figures() -> None:
    found = summary_of()
    assert found.counts.samples == 0
    assert found.headline.qwk.value is None
    assert found.latency.median is None
    assert found.by_kind == {}
    assert found.perturbations == {}
    assert found.reliability.bins == ()


@pytest.mark.parametrize("count", [0, 1, 40])
def test_a_summary_is_json_without_nan(count: int) -> None:
    found = summary_of(*random_records(count))

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} in the summary")

    json.loads(found.model_dump_json(), parse_constant=refuse)
    assert Summary.model_validate_json(found.model_dump_json()) == found


# --- Groups ---------------------------------------------------------------------------------


def test_a_question_counts_in_each_of_its_topics() -> None:
    found = summary_of(
        make_record("ccc", "ccc", answer_id="a", question=SECOND),
        make_record("mmm", "ccc", answer_id="b", question=THIRD),
    )
    assert list(found.by_topic) == ["deployment", "monitoring"]
    assert found.by_topic["deployment"].accuracy.value == 0.0
    assert found.by_topic["monitoring"].accuracy.value == 0.5
    assert found.by_topic["monitoring"].name == "Monitoring"


def test_difficulties_go_from_easy_to_hard() -> None:
    hard = make_question("hard", difficulty=Difficulty.HARD)
    easy = make_question("easy", difficulty=Difficulty.EASY)
    records = [make_record("ccc", "ccc", answer_id=own.id, question=own) for own in (hard, easy)]
    found = summarise(make_manifest(), records, make_deck(hard, easy))
    assert list(found.by_difficulty) == ["easy", "hard"]


def test_questions_that_the_deck_does_not_know_are_a_group_of_their_own() -> None:
    found = summary_of(make_record("c", "m", question=make_question("other", weights=(1,))))
    assert list(found.by_topic) == ["unknown"]
    assert list(found.by_difficulty) == ["unknown"]


def test_false_credit_is_what_is_credited_of_what_earns_nothing() -> None:
    found = summary_of(
        make_record("cpm", "mmm", kind="stuffed", answer_id="a"),
        make_record("ccm", "cpm", kind="stuffed", answer_id="b", question=SECOND),
        make_record("mmm", "mmm", kind="injection", answer_id="c"),
    )
    assert (found.false_credit.stuffed.count, found.false_credit.stuffed.of) == (2, 4)
    assert found.false_credit.injection.value == 0.0
    assert (found.false_credit.injection.high or 0) > 0.5  # one question proves little
    assert found.false_credit.off_topic.value is None


# --- Steadiness -----------------------------------------------------------------------------


def test_a_run_without_repeats_has_no_consistency() -> None:
    assert summary_of(*random_records(5)).consistency is None


def test_a_verdict_that_changes_between_repeats_is_a_flip() -> None:
    found = summary_of(
        make_record("ccm", "ccm", answer_id="a"),
        make_record("cmm", "ccm", answer_id="a", repeat=1),
        make_record("mmm", "mmm", answer_id="b"),
        make_record("mmm", "mmm", answer_id="b", repeat=1),
        make_record("ccc", "ccc", answer_id="once"),
    ).consistency
    assert found is not None
    assert (found.answers, found.repeats) == (2, 2)
    assert found.flip_share == pytest.approx(1 / 6)
    assert found.score_sd is not None and found.score_sd > 0


def test_laws_are_checked_against_the_answer_as_it_is() -> None:
    found = summary_of(
        make_record("cmm", "cmm", answer_id="a"),
        make_record("cmm", "cmm", answer_id="a", perturbation="upper-case"),
        make_record("ccm", "cmm", answer_id="a", perturbation="padding"),
        make_record("mmm", "mmm", answer_id="b"),
        make_record("cmm", "mmm", answer_id="b", perturbation="upper-case"),
    ).perturbations
    assert (found["upper-case"].held.count, found["upper-case"].held.of) == (1, 2)
    assert found["upper-case"].broken == ("b~upper-case#0",)
    assert (found["padding"].law, found["padding"].held.value) == ("no-gain", 0.0)


def test_what_cannot_be_said_of_a_law_is_counted_apart() -> None:
    found = summary_of(
        make_record("mmm", "mmm", answer_id="a"),
        make_record("umm", "mmm", answer_id="a", perturbation="upper-case"),
        make_record("mmm", "mmm", answer_id="lost", perturbation="upper-case"),
        make_failure(answer_id="a", perturbation="upper-case"),
        make_record("mmm", "mmm", answer_id="a", perturbation="of-a-plugin-now-gone"),
    ).perturbations
    assert found["upper-case"].untold == 3
    assert found["upper-case"].held.value is None
    assert found["of-a-plugin-now-gone"].law == "not known"


def test_repeats_of_a_perturbed_answer_are_compared_with_the_same_repeat() -> None:
    found = summary_of(
        make_record("cmm", answer_id="a"),
        make_record("mmm", answer_id="a", repeat=1),
        make_record("cmm", answer_id="a", perturbation="upper-case"),
        make_record("mmm", answer_id="a", perturbation="upper-case", repeat=1),
    ).perturbations
    assert (found["upper-case"].held.count, found["upper-case"].held.of) == (2, 2)


# --- Evidence, confidence, cost -------------------------------------------------------------


def test_quotes_that_are_not_in_the_answer_are_counted() -> None:
    invented = make_record("cmm", answer_id="b")
    other = invented.sample.model_copy(update={"answer": "Something else altogether."})
    found = summary_of(
        make_record("cpm", answer_id="a"), invented.model_copy(update={"sample": other})
    ).evidence
    assert (found.quotes, found.verbatim) == (3, 2)
    assert found.overlap_f1 is None


def test_evidence_is_compared_with_gold_spans_where_they_are_labelled() -> None:
    spans = {"b1": (SAID,), "b2": ("do it",)}
    found = summary_of(
        make_record("ccm", "ccm", spans=spans),
        make_record("ccm", "ccm", spans=spans, perturbation="padding"),  # no longer its own
    ).evidence
    assert found.overlap_bullets == 2
    assert found.overlap_f1 == pytest.approx((1.0 + 2 * 2 / (4 + 2)) / 2)


def test_confidence_is_set_against_what_came_out() -> None:
    records = [make_record("ccc", "ccm", answer_id=str(own), confidence=0.9) for own in range(10)]
    found = summary_of(*records).reliability
    assert sum(own.n for own in found.bins) == 30
    assert found.ece == pytest.approx(0.9 - 2 / 3)


def test_time_tokens_and_cost_add_up_over_every_sample() -> None:
    records = [
        make_record("ccc", answer_id=str(own), seconds=float(own)).model_copy(
            update={"input_tokens": 7, "output_tokens": 3, "cost": 0.25}
        )
        for own in range(1, 6)
    ]
    found = summary_of(*records)
    assert (found.latency.median, found.latency.total) == (3.0, 15.0)
    assert (found.input_tokens, found.output_tokens, found.cost) == (35, 15, 1.25)
    assert found.graders == {"scripted 1": 5}


@pytest.mark.parametrize(
    "path",
    ["headline.qwk.value", "by_kind.stuffed.false_credit.value", "consistency.flip_share"],
)
def test_gates_can_read_a_summary(path: str) -> None:
    twice = [make_record("ccc", "ccc", answer_id="twice", repeat=own) for own in range(2)]
    records = [*random_records(60), *twice]
    assert read_figure(summary_of(*records), path) is not None
